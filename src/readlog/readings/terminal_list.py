"""A list of readings on a terminal: a table that fits its width, whatever the script of the titles."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.core.normalize_text import ordinal
from readlog.readings.describe_reading import list_date, list_progress
from readlog.readings.results import ListedReading
from readlog.ui.console import COLUMN_GAP, QUIET, RIGHT_MARGIN, STARS, TITLE, cut, terminal
from readlog.ui.wording import stars

_AUTHOR_SHARE = 0.38
"""The author's part of the width of title and author, if they do not both fit."""
_MIN_WIDTH_WITH_AUTHOR = 24
"""Columns for title and author below which the author is left out."""
_MIN_TITLE_WIDTH = 10
"""Columns below which a title is not cut to make room for its suffix."""
_MAX_PROGRESS_WIDTH = 16
"""Columns for the progress: a chapter can have any name."""


def show_list(rows: Sequence[ListedReading]) -> None:
    """Print a table of readings: id, date or status, title, author, rating."""
    console = terminal()
    width = console.width - RIGHT_MARGIN
    dates = [list_date(row) for row in rows]
    id_width = max(2, *(len(str(row.id)) for row in rows))
    date_width = max(4, *map(cell_len, dates))
    remaining = width - id_width - date_width - len("rating") - 4 * COLUMN_GAP
    title_width, author_width = _title_and_author_widths(rows, remaining)
    table = Table.grid(padding=(0, COLUMN_GAP, 0, 0))
    table.add_column(justify="right", width=id_width, no_wrap=True)
    widths = [date_width, title_width, author_width, len("rating")]
    heads = ["id", "when", "title", "author", "rating"]
    for column in widths if author_width else (date_width, title_width, len("rating")):
        table.add_column(width=column, no_wrap=True)
    table.add_row(*(Text(head, QUIET) for head in heads if author_width or head != "author"))
    for row, date in zip(rows, dates, strict=True):
        author = [Text(cut(row.authors or "", author_width))] if author_width else []
        rating = Text(stars(row.rating), STARS)
        table.add_row(Text(str(row.id), QUIET), Text(date, QUIET), _title_cell(row, title_width), *author, rating)
    console.print(table, no_wrap=True, crop=False)


def _title_and_author_widths(rows: Sequence[ListedReading], available: int) -> tuple[int, int]:
    """The columns for title and author; 0 leaves the author out."""
    title = max(len("title"), *(cell_len(row.title) + cell_len(_title_suffixes(row)[0]) for row in rows))
    author = max(len("author"), *(cell_len(row.authors or "") for row in rows))
    if available < _MIN_WIDTH_WITH_AUTHOR:
        return max(available + COLUMN_GAP, 1), 0
    if title + author > available:
        author = min(author, max(int(available * _AUTHOR_SHARE), available - title))
    return min(title, available - author), author


def _title_cell(row: ListedReading, width: int) -> Text:
    """The title, and to its right the longest suffix that leaves it enough room."""
    min_title_width = min(cell_len(row.title), _MIN_TITLE_WIDTH)
    suffix = next(each for each in _title_suffixes(row) if width - cell_len(each) >= min_title_width or not each)
    title = cut(row.title, width - cell_len(suffix))
    gap = " " * (width - cell_len(title) - cell_len(suffix))
    return Text.assemble((title, TITLE), gap, (suffix, QUIET))


def _title_suffixes(row: ListedReading) -> list[str]:
    """`  2nd time  59 %`, then the progress alone, then nothing."""
    nth_time = f"  {ordinal(row.nth_reading)} time" if row.nth_reading > 1 else ""
    progress = list_progress(row)
    progress = f"  {cut(progress, _MAX_PROGRESS_WIDTH)}" if progress else ""
    return [nth_time + progress, progress, ""]
