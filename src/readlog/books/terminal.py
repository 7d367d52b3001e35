"""Tags and authors on a terminal: a table that leaves out the columns for which there is no room."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.books.results import NameCount
from readlog.ui.console import COLUMN_GAP, QUIET, RIGHT_MARGIN, STARS, cut, terminal
from readlog.ui.wording import short_date

_MIN_NAME_WIDTH = 18
"""Columns for the names below which columns of figures are left out, one after the other."""


class _Column(NamedTuple):
    head: str
    cells: list[Text]
    justify: Literal["left", "right"] = "right"

    @property
    def width(self) -> int:
        return max(cell_len(self.head), *(cell.cell_len for cell in self.cells))


def show_name_counts(head: str, names: Sequence[NameCount]) -> None:
    """Print a table of names under the heading `head`: books, finished readings, last finished, rating."""
    console = terminal()
    longest_name = max(cell_len(head), *(cell_len(each.name) for each in names))
    columns = _columns_that_fit(_columns(names), console.width - RIGHT_MARGIN - min(longest_name, _MIN_NAME_WIDTH))
    remaining = console.width - RIGHT_MARGIN - sum(column.width + COLUMN_GAP for column in columns)
    table = Table.grid(padding=(0, COLUMN_GAP, 0, 0))
    width = max(min(longest_name, remaining), 1)
    table.add_column(width=width, no_wrap=True)
    for column in columns:
        table.add_column(justify=column.justify, no_wrap=True)
    table.add_row(*(Text(each, QUIET) for each in (head, *(column.head for column in columns))))
    for index, each in enumerate(names):
        table.add_row(Text(cut(each.name, width)), *(column.cells[index] for column in columns))
    console.print(table, no_wrap=True, crop=False)


def _columns(names: Sequence[NameCount]) -> list[_Column]:
    count_width = max(len(_rating_count(each)) for each in names)
    return [
        _Column("books", _cells(names, lambda each: Text(f"{each.books:,}"))),
        _Column("finished", _cells(names, lambda each: Text(f"{each.finished:,}"))),
        _Column("last", _cells(names, lambda each: Text(short_date(each.last), QUIET)), "left"),
        _Column("rating", _cells(names, lambda each: _rating(each, count_width)), "left"),
    ]


def _cells(names: Sequence[NameCount], cell: Callable[[NameCount], Text]) -> list[Text]:
    return [cell(each) for each in names]


def _rating(name: NameCount, width: int) -> Text:
    """`★ 4.12  of 8`."""
    if name.rating is None:
        return Text()
    return Text.assemble((f"★ {name.rating:.2f}", STARS), (f"  {_rating_count(name):>{width}}", QUIET))


def _rating_count(name: NameCount) -> str:
    return f"of {name.rated:,}"


def _columns_that_fit(columns: list[_Column], width: int) -> list[_Column]:
    """The columns that fit into `width`; the least important ones are dropped first."""
    kept = list(columns)
    for head in ("finished", "last", "rating"):
        if sum(column.width + COLUMN_GAP for column in kept) > width:
            kept = [column for column in kept if column.head != head]
    return kept
