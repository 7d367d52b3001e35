"""Creating a journal file: complete under a temporary name, then linked into place, or not at all."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from readlog.core.errors import JournalUnusable
from readlog.storage.atomic_files import link_new, make_private_directory, temporary_file
from readlog.storage.sqlite_errors import BUSY_SECONDS, to_journal_error

OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables came with 3.37."""


def create_journal(path: str) -> None:
    """Create an empty journal at `path`; if another process was faster, its journal stays. Raises JournalUnusable."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalUnusable(f"SQLite {sqlite3.sqlite_version} is too old for readlog: it needs 3.37. Upgrade Python.")
    directory = os.path.dirname(path)
    try:
        make_private_directory(Path(directory))
        with temporary_file(directory) as fresh:
            _build(fresh)
            with suppress(FileExistsError):
                link_new(fresh, path)
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be made: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise to_journal_error(error, path) from error


def empty_journal() -> sqlite3.Connection:
    """A connection to an empty journal in memory: read in place of a missing file, and compared with other schemas."""
    from readlog.storage.migrations import STEPS

    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript("".join(STEPS.values()))
    return connection


def _build(path: str) -> None:
    from readlog.storage.run_migrations import migrate

    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        migrate(connection)
    finally:
        connection.close()
