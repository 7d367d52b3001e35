import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.given import make
from tests.library import fill

from readlog.core.errors import BadInput, JournalUnusable
from readlog.journal import Journal
from readlog.stats.compute import compute_statistics
from readlog.stats.results import Group, Statistics
from readlog.storage.open_journal import open_for_reading


def counts(statistics: Statistics) -> list[tuple[object, int]]:
    """The labels of the groups and how many readings each has."""
    return [(group.label, group.readings) for group in statistics.groups]


def test_what_is_counted_is_what_was_finished(path: Path, journal: Journal) -> None:
    """Unless the query, or what is counted by, speaks of another state."""
    fill(path)
    assert journal.stats().total.readings == 8
    assert journal.stats("status:reading").total.readings == 1
    assert journal.stats("is:reading").total.readings == 1
    assert journal.stats("-is:finished").total.readings == 4
    assert journal.stats("serge or status:paused").total.readings == 6
    assert journal.stats("is:unrated").total.readings == 1
    assert counts(journal.stats(by="status")) == [
        ("finished", 8), ("abandoned", 1), ("paused", 1), ("reading", 1), ("to-read", 1),
    ]  # fmt: skip


def test_years_in_which_nothing_was_read_are_shown(journal: Journal) -> None:
    """From the first to the last, in the order of time, and what has no date behind them."""
    for finished in ("2009", "~2012", "2012-03", "2013-01-02", None, None):
        journal.add(make(f"Book {finished}", finished=finished), new_book=True)
    found = journal.stats()
    assert counts(found) == [("2009", 1), ("2010", 0), ("2011", 0), ("2012", 2), ("2013", 1), (None, 2)]
    assert (found.first_year, found.last_year, found.year) == (2009, 2013, None)
    assert found.total.without_date == 2
    assert (found.groups[3].without_month, found.groups[3].about) == (1, 1)


def test_a_year_is_counted_by_its_months(journal: Journal) -> None:
    """All twelve, and what has none; a season has none, because it depends on the hemisphere."""
    for finished in ("2012", "2012-03", "2012-03-04", "summer 2012", "~2012", "2011", None):
        journal.add(make(f"Book {finished}", finished=finished), new_book=True)
    found = journal.stats("2012")
    months = [(f"2012-{month:02}", 2 if month == 3 else 0) for month in range(1, 13)]
    assert counts(found) == [*months, ("2012", 3)]
    assert (found.year, found.total.without_month, found.total.about) == (2012, 3, 1)
    assert found == journal.stats(" year:2012 ")
    assert counts(journal.stats("year:2012 book", by="year")) == [("2012", 5)]


def test_months_of_several_years_are_those_that_there_are(journal: Journal) -> None:
    """In the order of time, a year without a month behind its months."""
    for finished in ("2012", "2012-03", "2012-03-04", "~2011", "2013-01", None):
        journal.add(make(f"Book {finished}", finished=finished), new_book=True)
    assert counts(journal.stats(by="month")) == [("2011", 1), ("2012-03", 2), ("2012", 1), ("2013-01", 1), (None, 1)]


def test_what_most_readings_have_comes_first(path: Path, journal: Journal) -> None:
    """Except ratings and decades, which have an order of their own; what is not known is last among equals."""
    fill(path)
    assert counts(journal.stats(by="author"))[0] == ("Victor Serge", 4)
    assert counts(journal.stats(by="format")) == [(None, 8)]
    assert counts(journal.stats(by="rating")) == [
        (5.0, 2), (4.5, 1), (4.25, 1), (4.0, 1), (3.0, 1), (0.25, 1), (None, 1),
    ]  # fmt: skip
    assert counts(journal.stats(by="decade")) == [(2010, 3), (None, 5)]
    for title, year in (("Apology", -475), ("Odes", -5), ("Letters", 5)):
        journal.add(make(title, published=year, finished="2020"))
    assert counts(journal.stats("finished:2020", by="decade")) == [(-470, 1), (-1, 1), (0, 1)]


def test_an_empty_journal_has_no_statistics(journal: Journal) -> None:
    """And no average of nothing."""
    found = journal.stats(by="year")
    assert found == Statistics(Group(), "year", [])
    assert found.is_empty
    assert journal.stats("2012").groups == []


def test_a_year_of_nothing_but_abandoned_books_is_not_empty(journal: Journal) -> None:
    """They are named, though nothing was finished."""
    journal.add(make("Finnegans Wake", status="abandoned", finished="2012"))
    assert not journal.stats("2012").is_empty
    assert journal.stats("2011").is_empty


def test_a_connection_for_reading_stays_one(path: Path) -> None:
    """Temporary tables are in memory: the file does not change."""
    fill(path)
    before = path.read_bytes()
    with closing(open_for_reading(str(path))) as connection:
        assert compute_statistics(connection) == compute_statistics(connection)
        (query_only,) = connection.execute("PRAGMA query_only").fetchone()
    assert (query_only, path.read_bytes()) == (1, before)


def test_what_cannot_be_counted_by_is_refused(journal: Journal) -> None:
    """With what can."""
    with pytest.raises(BadInput, match=r'"colour" is not something to count by. One of: year, month, .*author\.'):
        journal.stats(by="colour")


def test_a_date_that_is_none_is_damage(path: Path, journal: Journal) -> None:
    """The reader is told what to do, and gets no wrong numbers."""
    journal.add(make(finished="2012", rating=3))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        connection.execute("UPDATE readings SET finished = 'never'")
    with pytest.raises(JournalUnusable, match="is damaged"), Journal(str(path)) as other:
        other.stats()
