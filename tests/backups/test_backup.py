import os
import sqlite3
import stat
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from tests.old_journals import make_today
from tests.sql_rows import BOOK, contents, count, index_is_true
from tests.storage.test_atomic_files_write import no_room

from readlog.backups import backup as room
from readlog.backups.backup import BackupFailed, write_backup
from readlog.core.errors import AlreadyExists, BadInput, JournalUnusable, NotFound
from readlog.storage.connection import SCHEMA_VERSION
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.transaction import logged_operation

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, and links need rights")


@pytest.fixture
def filled(path: Path) -> str:
    """The path of a journal with a book in it."""
    make_today(path, BOOK)
    return str(path)


def damaged_index(path: str) -> None:
    """Zeros where FTS5 keeps its words."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 10")


def test_a_backup_is_the_journal(filled: str, tmp_path: Path) -> None:
    """Every row of every table, the schema, a sound index; and it says what is in it."""
    made = write_backup(filled, tmp_path / "b.db")
    assert (made.path, made.size, made.schema) == (
        str(tmp_path / "b.db"),
        (tmp_path / "b.db").stat().st_size,
        SCHEMA_VERSION,
    )
    assert (made.counts["readings"], made.counts["quotes"], made.index_rebuilt, made.dangling_rows) == (2, 1, False, 0)
    with closing(open_for_reading(filled)) as journal, closing(sqlite3.connect(made.path)) as backup:
        assert contents(backup) == contents(journal)
        schema = "SELECT type, name, sql FROM sqlite_schema"
        assert backup.execute(schema).fetchall() == journal.execute(schema).fetchall()
        index_is_true(backup)
        backup.rollback()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.db", "journal"]


@posix
def test_a_backup_is_its_owners_alone(filled: str, tmp_path: Path) -> None:
    """0600, whatever the umask lets through, and whatever the file had that it replaces."""
    target = tmp_path / "b.db"
    target.touch(mode=0o644)
    write_backup(filled, target, replace=True)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_while_others_write(filled: str, tmp_path: Path) -> None:
    """A book and its reading are written in one operation: no backup has the one without the other."""
    stop = threading.Event()

    def write() -> None:
        with closing(open_for_writing(filled)) as connection:
            while not stop.is_set():
                with logged_operation(connection, "add"):
                    connection.execute("INSERT INTO books (title) VALUES ('x')")
                    connection.execute("INSERT INTO readings (book_id) VALUES (last_insert_rowid())")
                stop.wait(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            made = write_backup(filled, tmp_path / f"{number}.db")
            assert made.counts["readings"] == made.counts["books"] + 1
    finally:
        stop.set()
        writer.join()


def test_a_write_that_is_under_way_is_not_in_it(filled: str, tmp_path: Path) -> None:
    """And it does not have to wait for its end."""
    with closing(open_for_writing(filled)) as connection, logged_operation(connection, "add"):
        connection.execute("INSERT INTO books (title) VALUES ('x')")
        assert write_backup(filled, tmp_path / "b.db").counts["books"] == 1


def test_a_file_that_is_there_stays(filled: str, tmp_path: Path) -> None:
    """Unless it shall be replaced; then it is, in one step. Also what comes there meanwhile stays."""
    target = tmp_path / "b.db"
    target.write_text("mine")
    with pytest.raises(AlreadyExists, match="is there already. Name another file, or replace it with --force."):
        write_backup(filled, target)
    assert target.read_text() == "mine"
    write_backup(filled, target, replace=True)
    with closing(open_for_reading(str(target))) as backup:
        assert count(backup, "readings") == 2


def test_a_file_that_comes_meanwhile_stays(filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had no name when the copy began."""
    target, copied = tmp_path / "b.db", room.copy_database

    def slowly(source: sqlite3.Connection, fresh: str) -> object:
        target.write_text("mine")
        return copied(source, fresh)

    monkeypatch.setattr(room, "copy_database", slowly)
    with pytest.raises(AlreadyExists):
        write_backup(filled, target)
    assert target.read_text() == "mine"


@posix
def test_what_a_backup_cannot_take_the_place_of(filled: str, tmp_path: Path) -> None:
    """The journal itself by any name, a folder, a device, a link to nowhere: nothing is touched, --force or not."""
    before = Path(filled).read_bytes()
    (tmp_path / "folder").mkdir()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "link").symlink_to(filled)
    os.link(filled, tmp_path / "twin")
    for name, words in (("link", "journal itself"), ("twin", "journal itself"), ("folder", "folder"), ("nowhere", "leads nowhere")):  # fmt: skip
        for replace in (False, name != "nowhere"):
            with pytest.raises(BadInput, match=words):
                write_backup(filled, tmp_path / name, replace=replace)
    with pytest.raises(BadInput, match="is a device"):
        write_backup(filled, "/dev/null", replace=True)
    with pytest.raises(NotFound, match="There is no folder"):
        write_backup(filled, tmp_path / "none" / "b.db")
    assert Path(filled).read_bytes() == before


@posix
def test_a_link_stays_a_link(filled: str, tmp_path: Path) -> None:
    """What it leads to is replaced."""
    (tmp_path / "b.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "b.db")
    write_backup(filled, tmp_path / "link.db", replace=True)
    assert (tmp_path / "link.db").is_symlink()
    assert not (tmp_path / "b.db").is_symlink()
    assert (tmp_path / "b.db").stat().st_size > 0


def test_where_there_is_no_journal_there_is_no_backup(path: Path, tmp_path: Path) -> None:
    """And none is made of nothing."""
    with pytest.raises(NotFound, match="nothing to back up"):
        write_backup(str(path), tmp_path / "b.db")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_journal_makes_no_backup(filled: str, tmp_path: Path) -> None:
    """A copy of what is broken would be taken for a backup; what was there before stays."""
    whole = Path(filled).read_bytes()
    with closing(sqlite3.connect(filled)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'readings_by_book'").fetchone()
    (tmp_path / "b.db").write_text("the last good one")
    for broken in (whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :], whole[:-4096], whole[:100], b""):
        Path(filled).write_bytes(broken)
        with pytest.raises(JournalUnusable) as refused:
            write_backup(filled, tmp_path / "b.db", replace=True)
        assert not isinstance(refused.value, BackupFailed)
        assert Path(filled).read_bytes() == broken
    assert (tmp_path / "b.db").read_text() == "the last good one"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.db", "journal"]


def test_a_damaged_index_is_made_anew_in_the_backup(filled: str, tmp_path: Path) -> None:
    """The journal is left as it is, and it is said."""
    damaged_index(filled)
    before = Path(filled).read_bytes()
    made = write_backup(filled, tmp_path / "b.db")
    assert made.index_rebuilt
    assert Path(filled).read_bytes() == before
    with closing(sqlite3.connect(made.path, isolation_level=None)) as backup:
        index_is_true(backup)


def test_rows_that_belong_to_nothing_are_in_it_and_counted(filled: str, tmp_path: Path) -> None:
    """Another tool may have left them: that is no reason to have no backup."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("INSERT INTO quotes (reading_id, text) VALUES (99, 'lost')")
    made = write_backup(filled, tmp_path / "b.db")
    assert (made.dangling_rows, made.counts["quotes"]) == (1, 2)


def test_a_journal_in_wal_mode_makes_one_file(filled: str, tmp_path: Path) -> None:
    """What is only in the file beside it is in the backup too, which needs no file beside itself."""
    with closing(open_for_writing(filled)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("INSERT INTO books (title) VALUES ('only in the log')")
        assert Path(f"{filled}-wal").stat().st_size
        made = write_backup(filled, tmp_path / "b.db")
    assert made.counts["books"] == 2
    with closing(sqlite3.connect(made.path)) as backup:
        assert backup.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@posix
def test_a_full_disk_leaves_nothing_behind(filled: str, tmp_path: Path) -> None:
    """And what shall be replaced stays."""
    (tmp_path / "b.db").write_text("the last good one")
    with no_room(50_000), pytest.raises(BackupFailed, match="No backup can be written to"):
        write_backup(filled, tmp_path / "b.db", replace=True)
    assert (tmp_path / "b.db").read_text() == "the last good one"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b.db", "journal"]


def test_a_copy_that_is_not_what_the_journal_holds_is_not_kept(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may say that it has written and have not; the copy is read back and compared."""
    copied = room.copy_database

    def losing(source: sqlite3.Connection, fresh: str) -> object:
        said = copied(source, fresh)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
            copy.execute("DELETE FROM quotes")
        return said

    monkeypatch.setattr(room, "copy_database", losing)
    with pytest.raises(BackupFailed, match="is not what the journal holds"):
        write_backup(filled, tmp_path / "b.db")
    assert [each.name for each in tmp_path.iterdir()] == ["journal"]


@posix
def test_a_backup_is_on_the_disk_before_it_has_its_name(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is synced, then linked, then the folder is synced."""
    real, synced = os.fsync, []

    def fsync(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, (tmp_path / "b.db").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_backup(filled, tmp_path / "b.db")
    assert synced == [((tmp_path / "b.db").stat().st_ino, False), (tmp_path.stat().st_ino, True)]


def test_an_index_of_a_table_that_lacks_a_row_is_damage(filled: str, tmp_path: Path) -> None:
    """Nothing fails at it, and every question by that index leaves the row out: only the check of all of it notices."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("PRAGMA writable_schema = ON")
        other.execute("CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'quotes_by_reading'")
        other.execute("DELETE FROM sqlite_schema WHERE name = 'quotes_by_reading'")
        other.execute("PRAGMA writable_schema = RESET")
        other.execute("INSERT INTO quotes (reading_id, text) VALUES (1, 'not in the index')")
        other.execute("PRAGMA writable_schema = ON")
        other.execute("INSERT INTO sqlite_schema SELECT * FROM kept")
        other.execute("PRAGMA writable_schema = RESET")
    with pytest.raises(JournalUnusable, match="is damaged"):
        write_backup(filled, tmp_path / "b.db")
