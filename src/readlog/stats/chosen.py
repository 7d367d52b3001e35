"""The readings that figures are about: looked for once, and kept in a table in memory until all is counted."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from readlog.query.query_parser import Every, Field, Node
from readlog.query.query_to_sql import Filter, to_sql
from readlog.storage.steady import one_moment

WRITTEN = "CROSS JOIN contributions ON contributions.book_id = {}.book_id AND contributions.role = 'author'"
"""From a table of readings to the authors of their books."""
_COLUMNS = "readings.id, readings.book_id, readings.status, readings.finished, readings.rating, books.pages"


class Choice(NamedTuple):
    """Which readings: those that fit `node`, of one `year` alone if there is one."""

    node: Node
    year: int | None = None

    def also(self, status: str) -> "Choice":
        """Those of them that have this status."""
        return Choice(Every((self.node, Field("status", status))), self.year)

    @property
    def source(self) -> tuple[str, tuple[object, ...]]:
        """What follows FROM, `readings` and `books` joined, and its parameters.

        The year is asked for once more in the words of an index.
        """
        chosen: Filter = to_sql(self.node)
        source, parameters = chosen.source("books."), chosen.parameters
        if self.year is None:
            return source, parameters
        within = "readings.finished >= ? AND readings.finished < ?"
        return f"{source} AND {within}", (*parameters, str(self.year), str(self.year + 1))


@contextmanager
def chosen_readings(connection: sqlite3.Connection, choice: Choice) -> Iterator[None]:
    """Meanwhile the readings of `choice` are the table `chosen`, and all that is read is of one moment.

    Its columns: `id`, `book_id`, `status`, `finished`, `rating`, and `pages` of the book.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    source, parameters = choice.source
    with one_moment(connection):
        keep(
            connection,
            "chosen (id INTEGER PRIMARY KEY, book_id, status, finished, rating, pages)",
            f"SELECT {_COLUMNS} FROM {source} ORDER BY readings.id",
            parameters,
        )
        yield


def keep(connection: sqlite3.Connection, table: str, sql: str, parameters: tuple[object, ...] = ()) -> None:
    """Keep the rows of a SELECT as a table of this connection alone, in memory; one of this name goes.

    A connection to read by may write nothing, and this is no writing in the file.
    """
    name = table.split(maxsplit=1)[0]
    (guarded,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = 0")
    try:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(f"CREATE TEMP TABLE {table}")
        connection.execute(f"INSERT INTO temp.{name} {sql}", parameters)
    finally:
        connection.execute(f"PRAGMA query_only = {guarded}")
