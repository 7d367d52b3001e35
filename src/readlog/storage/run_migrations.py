"""Applying the steps of `migrations` to a file, all of them in one transaction.

The only module that imports sqlite_utils. It is imported only to create or upgrade a journal.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from sqlite_utils import Database, Migrations

from readlog.core.errors import JournalUnusable
from readlog.storage.connection import APPLICATION_ID, SCHEMA_VERSION, newer_journal, open_any_version, schema_version
from readlog.storage.migrations import STEPS
from readlog.storage.sqlite_errors import to_journal_error

_PATIENCE = 60_000
"""Milliseconds that one process waits for another that is upgrading the journal."""


def upgrade(path: str, back_up: Callable[[str], str], tell: Callable[[str], None] | None = None) -> None:
    """Upgrade the journal at `path`, which stays as it was if anything fails.

    `back_up` is called under the write lock if there are steps to apply; it stores a backup of the journal and
    returns its path, for the line that `tell` gets. Raises JournalUnusable.
    """
    backups: list[str] = []
    with closing(open_any_version(path)) as connection:
        try:
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            connection.execute("PRAGMA synchronous = EXTRA")
            if (version := schema_version(connection)) > SCHEMA_VERSION:
                raise newer_journal(path, version)
            migrate(connection, lambda: backups.append(back_up(path)))
        except sqlite3.Error as error:
            raise _upgrade_failed(error, path) from error
    if backups and tell:
        tell(f"The journal was upgraded to schema {SCHEMA_VERSION}. As it was before, it is in {backups[0]}")


def migrate(connection: sqlite3.Connection, before: Callable[[], None] = lambda: None) -> bool:
    """Apply the steps that the journal does not have yet; returns whether there were any.

    A second process waits for the first one and finds nothing left to do. `before` is called under the
    write lock if there are steps to apply and the file can be written. Any failure leaves the file as it was.
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

    sqlite-utils checks after every single character whether a statement ends there: a quarter of a second of the
    first command that a user ever types.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _upgrade_failed(error: sqlite3.Error, path: str) -> JournalUnusable:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return JournalUnusable(
            f"The journal {path} is of an older readlog and has to be upgraded, but it is read-only here. "
            "Nothing was changed. Copy it to where you can write, and name it with --journal."
        )
    if code == sqlite3.SQLITE_ERROR:
        return JournalUnusable(f"The journal {path} could not be upgraded: {error}. Nothing was changed.")
    return to_journal_error(error, path)
