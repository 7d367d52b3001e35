"""What the journal answers with, where whole readings would be too much.

Named tuples, here and in the query: they are on the way of every command, and a dataclass takes
ten times as long to make.
"""

from collections.abc import Iterator
from typing import NamedTuple


class ListedReading(NamedTuple):
    """One row of a list. Dates are EDTF, `rating` is in stars, `authors` are joined by `; `.

    `time` is 2 where this is the book's second reading, and so on; it is 1 where nobody asked.
    """

    id: int
    status: str
    started: str | None
    finished: str | None
    rating: float | None
    title: str
    authors: str | None
    time: int = 1


class Listing(NamedTuple):
    """Rows, `shown` of them, chosen out of `total`."""

    rows: Iterator[ListedReading]
    shown: int
    total: int


class Hit(NamedTuple):
    """A reading that was found, of a book with so many `readings`. `score` grows with relevance.

    `passage` is cut out of the text at `place` (`review`, `quote`, `note`, `tag`, `series`), with a
    MARK_ON before and a MARK_OFF behind each found word; both are None where only the title or a
    name was found.
    """

    reading: ListedReading
    score: float
    place: str | None
    passage: str | None
    readings: int = 1


MARK_ON, MARK_OFF = "\x02", "\x03"
"""Control characters, which no text of the journal can contain."""


class Hits(NamedTuple):
    """The best hits of a search, out of `total` readings that fit.

    `corrections` are words that no reading has, each with the one that was looked for instead.
    """

    hits: list[Hit]
    total: int
    corrections: tuple[tuple[str, str], ...] = ()


class Counts(NamedTuple):
    """How much there is of everything in the journal."""

    readings: int
    books: int
    reviews: int
    quotes: int
    people: int
    tags: int


class Overview(NamedTuple):
    """What is being read, what was finished last, how much this year, and what on this day in other years."""

    readings: int
    reading_now: list[ListedReading]
    last_finished: ListedReading | None
    year: int
    finished_this_year: int
    on_this_day: list[ListedReading]


class Group(NamedTuple):
    """Readings counted: of how many books, how many pages together, how many of them without a number of pages.

    `rating` is the average of those that are `rated`; None of none. `label` is None for what has none.
    """

    label: str | int | float | None
    readings: int
    books: int
    pages: int | None
    without_pages: int
    rating: float | None
    rated: int


class Stats(NamedTuple):
    """The figures of some readings as a whole, and in groups `by` something."""

    whole: Group
    by: str
    groups: list[Group]

    def as_record(self) -> dict[str, object]:
        """The figures as JSON has them."""
        whole = self.whole._asdict()
        del whole["label"]
        return {**whole, "by": self.by, "groups": [group._asdict() for group in self.groups]}


class Undone(NamedTuple):
    """What became of taking back an operation: how many rows were `kept`, which `later` operations have changed.

    For one that was put back, `operation` is the one that had been taken back. `by` is the operation that did it.
    """

    operation: int
    by: int
    command: str | None
    kept: int
    later: list[int]
