"""Readings as a list has them, where whole ones would be too much.

Named tuples, here and in the query: they are on the way of every command, and a dataclass takes
ten times as long to make.
"""

from collections.abc import Iterator
from typing import NamedTuple


class ListedReading(NamedTuple):
    """One row of a list. Dates are EDTF, `rating` is in stars, `authors` are joined by `; `.

    `time` is 2 where this is the book's second reading, and so on; `at` is the place noted last in
    a reading that has not come to its end, of so many `pages`. They are 1 and None where nobody asked.
    """

    id: int
    status: str
    started: str | None
    finished: str | None
    rating: float | None
    title: str
    authors: str | None
    time: int = 1
    at: str | None = None
    pages: int | None = None


class Listing(NamedTuple):
    """Rows, `shown` of them, chosen out of `total`."""

    rows: Iterator[ListedReading]
    shown: int
    total: int
