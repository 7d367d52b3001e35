"""Documents that cannot drift: sessions are run, tables are compared, commands are listed."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from readlog.cli.app import CLOSED_PIPE, MODULES
from readlog.core import errors
from readlog.core.errors import BadInput
from readlog.journal import Journal
from readlog.storage.open_journal import open_for_reading
from tests.library import fill
from tests.process import Cli, Program
from tests.sessions import session_is_true

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TRACKED = [ROOT / name for name in subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()] if (ROOT / ".git").exists() else []  # fmt: skip


def rows(document: str) -> list[list[str]]:
    """The cells of all tables in a document, code signs taken off."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    lines = [line.strip().strip("|").replace("\\|", "\0").split(" | ") for line in text.splitlines() if re.match(r"\| (`|\d)", line)]  # fmt: skip
    return [[cell.strip().replace("\0", "|") for cell in line] for line in lines]


WITH_SESSIONS = [path for path in DOCUMENTS if "```console\n" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("document", WITH_SESSIONS, ids=lambda path: path.name)
def test_sessions_are_true(program: Program, state: Path, document: Path) -> None:
    """What a page shows is what a newcomer sees."""
    session_is_true(document, program, ROOT)


def test_the_readme_has_exactly_two_commands_that_set_up() -> None:
    """One that installs and runs the main job, one that installs and passes the tests."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert all(block.startswith("python3 -m venv .venv && .venv/bin/pip install ") for block in blocks)
    assert blocks[0].endswith(" && sh examples/first-book.sh\n")
    assert blocks[1].endswith(" && .venv/bin/pytest -n auto\n")


def test_every_command_is_documented(cli: Cli) -> None:
    """The page `docs/commands.md` is made of the help pages; READLOG_GOLDEN=write makes it anew."""
    pages = [f"## readlog {name}\n\n```text\n{cli(name, '-h').stdout}```\n" for name in MODULES]
    text = "# Every command\n\n" + f"```text\n{cli('-h').stdout}```\n\n" + "\n".join(pages)
    document = ROOT / "docs" / "commands.md"
    if os.environ.get("READLOG_GOLDEN") == "write":
        document.write_text(text, encoding="utf-8")
    assert document.read_text(encoding="utf-8") == text


def test_every_exit_code_is_documented() -> None:
    """The page has each code that there is, once, and no other."""
    classes = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.ReadlogError)
    ]
    codes = {each.exit_code for each in classes} | {0, 130, CLOSED_PIPE}
    assert [int(row[0]) for row in rows("exit-codes.md")] == sorted(codes)


def test_the_examples_of_exit_codes_end_so(program: Program, path: Path) -> None:
    """Each example, typed as it stands, ends with its code."""
    if sys.platform == "win32":
        pytest.skip("the examples are for a POSIX shell")
    fill(path)
    (path.parent / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    for code, _, example in (row for row in rows("exit-codes.md") if len(row) == 3):
        if command := re.match("`([^`]+)`", example):
            line = f'set -o pipefail; readlog() {{ {sys.executable} -m readlog "$@"; }}; {command[1]}'
            done = subprocess.run(
                ["bash", "-c", line], env=program.environment(), cwd=path.parent, capture_output=True, check=False
            )
            assert done.returncode == int(code), example


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with everything."""
    path = tmp_path_factory.mktemp("docs") / "journal.db"
    fill(path)
    return path


@pytest.mark.parametrize(("query", "found"), [row for row in rows("query.md") if len(row) == 2])
def test_the_examples_of_the_search_language_are_true(library: Path, query: str, found: str) -> None:
    """Each finds the readings that it says, or is refused with the words that it shows."""
    with Journal(str(library)) as journal:
        if re.fullmatch(r"[\d ]*", found):
            hits = journal.search(query.strip("`"), 0, every=True).hits
            assert sorted(hit.reading.id for hit in hits) == list(map(int, found.split()))
        else:
            with pytest.raises(BadInput, match=re.escape(found)):
                journal.list(query.strip("`"))


def test_every_field_of_a_query_is_documented() -> None:
    """By its name and a colon, somewhere in the guide."""
    from readlog.query.query_fields import field_names

    text = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
    assert [name for name in field_names() if f"{name}:" not in text] == []


def test_every_table_and_column_is_documented(library: Path) -> None:
    """And the SQL that the page shows runs."""
    text = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    connection = open_for_reading(str(library))
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT GLOB 'search_[cdi]*' AND name NOT GLOB '*sqlite_*'"
        )
    ]
    for table in tables:
        assert f"**{table}**" in text
        for (column,) in connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table,)):
            assert f"`{column}`" in text, f"{table}.{column}"
    connection.close()
    plain = sqlite3.connect(library)
    for statement in re.findall(r"```sql\n(.*?)```", text, re.DOTALL)[0].strip().split(";\n"):
        assert plain.execute(statement).fetchall()
    plain.close()


def test_links_lead_somewhere() -> None:
    """Every relative link in a document is a file."""
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.skipif(not TRACKED, reason="only a clone knows what belongs to it")
def test_no_file_knows_a_machine_or_a_registry() -> None:
    """No path of somebody's disk, and no host that packages come from."""
    forbidden = re.compile(rb"/root/|/home/\w|/work/|[A-Z]:\\Users|pypi\.org|pythonhosted|registry\.npm")
    this = Path(__file__)
    found = [path.name for path in TRACKED if path != this and path.exists() and forbidden.search(path.read_bytes())]
    assert found == []
