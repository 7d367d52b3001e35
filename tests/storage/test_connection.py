import multiprocessing
import os
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from readlog.ground.errors import JournalUnusable
from readlog.storage import connection as storage
from readlog.storage.connection import APPLICATION_ID, VERSION, explain, open_for_reading, open_for_writing, operation

needs_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")


def _make(path: str) -> None:
    connection = open_for_writing(path)
    with operation(connection, "add"):
        connection.execute("INSERT INTO books (title) VALUES (?)", (str(os.getpid()),))
    connection.close()


def test_a_journal_is_made_by_the_first_write(path: Path) -> None:
    """Reading one that is not there finds it empty and makes nothing."""
    reading = open_for_reading(str(path))
    assert reading.execute("SELECT count(*) FROM readings").fetchone() == (0,)
    reading.close()
    assert not path.parent.exists()
    open_for_writing(str(path)).close()
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


@needs_modes
def test_a_journal_is_its_owners_alone(path: Path) -> None:
    """0600 for the file and 0700 for its directory, whatever the umask lets through."""
    before = os.umask(0)
    try:
        open_for_writing(str(path)).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@needs_modes
def test_the_rollback_journal_is_its_owners_alone(path: Path) -> None:
    """While a write is under way its undo file has the text in it too."""
    connection = open_for_writing(str(path))
    with operation(connection, "add"):
        connection.execute("INSERT INTO books (title) VALUES ('x')")
        undo = path.with_name("journal.db-journal")
        assert stat.S_IMODE(undo.stat().st_mode) == 0o600
    connection.close()


def test_a_write_is_durable_and_checked(path: Path) -> None:
    """Foreign keys are on, triggers fire for replaced rows, every commit is synced with its directory."""
    connection = open_for_writing(str(path))
    pragmas = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("foreign_keys", "recursive_triggers", "synchronous", "journal_mode", "application_id", "user_version", "busy_timeout")}  # fmt: skip
    connection.close()
    assert pragmas == {
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "synchronous": 3,
        "journal_mode": "delete",
        "application_id": APPLICATION_ID,
        "user_version": VERSION,
        "busy_timeout": 10_000,
    }


def test_a_connection_for_reading_cannot_write(path: Path) -> None:
    """A look never changes what it looks at."""
    open_for_writing(str(path)).close()
    connection = open_for_reading(str(path))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO books (title) VALUES ('x')")
    connection.close()


def test_two_processes_that_make_a_journal_at_once_share_it(path: Path) -> None:
    """Eight terminals, one journal, and what each of them wrote is in it."""
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        pool.map(_make, [str(path)] * 8)
    connection = open_for_reading(str(path))
    assert connection.execute("SELECT count(*) FROM books").fetchone() == (8,)
    connection.close()
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


def test_where_there_are_no_hard_links_a_journal_is_made_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory stick has none."""

    def no_links(source: str, target: str) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    open_for_writing(str(path)).close()
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


def test_an_operation_is_all_or_nothing(path: Path) -> None:
    """An error in the middle, even Ctrl-C, leaves the rows and the log as they were."""
    connection = open_for_writing(str(path))
    with pytest.raises(KeyboardInterrupt), operation(connection, "add"):
        connection.execute("INSERT INTO books (title) VALUES ('x')")
        raise KeyboardInterrupt
    for table in ("books", "operations", "changes"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


def test_an_operation_that_changes_nothing_is_not_logged(path: Path) -> None:
    """The history tells what happened."""
    connection = open_for_writing(str(path))
    with operation(connection, "edit"):
        pass
    assert connection.execute("SELECT count(*) FROM operations").fetchone() == (0,)
    connection.close()


def test_a_writer_waits_for_another_and_then_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds in life, none in a test; nothing is changed."""
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0)
    first, second = open_for_writing(str(path)), open_for_writing(str(path))
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as locked, operation(second, "add"):
        pass
    assert "Another program kept" in str(explain(locked.value, str(path)))
    first.close()
    second.close()


def _refusal(path: Path) -> str:
    messages = set()
    for open_it in (open_for_reading, open_for_writing):
        with pytest.raises(JournalUnusable) as refused:
            open_it(str(path))
        messages.add(str(refused.value))
        assert refused.value.exit_code == 6
    (message,) = messages
    return message


def test_a_file_that_is_not_a_journal_is_left_alone(tmp_path: Path) -> None:
    """Neither a text nor the database of another program is written to."""
    text = tmp_path / "notes.txt"
    text.write_text("my notes, " * 500)
    assert "not a journal of readlog" in _refusal(text)
    assert text.read_text() == "my notes, " * 500
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE readings (id)").connection.close()
    before = other.read_bytes()
    assert "not a journal of readlog" in _refusal(other)
    assert other.read_bytes() == before


def test_an_emptied_journal_is_not_taken_for_a_new_one(path: Path) -> None:
    """Twenty years do not become nothing without a word."""
    path.parent.mkdir()
    path.touch()
    assert "something cut it" in _refusal(path)
    assert path.stat().st_size == 0


def test_a_cut_journal_is_noticed(path: Path) -> None:
    """Also where SQLite would only notice when it needs what is missing."""
    open_for_writing(str(path)).close()
    whole = path.read_bytes()
    for size in (len(whole) - 4096, len(whole) // 2, 4096, 100):
        path.write_bytes(whole[:size])
        assert _refusal(path)
        assert path.stat().st_size == size


def test_a_journal_of_a_newer_readlog_is_refused_untouched(path: Path) -> None:
    """What this version does not understand it does not touch."""
    connection = open_for_writing(str(path))
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    assert "Upgrade readlog" in _refusal(path)
    assert path.read_bytes() == before


def test_a_directory_in_its_place_is_named(path: Path) -> None:
    """And so is a directory that cannot be made."""
    path.mkdir(parents=True)
    assert "cannot be opened" in _refusal(path)
    blocked = path.parent / "file"
    blocked.touch()
    with pytest.raises(JournalUnusable, match="cannot be made"):
        open_for_writing(str(blocked / "journal.db"))


def test_a_journal_in_wal_mode_is_read_and_written(path: Path) -> None:
    """A reader may have set it with another tool; its size on the disk says nothing then."""
    first = open_for_writing(str(path))
    first.execute("PRAGMA journal_mode = wal")
    with operation(first, "add"):
        first.execute("INSERT INTO books (title) VALUES (?)", ("x" * 100_000,))
    second = open_for_writing(str(path))
    assert second.execute("SELECT count(*) FROM books").fetchone() == (1,)
    first.close()
    second.close()


def test_too_old_a_sqlite_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is made."""
    monkeypatch.setattr(storage, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(JournalUnusable, match="too old for readlog"):
        open_for_writing(str(path))
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_IOERR, "disk failed"),
        (sqlite3.SQLITE_READONLY, "read-only"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_LOCKED, "locked"),
        (sqlite3.SQLITE_PERM, "may read"),
        (sqlite3.SQLITE_SCHEMA, "could not be used: why"),
    ],
)
def test_each_failure_of_sqlite_has_its_line(code: int, words: str) -> None:
    """What happened, and what to do."""
    error = sqlite3.OperationalError("why")
    error.sqlite_errorcode = code
    assert words in str(explain(error, "journal.db"))
