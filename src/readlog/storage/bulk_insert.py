"""Inserting thousands of rows, logged one table at a time: a trigger for each row takes as long as everything else.

The insert triggers are dropped and created again inside one transaction: nobody else sees the file without them,
and a rollback, also that of a crash, brings them back.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_TABLES = ("books", "people", "contributions", "tags", "book_tags", "readings", "quotes")
"""In the order in which their rows need each other, so that undoing the log backwards removes nothing still needed."""

_LAST = "(SELECT max(id) FROM operations)"
_TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name IN (SELECT value FROM json_each(?))"
_LOG = """
INSERT INTO changes (operation_id, action, table_name, row_id)
SELECT {last}, 'insert', '{table}', id FROM {table} WHERE id > ? ORDER BY id
"""
_LOG_ONE = """
INSERT INTO changes (operation_id, action, table_name, row_id) VALUES ({last}, 'insert', 'readings', ?)
"""
_STALE = """
INSERT INTO stale (reading_id)
SELECT id FROM readings WHERE id > :readings
UNION SELECT readings.id FROM contributions JOIN readings USING (book_id) WHERE contributions.id > :contributions
UNION SELECT readings.id FROM book_tags JOIN readings USING (book_id) WHERE book_tags.id > :book_tags
UNION SELECT reading_id FROM quotes WHERE id > :quotes
"""


class BulkInsert:
    """Logs the rows that an operation inserts while the triggers are off. A row must be logged before it is changed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._logged = self._highest_ids()
        self._low_ids: list[int] = []

    def note_reading(self, reading_id: int) -> None:
        """Say that a reading was inserted: an id from a file may be lower than those that are already logged."""
        if reading_id <= self._logged["readings"]:
            self._low_ids.append(reading_id)

    def log_rows(self) -> None:
        """Log the rows inserted since the last call, and mark their readings as stale in the search index."""
        highest = self._highest_ids()
        if highest == self._logged and not self._low_ids:
            return
        for table in _TABLES:
            if highest[table] > self._logged[table]:
                self._connection.execute(_LOG.format(last=_LAST, table=table), (self._logged[table],))
        for id_ in self._low_ids:
            self._connection.execute(_LOG_ONE.format(last=_LAST), (id_,))
            self._connection.execute("INSERT INTO stale (reading_id) VALUES (?)", (id_,))
        self._connection.execute(_STALE, self._logged)
        self._logged = highest
        self._low_ids.clear()

    def _highest_ids(self) -> dict[str, int]:
        found = dict(self._connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        return {table: found.get(table, 0) for table in _TABLES}


@contextmanager
def bulk_insert(connection: sqlite3.Connection) -> Iterator[BulkInsert]:
    """Turn the insert triggers off inside an operation, and log the rows at the end that were not logged before."""
    names = "[" + ",".join(f'"{table}_insert"' for table in _TABLES) + "]"
    triggers = connection.execute(_TRIGGERS, (names,)).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    many = BulkInsert(connection)
    yield many
    many.log_rows()
    for _, statement in triggers:
        connection.execute(statement)
