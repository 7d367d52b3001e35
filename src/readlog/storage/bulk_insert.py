"""Insertions by the thousand: logged a table at a time; a trigger for each row takes as long as all the rest.

The triggers on insertion are taken down and put up again inside the same transaction: nobody else
sees the file without them, and a rollback, also that of a crash, brings them back.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_TABLES = ("books", "people", "contributions", "tags", "book_tags", "readings", "quotes")
"""In the order in which their rows need each other: read backwards, the log takes nothing away that is still needed."""

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
    """Rows that an operation inserts while no trigger logs them. A row must be logged before it is changed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._logged = self._highest()
        self._below: list[int] = []

    def note(self, reading_id: int) -> None:
        """A reading was inserted; what a file says of its number may lie below those that are logged already."""
        if reading_id <= self._logged["readings"]:
            self._below.append(reading_id)

    def log(self) -> None:
        """Log what was inserted since the last time, and note the readings whose words have changed by it."""
        highest = self._highest()
        if highest == self._logged and not self._below:
            return
        for table in _TABLES:
            if highest[table] > self._logged[table]:
                self._connection.execute(_LOG.format(last=_LAST, table=table), (self._logged[table],))
        for id_ in self._below:
            self._connection.execute(_LOG_ONE.format(last=_LAST), (id_,))
            self._connection.execute("INSERT INTO stale (reading_id) VALUES (?)", (id_,))
        self._connection.execute(_STALE, self._logged)
        self._logged = highest
        self._below.clear()

    def _highest(self) -> dict[str, int]:
        found = dict(self._connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        return {table: found.get(table, 0) for table in _TABLES}


@contextmanager
def bulk_insert(connection: sqlite3.Connection) -> Iterator[BulkInsert]:
    """Inside of an operation, insertions that are logged all at once; what is left of them at the end."""
    names = "[" + ",".join(f'"{table}_insert"' for table in _TABLES) + "]"
    triggers = connection.execute(_TRIGGERS, (names,)).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    many = BulkInsert(connection)
    yield many
    many.log()
    for _, statement in triggers:
        connection.execute(statement)
