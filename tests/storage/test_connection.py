import sqlite3
import stat
import sys
from pathlib import Path

import pytest
from tests.sql_rows import contents, count, found

from readlog.core.errors import JournalUnusable
from readlog.storage.connection import APPLICATION_ID, SCHEMA_VERSION
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.transaction import logged_operation

needs_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows says other things, and its links need rights")


@needs_modes
def test_the_rollback_journal_is_its_owners_alone(path: Path) -> None:
    """While a write is under way its undo file has the text in it too."""
    connection = open_for_writing(str(path))
    with logged_operation(connection, "add"):
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
        "user_version": SCHEMA_VERSION,
        "busy_timeout": 10_000,
    }


def test_a_connection_for_reading_cannot_write(path: Path) -> None:
    """A look never changes what it looks at."""
    open_for_writing(str(path)).close()
    connection = open_for_reading(str(path))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("INSERT INTO books (title) VALUES ('x')")
    connection.close()


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
    assert "is not a readlog journal" in _refusal(text)
    assert text.read_text() == "my notes, " * 500
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE readings (id)").connection.close()
    before = other.read_bytes()
    assert "is not a readlog journal" in _refusal(other)
    assert other.read_bytes() == before


def test_an_emptied_journal_is_not_taken_for_a_new_one(path: Path) -> None:
    """Twenty years do not become nothing without a word."""
    path.parent.mkdir()
    path.touch()
    assert "was truncated" in _refusal(path)
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
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = path.read_bytes()
    assert "Upgrade readlog" in _refusal(path)
    assert path.read_bytes() == before


def test_a_directory_in_its_place_is_named(path: Path) -> None:
    """It is not taken for a journal, and stays."""
    path.mkdir(parents=True)
    assert "cannot be opened" in _refusal(path)
    assert list(path.iterdir()) == []


@posix
def test_a_path_that_cannot_be_reached_is_not_an_empty_journal(tmp_path: Path) -> None:
    """A file where a directory should be: nobody can say that nothing is there, and nothing is made."""
    blocked = tmp_path / "file"
    blocked.write_text("mine")
    assert "journal.db cannot be reached: Not a directory." in _refusal(blocked / "journal.db")
    assert "cannot be reached" in _refusal(tmp_path / ("long" * 100) / "journal.db")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert blocked.read_text() == "mine"


@posix
def test_a_link_that_leads_nowhere_is_not_an_empty_journal(tmp_path: Path) -> None:
    """As to a disk that is not mounted: nothing is made on either side of it."""
    link = tmp_path / "journal.db"
    for target in (tmp_path / "disk" / "journal.db", tmp_path / "other.db", link):
        link.symlink_to(target)
        assert "cannot be opened" in _refusal(link)
        assert [each.name for each in tmp_path.iterdir()] == ["journal.db"]
        assert link.is_symlink()
        link.unlink()


@posix
def test_a_link_to_a_journal_is_the_journal(path: Path, tmp_path: Path) -> None:
    """What is written by its name is in the file that it leads to."""
    open_for_writing(str(path)).close()
    link = tmp_path / "link.db"
    link.symlink_to(path)
    connection = open_for_writing(str(link))
    connection.execute("INSERT INTO books (title) VALUES ('x')")
    connection.close()
    assert link.is_symlink()
    connection = open_for_reading(str(path))
    assert count(connection, "books") == 1
    connection.close()


@pytest.mark.parametrize("name", ["with blanks.db", "a#b%20c.db", "雪国.db", "file:x;mode=ro&.db"])
def test_a_journal_has_any_name(tmp_path: Path, name: str) -> None:
    """Also one that means something in the address of a file."""
    if sys.platform == "win32":
        name = name.replace(":", "")
    path = tmp_path / name
    for _ in range(2):
        open_for_writing(str(path)).close()
    open_for_reading(str(path)).close()
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_bytes_that_are_no_text_are_read_all_the_same(path: Path, other_tool: sqlite3.Connection) -> None:
    """Another tool may have written Latin-1: what is no letter is shown as such, the rest is there and is found."""
    for table, column in (
        ("books", "title"),
        ("people", "name"),
        ("tags", "name"),
        ("quotes", "text"),
        ("readings", "review"),
    ):
        other_tool.execute(f"UPDATE {table} SET {column} = CAST(x'50e974726f67726164207761722e' AS TEXT) WHERE id = 1")
    for open_it in (open_for_reading, open_for_writing):
        connection = open_it(str(path))
        assert {row[2] for row in contents(connection)["books"]} == {"P\ufffdtrograd war."}
        assert "P\ufffdtrograd war." in contents(connection)["readings"][0]
        assert found(connection, "war") == {1, 2}
        connection.close()


def test_a_journal_in_wal_mode_is_read_and_written(path: Path) -> None:
    """A reader may have set it with another tool; its size on the disk says nothing then."""
    first = open_for_writing(str(path))
    first.execute("PRAGMA journal_mode = wal")
    with logged_operation(first, "add"):
        first.execute("INSERT INTO books (title) VALUES (?)", ("x" * 100_000,))
    second = open_for_writing(str(path))
    assert second.execute("SELECT count(*) FROM books").fetchone() == (1,)
    first.close()
    second.close()
