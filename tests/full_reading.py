"""A reading with every field that there is, and what tests compare of it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from readlog.core.domain_model import Reading
from readlog.core.reading_record import to_record
from tests.given import make

FULL = {
    "subtitle": "1905-1941",
    "authors": ["Victor Serge"],
    "contributors": ["Peter Sedgwick:translator", "George Paizis:translator"],
    "series": "Classics",
    "series_number": "2",
    "isbn": "9781590174517",
    "publisher": "New York Review Books",
    "published": 2012,
    "pages": 576,
    "language": "English",
    "tags": ["history", "russia"],
    "status": "finished",
    "started": "2012-02",
    "finished": "2012-03",
    "rating": 5,
    "format": "print",
    "review": "Pétrograd",
    "private_note": "from Anna",
    "quotes": [{"text": "the bread", "page": "133"}, {"text": "the peace"}],
    "progress": [{"at": "133", "date": "2012-02-11", "remark": "the fog"}, {"at": "40%"}],
    "pile": 3,
    "sources": ["goodreads:55401"],
    "extra": {"mood": ["dark"]},
}


def full(**fields: object) -> Reading:
    """A reading with every field that there is."""
    return make("Memoirs of a Revolutionary", **FULL | fields)


def as_added(reading: Reading) -> dict[str, object]:
    """Its record without what the journal gives."""
    record = to_record(reading)
    for quote in record["quotes"]:
        quote.pop("uid")
    return {
        key: value for key, value in record.items() if key not in ("id", "uid", "book_uid", "created_at", "updated_at")
    }


def without_identity(reading: Reading) -> Reading:
    """The reading with quotes that the journal has not seen."""
    return reading._replace(quotes=tuple(quote._replace(uid=None) for quote in reading.quotes))


def dump(path: Path) -> list[tuple[object, ...]]:
    """Every row of every table that a reader's words are in."""
    with closing(sqlite3.connect(path)) as connection:
        tables = "books people contributions tags book_tags readings quotes".split()
        return [row for table in tables for row in connection.execute(f"SELECT '{table}', * FROM {table}")]
