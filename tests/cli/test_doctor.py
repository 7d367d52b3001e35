import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.given import make
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal
from readlog.storage.kept_backups import keep_backup


@pytest.fixture(autouse=True)
def library(path: Path, state: Path) -> None:
    """A journal with everything, and a backup of it."""
    fill(path)
    keep_backup(str(path), "by-hand")


def run(path: Path, script: str) -> None:
    """Do what another tool might."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(script)


def damage(path: Path) -> None:
    """Break a page of the file."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quotes'").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(data)


def test_a_sound_journal_needs_no_words(cli: Cli, program: Program) -> None:
    """Nothing in a pipe; a sentence for a person."""
    assert cli("doctor") == ("", "", 0)
    shown = Terminal(program, "doctor").end()
    assert "The journal is sound, 12 readings." in shown
    checked = json.loads(cli("doctor", "--json").stdout)
    assert (checked["sound"], checked["readings"], checked["findings"]) == (True, 12, [])


def test_remarks_on_the_record_are_no_damage(cli: Cli, journal: Journal) -> None:
    """A line each, with the command that mends it; exit code 0."""
    journal.add(make("Emma", started="2013-02", finished="2012"))
    ended = cli("doctor")
    assert ended == (
        "remark\trecord\tdates\t13 Emma: finished 2012, before it was started, 2013-02.\treadlog edit 13 --started DATE --finished DATE\n",
        "",
        0,
    )


def test_damage_is_exit_code_6_until_it_is_mended(cli: Cli, path: Path) -> None:
    """What mends it is said, mends it, and says where the file is as it was."""
    run(path, "DELETE FROM search_data")
    ended = cli("doctor")
    assert ended.code == 6
    assert (
        ended.stdout == "damage\tfile\tsearch index\tIt is damaged: a search may miss readings.\treadlog doctor --fix\n"
    )
    assert ended.stderr == f"readlog: The journal {path} is damaged. This mends it: readlog doctor --fix\n"
    mended = json.loads(cli("doctor", "--fix", "--json").stdout)
    assert [each["mended"] for each in mended["findings"]] == [True]
    assert Path(mended["copy"]).exists()
    assert cli("doctor") == ("", "", 0)


def test_what_can_be_read_is_saved(cli: Cli, path: Path, tmp_path: Path) -> None:
    """Into a new journal, which then takes the place of the damaged one; that one is not touched before."""
    damage(path)
    before = path.read_bytes()
    ended = cli("doctor", "--fix")
    assert ended.code == 6
    assert ended.stderr.endswith("Or save what can be read: readlog doctor --salvage NEW\n")
    new = tmp_path / "new.db"
    saved = cli("doctor", "--salvage", str(new))
    assert saved.code == 0
    assert [line.split("\t")[:2] for line in saved.stdout.splitlines() if line.startswith("readings")] == [
        ["readings", "12"]
    ]
    assert f"readlog restore {new}\n" in saved.stderr
    assert path.read_bytes() == before
    assert cli("doctor", "--salvage", str(new)).code == 4
    assert json.loads(cli("doctor", "--salvage", str(tmp_path / "third.db"), "--json").stdout)["unreadable"] == 1
    assert cli("restore", str(new), "--yes").code == 0
    assert cli("doctor").code == 0


def test_what_makes_no_sense_is_refused(cli: Cli, path: Path, tmp_path: Path) -> None:
    """Two things at once, no name, and no journal."""
    assert cli("doctor", "--fix", "--salvage", str(tmp_path / "new.db")).code == 2
    assert cli("doctor", "--salvage", "").code == 2
    path.write_bytes(b"")
    assert "salvage" not in cli("doctor").stderr, "of nothing nothing can be saved"
    path.unlink()
    assert cli("doctor").code == 3
    assert cli("doctor", "--salvage", str(tmp_path / "new.db")).code == 3


@pytest.mark.parametrize("width", [40, 100])
def test_a_person_sees_a_page(program: Program, path: Path, journal: Journal, tmp_path: Path, width: int) -> None:
    """File and record apart, with nothing that another tool wrote acting on the terminal."""
    journal.add(make("Emma", started="2013-02", finished="2012"))
    run(path, "UPDATE books SET title = 'Em' || char(27) || '[2Jma' WHERE title = 'Emma'")
    run(path, "DROP INDEX books_by_title")
    person = Terminal(program, "doctor", width=width)
    shown = person.end()
    assert person.code == 6
    assert "File" in shown
    assert "Record" in shown
    assert "readlog doctor --fix" in shown
    assert "\x1b[2J" not in shown
    damage(path)
    shown = Terminal(program, "doctor", "--salvage", str(tmp_path / "new.db"), width=width).end()
    assert "1 of" in shown
