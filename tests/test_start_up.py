"""Which modules a command has loaded when it is done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from readlog import formats, journal, query, storage
from readlog.cli import app
from readlog.cli.commands import add
from readlog.core import domain_model
from readlog.readings import load_rows
from tests.library import fill
from tests.process import Program

HEAVY = (
    "rich",
    "sqlite_utils",
    "dateutil",
    "pydantic",
    "importlib.metadata",
    "prompt_toolkit",
    "yaml",
    "markdown_it",
    "click",
)

EXPORT = str(Path(__file__).parent / "golden" / "export.json")

_PROGRAM = """
import atexit, json, os, sys
atexit.register(lambda: open(os.environ["MODULES"], "w").write(json.dumps(sorted(sys.modules))))
from readlog.cli import main
main()
"""


def imported(
    program: Program, tmp_path: Path, *args: str, terminal: bool = False, modules: tuple[str, ...] = HEAVY
) -> set[str]:
    """Which of these modules a fresh interpreter has loaded after `readlog ARGS`."""
    result = tmp_path / "modules.json"
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nopen(sys.argv[1], 'a').write('\\n')\n")
    env = program.environment(
        {
            "MODULES": str(result),
            "TERM": "xterm-256color",
            "EDITOR": f"{sys.executable} {editor}",
            "XDG_STATE_HOME": str(tmp_path),
            "PAGER": "cat",
        }
    )
    command = [sys.executable, "-I", "-c", _PROGRAM, *args]
    if terminal:
        pexpect = pytest.importorskip("pexpect", reason="there are no pseudo-terminals")
        child = pexpect.spawn(command[0], command[1:], env=env, timeout=30)
        child.expect(pexpect.EOF)
        child.close()
    else:
        subprocess.run(command, env=env, capture_output=True, check=False)
    loaded = set(json.loads(result.read_text()))
    return {name for name in modules if name in loaded}


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


@pytest.mark.parametrize(
    "args",
    [("list",), ("list", "serge", "rating:4.."), ("list", "--json"), ("list", "finished:2012"), ("search", "petrograd"), ("search", "serge", "--json"),
     ("show", "1"), ("show", "serge"), ("info",), (), ("--json",), ("export", "--json"), ("export", "--md"), ("--version",), ("-h",), ("add", "-h"),
     ("edit", "1", "--rating", "4"), ("delete", "2", "--yes"), ("add", "Dune", "--finished", "2012-03", "--rating", "4"), ("list", "foo:x"), ("nonsense",),
     ("stats",), ("stats", "2012", "--json"), ("stats", "--svg", os.devnull), ("stats", "--year-in-review", "2012"), ("random", "serge"), ("tags",), ("authors", "serge", "--json"),
     ("quotes",), ("quotes", "own", "--md"), ("quotes", "--random", "--json"), ("quote", "1", "One"),
     ("want", "Dune", "--next"), ("start", "odyssey"), ("at", "conquered", "133"), ("finish", "conquered"), ("goal", "40"),
     ("tags", "rename", "russia", "USSR"), ("merge", "1", "2"), ("authors", "merge", "Homer", "James Joyce"), ("completion", "bash"), ("complete", "bash", "--", "readlog show mem"),
     ("import", EXPORT), ("import", EXPORT, "--dry-run"), ("export", "--csv"), ("export", "--goodreads"), ("export", "--columns", "title,rating"),
     ("undo",), ("history",), ("history", "1"), ("edit", "1", "--restore", "1")],
)  # fmt: skip
def test_in_a_pipe_nothing_heavy_is_imported(program: Program, tmp_path: Path, args: tuple[str, ...]) -> None:
    """A command answers before you notice, because it loads nothing that it does not use."""
    assert imported(program, tmp_path, *args) == set()


@pytest.mark.parametrize(
    "args", [("list",), ("quotes",), ("quotes", "own"), ("stats",), ("tags",), ("authors",), ("goal",), ()]
)
def test_a_command_that_needs_no_whole_reading_does_not_load_the_model(
    program: Program, tmp_path: Path, args: tuple[str, ...]
) -> None:
    """Defining the classes of a reading takes longer than most queries."""
    assert imported(program, tmp_path, *args, modules=(domain_model.__name__, load_rows.__name__)) == set()


def test_an_empty_journal_is_no_slower(program: Program, tmp_path: Path) -> None:
    """To find that there is none it makes none, not even in memory by sqlite-utils."""
    program.path.unlink()
    assert imported(program, tmp_path, "list") == set()


@pytest.mark.parametrize(
    "args", [("list",), ("search", "petrograd"), (), ("info",), ("stats",), ("authors",), ("quotes",)]
)
def test_on_a_terminal_only_rich_is_added(program: Program, tmp_path: Path, args: tuple[str, ...]) -> None:
    """For the table, and nothing behind it."""
    assert imported(program, tmp_path, *args, terminal=True) == {"rich"}


@pytest.mark.parametrize(
    ("args", "heavy"),
    [
        (("show", "1"), {"rich", "markdown_it"}),
        (("add", "Dune", "--finished", "3 March 2012"), {"dateutil"}),
        (("edit", "1"), {"yaml"}),
    ],
)
def test_what_is_deferred_is_loaded_when_it_is_needed(
    program: Program, tmp_path: Path, args: tuple[str, ...], heavy: set[str]
) -> None:
    """Markdown for a page, dateutil for the name of a month, YAML for the editor."""
    assert imported(program, tmp_path, *args, terminal="show" in args) == heavy


def test_a_new_journal_is_built_by_sqlite_utils(program: Program, tmp_path: Path) -> None:
    """Once; from then on the standard library's sqlite3 lives in it."""
    program.path.unlink()
    assert "sqlite_utils" in imported(program, tmp_path, "add", "Dune")
    assert imported(program, tmp_path, "add", "Emma") == set()


def test_only_the_command_that_is_called_is_imported(program: Program, tmp_path: Path) -> None:
    """The others are names in a list until then."""
    modules = (app.__name__, add.__name__, journal.__name__, storage.__name__, query.__name__, formats.__name__)
    assert imported(program, tmp_path, "--version", modules=modules) == {app.__name__}
