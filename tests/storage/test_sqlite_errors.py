import sqlite3

import pytest

from readlog.storage.sqlite_errors import to_journal_error, truncated_journal


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "Another program kept journal.db locked for 10 seconds"),
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_IOERR, "disk failed"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk failed"),
        (sqlite3.SQLITE_IOERR_DIR_FSYNC, "is in the journal journal.db, but the disk did not confirm"),
        (sqlite3.SQLITE_READONLY, "read-only"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "replaced in another terminal"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_NOTADB, "not a readlog journal"),
        (sqlite3.SQLITE_LOCKED, "locked"),
        (sqlite3.SQLITE_CANTOPEN, "may read"),
        (sqlite3.SQLITE_PERM, "may read"),
        (sqlite3.SQLITE_SCHEMA, "could not be used: why"),
    ],
)
def test_each_failure_of_sqlite_has_its_line(code: int, words: str) -> None:
    """What happened, and what to do; what failed in detail is the same failure."""
    error = sqlite3.OperationalError("why")
    error.sqlite_errorcode = code
    line = to_journal_error(error, "journal.db")
    assert words in str(line)
    assert "journal.db" in str(line)
    assert line.exit_code == 6


def test_a_failure_without_a_code_says_what_python_says() -> None:
    """As one of the module sqlite3 itself."""
    assert str(to_journal_error(sqlite3.ProgrammingError("why"), "j.db")) == "The journal j.db could not be used: why."


def test_a_message_that_is_no_text_is_damage() -> None:
    """SQLite quotes what is broken, and Python cannot read the quotation."""
    error = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
    assert "damaged" in str(to_journal_error(error, "journal.db"))


def test_a_path_with_braces_is_a_path() -> None:
    """Whatever the journal is called, the line names it."""
    assert "a {path} b" in str(to_journal_error(sqlite3.OperationalError("why"), "a {path} b"))


def test_what_sqlite_says_is_said_as_it_is() -> None:
    """It may quote the name of a table, which has any characters."""
    error = sqlite3.OperationalError("no such table: {x}")
    assert "no such table: {x}" in str(to_journal_error(error, "journal.db"))


def test_stored_backups_are_mentioned_once_after_the_advice() -> None:
    error = truncated_journal("j.db")
    error.mention_backups()
    error.mention_backups()
    assert str(error) == (
        "The journal j.db is empty: it was truncated. Put a backup in its place: readlog restore PATH. "
        "Those that readlog has kept: readlog backup --list. To begin anew, remove it."
    )
