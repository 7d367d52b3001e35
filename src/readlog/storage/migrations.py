"""How the file came to its present shape: numbered steps, each one transaction, by sqlite-utils.

The only module that imports sqlite_utils, and imported only to make or to upgrade a journal:
sqlite-utils builds the house, the standard library's sqlite3 lives in it.
"""

import sqlite3

from sqlite_utils import Database, Migrations

from readlog.storage.connection import APPLICATION_ID
from readlog.storage.schema import TABLES
from readlog.storage.triggers import triggers

migrations = Migrations("readlog")


@migrations()
def m001_journal(db: Database) -> None:
    """Books, their readings, quotes, tags and people, the search index, the change log."""
    db.executescript(TABLES)
    db.executescript(triggers())


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the journal to `version`, the number of migrations there are, in one transaction.

    Whoever comes second waits for the first and finds nothing left to do. Any failure leaves the
    file as it was.
    """
    db = Database(connection, execute_plugins=False)
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    except BaseException:
        db.rollback()
        raise
