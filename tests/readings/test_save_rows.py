import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.full_reading import FULL, as_added, dump, full, without_identity
from tests.given import TODAY, make
from tests.sql_rows import count, index_is_true, open_file
from tests.strategies import readings

from readlog.core.domain_model import Quote, Reading
from readlog.core.parse_fields import replace_fields
from readlog.journal import Journal
from readlog.readings.add_edit_delete import without_stale_pile_position


def test_an_edit_changes_what_it_says_and_nothing_else(journal: Journal, path: Path) -> None:
    """The rest of the rows are as they were, but for the date of the change."""
    journal.add(full())
    before = dump(path)
    after = journal.edit(1, lambda now: replace_fields(now, {"rating": "4.5"}, TODAY))
    assert after == journal.get(1)._replace(rating=4.5)
    changed = [(old, new) for old, new in zip(before, dump(path), strict=True) if old != new]
    assert len(changed) == 1
    assert [column for column in zip(*changed[0], strict=True) if column[0] != column[1]] == [(5.0, 4.5)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(one=readings(), two=readings())
def test_any_reading_can_become_any_other(
    journal: Journal, one: Reading, two: Reading, connection: sqlite3.Connection
) -> None:
    """An edit of everything at once leaves what it says, but that what is no want lies in no pile, and a true index."""
    id_ = journal.add(without_identity(one), new_book=True)
    journal.edit(
        id_,
        lambda now: two._replace(
            id=now.id, uid=now.uid, created_at=now.created_at, book=two.book._replace(uid=now.book.uid)
        ),
    )
    assert as_added(journal.get(id_)) == as_added(without_stale_pile_position(one, two))
    index_is_true(connection)


def test_quotes_keep_their_identity_through_an_edit(journal: Journal) -> None:
    """One is changed, one goes, one comes, and they stand in the order that was said."""
    journal.add(full())
    bread, peace = journal.get(1).quotes
    new = (peace._replace(remark="!"), Quote("new"), bread)
    journal.edit(1, lambda now: now._replace(quotes=new))
    got = journal.get(1).quotes
    assert [quote.text for quote in got] == ["the peace", "new", "the bread"]
    assert (got[0].uid, got[0].remark, got[2].uid) == (peace.uid, "!", bread.uid)
    journal.edit(1, lambda now: now._replace(quotes=now.quotes[:1]))
    assert [quote.text for quote in journal.get(1).quotes] == ["the peace"]


def test_a_quote_that_was_copied_is_another_quote(journal: Journal) -> None:
    """Who copies lines in the editor copies uids with them, of this reading or of another."""
    journal.add(full())
    journal.add(make("Other"))
    bread = journal.get(1).quotes[0]
    journal.edit(1, lambda now: now._replace(quotes=(bread, bread)))
    journal.edit(2, lambda now: now._replace(quotes=(bread,)))
    uids = [quote.uid for id_ in (1, 2) for quote in journal.get(id_).quotes]
    assert uids[0] == bread.uid
    assert len(set(uids)) == 3


def test_people_and_tags_that_nobody_needs_go(journal: Journal) -> None:
    """So that completion does not offer a name that was mistyped once."""
    journal.add(make("A", authors=["Serge", "Sergei"], tags=["x", "y"]))
    journal.add(make("B", authors=["Serge"], tags=["x"]))
    journal.edit(1, lambda now: replace_fields(now, {"authors": ["Serge"], "tags": "x"}, TODAY))
    assert (journal.names("people"), journal.names("tags")) == (["Serge"], ["x"])
    journal.delete(1)
    assert (journal.names("people"), journal.names("tags")) == (["Serge"], ["x"])
    journal.delete(2)
    assert set(journal.counts()) == {0}


def test_a_tag_is_spelled_as_it_was_first(journal: Journal) -> None:
    """History and HISTORY are one label, and so are mémoire and MÉMOIRE."""
    journal.add(make("A", tags=["mémoire", "History"]))
    journal.add(make("B", tags=["MÉMOIRE", "HISTORY"]))
    assert journal.get(2).book.tags == ("History", "mémoire")


LATER = "2026-11-23T12:00:00+00:00"
THEN, AFTERWARDS = "2026-11-22T12:00:00.000Z", "2026-11-23T12:00:00.000Z"


@pytest.fixture
def two(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Two readings of one book and one of another, written yesterday."""
    journal.add(full())
    journal.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"], finished="1991"), again=True)
    journal.add(make("Other"))
    monkeypatch.setenv("READLOG_NOW", LATER)
    return journal


def _dated(journal: Journal) -> list[str | None]:
    return [reading.updated_at for reading in journal.readings()]


@pytest.mark.parametrize(
    "quotes",
    [
        lambda now: now[:1],
        lambda now: now[::-1],
        lambda now: (*now, Quote("one more")),
        lambda now: (now[0]._replace(page="134"), now[1]),
    ],
    ids=["one goes", "they change places", "one comes", "one is changed"],
)
def test_a_reading_is_dated_when_only_its_quotes_change(
    two: Journal, quotes: Callable[[tuple[Quote, ...]], tuple[Quote, ...]]
) -> None:
    """A sync, or a list by `updated`, sees it; the other reading of the book was not changed."""
    after = two.edit(1, lambda now: now._replace(quotes=quotes(now.quotes)))
    assert after
    assert after.updated_at == AFTERWARDS
    assert _dated(two) == [AFTERWARDS, THEN, THEN]


@pytest.mark.parametrize(
    "change",
    [{"title": "Mémoires"}, {"authors": ["V. Serge"]}, {"tags": "history, russia, exile"}, {"pages": "none"}],
    ids=str,
)
def test_every_reading_is_dated_when_their_book_changes(two: Journal, change: dict[str, object]) -> None:
    """They share it, so each of them says something else now; other books have nothing to do with it."""
    two.edit(2, lambda now: replace_fields(now, change, TODAY))
    assert _dated(two) == [AFTERWARDS, AFTERWARDS, THEN]


def test_another_reading_that_tells_more_of_the_book_dates_the_others(two: Journal) -> None:
    """One that tells nothing new does not."""
    two.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"]), again=True)
    assert _dated(two) == [THEN, THEN, THEN, AFTERWARDS]
    two.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"], tags="exile"), again=True)
    assert _dated(two) == [AFTERWARDS, AFTERWARDS, THEN, AFTERWARDS, AFTERWARDS]


def test_what_is_written_as_it_was_is_not_dated(two: Journal) -> None:
    """An edit that says what is there already is no operation in the log, and changes no date."""
    same = {key: value for key, value in FULL.items() if key != "quotes"}
    assert two.edit(1, lambda now: replace_fields(now, same, TODAY)) is None
    assert two.edit(1, lambda now: now._replace(quotes=tuple(now.quotes))) is None
    assert _dated(two) == [THEN] * 3
    with open_file(two) as connection:
        assert count(connection, "operations") == 3


def test_a_quote_brought_from_another_reading_is_a_copy(two: Journal) -> None:
    """It gets a uid of its own, and the other reading keeps its quote with the uid that it had."""
    bread, peace = two.get(1).quotes
    two.edit(3, lambda now: now._replace(quotes=(bread,)))
    (copy,) = two.get(3).quotes
    assert copy.uid not in (bread.uid, peace.uid)
    assert copy._replace(uid=bread.uid) == bread
    assert two.get(1).quotes == (bread, peace)


def test_a_tag_that_is_respelled_is_respelled_for_all_books(two: Journal) -> None:
    """It is one label; every reading whose book has it is dated, and found by it as before."""
    two.edit(3, lambda now: replace_fields(now, {"tags": "HISTORY"}, TODAY))
    assert two.get(3).book.tags == ("history",)
    assert _dated(two) == [THEN, THEN, AFTERWARDS]
    two.edit(3, lambda now: now._replace(book=now.book._replace(tags=("History",))))
    assert [reading.book.tags for reading in two.readings()] == [("History", "russia")] * 2 + [("History",)]
    assert _dated(two) == [AFTERWARDS] * 3
    assert two.names("tags") == ["History", "russia"]
    assert two.list("tag:history").total == 3


@pytest.mark.parametrize("spelling", ["Mémoire", "memoire", "MÉMOIRE", "me\u0301moire"])
def test_tags_that_differ_in_case_and_accents_are_one(journal: Journal, spelling: str) -> None:
    """Whatever a book is labelled with, there is one row for it, spelled as it was first."""
    journal.add(make("A", tags=["mémoire"]))
    journal.add(make("B", tags=[spelling]))
    journal.add(make("C"))
    journal.edit(3, lambda now: replace_fields(now, {"tags": [spelling, "mémoire"]}, TODAY))
    assert journal.counts().tags == 1
    assert journal.names("tags") == ["mémoire"]


def test_a_tag_spelled_in_another_case_is_in_the_index_and_in_the_log(
    journal: Journal, connection: sqlite3.Connection
) -> None:
    """Though the column of tags compares without case."""
    journal.add(make("A", tags=["History"]))
    journal.edit(1, lambda now: now._replace(book=now.book._replace(tags=("history",))))
    index_is_true(connection)
    log = connection.execute("SELECT before FROM changes WHERE table_name = 'tags' AND action = 'update'").fetchall()
    assert log == [('{"name":"History"}',)]


@pytest.mark.parametrize("book", [1, 2])
def test_tags_that_another_tool_left_beside_each_other_become_one(
    journal: Journal, book: int, connection: sqlite3.Connection
) -> None:
    """On one book or on two, when a reader spells either of them."""
    journal.add(make("A", tags=["mémoire"]))
    journal.add(make("B"))
    connection.executescript(f"INSERT INTO tags VALUES (9, 'memoire'); INSERT INTO book_tags VALUES (9, {book}, 9)")
    journal.edit(1, lambda now: now._replace(book=now.book._replace(tags=("memoire",))))
    assert [journal.get(id_).book.tags for id_ in (1, book)] == [("memoire",), ("memoire",)]
    assert journal.names("tags") == ["memoire"]


def test_what_is_copied_is_another(journal: Journal) -> None:
    """A quote or a book with the uid of one that is there gets a uid of its own."""
    journal.add(make("X", quotes=[{"uid": "q1", "text": "a"}]))
    journal.add(make("Y", quotes=[{"uid": "q1", "text": "a"}, {"uid": "q2", "text": "b"}, {"uid": "q2", "text": "c"}]))
    quotes = [quote.uid for id_ in (1, 2) for quote in journal.get(id_).quotes]
    assert len(set(quotes)) == 4
    assert quotes[0] == "q1"
    copy = make("Z")
    journal.add(copy._replace(book=copy.book._replace(uid=journal.get(1).book.uid)), new_book=True)
    assert journal.get(3).book.uid != journal.get(1).book.uid
