import sqlite3
from collections.abc import Iterator

import pytest
from tests.given import ids_in, make

from readlog.core.domain_model import Contributor
from readlog.journal import Journal
from readlog.readings.load_rows import load_readings
from readlog.readings.save_rows import RowInserter
from readlog.storage.transaction import logged_operation

DUNE = make(
    "Dune",
    authors=["Frank Herbert"],
    contributors=["A:narrator"],
    tags=["sf", "Désert"],
    finished="2012-03",
    rating=4.5,
    review="Sand.",
    quotes=[{"text": "Fear.", "page": "8"}, {"text": "Spice."}],
    sources=["goodreads:1"],
    extra={"mood": "dry"},
)


@pytest.fixture
def inserter(journal: Journal, connection: sqlite3.Connection) -> Iterator[RowInserter]:
    """Rows for an empty journal, inside an operation."""
    with logged_operation(connection, "add"), RowInserter(connection) as inserter:
        yield inserter


def test_what_is_collected_is_inserted_under_the_ids_that_were_told(
    journal: Journal, connection: sqlite3.Connection
) -> None:
    """At the end, in the order in which rows need each other; a second time the next ids are given."""
    for times in (1, 2):
        with logged_operation(connection, "add"), RowInserter(connection) as inserter:
            book_id = inserter.add_book(DUNE.book)
            id_ = inserter.add_reading(DUNE, book_id)
            assert ids_in(journal) == list(range(1, times))
        assert (book_id, id_) == (times, times)
        there = journal.get(id_)
        assert there._replace(id=None, uid=None, created_at=None, updated_at=None) == DUNE._replace(
            book=DUNE.book._replace(uid=there.book.uid), quotes=there.quotes
        )
        assert [quote._replace(uid=None) for quote in there.quotes] == list(DUNE.quotes)
    assert (journal.counts().people, journal.counts().tags) == (2, 2)


def test_a_number_that_is_given_is_kept(
    journal: Journal, inserter: RowInserter, connection: sqlite3.Connection
) -> None:
    """And the next one comes behind the highest."""
    book_id = inserter.add_book(DUNE.book)
    assert [inserter.add_reading(DUNE, book_id, id_) for id_ in (7, 3, None)] == [7, 3, 8]
    inserter.flush()
    assert [reading.id for reading in load_readings(connection, [3, 7, 8])] == [3, 7, 8]


def test_a_tag_is_one_tag_however_it_is_spelled(
    journal: Journal, inserter: RowInserter, connection: sqlite3.Connection
) -> None:
    """As it was spelled first, whatever the case and the accents."""
    book_id = inserter.add_book(DUNE.book)
    other = inserter.add_book(make("Other", tags=["DESERT", "SF"]).book)
    inserter.add_reading(DUNE, book_id)
    inserter.add_reading(make("Other"), other)
    inserter.flush()
    assert [reading.book.tags for reading in load_readings(connection, [2])] == [("Désert", "sf")]


def test_a_uid_belongs_to_one_row(journal: Journal, inserter: RowInserter, connection: sqlite3.Connection) -> None:
    """What was copied gets a uid of its own, also before the first was inserted."""
    twins = [inserter.add_book(DUNE.book._replace(uid="b1")) for _ in range(2)]
    for book_id in twins:
        inserter.add_reading(make("Dune"), book_id)
    assert "b1" in inserter.pending_keys
    inserter.flush()
    uids = [reading.book.uid for reading in load_readings(connection, [1, 2])]
    assert uids[0] == "b1"
    assert uids[1] not in (None, "b1")


def test_who_was_deleted_is_made_anew(journal: Journal, inserter: RowInserter, connection: sqlite3.Connection) -> None:
    """What is remembered is forgotten when it is said that something may have gone."""
    book_id = inserter.add_book(DUNE.book)
    inserter.reset()
    connection.execute("DELETE FROM people")
    inserter.add_contribution(book_id, 0, Contributor("Frank Herbert"))
    inserter.flush()
    assert connection.execute("SELECT name FROM people").fetchall() == [("Frank Herbert",)]


def test_an_error_inserts_nothing(journal: Journal, connection: sqlite3.Connection) -> None:
    """What was only collected is gone with it."""
    with (
        pytest.raises(ValueError, match="stop"),
        logged_operation(connection, "add"),
        RowInserter(connection) as inserter,
    ):
        inserter.add_reading(DUNE, inserter.add_book(DUNE.book))
        raise ValueError("stop")
    assert journal.list().total == 0
