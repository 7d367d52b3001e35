import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.given import make
from tests.made import make_empty
from tests.sql_rows import open_file
from tests.strategies import readings

from readlog.books.author_and_tag_names import SORTS
from readlog.books.results import NameCount, NameKind
from readlog.core.domain_model import Book, Reading
from readlog.core.errors import BadInput
from readlog.journal import Journal


def slowly(all_: list[Reading], kind: NameKind) -> list[NameCount]:
    """The figures of each name, one reading at a time, in order of the alphabet."""
    of_name: dict[str, list[Reading]] = defaultdict(list)
    for reading in all_:
        for name in reading.book.tags if kind is NameKind.TAGS else reading.book.authors:
            of_name[name].append(reading)
    return sorted(counted(name, some) for name, some in of_name.items())


def counted(name: str, some: list[Reading]) -> NameCount:
    """The figures of the readings of one name."""
    finished = [reading for reading in some if reading.status == "finished"]
    dates = [reading.finished for reading in finished if reading.finished]
    ratings = [reading.rating for reading in some if reading.rating is not None]
    last = max(dates, key=lambda when: (when.sort_key, when.edtf)).edtf if dates else None
    average = sum(ratings) / len(ratings) if ratings else None
    return NameCount(name, len({reading.book.uid for reading in some}), len(finished), last, average, len(ratings))


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(some=st.lists(readings(), min_size=1, max_size=3))
def test_the_figures_are_those_of_somebody_who_counts_slowly(
    tmp_path_factory: pytest.TempPathFactory, some: list[Reading]
) -> None:
    """For any readings, and for those of them that a query chooses."""
    path = tmp_path_factory.mktemp("names") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for each in some:
            book = Book(each.book.title, contributors=each.book.contributors, tags=each.book.tags)
            journal.add(Reading(book, each.status, None, each.finished, each.rating), new_book=True)
        journal.add(Reading(journal.get(1).book, rating=0.5), again=True)
        for query in ("", "-status:finished", "rating:..3"):
            chosen = list(journal.readings(query))
            for kind in NameKind:
                assert sorted(journal.name_counts(kind, query)) == slowly(chosen, kind)


@pytest.fixture
def few(journal: Journal) -> Journal:
    """A journal with a few books."""
    journal.add(make("A", authors=["Emile Zola"], contributors=["T:translator"], tags=["b"], finished="2012", rating=4))
    journal.add(make("A", authors=["Emile Zola"], finished="2010-03", rating=5), again=True)
    journal.add(make("B", authors=["emile ajar"], tags=["B", "a"], status="abandoned", finished="2020", rating=1))
    journal.add(make("C", authors=["émile ajar", "Emile Zola"], tags=["a", "c"], status="to-read"))
    journal.add(make("D", authors=["Ba Jin"], finished="summer 2012", rating=5))
    return journal


def test_a_list_tells_what_was_read_of_each(few: Journal) -> None:
    """Books of any state, readings that were finished, the last of these as it was said, all ratings."""
    assert few.name_counts(NameKind.AUTHORS) == [
        ("Emile Zola", 2, 2, "2012", 4.5, 2),
        ("Ba Jin", 1, 1, "2012-22", 5.0, 1),
        ("emile ajar", 1, 0, None, 1.0, 1),
        ("émile ajar", 1, 0, None, None, 0),
    ]
    assert few.name_counts(NameKind.TAGS) == [
        ("b", 2, 2, "2012", 10 / 3, 3),
        ("a", 2, 0, None, 1.0, 1),
        ("c", 1, 0, None, None, 0),
    ]


def test_a_list_can_be_sorted(few: Journal) -> None:
    """Names by their last word, dates the latest first, ratings the best first; what is unknown stands last."""

    def names(sort: str) -> list[str]:
        return [each.name for each in few.name_counts(NameKind.AUTHORS, sort=sort)]

    assert names("name") == ["emile ajar", "émile ajar", "Ba Jin", "Emile Zola"]
    assert names("last") == ["Ba Jin", "Emile Zola", "emile ajar", "émile ajar"]
    assert names("rating") == ["Ba Jin", "Emile Zola", "emile ajar", "émile ajar"]
    with open_file(few) as connection:
        connection.execute("UPDATE people SET sort_name = 'Aardvark' WHERE name = 'Emile Zola'")
    assert names("name")[0] == "Emile Zola"
    with pytest.raises(BadInput, match=r'"colour" is not something to sort by. One of: books, name, last, rating\.'):
        names("colour")


def test_a_query_chooses_the_readings(few: Journal) -> None:
    """And only these are counted; words are found in the index, and fields of books are known."""
    assert few.name_counts(NameKind.AUTHORS, "finished:2010") == [("Emile Zola", 1, 1, "2010-03", 5.0, 1)]
    assert [each.name for each in few.name_counts(NameKind.TAGS, "ajar -status:to-read")] == ["a", "b"]
    assert [each.name for each in few.name_counts(NameKind.TAGS, "-has:pages tag:c")] == ["a", "c"]
    assert few.name_counts(NameKind.TAGS, "nothing") == []


def test_an_empty_journal_has_no_names(path: Path) -> None:
    """Nor is one made; and what another tool left without a book is of no reading."""
    with Journal(str(path)) as journal:
        assert [journal.name_counts(kind, sort=sort) for kind in NameKind for sort in SORTS] == [[]] * 8
    assert not path.exists()
    make_empty(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO tags (name) VALUES ('loose')")
    with Journal(str(path)) as journal:
        assert journal.name_counts(NameKind.TAGS) == []
