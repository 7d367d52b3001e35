from tests.given import make

from readlog.core.domain_model import ProgressNote, Reading
from readlog.journal import Journal
from readlog.stats.results import NewAuthors, Sections


def add_all(journal: Journal, *readings: Reading) -> None:
    """Add readings, also of books that are in the journal already."""
    for reading in readings:
        journal.add(reading, again=bool(journal.find_same_book(reading)))


def sections(journal: Journal, query: str = "", most: int = 10) -> Sections:
    found = journal.stats(query, most=most).sections
    assert found
    return found


def test_days_are_those_that_are_known(journal: Journal) -> None:
    """A month is no day, and about a day is none either."""
    for number, finished in enumerate(("2012-03-04", "2012-03-04", "2012-12-31", "2012-03", "2012", "~2012-03-04")):
        journal.add(make(f"Book {number}", finished=finished))
    assert sections(journal, "2012").calendar == (2012, {"2012-03-04": 2, "2012-12-31": 1}, 3)
    assert sections(journal).calendar is None


def test_authors_are_new_in_the_year_of_their_first_book(journal: Journal) -> None:
    """Of all the journal, whatever was asked for; who has a book without a date may have been known."""
    add_all(
        journal,
        make("A", authors=["Anna"], finished="2011"),
        make("B", authors=["Anna", "Béla"], finished="2012-03"),
        make("C", authors=["Béla"], finished="2012"),
        make("D", authors=["Chen"], finished="2012"),
        make("E", authors=["Chen"]),
        make("F", authors=["Dora"], finished="2010", status="abandoned"),
        make("G", authors=["Dora"], finished="2012"),
    )
    assert sections(journal, "2012").authors.by_year == [NewAuthors(2012, new=2, known=1, unsure=1)]
    assert sections(journal, "year:2012 author:anna").authors.by_year[0].known == 1
    assert sections(journal).authors.by_year[0] == (2011, 1, 0, 0)


def test_one_good_book_makes_nobody_the_best_loved(journal: Journal) -> None:
    """Two rated readings do; among equals stands first who was rated more often, then the name."""
    for author, ratings in (("Zoe", [5]), ("Béla", [4, 4]), ("Anna", [4, 4]), ("Chen", [4, 4, 4]), ("Dora", [5, None])):
        for number, rating in enumerate(ratings):
            journal.add(make(f"{author} {number}", authors=[author], rating=rating))
    found = sections(journal, most=2).authors
    assert [one.name for one in found.best_loved] == ["Chen", "Anna"]
    assert [(one.name, one.readings) for one in found.most_read] == [("Chen", 3), ("Anna", 2)]
    assert (found.authors, len(sections(journal, most=0).authors.best_loved)) == (5, 3)


def test_time_is_told_where_both_days_are_known(journal: Journal) -> None:
    """A month is not, and who finished before the start took no time that anybody knows."""
    for title, started, finished in (
        ("One day", "2012-03-04", "2012-03-04"),
        ("A week", "2012-02-27", "2012-03-05"),
        ("A month", "2012-03", "2012-04-01"),
        ("About", "~2012-03-01", "2012-04-01"),
        ("Backwards", "2012-03-04", "2012-03-03"),
    ):
        journal.add(make(title, started=started, finished=finished))
    found = sections(journal).times
    assert (found.readings, found.unknown, found.median) == (2, 3, 3.5)
    assert found.shortest
    assert (found.shortest.reading.title, found.shortest.days) == ("One day", 0)
    assert found.longest
    assert (found.longest.reading.title, found.longest.days) == ("A week", 7)


def test_the_place_where_a_book_was_abandoned_is_the_last_that_was_marked(journal: Journal) -> None:
    """A remark without a place does not hide it, and a book without marks has none."""
    marks = (ProgressNote("40"), ProgressNote("ch. 3"), ProgressNote(remark="Enough."))
    wake = make("Finnegans Wake", status="abandoned", finished="2012", pages=628)
    journal.add(wake._replace(progress=marks))
    journal.add(make("Ulysses", status="abandoned"))
    found = sections(journal).abandoned
    assert (found.readings, found.books, found.unknown) == (2, 2, 1)
    assert [(each.reading.title, each.at, each.pages) for each in found.named] == [
        ("Finnegans Wake", "ch. 3", 628), ("Ulysses", None, None),
    ]  # fmt: skip
    assert sections(journal, "2012").abandoned.readings == 1


def test_a_book_that_was_read_again_is_counted_and_named(journal: Journal) -> None:
    """A second time is one where an earlier time was finished; of a time without a date nobody can be sure."""
    add_all(
        journal,
        make("Dune", finished="2001"),
        make("Dune", finished="2012-03", rating=5),
        make("Dune", finished="2012-05", rating=4),
        make("Emma", finished="2012"),
        make("Emma"),
        make("Ulysses", status="abandoned", finished="2011"),
        make("Ulysses", finished="2012"),
    )
    found = sections(journal, "2012").rereads
    assert found[:4] == (1, 3, 2, 1)
    assert [(each.title, each.id, each.nth_reading) for each in found.named] == [("Dune", 3, 3), ("Emma", 4, 2)]
    assert sections(journal).rereads[:4] == (3, 3, 2, 1)
