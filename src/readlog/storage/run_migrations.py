"""The steps of `versions`, applied to a file by sqlite-utils, all of them in one transaction.

The only module that imports sqlite_utils, and imported only to make or to upgrade a journal:
sqlite-utils builds the house, the standard library's sqlite3 lives in it.
"""

import sqlite3
from collections.abc import Callable, Iterator

from sqlite_utils import Database, Migrations

from readlog.storage.connection import APPLICATION_ID, version_of
from readlog.storage.migrations import STEPS


def migrate(connection: sqlite3.Connection, before: Callable[[], None] = lambda: None) -> bool:
    """Apply the steps that the journal does not have yet; whether there were any.

    Whoever comes second waits for the first and finds nothing left to do. `before` runs under the
    write lock, when something is, and the file can be written to. Any failure leaves the file as it was.
    """
    db = Database(connection, execute_plugins=False)
    db.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)
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
