"""The journal of an older readlog becomes one of today: after a backup, in one transaction, once."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from readlog.backups.backup import keep_backup
from readlog.backups.backup_part import NoBackup
from readlog.backups.results import BEFORE_UPGRADE, Backup
from readlog.core.errors import JournalUnusable
from readlog.storage.connection import VERSION, newer, open_as_it_is, version_of
from readlog.storage.sqlite_errors import explain

_PATIENCE = 60_000
"""Milliseconds that whoever comes second waits for the first."""


def upgrade(path: str, tell: Callable[[str], None] | None = None) -> None:
    """Upgrade the journal at `path`, which stays as it was where anything fails; `tell` is told what was done.

    Raises JournalUnusable.
    """
    kept: list[Backup] = []
    with closing(open_as_it_is(path)) as connection:
        try:
            _upgrade(connection, path, lambda: kept.append(keep_backup(path, BEFORE_UPGRADE)))
        except NoBackup as error:
            raise _without_backup(error, path) from error
        except sqlite3.Error as error:
            raise _refused(error, path) from error
    if kept and tell:
        tell(f"The journal was upgraded to schema {VERSION}. As it was before, it is in {kept[0].path}")


def _upgrade(connection: sqlite3.Connection, path: str, before: Callable[[], None]) -> None:
    from readlog.storage.run_migrations import migrate

    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    connection.execute("PRAGMA synchronous = EXTRA")
    if (version := version_of(connection)) > VERSION:
        raise newer(path, version)
    migrate(connection, before)


def _without_backup(error: NoBackup, path: str) -> JournalUnusable:
    return JournalUnusable(
        f"The journal {path} is of an older readlog, and is upgraded after a backup only. {error} "
        "Nothing was changed. Another folder for it is named with XDG_STATE_HOME."
    )


def _refused(error: sqlite3.Error, path: str) -> JournalUnusable:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return JournalUnusable(
            f"The journal {path} is of an older readlog and has to be upgraded, but it is read-only here. "
            "Nothing was changed. Copy it to where you can write, and name it with --journal."
        )
    if code == sqlite3.SQLITE_ERROR:
        return JournalUnusable(f"The journal {path} could not be upgraded: {error}. Nothing was changed.")
    return explain(error, path)
