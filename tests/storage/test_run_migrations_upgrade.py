import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.old_journals import SCHEMAS, VERSIONS, make_old
from tests.process import READLOG, Program
from tests.sql_rows import contents, found, index_is_true

from readlog.backups.backup import backup_before_upgrade, stored_backups
from readlog.core.errors import JournalUnusable
from readlog.journal import Journal
from readlog.storage import migrations, open_journal, run_migrations
from readlog.storage.connection import SCHEMA_VERSION
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.triggers import TABLES_V1

OLD = VERSIONS[:-1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, and no such signals")


def _shape(opened: sqlite3.Connection) -> tuple[Any, ...]:
    """The schema to the letter, and all marks of the file."""
    schema = opened.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()
    marks = ("application_id", "user_version", "encoding", "page_size", "auto_vacuum", "journal_mode")
    steps = opened.execute("SELECT migration_set, name FROM _sqlite_migrations ORDER BY id").fetchall()
    return schema, [opened.execute(f"PRAGMA {mark}").fetchone() for mark in marks], steps


def _log(opened: sqlite3.Connection) -> tuple[Any, ...]:
    return tuple(
        opened.execute(sql).fetchall()
        for sql in (
            "SELECT id, at, command, running FROM operations ORDER BY id",
            "SELECT * FROM changes ORDER BY id",
            "SELECT * FROM sqlite_sequence ORDER BY name",
        )
    )


def test_every_schema_that_was_given_to_readers_is_frozen() -> None:
    """A version without its file could not be tried."""
    assert sorted(each.name for each in SCHEMAS.iterdir()) == [f"v{version}.sql" for version in VERSIONS]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_journal_becomes_one_of_today(path: Path, tmp_path: Path, state: Path, version: int) -> None:
    """Its schema is that of a new journal to the letter; rows, log and search are what they were; once is enough."""
    make_old(path, version)
    with closing(sqlite3.connect(path)) as old:
        before = contents(old, TABLES_V1), _log(old)
    with (
        closing(open_for_reading(str(path), backup_before_upgrade)) as upgraded,
        closing(open_for_writing(str(tmp_path / "new.db"))) as fresh,
    ):
        assert _shape(upgraded) == _shape(fresh)
        assert (contents(upgraded, TABLES_V1), _log(upgraded)) == before
        assert (found(upgraded, "petrograd"), found(upgraded, "anna")) == ({1}, {2})
    with closing(sqlite3.connect(path, isolation_level=None)) as upgraded:
        index_is_true(upgraded)
        assert upgraded.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert upgraded.execute("PRAGMA foreign_key_check").fetchall() == []
    today = path.read_bytes()
    open_for_writing(str(path), backup_before_upgrade).close()
    assert path.read_bytes() == today


@pytest.mark.parametrize("version", OLD)
def test_what_an_older_readlog_has_logged_comes_back(path: Path, state: Path, version: int) -> None:
    """A reading that was deleted before the table had all its columns is whole again, and its life is known."""
    make_old(path, version)
    with Journal(str(path)) as journal:
        deleted = max(done.operation for done in journal.history().rows if done.deleted)
        assert [version_.reading is None for version_ in journal.versions_of(3)] == [False, True]
        journal.undo(deleted)
        assert (journal.get(3).status, journal.get(3).progress, journal.get(3).pile) == ("to-read", (), None)
        journal.undo(deleted, redo=True)
        assert journal.list().total == 2


@pytest.mark.parametrize("version", OLD)
def test_before_it_a_backup_is_kept_and_told_of(path: Path, state: Path, version: int) -> None:
    """It is the journal as it was, of its own version; told once."""
    make_old(path, version)
    told: list[str] = []
    for _ in range(2):
        with Journal(str(path), tell=told.append) as journal:
            assert journal.list().total == 2
    (kept,) = stored_backups(str(path))
    assert kept.why == "before-upgrade"
    assert told == [f"The journal was upgraded to schema {SCHEMA_VERSION}. As it was before, it is in {kept.path}"]
    with closing(sqlite3.connect(kept.path)) as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (version,)


@posix
def test_an_upgraded_journal_is_written_and_keeps_its_mode(path: Path, state: Path) -> None:
    """A change is logged with what is new in the log."""
    make_old(path, 1)
    with Journal(str(path)) as journal:
        journal.delete(2)
    with closing(open_for_reading(str(path))) as upgraded:
        (last,) = upgraded.execute("SELECT command, deleted FROM operations ORDER BY id DESC LIMIT 1")
        assert last == ("delete", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("nonsense", ["CREATE TRIGGER nonsense", "DELETE FROM books;\nCREATE TRIGGER nonsense"])
def test_an_upgrade_that_fails_leaves_every_byte(
    path: Path, state: Path, monkeypatch: pytest.MonkeyPatch, nonsense: str
) -> None:
    """The old journal is there, and readlog says why it is not a new one."""
    open_for_writing(str(path)).close()
    before = path.read_bytes()
    monkeypatch.setitem(migrations.STEPS, "m999_nonsense", nonsense)
    for room in (open_journal, run_migrations):
        monkeypatch.setattr(room, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    for open_it in (open_for_reading, open_for_writing):
        with pytest.raises(JournalUnusable, match="could not be upgraded: .*. Nothing was changed."):
            open_it(str(path), backup_before_upgrade)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


def test_without_a_backup_there_is_no_upgrade(path: Path, state: Path) -> None:
    """Where the state directory cannot be written, the journal stays as it is, to the byte."""
    make_old(path, 1)
    before = path.read_bytes()
    state.parent.write_text("a file in the place of the directory")
    with pytest.raises(
        JournalUnusable, match=r"of an older readlog.*after a backup only\. No backup can be .*backups: "
    ):
        open_for_reading(str(path), backup_before_upgrade)
    assert path.read_bytes() == before


def test_without_a_way_to_back_up_an_old_journal_is_rejected(path: Path) -> None:
    make_old(path, 1)
    before = path.read_bytes()
    with pytest.raises(JournalUnusable, match="upgraded after a backup only"):
        open_for_writing(str(path))
    assert path.read_bytes() == before


def test_what_is_damaged_is_not_upgraded(path: Path, state: Path) -> None:
    """A step on broken pages makes it worse."""
    make_old(path, 1)
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as old:
        (page,) = old.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'readings'").fetchone()
    broken = whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :]
    path.write_bytes(broken)
    with pytest.raises(JournalUnusable, match="is damaged"):
        open_for_reading(str(path), backup_before_upgrade)
    assert path.read_bytes() == broken


def test_a_journal_that_was_upgraded_meanwhile_is_left_alone(path: Path, state: Path) -> None:
    """Also by a readlog that is newer than this one: its version is not set back."""
    open_for_writing(str(path)).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(JournalUnusable, match="made by a newer readlog"):
        run_migrations.upgrade(str(path), backup_before_upgrade)
    assert path.read_bytes() == before
    assert stored_backups(str(path)) == []


def test_terminals_that_upgrade_at_once_all_succeed(path: Path, program: Program, state: Path) -> None:
    """Real processes: each adds its book, one of them upgrades, and one backup is made."""
    make_old(path, 1)
    started = [
        subprocess.Popen(
            [*READLOG, "add", f"Book {number}"], env=program.environment(), stderr=subprocess.PIPE, text=True
        )
        for number in range(4)
    ]
    talk = [each.communicate(timeout=60)[1] for each in started]
    assert [each.returncode for each in started] == [0] * 4, talk
    assert sum("was upgraded" in line for line in talk) == 1
    with Journal(str(path)) as journal:
        assert journal.list().total == 2 + 4
    assert len(stored_backups(str(path))) == 1


@posix
def test_an_upgrade_that_is_killed_leaves_the_old_journal_or_the_new(path: Path, program: Program, state: Path) -> None:
    """At any moment: with its rows, and the next command upgrades it."""
    make_old(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        rows = ((f"Book {number}", "word " * 800) for number in range(400))
        old.execute("BEGIN")
        for title, review in rows:
            old.execute("INSERT INTO books (title) VALUES (?)", (title,))
            old.execute("INSERT INTO readings (book_id, review) VALUES (last_insert_rowid(), ?)", (review,))
        old.execute("COMMIT")
        before = contents(old, TABLES_V1)
    whole, seen = path.read_bytes(), set()
    for part in (0.35, 0.5, 0.65):
        path.write_bytes(whole)
        began = time.monotonic()
        process = subprocess.Popen([*READLOG, "list"], env=program.environment(), stdout=subprocess.DEVNULL)
        time.sleep(part - min(time.monotonic() - began, part))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with closing(sqlite3.connect(path)) as left:
            assert contents(left, TABLES_V1) == before
            seen.add(left.execute("PRAGMA user_version").fetchone()[0])
        with closing(open_for_writing(str(path), backup_before_upgrade)) as upgraded:
            assert contents(upgraded, TABLES_V1) == before
    assert seen <= {1, SCHEMA_VERSION}


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="only root can make a file system read-only")
def test_on_a_read_only_medium_an_old_journal_is_not_read(tmp_path: Path, state: Path) -> None:
    """It says that an upgrade is needed, and where it can be done."""
    card = tmp_path / "card"
    card.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(card)], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        make_old(card / "journal.db", 1)
        subprocess.run(["mount", "-o", "remount,ro", str(card)], check=True)
        with pytest.raises(JournalUnusable, match="has to be upgraded, but it is read-only here. Nothing was changed."):
            open_for_reading(str(card / "journal.db"), backup_before_upgrade)
        assert stored_backups(str(card / "journal.db")) == []
    finally:
        subprocess.run(["umount", str(card)], check=True)
