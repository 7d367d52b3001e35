from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.given import make
from tests.library import fill
from tests.made import make_empty
from tests.strategies import readings

from readlog.ground.answers import Group
from readlog.ground.errors import BadInput
from readlog.ground.model import Book, Reading
from readlog.journal import Journal
from readlog.journal.stats import GROUPINGS


def labels(reading: Reading, by: str) -> list[object]:
    """What a reading is counted under, as slowly and plainly as it can be said."""
    book, finished = reading.book, reading.finished
    if by == "tag":
        return list(book.tags)
    if by == "author":
        return list(book.authors)
    if by in ("year", "month"):
        year = f"{finished.year:04}" if finished else None
        month = finished.calendar_month if finished and by == "month" else None
        return [f"{year}-{month:02}" if month else year]
    if by == "decade":
        decade = None if book.published is None else abs(book.published) // 10 * 10
        return [-decade if decade and book.published and book.published < 0 else decade]
    return [getattr(reading, by) if by in ("rating", "status", "format") else getattr(book, by)]


def slowly(all_: list[Reading], by: str) -> dict[object, tuple[int, int, int, int, float | None, int]]:
    """The figures of each group, one reading at a time."""
    groups: dict[object, list[Reading]] = defaultdict(list)
    for reading in all_:
        for label in labels(reading, by):
            groups[label].append(reading)
    return {label: figures(group) for label, group in groups.items()}


def figures(group: list[Reading]) -> tuple[int, int, int, int, float | None, int]:
    """Readings, books, pages, readings without pages, average rating, rated readings."""
    pages = [reading.book.pages for reading in group]
    ratings = [reading.rating for reading in group if reading.rating is not None]
    average = sum(ratings) / len(ratings) if ratings else None
    known = [number for number in pages if number is not None]
    return len(group), len({r.book.uid for r in group}), sum(known), pages.count(None), average, len(ratings)


def quickly(group: Group) -> tuple[int, int, int, int, float | None, int]:
    """The same figures as the journal gives them."""
    return group.readings, group.books, group.pages or 0, group.without_pages, group.rating, group.rated


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(some=readings().flatmap(lambda one: readings().map(lambda other: [one, other])))
def test_the_sums_are_those_of_somebody_who_counts_slowly(
    tmp_path_factory: pytest.TempPathFactory, some: list[Reading]
) -> None:
    """By everything that there is to count by, for any readings."""
    path = tmp_path_factory.mktemp("stats") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for reading in some:
            book = Book(reading.book.title, **_plain(reading))
            journal.add(Reading(book, reading.status, None, reading.finished, reading.rating), new_book=True)
        journal.add(Reading(journal.get(1).book, rating=0.5), again=True)
        all_ = list(journal.records())
        for by in GROUPINGS:
            chosen = all_ if by == "status" else [reading for reading in all_ if reading.status == "finished"]
            found = journal.stats(by=by)
            assert {group.label: quickly(group) for group in found.groups} == slowly(chosen, by)
            assert quickly(found.whole) == figures(chosen)


def _plain(reading: Reading) -> dict[str, object]:
    book = reading.book
    return {key: getattr(book, key) for key in ("contributors", "publisher", "published", "pages", "language", "tags")}


def test_what_is_counted_is_what_was_finished(path: Path, journal: Journal) -> None:
    """Unless the query, or what is counted by, speaks of another state."""
    fill(path)
    assert journal.stats().whole.readings == 8
    assert journal.stats("status:reading").whole.readings == 1
    assert journal.stats("-is:finished").whole.readings == 4
    assert journal.stats("serge or status:paused").whole.readings == 6
    assert {group.label: group.readings for group in journal.stats(by="status").groups} == {
        "finished": 8, "abandoned": 1, "paused": 1, "reading": 1, "to-read": 1,
    }  # fmt: skip


def test_a_year_without_months_stands_among_its_months(journal: Journal) -> None:
    """What is not known is counted, and not made up."""
    for finished in ("2012", "2012-03", "2012-03-04", "summer 2012", "~2011", None):
        journal.add(make(f"Book {finished}", finished=finished))
    assert [(group.label, group.readings) for group in journal.stats(by="month").groups] == [
        ("2012-03", 2), ("2012", 2), ("2011", 1), (None, 1),
    ]  # fmt: skip


def test_an_empty_journal_has_no_figures(journal: Journal) -> None:
    """And no average of nothing."""
    assert journal.stats() == (Group(None, 0, 0, None, 0, None, 0), "year", [])


def test_what_cannot_be_counted_by_is_refused(journal: Journal) -> None:
    """With what can."""
    with pytest.raises(BadInput, match=r'"colour" is not something to count by. One of: year, month, .*author\.'):
        journal.stats(by="colour")
