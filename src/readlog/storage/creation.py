"""Making a journal: whole under another name, then moved into place, or not at all."""

import os
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

from readlog.ground.disk import sync_directory
from readlog.ground.errors import JournalUnusable
from readlog.storage.failures import BUSY_SECONDS, explain

OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables came with 3.37."""


def create_journal(path: str) -> None:
    """Make an empty journal at `path`; where another process was faster, its journal stays. Raises JournalUnusable."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalUnusable(f"SQLite {sqlite3.sqlite_version} is too old for readlog: it needs 3.37. Upgrade Python.")
    directory = os.path.dirname(path)
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=directory, prefix=".readlog-", suffix=".new")
        os.close(descriptor)
        try:
            _build(fresh)
            _move_into_place(fresh, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(fresh)
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be made: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise explain(error, path) from error


def empty_journal() -> sqlite3.Connection:
    """A connection to a journal in memory with nothing in it: what a journal that is not made yet looks like."""
    from readlog.storage.versions import STEPS

    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript("".join(STEPS.values()))
    return connection


def _build(fresh: str) -> None:
    from readlog.storage.migrations import migrate

    connection = sqlite3.connect(fresh, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        migrate(connection)
    finally:
        connection.close()


def _move_into_place(fresh: str, path: str) -> None:
    """A hard link, unlike a rename, fails where a file is already; not every file system has it."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    except OSError:
        if not os.path.lexists(path):
            os.rename(fresh, path)
    sync_directory(Path(path).parent)
