"""Rows of reading lists, lighter than a whole `Reading`.

NamedTuples rather than dataclasses, because every start-up pays for them.
"""

from collections.abc import Iterator
from typing import NamedTuple


class ListedReading(NamedTuple):
    """One row of a list. Dates are EDTF, `rating` is in stars, `authors` are joined by `; `.

    `nth_reading` is 2 for the second reading of its book, and so on. `position` is the last recorded
    position in an unfinished reading, `pages` the length of the book. The last three keep their
    defaults unless the list was requested with progress.
    """

    id: int
    status: str
    started: str | None
    finished: str | None
    rating: float | None
    title: str
    authors: str | None
    nth_reading: int = 1
    position: str | None = None
    pages: int | None = None


class Listing(NamedTuple):
    """A lazy list: `shown` rows out of `total` matching readings."""

    rows: Iterator[ListedReading]
    shown: int
    total: int
