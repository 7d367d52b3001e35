import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.test_partial_date import DATES

from readlog.core import domain_model, status
from readlog.core.errors import BadInput
from readlog.core.partial_date import PartialDate
from readlog.storage import schema
from readlog.storage.connection import SCHEMA_VERSION
from readlog.storage.create_journal import empty_journal
from readlog.storage.open_journal import open_for_writing


@pytest.fixture(scope="module")
def tables() -> Iterator[sqlite3.Connection]:
    """The tables in memory, with one book."""
    connection = empty_journal()
    connection.execute("INSERT INTO books (title) VALUES ('Dune')")
    yield connection
    connection.close()


def test_the_schema_is_the_frozen_one(path: Path) -> None:
    """Each version was given to readers: a change of it is a migration, with a frozen file of its own."""
    connection = open_for_writing(str(path))
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%_sqlite_%' ORDER BY type, name"
    )
    text = "".join(f"{sql};\n" for (sql,) in rows)
    connection.close()
    assert text == Path(__file__).parent.parent.joinpath("schemas", f"v{SCHEMA_VERSION}.sql").read_text(
        encoding="utf-8"
    )


def test_a_journal_in_memory_is_the_same_as_one_on_disk(path: Path) -> None:
    """The empty one that reading finds has every table, view, index and trigger."""
    memory, disk = empty_journal(), open_for_writing(str(path))
    names = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%_sqlite_%' AND name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
    assert memory.execute(names).fetchall() == disk.execute(names).fetchall()
    memory.close()
    disk.close()


def test_tables_are_strict_but_for_the_index(path: Path) -> None:
    """A word in a column of numbers is an error, whoever writes it."""
    connection = open_for_writing(str(path))
    strict = {name: is_strict for _, name, kind, _, _, is_strict in connection.execute("PRAGMA table_list") if kind == "table" and "sqlite_" not in name}  # fmt: skip
    connection.close()
    assert strict == dict.fromkeys(
        "books people contributions tags book_tags readings quotes goals operations changes stale".split(), 1
    )


def test_the_words_of_the_schema_are_the_words_of_the_ground() -> None:
    """They are written twice, because a schema is frozen and a program is not."""
    assert schema.STATUSES == status.STATUSES
    assert schema.FORMATS == domain_model.FORMATS


def _insert(tables: sqlite3.Connection, **values: object) -> int:
    row = {"book_id": 1} | values
    places = ", ".join("?" * len(row))
    cursor = tables.execute(f"INSERT INTO readings ({', '.join(row)}) VALUES ({places})", tuple(row.values()))
    assert cursor.lastrowid
    return cursor.lastrowid


@given(when=DATES)
def test_the_file_takes_every_date_of_the_ground_and_reckons_alike(
    tables: sqlite3.Connection, when: PartialDate
) -> None:
    """First day, the day after, and the order are the same in SQL as in Python."""
    id_ = _insert(tables, finished=when.edtf)
    first, after, moment = tables.execute(
        "SELECT finished_first, finished_after, moment FROM readings WHERE id = ?", (id_,)
    ).fetchone()
    assert (date.fromisoformat(first), date.fromisoformat(after)) == (when.first_day, when.day_after)
    year, month, day, _ = when.sort_key
    assert moment == "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part)])


@given(
    text=st.from_regex(re.compile(r"[0-9]{3,4}(-[0-9]{1,2}){0,3}~{0,2}", re.ASCII), fullmatch=True)
    | st.text(max_size=12)
)
def test_the_file_takes_no_other_date(tables: sqlite3.Connection, text: str) -> None:
    """A tool that writes 2012-02-30 or last week is refused by the file itself."""
    try:
        PartialDate.from_edtf(text)
    except BadInput:
        with pytest.raises((sqlite3.IntegrityError, UnicodeEncodeError)):
            _insert(tables, started=text)
    else:
        _insert(tables, started=text)


@pytest.mark.parametrize(
    "values",
    [{"status": "read"}, {"rating": 0}, {"rating": 4.3}, {"rating": 5.25}, {"rating": "good"}, {"format": "papyrus"}, {"extra": "[]"},
     {"extra": "{"}, {"sources": "{}"}, {"uid": ""}, {"book_id": None}],
)  # fmt: skip
def test_the_file_refuses_what_is_no_fact(tables: sqlite3.Connection, values: dict[str, object]) -> None:
    """Statuses, ratings, formats and JSON are checked where they are kept."""
    with pytest.raises(sqlite3.IntegrityError):
        _insert(tables, **values)


def test_a_number_is_never_used_again(tables: sqlite3.Connection) -> None:
    """What a reader wrote down as 12 is 12 for good, also after it was deleted."""
    id_ = _insert(tables, rating=4)
    tables.execute("DELETE FROM readings WHERE id = ?", (id_,))
    assert _insert(tables, rating=4) > id_


def test_rows_of_other_tools_get_what_they_leave_out(tables: sqlite3.Connection) -> None:
    """A uid, a status, the moment, and empty lists."""
    id_ = _insert(tables, review="x")
    row = tables.execute(
        "SELECT uid, status, sources, extra, created_at, updated_at FROM readings WHERE id = ?", (id_,)
    ).fetchone()
    assert re.fullmatch("r[0-9a-f]{16}", row[0])
    assert row[1:4] == ("finished", "[]", "{}")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row[4])
    assert row[4] == row[5]
    assert json.loads(row[3]) == {}
