"""Opening the journal file: created if it is missing, upgraded if an older readlog made it."""

import sqlite3
from collections.abc import Callable

from readlog.core.errors import JournalUnusable
from readlog.storage.connection import (
    SCHEMA_VERSION,
    journal_exists,
    make_writable,
    newer_journal,
    open_any_version,
    schema_version,
)


def open_for_reading(
    path: str, back_up: Callable[[str], str] | None = None, tell: Callable[[str], None] | None = None
) -> sqlite3.Connection:
    """A read-only connection to the journal at `path`; an empty journal in memory if there is no file.

    `back_up` stores a backup of a journal that is about to be upgraded and returns its path; without it,
    the journal of an older readlog is rejected. `tell` gets a line about the upgrade. Raises JournalUnusable.
    """
    if not journal_exists(path):
        from readlog.storage.create_journal import empty_journal

        return empty_journal()
    connection = _open_current(path, back_up, tell)
    connection.execute("PRAGMA query_only = 1")
    return connection


def open_for_writing(
    path: str, back_up: Callable[[str], str] | None = None, tell: Callable[[str], None] | None = None
) -> sqlite3.Connection:
    """A connection to the journal at `path` that may write; the file is created if it is missing.

    `back_up` and `tell` as for `open_for_reading`. Raises JournalUnusable.
    """
    if not journal_exists(path):
        from readlog.storage.create_journal import create_journal

        create_journal(path)
    connection = _open_current(path, back_up, tell)
    make_writable(connection)
    return connection


def _open_current(
    path: str, back_up: Callable[[str], str] | None, tell: Callable[[str], None] | None
) -> sqlite3.Connection:
    connection = open_any_version(path)
    version = schema_version(connection)
    if version == SCHEMA_VERSION:
        return connection
    connection.close()
    if version > SCHEMA_VERSION:
        raise newer_journal(path, version)
    if not back_up:
        raise JournalUnusable(f"The journal {path} is of an older readlog, and is upgraded after a backup only.")
    from readlog.storage.run_migrations import upgrade

    upgrade(path, back_up, tell)
    return _open_current(path, back_up, tell)
