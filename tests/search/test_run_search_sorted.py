from collections.abc import Iterator

import pytest
from tests.given import make
from tests.made import make_empty

from readlog.core.errors import BadInput
from readlog.journal import Journal
from readlog.readings.listing import SORTS
from readlog.search.results import MARK_OFF, MARK_ON

QUERIES = (
    "",
    "serge",
    "serg",
    "serge or reed",
    "rating:3..",
    "serge -memoirs",
    "petrograd",
    "-has:finished",
    "author:serge rating:..4",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Books read once and more often, by several sorts in several orders."""
    serge = {"authors": ["Victor Serge"]}
    readings = (
        make(
            "Memoirs", **serge, finished="1991", rating=3, review="All Petrograd was there.", pages=576, published=1951
        ),
        make(
            "Ten Days",
            authors=["John Reed"],
            finished="1998",
            rating=4,
            quotes=["the streets of Petrograd"],
            published=1919,
        ),
        make(
            "Conquered City",
            **serge,
            started="2026-11-02",
            status="reading",
            pages=224,
            series="Victory",
            series_number="2",
        ),
        make("Memoirs", **serge, finished="2012-03", rating=5, review="Again: how cold Petrograd is."),
        make(
            "A Case",
            **serge,
            finished="2003",
            rating=4.5,
            private_note="petrograd?",
            series="Victory",
            series_number="10",
        ),
        make("Zeno", authors=["Italo Svevo"], status="to-read", review="no serge in it"),
        make("Memoirs", **serge, finished="2003", rating=1),
    )
    path = tmp_path_factory.mktemp("sorted") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for number, reading in enumerate(readings):
            journal.add(reading, again=number in (3, 6))
        yield journal


def titles(journal: Journal, query: str, sort: str | None = "when") -> list[str]:
    """The titles of the hits in their order."""
    return [hit.reading.title for hit in journal.search(query, sort=sort).hits]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", QUERIES)
def test_hits_can_be_sorted_as_a_list_is(library: Journal, query: str, sort: str) -> None:
    """By everything that a list can be sorted by; with every reading they are that list."""
    listed = [row.id for row in library.list(query, sort).rows]
    hits = library.search(query, 0, sort=sort, every=True)
    assert [hit.reading.id for hit in hits.hits] == listed
    assert hits.total == len(listed)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", QUERIES)
def test_sorted_books_stand_where_their_first_reading_stands(library: Journal, query: str, sort: str) -> None:
    """Each once, by that reading of it which fits and comes first in that order; all readings are counted."""
    first: dict[str, int] = {}
    for row in library.list(query, sort).rows:
        first.setdefault(row.title, row.id)
    hits = library.search(query, 0, sort=sort)
    assert [hit.reading.id for hit in hits.hits] == list(first.values())
    assert hits.total == library.list(query).total
    assert [hit.readings for hit in hits.hits] == [3 if title == "Memoirs" else 1 for title in first]
    for limit in (1, 2, 3):
        assert library.search(query, limit, sort=sort).hits == hits.hits[:limit]
        assert library.search(query, limit, sort=sort).total == hits.total


def test_without_words_the_newest_comes_first(library: Journal) -> None:
    """There is nothing to rank by."""
    assert titles(library, "", None) == ["Conquered City", "Memoirs", "A Case", "Ten Days", "Zeno"]
    assert titles(library, "rating:4..", None) == ["Memoirs", "A Case", "Ten Days"]
    assert titles(library, "serge or rating:4", None) == titles(library, "serge or rating:4", "when")


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_sorted_hits_show_their_passages(library: Journal, sort: str, every: bool) -> None:
    """The same as those that are ranked, with the word marked."""
    hits = library.search("petrograd", sort=sort, every=every).hits
    assert len(hits) == (4 if every else 3)
    for hit in hits:
        assert hit.passage
        assert MARK_ON in hit.passage
    shown = {hit.reading.id: (hit.place, hit.passage) for hit in hits}
    ranked = {hit.reading.id: (hit.place, hit.passage) for hit in library.search("petrograd", every=True).hits}
    assert shown.items() <= ranked.items()
    assert shown[2] == ("quote", f"the streets of {MARK_ON}Petrograd{MARK_OFF}")
    assert shown[5] == ("note", f"{MARK_ON}petrograd{MARK_OFF}?")


def test_without_words_there_is_no_passage(library: Journal) -> None:
    """There is nothing to be shown in it, and no score."""
    for query in ("", "rating:3..", "serge or rating:4"):
        for hit in library.search(query).hits:
            assert (hit.place, hit.passage, hit.score) == (None, None, 0)


def test_titles_with_a_part_of_a_word_come_first(library: Journal, journal: Journal) -> None:
    """Then those that have it elsewhere, each in the order that was wanted, with what was found in a passage."""
    journal.add(make("Of other things", finished="2020", review="Petrograd, 1919"))
    journal.add(make("Petrograd", finished="1990"))
    journal.add(make("Diary", finished="2025", quotes=["All Petrograd!"]))
    journal.add(make("To Petrograd", finished="2000"))
    assert titles(journal, "trograd", None) == ["To Petrograd", "Petrograd", "Diary", "Of other things"]
    assert titles(journal, "trograd", "title") == ["Petrograd", "To Petrograd", "Diary", "Of other things"]
    assert titles(journal, "TROGRAD -diary", "id") == ["Petrograd", "To Petrograd", "Of other things"]
    passages = [hit.passage for hit in journal.search("trograd").hits]
    assert passages == [None, None, f"All Pe{MARK_ON}trograd{MARK_OFF}!", f"Pe{MARK_ON}trograd{MARK_OFF}, 1919"]
    assert journal.search("trograd", 1).total == 4


@pytest.mark.parametrize("sort", SORTS)
def test_parts_of_words_are_sorted_too(library: Journal, sort: str) -> None:
    """By everything, a book once, and with every reading counted."""
    hits = library.search("trograd", sort=sort)
    assert {hit.reading.title for hit in hits.hits} == {"Memoirs", "Ten Days", "A Case"}
    assert hits.total == 4
    assert len(library.search("trograd", sort=sort, every=True).hits) == 4
    assert [hit.readings for hit in hits.hits if hit.reading.title == "Memoirs"] == [3]
    assert all(hit.passage and f"{MARK_ON}trograd{MARK_OFF}" in hit.passage for hit in hits.hits)


@pytest.mark.parametrize("query", ["", "serge", "rating:4", "xyzzy"])
def test_hits_are_sorted_by_what_there_is(library: Journal, query: str) -> None:
    """Anything else is refused with a list of it, whether anything is found or not."""
    with pytest.raises(BadInput, match='"nope" is not something to sort by. One of: when, started,'):
        library.search(query, sort="nope")


def test_a_part_of_a_name_shows_no_passage_of_a_review(journal: Journal) -> None:
    """Who asks for an author has asked for nothing in the review; a whole word shows none either."""
    journal.add(make("A", authors=["Peter Sedgwick"], review="Sedgwick has done well."))
    assert journal.search("author:sedgwick").hits[0].passage is None
    assert journal.search("author:edgwick").hits[0].passage is None
