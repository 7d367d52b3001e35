"""Opening the journal, and never taking another file, or what is left of a journal, for one.

The rollback journal, not WAL: a program that opens, writes and closes gains nothing from WAL, and
one file is always whole and safe to copy. `synchronous=EXTRA` syncs the directory too, so that a
reading that was acknowledged survives the power going the next moment.
"""

import os
import sqlite3
from collections.abc import Callable
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
"""How many steps of `versions` there are: `PRAGMA user_version` of a journal of today."""

APPLICATION_ID = 0x52444C47
"""The bytes `RDLG`: how a file says that it is a readlog journal."""


def open_for_reading(path: str, tell: Callable[[str], None] | None = None) -> sqlite3.Connection:
    """A connection to the journal at `path` that cannot write; a journal not yet made is an empty one in memory.

    The journal of an older readlog is upgraded, and `tell` is told of it. Raises JournalUnusable.
    """
    if not journal_exists(path):
        from readlog.storage.journal_file import empty_journal

        return empty_journal()
    connection = _open(path, tell)
    connection.execute("PRAGMA query_only = 1")
    return connection


def open_for_writing(path: str, tell: Callable[[str], None] | None = None) -> sqlite3.Connection:
    """A connection to the journal at `path`, which is made if there is none, and upgraded if it is of an older readlog.

    `tell` is told of the upgrade. Raises JournalUnusable.
    """
    if not journal_exists(path):
        from readlog.storage.journal_file import create_journal

        create_journal(path)
    connection = _open(path, tell)
    make_writable(connection)
    return connection


def make_writable(connection: sqlite3.Connection) -> None:
    """Make a connection that was there to read by one to write by."""
    connection.execute("PRAGMA query_only = 0")
    connection.execute("PRAGMA foreign_keys = 1")
    connection.execute("PRAGMA recursive_triggers = 1")
    connection.execute("PRAGMA synchronous = EXTRA")


def device_and_inode(path: str) -> tuple[int, int] | None:
    """Which file is at `path`; None where there is none. Another one that is put in its place is another."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def open_any_version(path: str) -> sqlite3.Connection:
    """A connection in autocommit mode to a whole journal of any version, which stays of it. Raises JournalUnusable.

    Mode `rw` and not `ro`: only a connection that may write can take back what a crash left half done.
    """
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise truncated_journal(path)
    address = Path(path).as_uri() + "?mode=rw"
    try:
        connection = sqlite3.connect(address, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
        connection.text_factory = _as_text
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise to_journal_error(error, path) from error
    return connection


def journal_exists(path: str) -> bool:
    """Whether there is anything at `path`; a path that cannot be reached is no sign that there is nothing."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be reached: {error.strerror}.") from error
    return True


def _open(path: str, tell: Callable[[str], None] | None) -> sqlite3.Connection:
    """A connection to a journal of this version."""
    connection = open_any_version(path)
    version = schema_version(connection)
    if version == SCHEMA_VERSION:
        return connection
    connection.close()
    if version > SCHEMA_VERSION:
        raise newer_journal(path, version)
    from readlog.storage.run_migrations import upgrade

    upgrade(path, tell)
    return _open(path, tell)


def schema_version(connection: sqlite3.Connection) -> int:
    """How many steps the journal has."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def newer_journal(path: str, version: int) -> JournalUnusable:
    """What is said of a journal that this readlog does not understand."""
    return JournalUnusable(
        f"The journal {path} was made by a newer readlog: its schema is {version}, this one knows {SCHEMA_VERSION}. "
        "Upgrade readlog."
    )


def _as_text(raw: bytes) -> str:
    """A text of the file; another tool may have written bytes into it that are no UTF-8."""
    return raw.decode("utf-8", "replace")


def _check(connection: sqlite3.Connection, path: str) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
        raise JournalUnusable(NOT_A_JOURNAL.format(path=path))
    if schema_version(connection) < 1 or _is_cut(connection, path):
        raise corrupt_journal(path)


def _is_cut(connection: sqlite3.Connection, path: str) -> bool:
    """Whether the file is shorter than it says it is: SQLite notices only when it needs what is missing."""
    connection.execute("BEGIN")
    pages, size, mode = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size", "journal_mode")
    )
    cut = mode != "wal" and os.path.getsize(path) < pages * size
    connection.execute("COMMIT")
    return bool(cut)
