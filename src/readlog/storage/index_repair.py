"""Mending what can be mended without asking: the search index, and whatever else readlog can make anew from the rows.

What is broken of the index cannot even be dropped as the virtual table that it is. So it is taken out of the
schema by its name, and then the ordinary tables that it kept its data in.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from readlog.storage.integrity import SchemaObject
from readlog.storage.schema import FILL_SEARCH, TABLE_NAMES

_OPERATIONS = """
INSERT INTO operations (id, at)
SELECT DISTINCT operation_id, coalesce(
    (SELECT at FROM operations WHERE id < operation_id ORDER BY id DESC LIMIT 1),
    (SELECT at FROM operations ORDER BY id LIMIT 1), '1970-01-01T00:00:00.000Z')
FROM changes WHERE operation_id NOT IN (SELECT id FROM operations)
"""
"""An operation that is gone happened no earlier than the one before it; more is not known."""

_UNDOES_NOTHING = """
UPDATE operations SET undoes = NULL WHERE undoes >= id OR undoes NOT IN (SELECT id FROM operations)
"""
_NUMBERS = """
SELECT {table!r} AS name, max(ifnull((SELECT max(id) FROM {table}), 0),
    ifnull((SELECT max(row_id) FROM changes WHERE table_name = {table!r}), 0)) AS highest
"""
_OF_INDEX = ("search_config", "search_content", "search_data", "search_docsize", "search_idx")
"""The tables of the index by their whole names: a tool may have one of its own that begins so."""
_ORDER = ("view", "index", "trigger")


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Replace the search index by one made from the tables, in one transaction. Raises sqlite3.Error."""
    with _all_or_nothing(connection):
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'search'")
        connection.execute("PRAGMA writable_schema = RESET")
        for name in _OF_INDEX:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(_made_by())
        connection.execute(FILL_SEARCH)
        connection.execute("DELETE FROM stale")


def recreate_schema_objects(connection: sqlite3.Connection, parts: Sequence[SchemaObject]) -> None:
    """Make indexes, triggers and views as they were; all of them or none. Raises sqlite3.Error."""
    with _all_or_nothing(connection):
        for part in sorted(parts, key=lambda part: _ORDER.index(part.kind)):
            connection.execute(f"DROP {part.kind.upper()} IF EXISTS {part.name}")
            connection.execute(part.sql)


def repair_log(connection: sqlite3.Connection) -> None:
    """End the operations that are said to go on still, and put back those that lines of the log belong to.

    Nobody else's can be going on: the write lock is held.
    """
    with _all_or_nothing(connection):
        connection.execute("UPDATE operations SET running = 0 WHERE running <> 0")
        connection.execute(_OPERATIONS)
        connection.execute(_UNDOES_NOTHING)


def reusable_ids(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Tables that would give a number again that was given before, each with the highest there was."""
    highest = " UNION ALL ".join(_NUMBERS.format(table=table) for table in TABLE_NAMES)
    too_low = f"""
        SELECT given.name, highest FROM ({highest}) AS given
        LEFT JOIN sqlite_sequence ON sqlite_sequence.name = given.name WHERE highest > ifnull(seq, 0)
    """
    return [(str(name), int(number)) for name, number in connection.execute(too_low).fetchall()]


def raise_sequences(connection: sqlite3.Connection) -> None:
    """Let no number be given a second time."""
    with _all_or_nothing(connection):
        for table, highest in reusable_ids(connection):
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest))


def _made_by() -> str:
    """The statement that makes the index; it may be gone from the file itself."""
    from readlog.storage.create_journal import empty_journal

    with closing(empty_journal()) as fresh:
        (made_by,) = fresh.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
        return str(made_by)


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
