"""The steps of `versions`, applied to a file by sqlite-utils, all of them in one transaction.

The only module that imports sqlite_utils, and imported only to make or to upgrade a journal:
sqlite-utils builds the house, the standard library's sqlite3 lives in it.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from sqlite_utils import Database, Migrations

from readlog.backups.backup import BackupFailed, store_backup
from readlog.backups.results import BEFORE_UPGRADE, Backup
from readlog.core.errors import JournalUnusable
from readlog.storage.connection import APPLICATION_ID, SCHEMA_VERSION, newer_journal, open_any_version, schema_version
from readlog.storage.migrations import STEPS
from readlog.storage.sqlite_errors import to_journal_error


def migrate(connection: sqlite3.Connection, before: Callable[[], None] = lambda: None) -> bool:
    """Apply the steps that the journal does not have yet; whether there were any.

    Whoever comes second waits for the first and finds nothing left to do. `before` runs under the
    write lock, when something is, and the file can be written to. Any failure leaves the file as it was.
    """
    db = Database(connection, execute_plugins=False)
    db.execute("BEGIN IMMEDIATE")
    try:
        version = schema_version(connection)
        needed = version < len(STEPS)
        if needed:
            db.execute(f"PRAGMA user_version = {version}")
            before()
            _migrations().apply(db)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {len(STEPS)}")
        db.commit()
    except BaseException:
        db.rollback()
        raise
    return needed


def _migrations() -> Migrations:
    migrations = Migrations("readlog")
    for name, script in STEPS.items():
        migrations(name=name)(_step(script))
    return migrations


def _step(script: str) -> Callable[[Database], None]:
    def step(db: Database) -> None:
        for statement in _statements(script):
            db.execute(statement)

    return step


def _statements(script: str) -> Iterator[str]:
    """The statements of a script in which each begins on a line of its own.

    sqlite-utils asks after every single character whether a statement ends there: a quarter of a second of the first
    command that somebody ever types.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


_PATIENCE = 60_000
"""Milliseconds that whoever comes second waits for the first."""


def upgrade(path: str, tell: Callable[[str], None] | None = None) -> None:
    """Upgrade the journal at `path`, which stays as it was where anything fails; `tell` is told what was done.

    Raises JournalUnusable.
    """
    kept: list[Backup] = []
    with closing(open_any_version(path)) as connection:
        try:
            _upgrade(connection, path, lambda: kept.append(store_backup(path, BEFORE_UPGRADE)))
        except BackupFailed as error:
            raise _without_backup(error, path) from error
        except sqlite3.Error as error:
            raise _refused(error, path) from error
    if kept and tell:
        tell(f"The journal was upgraded to schema {SCHEMA_VERSION}. As it was before, it is in {kept[0].path}")


def _upgrade(connection: sqlite3.Connection, path: str, before: Callable[[], None]) -> None:

    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    connection.execute("PRAGMA synchronous = EXTRA")
    if (version := schema_version(connection)) > SCHEMA_VERSION:
        raise newer_journal(path, version)
    migrate(connection, before)


def _without_backup(error: BackupFailed, path: str) -> JournalUnusable:
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
    return to_journal_error(error, path)
