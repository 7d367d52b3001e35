import random
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.test_partial_date import DATES
from tests.given import make

from readlog.core.errors import BadInput
from readlog.core.partial_date import PartialDate
from readlog.journal import Journal
from readlog.readings.listing import SORTS


def _order(journal: Journal, sort: str) -> list[str]:
    return [row.title for row in journal.list(sort=sort).rows]


def test_the_newest_comes_first(journal: Journal) -> None:
    """What is being read, then by what is known of the date, what has none last, and the newest entry first among equals."""
    dates = ["2012-03", None, "2012", "2013-01-02", "~2012-11", "summer 2012", None]
    for number, finished in enumerate(dates, 1):
        journal.add(make(f"{finished} {number}", finished=finished))
    journal.add(make("now", status="reading"))
    journal.add(make("left in 2012-05", status="abandoned", started="2012-05"))
    journal.add(make("wanted", status="to-read"))
    assert _order(journal, "when") == [
        "now", "2013-01-02 4", "~2012-11 5", "summer 2012 6", "left in 2012-05", "2012-03 1", "2012 3", "wanted", "None 7", "None 2",
    ]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(dates=st.lists(DATES, min_size=1, max_size=12))
def test_a_list_is_in_the_order_of_the_dates(journal: Journal, dates: list[PartialDate]) -> None:
    """SQL sorts as PartialDate does, whatever is known of a date."""
    ids = [journal.add(make("x", finished=when.edtf), new_book=True) for when in dates]
    listed = [row for row in journal.list(sort="when").rows if row.id in ids]
    shown = [PartialDate.from_edtf(row.finished or "") for row in listed]
    assert [(when.sort_key[:3]) for when in shown] == sorted((when.sort_key[:3] for when in dates), reverse=True)


def test_a_list_is_sorted_by_what_was_said(journal: Journal) -> None:
    """Titles by the alphabet, accents aside, authors by their last name, ratings and pages from the top, unknown last."""
    journal.add(
        make(
            "Émile",
            authors=["Jean-Jacques Rousseau"],
            rating=3,
            pages=500,
            published=1762,
            series="B",
            series_number="10",
        )
    )
    journal.add(make("zebra", authors=["Victor Serge"], rating=5, series="B", series_number="9", started="2020"))
    journal.add(make("Apple", authors=["Jane Austen"], pages=100, published=1815, series="A"))
    journal.add(make("edge"))
    assert _order(journal, "title") == ["Apple", "edge", "Émile", "zebra"]
    assert _order(journal, "author") == ["Apple", "Émile", "zebra", "edge"]
    assert _order(journal, "rating") == ["zebra", "Émile", "edge", "Apple"]
    assert _order(journal, "pages")[:2] == ["Émile", "Apple"]
    assert _order(journal, "published")[:2] == ["Apple", "Émile"]
    assert _order(journal, "series") == ["Apple", "zebra", "Émile", "edge"]
    assert _order(journal, "started")[0] == "zebra"
    assert _order(journal, "added") == ["edge", "Apple", "zebra", "Émile"]
    assert _order(journal, "id") == ["Émile", "zebra", "Apple", "edge"]


def test_a_sort_name_of_the_readers_own_counts(journal: Journal, connection: sqlite3.Connection) -> None:
    """García Márquez is not under M; the reader can say so in `people.sort_name`."""
    journal.add(make("A", authors=["Gabriel García Márquez"]))
    journal.add(make("B", authors=["Henry James"]))
    assert _order(journal, "author") == ["B", "A"]
    connection.execute("UPDATE people SET sort_name = 'García Márquez' WHERE name LIKE 'Gab%'")
    assert _order(journal, "author") == ["A", "B"]


def test_another_order_is_refused_with_those_there_are(journal: Journal) -> None:
    """One line, that names them."""
    with pytest.raises(BadInput, match="One of: when, started, added"):
        journal.list(sort="colour")


@pytest.mark.parametrize("sort", SORTS)
def test_a_limit_takes_the_first_of_all(journal: Journal, sort: str) -> None:
    """And the total says of how many."""
    for number in range(7):
        journal.add(make(f"{random.Random(number).random()}", pages=number + 1))
    listing = journal.list(sort=sort, limit=3)
    assert [row.title for row in listing.rows] == _order(journal, sort)[:3]
    assert (listing.shown, listing.total) == (3, 7)
    assert [reading.book.title for reading in journal.readings(sort=sort, limit=3)] == _order(journal, sort)[:3]


def test_a_row_has_what_a_table_shows(journal: Journal) -> None:
    """The authors as one text, and the how-manieth reading it is, wants not counted."""
    journal.add(make("Good Omens", authors=["A", "B"], contributors=["C:narrator"], finished="2003", rating=4))
    journal.add(make("Good Omens", authors=["A"], finished="1991"), again=True)
    journal.add(make("Good Omens", authors=["A"], status="to-read"), again=True)
    rows = list(journal.list(with_progress=True).rows)
    assert [(row.id, row.nth_reading) for row in rows] == [(1, 2), (2, 1), (3, 0)]
    assert rows[0][:7] == (1, "finished", None, "2003", 4.0, "Good Omens", "A; B")
    assert {row.nth_reading for row in journal.list().rows} == {1}


ORDERS = {
    "when": [2, 1, 3, 5, 4],
    "started": [2, 1, 5, 4, 3],
    "added": [2, 3, 1, 5, 4],
    "updated": [3, 2, 1, 5, 4],
    "rating": [2, 3, 1, 5, 4],
    "title": [3, 5, 4, 1, 2],
    "author": [3, 1, 2, 5, 4],
    "series": [2, 3, 1, 5, 4],
    "pages": [2, 3, 1, 5, 4],
    "published": [3, 1, 2, 5, 4],
    "pile": [1, 2, 3, 4, 5],
    "id": [1, 2, 3, 4, 5],
}


@pytest.fixture
def five(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Two readings that are equal in much, one that is more of everything, and two of which only the title is known."""
    equal = {"rating": 4, "pages": 200, "published": 1762, "series_number": 10}
    more = {"rating": 5, "pages": 300, "published": -700, "series_number": 9}
    first = make("Émile", authors=["Zadie Adams"], started="2012-02", finished="2012-03", series="Éxile", **equal)
    second = make("zebra", authors=["Adam Zola"], status="reading", started="2026-11", series="exile", **more)
    third = make("Apple", authors=["adam ADAMS"], finished="1991", series="Exile", **equal)
    hours = ((first, 10), (second, 12), (third, 11), (make("edge"), 9), (make("edge"), 9))
    for reading, hour in hours:
        monkeypatch.setenv("READLOG_NOW", f"2026-11-22T{hour:02}:00:00+00:00")
        journal.add(reading, new_book=True)
    monkeypatch.setenv("READLOG_NOW", "2026-11-22T13:00:00+00:00")
    journal.edit(3, lambda now: now._replace(private_note="changed last"))
    return journal


@pytest.mark.parametrize("sort", SORTS)
def test_each_order_is_what_it_is_called(five: Journal, sort: str) -> None:
    """What is unknown stands last, and the newest number first among equals; records and exports are in the same order."""
    assert [row.id for row in five.list(sort=sort).rows] == ORDERS[sort]
    assert [reading.id for reading in five.readings(sort=sort)] == ORDERS[sort]


def test_authors_are_in_order_of_their_last_word(journal: Journal) -> None:
    """Case and accents aside, and by the first author alone; one with a single name is under it."""
    names = (["Ursula K. Le Guin"], ["Émile Zola", "A A"], ["Homer"], ["Zoë Ábalos"], ["Carl Zola"], ["川端康成"])
    for authors in names:
        journal.add(make(f"By {authors[0]}", authors=authors))
    assert [row.authors for row in journal.list(sort="author").rows] == [
        "Zoë Ábalos", "Ursula K. Le Guin", "Homer", "Carl Zola", "Émile Zola; A A", "川端康成",
    ]  # fmt: skip


def test_books_of_one_author_are_in_order_of_their_titles(journal: Journal) -> None:
    """As on a shelf, and the newest reading first of the same book."""
    for title in ("Apple", "Zebra"):
        journal.add(make(title, authors=["Victor Serge"]))
    journal.add(make("Apple", authors=["Victor Serge"]), again=True)
    assert [row.id for row in journal.list(sort="author").rows] == [3, 1, 2]


def test_a_query_that_is_not_understood_is_refused_before_anything_is_read(journal: Journal) -> None:
    """So that an export refuses it before it has made a file."""
    with pytest.raises(BadInput, match='"autor:" is not a field'):
        journal.readings("autor:serge")


def test_what_has_no_number_in_its_series_stands_last(journal: Journal) -> None:
    """Like everything that is not known."""
    for number in ("2", None, "1"):
        journal.add(make(f"Part {number}", series="Exile", series_number=number))
    assert [row.title for row in journal.list(sort="series").rows] == ["Part 1", "Part 2", "Part None"]


def test_a_list_knows_where_a_reading_is(journal: Journal, connection: sqlite3.Connection) -> None:
    """By the last place noted, while it has not come to its end, and only where somebody asks."""
    notes = [{"at": "40"}, {"remark": "no place"}]
    ids = [
        journal.add(make(f"{status}", status=status, pages=90, progress=notes))
        for status in ("to-read", "reading", "paused", "abandoned", "finished")
    ]
    asked = {row.title: (row.position, row.pages) for row in journal.list(with_progress=True).rows}
    places = {title: at for title, (at, _) in asked.items() if at}
    assert places == dict.fromkeys(("reading", "paused", "abandoned"), "40")
    assert {pages for _, pages in asked.values()} == {90}
    assert {(row.position, row.pages) for row in journal.list().rows} == {(None, None)}
    strange = '["text", 4, null, [1], {"at": 133}, {"at": null}, {"remark": "r"}, {}]'
    connection.execute("UPDATE readings SET progress = ? WHERE id = ?", (strange, ids[1]))
    assert next(iter(journal.list("status:reading", with_progress=True).rows)).position == "133"


def test_a_book_that_is_wanted_again_was_not_read_again(journal: Journal) -> None:
    """As the list counts times; all readings of one that was are found."""
    for title, again in (("Dune", "to-read"), ("Emma", "reading"), ("Once", None)):
        journal.add(make(title, finished="2012"))
        if again:
            journal.add(make(title, status=again), again=True)
    found = {(row.title, row.nth_reading) for row in journal.list("is:reread", with_progress=True).rows}
    assert found == {("Emma", 1), ("Emma", 2)}
    assert journal.list("-is:reread").total == 3
