import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.full_reading import full
from tests.given import TODAY, make
from tests.sql_rows import open_file

from readlog.core.domain_model import ProgressNote
from readlog.core.errors import JournalUnusable
from readlog.core.partial_date import PartialDate
from readlog.core.reading_record import from_record, to_record
from readlog.formats.json_format import dumps
from readlog.journal import Journal
from readlog.readings.load_rows import load_readings

RENAME = """
BEGIN IMMEDIATE;
UPDATE readings SET review = 'new';
UPDATE people SET name = 'new';
UPDATE tags SET name = 'new';
UPDATE quotes SET text = 'new';
"""


def _texts(connection: sqlite3.Connection) -> set[str | None]:
    """One text of each statement that a reading is loaded by."""
    (got,) = load_readings(connection, [1])
    return {got.review, got.book.authors[0], got.book.tags[0], got.quotes[0].text}


@pytest.fixture
def other(journal: Journal, path: Path) -> Iterator[sqlite3.Connection]:
    """Another program, with a change of everything that is ready to be committed; it waits for nobody."""
    journal.add(make("Book", review="old", authors=["old"], tags=["old"], quotes=["old"]))
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.executescript(RENAME)
        yield connection


@pytest.mark.parametrize("table", ["contributions", "book_tags", "quotes"])
def test_a_reading_is_of_one_moment(journal: Journal, other: sqlite3.Connection, table: str) -> None:
    """What another program commits while a reading is loaded is seen whole the next time, and never in a part."""
    refused: list[int] = []

    def commit_just_before(statement: str) -> None:
        if f"FROM {table}" in statement:
            try:
                other.execute("COMMIT")
            except sqlite3.OperationalError as error:
                refused.append(error.sqlite_errorcode)

    with open_file(journal) as connection:
        connection.set_trace_callback(commit_just_before)
        assert _texts(connection) == {"old"}
        assert refused == [sqlite3.SQLITE_BUSY]
        connection.set_trace_callback(None)
        other.execute("COMMIT")
        assert _texts(connection) == {"new"}


def test_loading_ends_what_it_began(journal: Journal) -> None:
    """Nobody has to wait for a journal that has been read, not even where reading failed."""
    journal.add(make("Book"))
    with open_file(journal) as connection:
        load_readings(connection, [1])
        assert not connection.in_transaction
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_READ else 0)
        with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
            load_readings(connection, [1])
        assert not connection.in_transaction


def test_readings_are_loaded_in_the_order_of_their_numbers_as_asked(
    journal: Journal, connection: sqlite3.Connection
) -> None:
    """One that is not there is left out, and one that is asked for twice is given twice."""
    for title in ("One", "Two", "Three"):
        journal.add(make(title))
    assert [reading.id for reading in load_readings(connection, [3, 99, 1, 3])] == [3, 1, 3]
    assert load_readings(connection, []) == []


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        ('{"a": 1e999}', {"a": "1e999"}),
        ('{"a": [-1e999, 1.5]}', {"a": ["-1e999", 1.5]}),
        ('{"a": ' + "9" * 400 + "}", {"a": "9" * 400}),
        ('{"a": ' + "9" * 9_000 + "}", {"a": "9" * 9_000}),
        ('{"a": -12, "a": 3}', {"a": 3}),
        (" { } ", {}),
    ],
)
def test_an_odd_extra_of_another_tool_is_read_and_goes_out_as_json(
    journal: Journal, path: Path, odd: str, read: object
) -> None:
    """A number that no program can count with is kept as the text that it was."""
    journal.add(make("Book"))
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE readings SET extra = ?", (odd,))
    with Journal(str(path)) as again:
        record = to_record(again.get(1))
    assert record["extra"] == read
    assert json.loads(dumps(record))["extra"] == read


def test_text_that_is_no_utf_8_is_read(journal: Journal, path: Path) -> None:
    """Another tool may have written bytes; the rest of the reading is as good as before."""
    journal.add(make("Book", review="fine"))
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE books SET title = CAST(x'41ff42' AS TEXT)")
    with Journal(str(path)) as again:
        assert (again.get(1).book.title, again.get(1).review) == ("A\ufffdB", "fine")


@pytest.mark.parametrize(
    ("extra", "read"),
    [
        ('{"a": "\\ud800\\u001b", "\\u202e": [1]}', {"a": "\ufffd\ufffd", "\ufffd": [1]}),
        ('{"a":' + "[" * 1500 + "]" * 1500 + "}", None),
    ],
)
def test_an_extra_that_json_allows_and_nobody_writes_is_read(
    journal: Journal, connection: sqlite3.Connection, extra: str, read: object
) -> None:
    """Half a character, a control, more levels than a program can follow: none of it is in the way of the rest."""
    journal.add(make("X"))
    connection.execute("UPDATE readings SET extra = ?", (extra,))
    found = journal.get(1).extra
    assert found == (read or {"json": extra})
    dumps(found).encode()


@pytest.mark.parametrize(
    ("item", "mark"),
    [
        ('{"at": 133, "date": 2012}', ProgressNote("133", PartialDate.from_edtf("2012"))),
        ('{"at": "133", "date": [2012], "remark": "the fog"}', ProgressNote("133", None, "[2012]; the fog")),
        ('{"at": "133", "date": {"year": 2012}}', ProgressNote("133", None, "{'year': 2012}")),
        ('{"date": "2012"}', ProgressNote(remark="{'date': '2012'}")),
        ("7", ProgressNote(remark="7")),
        ('""', ProgressNote(remark="?")),
    ],
)
def test_a_mark_of_another_tool_is_read_as_far_as_it_is_one(
    journal: Journal, connection: sqlite3.Connection, item: str, mark: ProgressNote
) -> None:
    """A year may be a number there; what is no note is seen as a remark, and goes out and in again as one."""
    journal.add(make("X"))
    connection.execute("UPDATE readings SET progress = ?", (f"[{item}]",))
    found = journal.get(1)
    assert found.progress == (mark,)
    assert from_record(to_record(found), TODAY) == found


@pytest.mark.parametrize("damage", ["extra = ''", "sources = 'no json'", "finished = 'never'", "started = 7"])
def test_a_row_that_cannot_be_is_damage_and_no_crash(journal: Journal, path: Path, damage: str) -> None:
    """A failing disk asks no check of a table what it may write."""
    journal.add(make("Dune", finished="2012"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(f"UPDATE readings SET {damage}")
        connection.commit()
    with pytest.raises(JournalUnusable, match="is damaged"), Journal(str(path)) as other:
        other.get(1)


def test_a_line_of_the_log_that_is_no_json_is_damage(journal: Journal, path: Path) -> None:
    """Whoever reads the log comes upon it, wherever that is."""
    journal.add(make("Dune", rating=3))
    journal.edit(1, lambda now: make("Dune", rating=4))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        connection.execute("UPDATE changes SET before = '{broken' WHERE before IS NOT NULL")
        connection.commit()
    with pytest.raises(JournalUnusable, match="is damaged"), Journal(str(path)) as other:
        other.versions_of(1)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("books", "UPDATE books SET pages = 'many'"),
        ("tags", "UPDATE tags SET name = X'FF' WHERE id = 1"),
        ("people", "UPDATE people SET name = X'FF' WHERE id = 1"),
        ("quotes", "UPDATE quotes SET remark = X'FF'"),
    ],
)
def test_a_row_of_another_table_is_damage(
    journal: Journal, connection: sqlite3.Connection, table: str, change: str
) -> None:
    """A page that lies where another one was has numbers for names; that is said, and nobody stumbles over it."""
    journal.add(full())
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' STRICT', '') WHERE name = ?", (table,))
    connection.execute("PRAGMA writable_schema = RESET")
    connection.execute(change)
    with pytest.raises(sqlite3.DatabaseError, match="cannot say"):
        journal.get(1)
