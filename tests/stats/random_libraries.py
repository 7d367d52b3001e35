"""Random libraries for statistics: few books, authors and years, so that much falls together."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from tests.made import make_empty

from readlog.core.partial_date import PartialDate
from readlog.core.status import STATUSES
from readlog.storage.open_journal import open_for_writing

AUTHORS = ("Anna", "Béla", "Chen", "D")
TAGS = ("history", "poems", "sea")
_YEARS = st.integers(2010, 2013)
_MONTHS = st.none() | st.integers(1, 12) | st.integers(21, 24)
DATES = st.one_of(
    st.builds(PartialDate, _YEARS, _MONTHS, is_approximate=st.booleans()),
    st.builds(
        PartialDate,
        _YEARS,
        st.integers(1, 12),
        st.integers(1, 28),
        is_approximate=st.sampled_from([False, False, True]),
    ),
).map(lambda when: when.edtf)
MARKS = st.fixed_dictionaries(
    {"at": st.sampled_from([None, "133", "40%", "Chapter two"]), "on": st.none() | DATES, "remark": st.just("So far.")}
)
BOOKS = st.fixed_dictionaries(
    {
        "authors": st.lists(st.sampled_from(AUTHORS), max_size=2, unique=True),
        "tags": st.lists(st.sampled_from(TAGS), max_size=2, unique=True),
        "pages": st.none() | st.integers(1, 4).map(lambda hundred: hundred * 100),
        "published": st.none() | st.integers(-805, -795) | st.integers(1985, 2012),
        "publisher": st.sampled_from([None, "Tin", "Ore"]),
        "language": st.sampled_from([None, "en", "fr"]),
    }
)
READINGS = st.fixed_dictionaries(
    {
        "book_id": st.integers(1, 4),
        "status": st.sampled_from([*STATUSES, *["finished"] * 9, "abandoned"]),
        "started": st.none() | DATES,
        "finished": st.none() | DATES | DATES,
        "rating": st.none() | st.integers(1, 20).map(lambda quarters: quarters / 4),
        "format": st.sampled_from([None, "print", "ebook"]),
        "progress": st.lists(MARKS, max_size=2).map(json.dumps),
    }
)
_COLUMNS = ("pages", "published", "publisher", "language")
LIBRARIES = st.tuples(st.lists(BOOKS, min_size=4, max_size=4), st.lists(READINGS, max_size=12))
Library = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def write_library(path: Path, library: Library) -> None:
    """Write a library into a new journal at `path`, as another tool would: in one transaction."""
    books, readings = library
    make_empty(path)
    connection = open_for_writing(str(path))
    connection.execute("BEGIN")
    for table, names in (("people", AUTHORS), ("tags", TAGS)):
        connection.executemany(f"INSERT INTO {table} (name) VALUES (?)", [(name,) for name in names])
    for number, book in enumerate(books, 1):
        _put(connection, "books", {"title": f"Book {number}"} | {key: book[key] for key in _COLUMNS})
        for position, name in enumerate(book["authors"]):
            person = AUTHORS.index(name) + 1
            _put(connection, "contributions", {"book_id": number, "person_id": person, "position": position})
        for tag in book["tags"]:
            _put(connection, "book_tags", {"book_id": number, "tag_id": TAGS.index(tag) + 1})
    for reading in readings:
        _put(connection, "readings", reading)
    connection.execute("COMMIT")
    connection.close()


def _put(connection: Any, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
