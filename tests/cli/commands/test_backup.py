import json
import os
import re
from pathlib import Path

import pytest
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal


@pytest.fixture(autouse=True)
def one_reading(cli: Cli, state: Path) -> None:
    """A journal with a reading in it."""
    cli("add", "Dune", "--finished", "2012")


def _readings(path: str) -> int:
    with Journal(path) as journal:
        return journal.counts().readings


def test_it_prints_where_the_backup_is(cli: Cli, state: Path, tmp_path: Path) -> None:
    """In a pipe nothing else; it is kept where readlog keeps its own, or where it was told to."""
    ended = cli("backup")
    assert re.fullmatch(rf"{state}/backups/journal-[0-9a-f]{{8}}\.2026-11-22T12-00-00Z\.by-hand\.db\n", ended.stdout)
    assert (ended.stderr, ended.code, _readings(ended.stdout.strip())) == ("", 0, 1)
    assert cli("backup", str(tmp_path / "b.db")) == (f"{tmp_path}/b.db\n", "", 0)
    assert cli("backup", str(tmp_path)) == (f"{tmp_path}/journal-2026-11-22T12-00-00Z.db\n", "", 0)
    assert (
        cli("backup", "-").stderr == "readlog: A backup is a file, and does not go to standard output. Name a file.\n"
    )
    told = json.loads(cli("backup", "--json").stdout)
    assert (told["readings"], told["books"], told["size"]) == (1, 1, os.path.getsize(told["backup"]))


def test_a_file_that_is_there_is_replaced_with_force_only(cli: Cli, tmp_path: Path) -> None:
    """Exit code 4 in a pipe, and the file stays."""
    target = tmp_path / "b.db"
    target.write_text("mine")
    ended = cli("backup", str(target))
    assert (ended.stdout, ended.code) == ("", 4)
    assert ended.stderr == f"readlog: {target} is there already. Name another file, or replace it with --force.\n"
    assert target.read_text() == "mine"
    assert cli("backup", str(target), "--force").code == 0
    assert _readings(str(target)) == 1


def test_a_person_is_asked(program: Program, tmp_path: Path) -> None:
    """Enter is no; whoever looks is told how much is in it."""
    target = tmp_path / "b.db"
    target.write_text("mine")
    person = Terminal(program, "backup", str(target), width=200)
    person.wait_for(f"{target} is there already. Replace it? [y/N]: ")
    person.type("")
    assert "No backup was made." in person.end()
    assert target.read_text() == "mine"
    person = Terminal(program, "backup", str(target), width=200)
    person.wait_for("[y/N]: ")
    person.type("y")
    assert re.search(r"b\.db\r?\n.*1 reading of 1 book; \d+ kB, checked", person.end())
    assert _readings(str(target)) == 1


def test_those_that_are_kept_are_listed(cli: Cli, program: Program, state: Path) -> None:
    """Path, when, why and size, the newest first; on a terminal the names, which say as much."""
    assert cli("backup", "--list") == ("", "No backups.\n", 0)
    made = cli("backup").stdout.strip()
    line = f"{made}\t2026-11-22T12:00:00Z\tby-hand\t{os.path.getsize(made)}\n"
    assert cli("backup", "--list") == (line, "", 0)
    assert json.loads(cli("backup", "--list", "--json").stdout) == [
        {"path": made, "made": "2026-11-22T12:00:00Z", "why": "by-hand", "size": os.path.getsize(made)}
    ]
    shown = Terminal(program, "backup", "--list").end()
    assert f"{os.path.basename(made)}\x1b[2m  " in shown
    assert "readlog restore NAME --dry-run" in shown


def test_where_there_is_no_journal_nothing_is_made(cli: Cli, path: Path, state: Path) -> None:
    """Exit code 3."""
    path.unlink()
    ended = cli("backup")
    assert (ended.stdout, ended.code) == ("", 3)
    assert not path.exists()


def test_a_damaged_journal_names_the_way_out(cli: Cli, path: Path) -> None:
    """The command to restore with, and where backups are when there are some. Exit code 6."""
    whole = path.read_bytes()
    path.write_bytes(whole[:-4096])
    line = f"readlog: The journal {path} is damaged. Put a backup in its place: readlog restore PATH."
    assert cli("backup") == ("", f"{line}\n", 6)
    path.write_bytes(whole)
    cli("backup")
    path.write_bytes(whole[:-4096])
    assert cli("list") == ("", f"{line} Those that readlog has kept: readlog backup --list.\n", 6)
