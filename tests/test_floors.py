"""The floors, as they are when the program runs: what a command may have imported when it is done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def imported(program: Program, tmp_path: Path, *args: str, terminal: bool = False) -> set[str]:
    """Which of the heavy modules a fresh interpreter has after `readlog ARGS`."""
    modules = tmp_path / "modules.json"
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nopen(sys.argv[1], 'a').write('\\n')\n")
    env = program.environment(
        {
            "MODULES": str(modules),
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
    loaded = set(json.loads(modules.read_text()))
    return {name for name in HEAVY if name in loaded}


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
def test_who_looks_at_no_whole_reading_loads_none(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    """What a reading is made of takes longer to make than most questions."""
    monkeypatch.setattr("tests.test_floors.HEAVY", ("readlog.core.model", "readlog.readings.load_rows"))
    assert imported(program, tmp_path, *args) == set()


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


def test_only_the_command_that_is_called_is_imported() -> None:
    """The others are names in a list until then."""
    code = "import sys; sys.argv = ['readlog', '--version']\ntry:\n from readlog.cli import main; main()\nexcept SystemExit: print(sorted(m for m in sys.modules if m.startswith('readlog')))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "READLOG_JOURNAL": "/nowhere"},
    )
    loaded = done.stdout.splitlines()[-1]
    assert "readlog.cli.app" in loaded
    for name in ("readlog.cli.commands.add", "readlog.journal", "readlog.storage", "readlog.query", "readlog.formats"):
        assert name not in loaded
