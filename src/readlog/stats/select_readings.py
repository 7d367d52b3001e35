"""The readings that statistics are computed from, in a temporary table."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from readlog.query.query_parser import And, Field, Node
from readlog.query.query_to_sql import to_sql
from readlog.storage.transaction import read_transaction

JOIN_AUTHORS = "CROSS JOIN contributions ON contributions.book_id = {}.book_id AND contributions.role = 'author'"
"""Joins the authors of the books to a table of readings."""
_COLUMNS = "readings.id, readings.book_id, readings.status, readings.finished, readings.rating, books.pages"


class Selection(NamedTuple):
    """The readings that match `query`, those of one `year` alone if it is set."""

    query: Node
    year: int | None = None

    def with_status(self, status: str) -> "Selection":
        """Only the readings with this status."""
        return Selection(And((self.query, Field("status", status))), self.year)

    def from_where(self) -> tuple[str, tuple[object, ...]]:
        """The SQL after FROM, which joins `readings` and `books`, and its parameters."""
        condition = to_sql(self.query)
        source, params = condition.from_where("books."), condition.all_params
        if self.year is None:
            return source, params
        # The query already implies the year, but not in a form for which SQLite uses an index.
        within = "readings.finished >= ? AND readings.finished < ?"
        return f"{source} AND {within}", (*params, str(self.year), str(self.year + 1))


@contextmanager
def selected_readings(connection: sqlite3.Connection, selection: Selection) -> Iterator[None]:
    """Provide `selection` as the temporary table `selected`, and read everything in one transaction.

    Its columns: `id`, `book_id`, `status`, `finished`, `rating`, and `pages` of the book.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    source, params = selection.from_where()
    with read_transaction(connection):
        store_temp_table(
            connection,
            "selected (id INTEGER PRIMARY KEY, book_id, status, finished, rating, pages)",
            f"SELECT {_COLUMNS} FROM {source} ORDER BY readings.id",
            params,
        )
        yield


def store_temp_table(connection: sqlite3.Connection, table: str, sql: str, params: tuple[object, ...] = ()) -> None:
    """Store the rows of a SELECT as a temporary table in memory, replacing one of the same name.

    `table` is its name and its columns. Works on a connection for reading: `query_only` forbids
    temporary tables too, so it is off meanwhile, but the file is not written to.
    """
    name = table.split(maxsplit=1)[0]
    (query_only,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = 0")
    try:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(f"CREATE TEMP TABLE {table}")
        connection.execute(f"INSERT INTO temp.{name} {sql}", params)
    finally:
        connection.execute(f"PRAGMA query_only = {query_only}")
