import multiprocessing
import os
import sqlite3
import stat
import sys
import threading
from pathlib import Path

import pytest
from tests.sql_rows import contents, count

from readlog.core.errors import JournalUnusable
from readlog.storage import create_journal as create_journal_module
from readlog.storage import migrations
from readlog.storage.create_journal import create_journal, empty_journal
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.transaction import logged_operation

needs_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")


def _names(directory: Path) -> list[str]:
    return [each.name for each in directory.iterdir()]


def _make(path: str) -> None:
    connection = open_for_writing(path)
    with logged_operation(connection, "add"):
        connection.execute("INSERT INTO books (title) VALUES (?)", (str(os.getpid()),))
    connection.close()


def test_a_journal_is_made_by_the_first_write(path: Path) -> None:
    """Reading one that is not there finds it empty and makes nothing."""
    reading = open_for_reading(str(path))
    assert count(reading, "readings") == 0
    reading.close()
    assert not path.parent.exists()
    open_for_writing(str(path)).close()
    assert _names(path.parent) == ["journal.db"]


def test_an_empty_journal_has_every_table_and_no_row() -> None:
    """It is what a reader sees who has written nothing yet."""
    connection = empty_journal()
    assert not any(contents(connection).values())
    assert connection.execute("PRAGMA database_list").fetchall() == [(0, "main", "")]
    connection.close()


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


def test_processes_that_make_a_journal_at_once_share_it(path: Path) -> None:
    """Eight terminals, one journal, and what each of them wrote is in it."""
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        pool.map(_make, [str(path)] * 8, chunksize=1)
    connection = open_for_reading(str(path))
    assert count(connection, "books") == count(connection, "operations") == 8
    connection.close()
    assert _names(path.parent) == ["journal.db"]


def test_whoever_is_slower_leaves_the_journal_of_the_faster(path: Path) -> None:
    """Two that both saw none make one: nothing that the first wrote meanwhile is lost."""
    _make(str(path))
    before = path.read_bytes()
    create_journal(str(path))
    assert path.read_bytes() == before
    assert _names(path.parent) == ["journal.db"]


def test_a_journal_is_never_seen_half_made(path: Path) -> None:
    """Whoever looks while it is made sees none, or all of it."""
    path.parent.mkdir()
    made = threading.Thread(target=create_journal, args=[str(path)])
    made.start()
    looks = 0
    while made.is_alive() or not looks:
        connection = open_for_reading(str(path))
        assert count(connection, "readings") == 0
        connection.close()
        looks += 1
    made.join()
    assert path.exists()


@pytest.mark.parametrize("there", [False, True])
def test_where_there_are_no_hard_links_a_journal_is_made_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """A memory stick has none; a journal that is there already stays there too."""

    def no_links(source: str, target: str) -> None:
        raise OSError(1, "Operation not permitted")

    if there:
        _make(str(path))
    before = path.read_bytes() if there else None
    monkeypatch.setattr(os, "link", no_links)
    create_journal(str(path))
    assert _names(path.parent) == ["journal.db"]
    assert before in (None, path.read_bytes())
    open_for_writing(str(path)).close()


def test_a_new_journal_is_on_the_disk_with_its_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its directory is synced after the journal was moved into it."""
    real, synced = os.fsync, []

    def fsync(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, path.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    open_for_writing(str(path)).close()
    if sys.platform != "win32":
        assert (path.parent.stat().st_ino, True) in synced


def test_too_old_a_sqlite_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is made."""
    monkeypatch.setattr(create_journal_module, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(JournalUnusable, match=f"SQLite {sqlite3.sqlite_version} is too old for readlog"):
        open_for_writing(str(path))
    assert not path.parent.exists()


def test_a_journal_that_could_not_be_built_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal is whole or not at all."""
    monkeypatch.setitem(migrations.STEPS, "m002_nonsense", "CREATE TRIGGER nonsense")
    with pytest.raises(JournalUnusable, match="could not be used"):
        open_for_writing(str(path))
    assert _names(path.parent) == []


def test_where_no_directory_can_be_made_nothing_is(tmp_path: Path) -> None:
    """The line says why, in the words of the system."""
    blocked = tmp_path / "file"
    blocked.write_text("mine")
    with pytest.raises(JournalUnusable, match="journal.db cannot be made: .+\\."):
        create_journal(str(blocked / "journal.db"))
    assert _names(tmp_path) == ["file"]
    assert blocked.read_text() == "mine"
