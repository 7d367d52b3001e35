"""SQLite's errors as JournalUnusable, each with a message that says what to do."""

import sqlite3

from readlog.core.errors import JournalUnusable

BUSY_SECONDS = 10
"""How long a command waits for another one that writes."""

NOT_A_JOURNAL = "{path} is not a readlog journal. Name another file with --journal."
_REPLACED = "The journal {path} was replaced in another terminal meanwhile. Nothing was changed; try again."
_UNCONFIRMED = "The change is in the journal {path}, but the disk did not confirm it. Look at the disk."
_RESTORE = "Put a backup in its place: readlog restore PATH."
_STORED_BACKUPS = "Those that readlog has kept: readlog backup --list."
_CANNOT_OPEN = "The journal {path} cannot be opened. Check that it is a file that you may read."

_MESSAGES = {
    sqlite3.SQLITE_BUSY: f"Another program kept {{path}} locked for {BUSY_SECONDS} seconds. Try again.",
    sqlite3.SQLITE_LOCKED: "Another program keeps {path} locked. Nothing was changed; try again.",
    sqlite3.SQLITE_READONLY: "The journal {path} cannot be written: it is read-only here. Nothing was changed.",
    sqlite3.SQLITE_FULL: "The disk is full. Nothing was changed in {path}.",
    sqlite3.SQLITE_IOERR: "The disk failed under {path}. Nothing was changed.",
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_PERM: _CANNOT_OPEN,
}


class CorruptJournal(JournalUnusable):
    """The file is damaged, truncated or not a database any more; the message is `sentences` in one line."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences

    def mention_backups(self) -> None:
        """Say after the advice to restore a backup that readlog has stored some; storage does not know of them."""
        if _RESTORE in self.sentences:
            place = self.sentences.index(_RESTORE) + 1
            self.args = (" ".join((*self.sentences[:place], _STORED_BACKUPS, *self.sentences[place:])),)


def is_file_error(error: BaseException) -> bool:
    """Whether an error comes from the journal's file, and not from the program.

    UnicodeDecodeError is one: SQLite's message quotes the broken bytes. So is invalid JSON in a column.
    """
    return isinstance(error, (sqlite3.Error, UnicodeDecodeError)) or type(error).__name__ == "JSONDecodeError"


def is_corruption(error: sqlite3.Error) -> bool:
    """Whether an error can come from a damaged search index, which FTS5 reports in more than one way."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)


def is_lock_error(error: BaseException | None) -> bool:
    """Whether an error, or one of its causes, says that another program has locked the journal."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    cause = error.__cause__ if error else None
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or (cause is not None and is_lock_error(cause))


def to_journal_error(error: BaseException, path: str) -> JournalUnusable:
    """The JournalUnusable for an error that comes from the journal's file at `path`."""
    code = getattr(error, "sqlite_errorcode", 0)
    if isinstance(error, ValueError) or code & 0xFF == sqlite3.SQLITE_CORRUPT:
        return corrupt_journal(path)
    if code & 0xFF == sqlite3.SQLITE_NOTADB:
        return CorruptJournal(NOT_A_JOURNAL.format(path=path))
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return JournalUnusable(_REPLACED.format(path=path))
    if code == sqlite3.SQLITE_IOERR_DIR_FSYNC:
        return unconfirmed_write(path)
    if code & 0xFF in _MESSAGES:
        return JournalUnusable(_MESSAGES[code & 0xFF].format(path=path))
    return JournalUnusable(f"The journal {path} could not be used: {error}.")


def unconfirmed_write(path: str) -> JournalUnusable:
    """The error for a change that was written, after which the disk failed to sync."""
    return JournalUnusable(_UNCONFIRMED.format(path=path))


def corrupt_journal(path: str) -> CorruptJournal:
    """The error for a damaged journal."""
    return CorruptJournal(f"The journal {path} is damaged.", _RESTORE)


def truncated_journal(path: str) -> CorruptJournal:
    """The error for a journal of zero bytes."""
    return CorruptJournal(f"The journal {path} is empty: it was truncated.", _RESTORE, "To begin anew, remove it.")
