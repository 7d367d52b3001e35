"""Fills one journal through readlog's own storage; run by the Python that readlog is installed in.

    python -m benchmarks.filling JOURNAL READINGS

The tables, the triggers and the index are the program's own. It is one operation, as an import would be one.
No statistics are gathered, since readlog gathers none: a reader's SQLite chooses without them.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from benchmarks.invented import TODAY, YEAR, Invented, Inventor
from readlog.core.clock import NOW_VARIABLE
from readlog.storage.open_journal import open_for_writing
from readlog.storage.transaction import logged_operation

_AT_ONCE = 1_000
_WRITTEN = f"{TODAY - timedelta(days=1)}T12:00:00.000Z"


def fill(path: str, count: int) -> None:
    """Make the journal at `path`, of `count` invented readings, on the day before it is looked at."""
    os.environ[NOW_VARIABLE] = _WRITTEN
    inventor = Inventor()
    connection = open_for_writing(path)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    with logged_operation(connection, "import"):
        _insert(connection, "people", "id, name", enumerate(inventor.authors, 1))
        _insert(connection, "tags", "id, name", enumerate(inventor.tags, 1))
        numbered = enumerate(inventor.readings(count), 1)
        while batch := list(islice(numbered, _AT_ONCE)):
            _insert_batch(connection, batch)
        _insert(connection, "goals", "year, books", iter([(YEAR, 40)]))
    connection.close()


def _insert_batch(connection: sqlite3.Connection, batch: list[tuple[int, Invented]]) -> None:
    """A thousand readings: their books first, so that nothing has to be indexed twice."""
    new = [each for _, each in batch if each.is_new]
    _insert(
        connection,
        "books",
        "id, title, publisher, published, pages, language",
        ((b.book, b.title, b.publisher, b.published, b.pages, b.language) for b in new),
    )
    _insert(connection, "contributions", "book_id, person_id", ((b.book, b.author) for b in new))
    _insert(connection, "book_tags", "book_id, tag_id", ((b.book, tag) for b in new for tag in b.tags))
    _insert(
        connection,
        "readings",
        "id, book_id, status, started, finished, rating, format, review, progress, pile, created_at, updated_at",
        ((id_, r.book, *_own(r), r.progress, r.pile, _WRITTEN, _WRITTEN) for id_, r in batch),
    )
    _insert(connection, "quotes", "reading_id, position, text", _quotes(batch))


def _own(reading: Invented) -> tuple[object, ...]:
    """What a reading says of itself, without notes made on the way."""
    return reading.status, reading.started, reading.finished, reading.rating, reading.format, reading.review


def _quotes(batch: list[tuple[int, Invented]]) -> Iterator[tuple[object, ...]]:
    """The rows for the quotes of these readings."""
    for id_, reading in batch:
        for position, text in enumerate(reading.quotes):
            yield id_, position, text


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
    """Insert many rows of one table."""
    places = ", ".join("?" for _ in columns.split(","))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
