"""Connecting to an existing journal file, without ever mistaking another file or the rest of a journal for one.

The file uses the rollback journal, not WAL: a program that opens, writes and closes gains nothing from WAL, and
one file is always complete and safe to copy. `synchronous=EXTRA` syncs the directory too, so that an acknowledged
reading survives the power going the next moment.
"""

import os
import sqlite3
from pathlib import Path

from readlog.core.errors import JournalUnusable
from readlog.storage.sqlite_errors import (
    BUSY_SECONDS,
    NOT_A_JOURNAL,
    corrupt_journal,
    to_journal_error,
    truncated_journal,
)

SCHEMA_VERSION = 3
"""How many steps `migrations.STEPS` has: `PRAGMA user_version` of a current journal."""

APPLICATION_ID = 0x52444C47
"""The bytes `RDLG`: how a file says that it is a readlog journal."""


def journal_exists(path: str) -> bool:
    """Whether anything is at `path`, even a broken link. Raises JournalUnusable if the path cannot be reached."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be reached: {error.strerror}.") from error
    return True


def device_and_inode(path: str) -> tuple[int, int] | None:
    """The identity of the file at `path`, which differs after the file was replaced; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_any_version(path: str) -> sqlite3.Connection:
    """A connection in autocommit mode to a complete journal of any schema version. Raises JournalUnusable.

    Mode `rw` and not `ro`: only a connection that may write can roll back what a crash left half done.
    """
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise truncated_journal(path)
    address = Path(path).as_uri() + "?mode=rw"
    try:
        connection = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
        connection.text_factory = _decode
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise to_journal_error(error, path) from error
    return connection


def make_writable(connection: sqlite3.Connection) -> None:
    """Turn a connection for reading into one for writing."""
    connection.execute("PRAGMA query_only = 0")
    connection.execute("PRAGMA foreign_keys = 1")
    connection.execute("PRAGMA recursive_triggers = 1")
    connection.execute("PRAGMA synchronous = EXTRA")


def schema_version(connection: sqlite3.Connection) -> int:
    """How many migration steps the journal has been through."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def newer_journal(path: str, version: int) -> JournalUnusable:
    """The error for a journal of a schema version that this readlog does not know."""
    return JournalUnusable(
        f"The journal {path} was made by a newer readlog: its schema is {version}, this one knows {SCHEMA_VERSION}. "
        "Upgrade readlog."
    )


def _decode(raw: bytes) -> str:
    """A text of the file; another tool may have written bytes that are not UTF-8."""
    return raw.decode("utf-8", "replace")


def _check(connection: sqlite3.Connection, path: str) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        raise JournalUnusable(NOT_A_JOURNAL.format(path=path))
    if schema_version(connection) < 1 or _is_cut(connection, path):
        raise corrupt_journal(path)


def _is_cut(connection: sqlite3.Connection, path: str) -> bool:
    """Whether the file is shorter than its header says: SQLite notices only when it needs a missing page."""
    connection.execute("BEGIN")
    pages, size, mode = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size", "journal_mode")
    )
    cut = mode != "wal" and os.path.getsize(path) < pages * size
    connection.execute("COMMIT")
    return bool(cut)
