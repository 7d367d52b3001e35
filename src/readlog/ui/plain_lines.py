"""Output for pipes and files: tab-separated lines, never cut, and no library."""

import sys
from collections.abc import Iterable

from readlog.books.results import NameCount
from readlog.core.text import printable_line
from readlog.readings.results import ListedReading


def put_list(rows: Iterable[ListedReading]) -> None:
    """A line a reading: id, status, started, finished, rating, title, authors."""
    for row in rows:
        sys.stdout.write(_line(row[:7]))


def put_names(names: Iterable[NameCount]) -> None:
    """A line a name: name, books, finished readings, last finished, average rating, rated readings."""
    for each in names:
        rating = None if each.rating is None else round(each.rating, 2)
        sys.stdout.write(_line((*each[:4], rating, each.rated)))


def put_rows(rows: Iterable[Iterable[object]]) -> None:
    """A line a row, its values one after the other."""
    for row in rows:
        sys.stdout.write(_line(row))


def _line(values: Iterable[object]) -> str:
    cells = ["" if value is None else _text(value) for value in values]
    if not "".join(cells).isprintable():
        cells = [printable_line(cell) for cell in cells]
    return "\t".join(cells) + "\n"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)
