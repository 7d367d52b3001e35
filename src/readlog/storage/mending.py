"""Making a damaged search index anew: it holds nothing that the tables do not hold.

What is broken cannot even be dropped as the virtual table that it is. So it is taken out of the
schema by its name, and then the ordinary tables that it kept its data in.
"""

import sqlite3

from readlog.storage.operation import INDEXED

_BY_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error can come of a damaged index: FTS5 has more than one word for it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BY_DAMAGE


def make_index_anew(connection: sqlite3.Connection) -> None:
    """Replace the search index by one made from the tables, in one transaction. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (made_by,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'search'")
        connection.execute("PRAGMA writable_schema = RESET")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name GLOB 'search_[cdi]*'").fetchall():
            connection.execute(f"DROP TABLE {name}")
        connection.execute(made_by)
        connection.execute(f"INSERT INTO search (rowid, {INDEXED}) SELECT id, {INDEXED} FROM search_text")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
