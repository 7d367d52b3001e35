"""Opening the journal: made whole or not at all, never mistaken for another file, one transaction a write.

The rollback journal, not WAL: a program that opens, writes and closes gains nothing from WAL, and
one file is always whole and safe to copy. `synchronous=EXTRA` syncs the directory too, so that a
reading that was acknowledged survives the power going the next moment.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readlog.ground.clock import now
from readlog.ground.errors import JournalUnusable

VERSION = 1
"""How many migrations there are; `PRAGMA user_version` of a journal of today."""

APPLICATION_ID = 0x52444C47
"""The bytes `RDLG`: how a file says that it is a readlog journal."""

BUSY_SECONDS = 10
OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables came with 3.37."""


def open_for_reading(path: str) -> sqlite3.Connection:
    """A connection to the journal at `path` that cannot write; a journal not yet made is an empty one in memory.

    Raises JournalUnusable.
    """
    if not os.path.lexists(path):
        return _empty()
    connection = _open(path)
    connection.execute("PRAGMA query_only = 1")
    return connection


def open_for_writing(path: str) -> sqlite3.Connection:
    """A connection to the journal at `path`, which is made if there is none. Raises JournalUnusable."""
    if not os.path.lexists(path):
        _create(path)
    connection = _open(path)
    connection.execute("PRAGMA foreign_keys = 1")
    connection.execute("PRAGMA recursive_triggers = 1")
    connection.execute("PRAGMA synchronous = EXTRA")
    return connection


@contextmanager
def operation(connection: sqlite3.Connection, command: str) -> Iterator[None]:
    """One transaction, logged as one operation of `command`; if it changes nothing, it is as if it never was."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("INSERT INTO operations (at, command, running) VALUES (?, ?, 1)", (now(), command))
        before = connection.total_changes
        yield
        if connection.total_changes == before:
            connection.execute("ROLLBACK")
        else:
            connection.execute("UPDATE operations SET running = 0 WHERE id = (SELECT max(id) FROM operations)")
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def explain(error: sqlite3.Error, path: str) -> JournalUnusable:
    """What an error of SQLite means for the reader, and what to do."""
    code = (error.sqlite_errorcode if hasattr(error, "sqlite_errorcode") else 0) & 0xFF
    if reason := _REASONS.get(code):
        return JournalUnusable(reason.format(path=path))
    return JournalUnusable(f"The journal {path} could not be used: {error}.")


_REASONS = {
    sqlite3.SQLITE_BUSY: f"Another program kept {{path}} locked for {BUSY_SECONDS} seconds. Try again.",
    sqlite3.SQLITE_LOCKED: "Another program keeps {path} locked. Nothing was changed; try again.",
    sqlite3.SQLITE_READONLY: "The journal {path} cannot be written: it is read-only here. Nothing was changed.",
    sqlite3.SQLITE_FULL: "The disk is full. Nothing was changed in {path}.",
    sqlite3.SQLITE_IOERR: "The disk failed under {path}. Nothing was changed.",
    sqlite3.SQLITE_CORRUPT: "The journal {path} is damaged. Keep a copy of it and go back to a backup.",
    sqlite3.SQLITE_NOTADB: "{path} is not a journal of readlog. Name another file with --journal.",
    sqlite3.SQLITE_CANTOPEN: "The journal {path} cannot be opened. Check that it is a file that you may read.",
    sqlite3.SQLITE_PERM: "The journal {path} cannot be opened. Check that it is a file that you may read.",
}


def _open(path: str) -> sqlite3.Connection:
    """A connection in autocommit mode, after the file was seen to be a whole journal of this version.

    Mode `rw` and not `ro`: only a connection that may write can take back what a crash left half done.
    """
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise JournalUnusable(
            f"The journal {path} is empty: something cut it. Go back to a backup, or remove it to begin anew."
        )
    try:
        connection = sqlite3.connect(
            Path(path).as_uri() + "?mode=rw", timeout=BUSY_SECONDS, isolation_level=None, uri=True
        )
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise explain(error, path) from error
    return connection


def _check(connection: sqlite3.Connection, path: str) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        raise JournalUnusable(_REASONS[sqlite3.SQLITE_NOTADB].format(path=path))
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise JournalUnusable(
            f"The journal {path} is of a newer readlog: schema {version}, this one knows {VERSION}. Upgrade readlog."
        )
    if version < VERSION or _is_cut(connection, path):
        raise JournalUnusable(_REASONS[sqlite3.SQLITE_CORRUPT].format(path=path))


def _is_cut(connection: sqlite3.Connection, path: str) -> bool:
    """Whether the file is shorter than it says it is: SQLite notices only when it needs what is missing."""
    connection.execute("BEGIN")
    pages, size, mode = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size", "journal_mode")
    )
    cut = mode != "wal" and os.path.getsize(path) < pages * size
    connection.execute("COMMIT")
    return bool(cut)


def _empty() -> sqlite3.Connection:
    from readlog.storage.schema import TABLES
    from readlog.storage.triggers import triggers

    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(TABLES + triggers())
    return connection


def _create(path: str) -> None:
    """Make the journal under another name and move it into place whole; where another was faster, stand back."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalUnusable(f"SQLite {sqlite3.sqlite_version} is too old for readlog: it needs 3.37. Upgrade Python.")
    draft = f"{path}.{os.getpid()}.new"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be made: {error.strerror}.") from error
    try:
        _build(draft)
        _move_into_place(draft, path)
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def _build(draft: str) -> None:
    from readlog.storage.migrations import migrate

    connection = sqlite3.connect(draft, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        migrate(connection, VERSION)
    except sqlite3.Error as error:
        raise explain(error, draft) from error
    finally:
        connection.close()


def _move_into_place(draft: str, path: str) -> None:
    """A hard link, unlike a rename, fails where a file is already; not every file system has it."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        if not os.path.lexists(path):
            os.rename(draft, path)
    sync_directory(path)


def sync_directory(path: str) -> None:
    """Make sure that the name of the file at `path` is on the disk, where the system lets a directory be synced."""
    if os.name == "nt":
        return
    directory = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
