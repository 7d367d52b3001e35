"""Lists on a terminal: columns that fit its width, whatever the script of the titles."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.readings.results import ListedReading
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, cut, terminal

_GAP = 2
_SLACK = 1
"""Columns kept free at the right: some terminals begin a new line when the last one is filled."""
_AUTHOR_SHARE = 0.38
"""Of the width that title and author have together, where they do not both fit."""
_NARROWEST = 24
"""Columns for title and author below which the author is left out."""
_NARROWEST_TITLE = 10
"""Columns below which a title is not cut for what is said to its right."""
_WIDEST_PLACE = 16
"""Columns for how far a reading has come: a chapter can have any name."""


def show_list(rows: Sequence[ListedReading]) -> None:
    """A table of readings: id, when, title, author, rating."""
    console = terminal()
    width = console.width - _SLACK
    whens = [wording.when(row) for row in rows]
    id_width = max(2, *(len(str(row.id)) for row in rows))
    when_width = max(4, *map(cell_len, whens))
    left = width - id_width - when_width - len("rating") - 4 * _GAP
    title_width, author_width = _share(rows, left)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(justify="right", width=id_width, no_wrap=True)
    widths = [when_width, title_width, author_width, len("rating")]
    heads = ["id", "when", "title", "author", "rating"]
    for column in widths if author_width else (when_width, title_width, len("rating")):
        table.add_column(width=column, no_wrap=True)
    table.add_row(*(Text(head, QUIET) for head in heads if author_width or head != "author"))
    for row, when in zip(rows, whens, strict=True):
        author = [Text(cut(row.authors or "", author_width))] if author_width else []
        rating = Text(wording.stars(row.rating), STARS)
        table.add_row(Text(str(row.id), QUIET), Text(when, QUIET), _title(row, title_width), *author, rating)
    console.print(table, no_wrap=True, crop=False)


def _share(rows: Sequence[ListedReading], left: int) -> tuple[int, int]:
    """The columns that title and author get, 0 for no author at all."""
    title = max(len("title"), *(cell_len(row.title) + cell_len(_suffixes(row)[0]) for row in rows))
    author = max(len("author"), *(cell_len(row.authors or "") for row in rows))
    if left < _NARROWEST:
        return max(left + _GAP, 1), 0
    if title + author > left:
        author = min(author, max(int(left * _AUTHOR_SHARE), left - title))
    return min(title, left - author), author


def _title(row: ListedReading, width: int) -> Text:
    """The title, and to its right as much of what is known of the reading as leaves it room."""
    full = cell_len(row.title)
    suffix = next(each for each in _suffixes(row) if width - cell_len(each) >= min(full, _NARROWEST_TITLE) or not each)
    title = cut(row.title, width - cell_len(suffix))
    gap = " " * (width - cell_len(title) - cell_len(suffix))
    return Text.assemble((title, TITLE), gap, (suffix, QUIET))


def _suffixes(row: ListedReading) -> list[str]:
    """The second time, and how far it has come; only that; nothing."""
    time = f"  {wording.ordinal(row.nth_reading)} time" if row.nth_reading > 1 else ""
    far = wording.how_far(row)
    place = f"  {cut(far, _WIDEST_PLACE)}" if far else ""
    return [time + place, place, ""]
