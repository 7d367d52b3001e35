import ast
import inspect
import json
import os
import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import disk_usage
from types import ModuleType

import pytest
from tests.given import make
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal
from typer import Context
from typer.main import get_command

from readlog.backups.backup import store_backup
from readlog.cli.app import MODULES, app
from readlog.doctor import environment_checks, file_checks, record_checks, run_checks
from readlog.doctor.results import Finding
from readlog.drafts.draft_files import create_draft
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal


@pytest.fixture(autouse=True)
def library(path: Path, state: Path) -> None:
    """A journal with everything, and a backup of it."""
    fill(path)
    store_backup(str(path), "by-hand")


WRONG = """
ALTER TABLE books ADD COLUMN mood TEXT;
DELETE FROM changes WHERE table_name = 'quotes';
INSERT INTO changes (operation_id, action, table_name, row_id, before) VALUES (1, 'update', 'books', 1, '{"titel": 1}');
UPDATE operations SET at = '2026-99-99' WHERE id = 2;
UPDATE operations SET running = 1 WHERE id = 4;
DELETE FROM operations WHERE id = 3;
INSERT INTO books (title) VALUES ('Nobody' || char(7));
UPDATE books SET publisher = CAST(x'41ff' AS TEXT) WHERE id = 1;
UPDATE readings SET review = 'A' || char(27) WHERE id = 2;
UPDATE readings SET created_at = 'never' WHERE id = 3;
UPDATE sqlite_sequence SET seq = 3 WHERE name = 'readings';
DROP TRIGGER people_cascade; DELETE FROM people WHERE name = 'Homer';
DROP TRIGGER books_cascade; DELETE FROM books WHERE id = 5;
UPDATE operations SET at = '2027-11-01T00:00:00.000Z' WHERE id = (SELECT max(id) FROM operations);
DROP VIEW search_text;
PRAGMA journal_mode = WAL;
"""
"""All that a tool can do to a file that can still be looked at."""


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


def test_damage_is_exit_code_6_until_it_is_repaired(cli: Cli, path: Path) -> None:
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


def told(line: str) -> list[str]:
    """What is wrong with a command of the doctor: words and options that neither readlog nor a shell knows."""
    program = get_command(app)
    wrong = []
    for part in re.split(r" \| | && ", line):
        name, *words = shlex.split(part)
        if name != "readlog":
            wrong += [name] if name not in ("awk", "xargs") else []
            words = words[words.index("readlog") + 1 :] if "readlog" in words else ["list"]
        command = program.get_command(Context(program), words[0]) if words[0] in MODULES else None  # type: ignore[attr-defined]
        known = {option for param in command.params for option in param.opts} if command else set()
        wrong += [words[0]] if command is None else [word for word in words if word[:2] == "--" and word not in known]
    return wrong


def test_every_finding_has_a_command_that_there_is(
    cli: Cli, path: Path, journal: Journal, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever can be wrong, all at once: beside it stands what to type, which readlog knows with all its options."""
    for number in range(10):
        journal.add(make(f"Heap {number}", finished="2012-05-05"))
    journal.add(make("Emma", authors=["Jane Austen"], started="2013-02", finished="2012"))
    journal.add(make("Emma: a novel", authors=["Austen, Jane"], finished="2030-01", review="x"))
    run(path, WRONG)
    create_draft("13 emma", "Witty.", DraftTarget(str(path))).__exit__()
    left = path.parent / ".readlog-old.new"
    left.touch()
    os.utime(left, (0, 0))
    path.chmod(0o644)
    usage = disk_usage(path.parent)._replace(free=1)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    monkeypatch.setenv("READLOG_NOW", "2028-01-01T12:00:00+00:00")
    found = json.loads(cli("doctor", "--json").stdout)["findings"]
    assert " ".join(sorted({each["where"].replace(" ", "-") for each in found})) == (
        "WAL authors backup books books_cascade change-log,-lines change-log,-operations change-log,-rows "
        "change-log,-running change-log,-times contributions dates disk drafts future heap leftovers numbers "
        "orphans,-books people_cascade permissions readings search-index search_text text times"
    )
    assert {each["where"]: wrong for each in found if (wrong := told(each["command"] or "nothing"))} == {}


@pytest.mark.parametrize("module", [run_checks, file_checks, environment_checks, record_checks])
def test_no_finding_is_made_without_a_command(module: ModuleType) -> None:
    """Except for what is repaired already."""
    made = [
        each
        for each in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "Finding"
    ]
    assert made
    at = Finding._fields.index("command")
    without = [each for each in made if len(each.args) <= at or ast.unparse(each.args[at]) == "None"]
    assert [each.lineno for each in without if "repaired=True" not in ast.unparse(each)] == []


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
