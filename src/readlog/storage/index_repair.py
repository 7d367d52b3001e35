"""Repairs that need no decision: the search index, and everything else that readlog can rebuild from the rows.

A damaged FTS5 index cannot be dropped as the virtual table that it is. It is removed from the schema by name, and
then the ordinary tables in which it keeps its data are dropped.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from readlog.storage.integrity import SchemaObject
from readlog.storage.schema import FILL_SEARCH, TABLE_NAMES

_RESTORE_OPERATIONS = """
INSERT INTO operations (id, at)
SELECT DISTINCT operation_id, coalesce(
    (SELECT at FROM operations WHERE id < operation_id ORDER BY id DESC LIMIT 1),
    (SELECT at FROM operations ORDER BY id LIMIT 1), '1970-01-01T00:00:00.000Z')
FROM changes WHERE operation_id NOT IN (SELECT id FROM operations)
"""
"""A missing operation happened no earlier than the one before it; more is not known."""

_CLEAR_INVALID_UNDO = """
UPDATE operations SET undoes = NULL WHERE undoes >= id OR undoes NOT IN (SELECT id FROM operations)
"""
_HIGHEST_ID = """
SELECT {table!r} AS name, max(ifnull((SELECT max(id) FROM {table}), 0),
    ifnull((SELECT max(row_id) FROM changes WHERE table_name = {table!r}), 0)) AS highest
"""
_INDEX_TABLES = ("search_config", "search_content", "search_data", "search_docsize", "search_idx")
"""Not by the prefix `search_`: another tool may have a table of its own that begins so."""
_KIND_ORDER = ("view", "index", "trigger")


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Replace the search index by one that is built from the rows, in one transaction. Raises sqlite3.Error."""
    with _all_or_nothing(connection):
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'search'")
        connection.execute("PRAGMA writable_schema = RESET")
        for name in _INDEX_TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(_create_index_sql())
        connection.execute(FILL_SEARCH)
        connection.execute("DELETE FROM stale")


def recreate_schema_objects(connection: sqlite3.Connection, objects: Sequence[SchemaObject]) -> None:
    """Create indexes, triggers and views again as readlog defines them, all or none. Raises sqlite3.Error."""
    with _all_or_nothing(connection):
        for each in sorted(objects, key=lambda each: _KIND_ORDER.index(each.kind)):
            connection.execute(f"DROP {each.kind.upper()} IF EXISTS {each.name}")
            connection.execute(each.sql)


def repair_log(connection: sqlite3.Connection) -> None:
    """End the operations that are marked as running, and restore those that are missing for entries of the log.

    No other process can be running one: the write lock is held.
    """
    with _all_or_nothing(connection):
        connection.execute("UPDATE operations SET running = 0 WHERE running <> 0")
        connection.execute(_RESTORE_OPERATIONS)
        connection.execute(_CLEAR_INVALID_UNDO)


def reusable_ids(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Tables that would give an id a second time, each with the highest id that was ever used."""
    highest = " UNION ALL ".join(_HIGHEST_ID.format(table=table) for table in TABLE_NAMES)
    too_low = f"""
        SELECT used.name, highest FROM ({highest}) AS used
        LEFT JOIN sqlite_sequence ON sqlite_sequence.name = used.name WHERE highest > ifnull(seq, 0)
    """
    return [(str(name), int(number)) for name, number in connection.execute(too_low).fetchall()]


def raise_sequences(connection: sqlite3.Connection) -> None:
    """Raise the counters of the tables so that no id is given a second time."""
    with _all_or_nothing(connection):
        for table, highest in reusable_ids(connection):
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest))


def _create_index_sql() -> str:
    """The statement that creates the index, which may be missing in the file itself."""
    from readlog.storage.create_journal import empty_journal

    with closing(empty_journal()) as fresh:
        (sql,) = fresh.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
        return str(sql)


@contextmanager
def _all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
