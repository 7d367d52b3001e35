"""What SQLite's errors mean for the reader, and what to do."""

import sqlite3
from contextlib import suppress

from readlog.core.errors import JournalUnusable, ReadlogError


class CorruptJournal(JournalUnusable):
    """What is there is no journal any more, or not a whole one."""


BUSY_SECONDS = 10
"""How long a command waits for another one that writes."""

NOT_A_JOURNAL = "{path} is not a readlog journal. Name another file with --journal."
_MOVED = "The journal {path} was replaced in another terminal meanwhile. Nothing was changed; try again."
_UNCONFIRMED = "The change is in the journal {path}, but the disk did not confirm it. Look at the disk."
_CANNOT_OPEN = "The journal {path} cannot be opened. Check that it is a file that you may read."

_REASONS = {
    sqlite3.SQLITE_BUSY: f"Another program kept {{path}} locked for {BUSY_SECONDS} seconds. Try again.",
    sqlite3.SQLITE_LOCKED: "Another program keeps {path} locked. Nothing was changed; try again.",
    sqlite3.SQLITE_READONLY: "The journal {path} cannot be written: it is read-only here. Nothing was changed.",
    sqlite3.SQLITE_FULL: "The disk is full. Nothing was changed in {path}.",
    sqlite3.SQLITE_IOERR: "The disk failed under {path}. Nothing was changed.",
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_PERM: _CANNOT_OPEN,
}


def is_file_error(error: BaseException) -> bool:
    """Whether an error is one of the journal's file, and not of the program.

    A UnicodeDecodeError is one too: the message of SQLite quotes what is broken. So is JSON in a column that is none.
    """
    return isinstance(error, (sqlite3.Error, UnicodeDecodeError)) or type(error).__name__ == "JSONDecodeError"


def is_lock_error(error: BaseException | None) -> bool:
    """Whether an error, or what it was explained of, says that another program has the journal just now."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    cause = error.__cause__ if error else None
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or (cause is not None and is_lock_error(cause))


def to_journal_error(error: BaseException, path: str) -> JournalUnusable:
    """The line for an error that comes of the journal's file at `path`."""
    code = getattr(error, "sqlite_errorcode", 0)
    if isinstance(error, ValueError) or code & 0xFF == sqlite3.SQLITE_CORRUPT:
        return corrupt_journal(path)
    if code & 0xFF == sqlite3.SQLITE_NOTADB:
        return CorruptJournal(NOT_A_JOURNAL.format(path=path))
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return JournalUnusable(_MOVED.format(path=path))
    if code == sqlite3.SQLITE_IOERR_DIR_FSYNC:
        return unconfirmed_write(path)
    if code & 0xFF in _REASONS:
        return JournalUnusable(_REASONS[code & 0xFF].format(path=path))
    return JournalUnusable(f"The journal {path} could not be used: {error}.")


def unconfirmed_write(path: str) -> JournalUnusable:
    """What is said where all is written, and the disk fails at what comes after that."""
    return JournalUnusable(_UNCONFIRMED.format(path=path))


def corrupt_journal(path: str) -> CorruptJournal:
    """What is said of a journal that is damaged."""
    return CorruptJournal(f"The journal {path} is damaged. {_way_out(path)}")


def truncated_journal(path: str) -> CorruptJournal:
    """What is said of a journal of which nothing is left."""
    return CorruptJournal(f"The journal {path} is empty: it was truncated. {_way_out(path)} To begin anew, remove it.")


def _way_out(path: str) -> str:
    """The command that puts a backup in its place, and where backups are; an error on the way is none here."""
    from readlog.backups.backup import stored_backups

    line = "Put a backup in its place: readlog restore PATH."
    with suppress(ReadlogError):
        if stored_backups(path):
            line += " Those that readlog has kept: readlog backup --list."
    return line
