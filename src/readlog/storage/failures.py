"""What SQLite's errors mean for the reader, and what to do."""

import sqlite3

from readlog.ground.errors import JournalUnusable

BUSY_SECONDS = 10
"""How long a command waits for another one that writes."""

NOT_A_JOURNAL = "{path} is not a readlog journal. Name another file with --journal."
DAMAGED = "The journal {path} is damaged. Keep a copy of it and restore a backup."
_CANNOT_OPEN = "The journal {path} cannot be opened. Check that it is a file that you may read."

_REASONS = {
    sqlite3.SQLITE_BUSY: f"Another program kept {{path}} locked for {BUSY_SECONDS} seconds. Try again.",
    sqlite3.SQLITE_LOCKED: "Another program keeps {path} locked. Nothing was changed; try again.",
    sqlite3.SQLITE_READONLY: "The journal {path} cannot be written: it is read-only here. Nothing was changed.",
    sqlite3.SQLITE_FULL: "The disk is full. Nothing was changed in {path}.",
    sqlite3.SQLITE_IOERR: "The disk failed under {path}. Nothing was changed.",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: NOT_A_JOURNAL,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_PERM: _CANNOT_OPEN,
}


def explain(error: sqlite3.Error | UnicodeDecodeError, path: str) -> JournalUnusable:
    """The line for an error of SQLite at the journal `path`.

    A UnicodeDecodeError is one too: the message of SQLite quotes what is broken.
    """
    if isinstance(error, UnicodeDecodeError):
        return JournalUnusable(DAMAGED.format(path=path))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _REASONS:
        return JournalUnusable(_REASONS[code].format(path=path))
    return JournalUnusable(f"The journal {path} could not be used: {error}.")
