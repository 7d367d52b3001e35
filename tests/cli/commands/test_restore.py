import json
import re
from pathlib import Path

import pytest
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal
from readlog.storage.connection import SCHEMA_VERSION


@pytest.fixture
def backup(cli: Cli, tmp_path: Path, state: Path) -> str:
    """A backup of Dune; Ubik came since, with an escape sequence in its title."""
    cli("add", "Dune", "--finished", "2012")
    cli("backup", str(tmp_path / "b.db"))
    cli("add", "Ubik [red]")
    return str(tmp_path / "b.db")


PLAN = """backup\t{backup}
schema\t{version}
readings\t1
books\t1
reviews\t0
quotes\t0
people\t0
tags\t0
newest\t1 Dune, 2012
last_change\t2026-11-22T12:00:00.000Z
journal\t{path}
journal_now\t2 readings of 2 books; last change 2026-11-22 12:00 UTC
goes\t2\tUbik [red]
"""


def test_in_a_pipe_it_wants_to_be_told(cli: Cli, path: Path, journal: Journal, backup: str) -> None:
    """It shows what would change, and exits with 2; with --yes it is done, and told where the rest is."""
    plan = PLAN.format(backup=backup, path=path, version=SCHEMA_VERSION)
    refused = "readlog: Nothing was restored. To restore it without being asked, say --yes.\n"
    assert cli("restore", backup) == (plan, refused, 2)
    assert cli("restore", backup, "--dry-run") == (plan, "", 0)
    assert journal.list().total == 2
    ended = cli("restore", backup, "--yes")
    assert (ended.stdout, ended.code) == (plan, 0)
    kept = re.fullmatch(r"Restored. The journal as it was before is in (.*\.before-restore\.db)\n", ended.stderr)
    assert kept
    assert journal.list().total == 1
    assert cli("restore", Path(kept[1]).name, "--yes").code == 0
    assert journal.list().total == 2


def test_as_json(cli: Cli, backup: str) -> None:
    """The same, whole."""
    plan = json.loads(cli("restore", backup, "--dry-run", "--json").stdout)
    assert (plan["in_backup"]["readings"], plan["in_journal"]["readings"], plan["unreadable"]) == (1, 2, None)
    assert (plan["goes"], plan["comes"], plan["differs"]) == ([{"id": 2, "name": "Ubik [red]"}], [], [])


def test_a_person_sees_and_is_asked(program: Program, journal: Journal, backup: str) -> None:
    """What is in it, what goes; Enter is no."""
    person = Terminal(program, "restore", backup, width=120)
    shown = person.wait_for("[y/N]: ")
    for words in ("1 reading of 1 book; last change 2026-11-22 12:00 UTC", "1 Dune, 2012", "1: 2 Ubik [red]", f"Put it in the place of {journal.path}?"):  # fmt: skip
        assert words in shown
    person.type("")
    assert "Nothing was restored." in person.end()
    assert journal.list().total == 2
    person = Terminal(program, "restore", backup, width=120)
    person.wait_for("[y/N]: ")
    person.type("y")
    assert "Restored." in person.end()
    assert (person.code, journal.list().total) == (0, 1)


def test_over_an_emptied_journal(cli: Cli, path: Path, journal: Journal, backup: str) -> None:
    """Which no other command takes for one."""
    path.write_bytes(b"")
    ended = cli("restore", backup, "--yes")
    assert "journal_now\tempty: it was truncated\n" in ended.stdout
    assert ended.stderr.endswith(".damaged.db\n")
    assert journal.list().total == 1


def test_what_cannot_be_restored_has_its_exit_code(cli: Cli, path: Path, backup: str, tmp_path: Path) -> None:
    """3 for a file that is not there, 5 for what is no backup, 2 for the journal itself; nothing is shown or changed."""
    (tmp_path / "notes.txt").write_text("notes " * 999)
    before = path.read_bytes()
    for name, code in (("none.db", 3), ("notes.txt", 5), ("journal/journal.db", 2)):
        ended = cli("restore", str(tmp_path / name), "--yes")
        assert (ended.stdout, ended.code, ended.stderr.count("\n")) == ("", code, 1)
    assert path.read_bytes() == before
