"""A change of the journal: one transaction, one operation in its log, the index made anew once at its end."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from readlog.ground.clock import now

INDEXED = "title, contributors, series, tags, review, note, quotes"
_LAST = "(SELECT max(id) FROM operations)"
_CHANGES = f"SELECT 1 FROM changes WHERE operation_id = {_LAST} LIMIT 1"
_STALE = "SELECT reading_id FROM stale"


@contextmanager
def operation(connection: sqlite3.Connection, command: str) -> Iterator[None]:
    """A transaction that is logged as one operation of `command`; if it changes nothing, it is as if it never was.

    The write lock is held inside: nobody may be asked anything there.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("INSERT INTO operations (at, command, running) VALUES (?, ?, 1)", (now(), command))
        yield
        if connection.execute(_CHANGES).fetchone():
            _index_what_is_stale(connection)
            connection.execute(f"UPDATE operations SET running = 0 WHERE id = {_LAST}")
            connection.execute("COMMIT")
        else:
            connection.execute("ROLLBACK")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _index_what_is_stale(connection: sqlite3.Connection) -> None:
    connection.execute(f"DELETE FROM search WHERE rowid IN ({_STALE})")
    connection.execute(
        f"INSERT INTO search (rowid, {INDEXED}) SELECT id, {INDEXED} FROM search_text WHERE id IN ({_STALE})"
    )
    connection.execute("DELETE FROM stale")
