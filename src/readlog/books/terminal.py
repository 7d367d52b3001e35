"""Lists of names on a terminal: a table that fits its width, and leaves out what does not."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.books.results import NameCount
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, cut, terminal

_GAP = 2
_SLACK = 1
"""Columns kept free at the right: some terminals begin a new line when the last one is filled."""
_NARROWEST = 18
"""Columns for a name below which it gets those of figures, one after the other."""


class _Column(NamedTuple):
    head: str
    cells: list[Text]
    justify: Literal["left", "right"] = "right"

    @property
    def width(self) -> int:
        return max(cell_len(self.head), *(cell.cell_len for cell in self.cells))


def show_names(head: str, names: Sequence[NameCount]) -> None:
    """A table of names: how many books, how many readings finished, when the last one, how rated."""
    console = terminal()
    longest = max(cell_len(head), *(cell_len(each.name) for each in names))
    columns = _fitting(_columns(names), console.width - _SLACK - min(longest, _NARROWEST))
    left = console.width - _SLACK - sum(column.width + _GAP for column in columns)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    width = max(min(longest, left), 1)
    table.add_column(width=width, no_wrap=True)
    for column in columns:
        table.add_column(justify=column.justify, no_wrap=True)
    table.add_row(*(Text(each, QUIET) for each in (head, *(column.head for column in columns))))
    for number, each in enumerate(names):
        table.add_row(Text(cut(each.name, width)), *(column.cells[number] for column in columns))
    console.print(table, no_wrap=True, crop=False)


def _columns(names: Sequence[NameCount]) -> list[_Column]:
    rated = max(len(_rated(each)) for each in names)
    return [
        _Column("books", _cells(names, lambda each: Text(f"{each.books:,}"))),
        _Column("finished", _cells(names, lambda each: Text(f"{each.finished:,}"))),
        _Column("last", _cells(names, lambda each: Text(wording.short_date(each.last), QUIET)), "left"),
        _Column("rating", _cells(names, lambda each: _rating(each, rated)), "left"),
    ]


def _cells(names: Sequence[NameCount], cell: Callable[[NameCount], Text]) -> list[Text]:
    return [cell(each) for each in names]


def _rating(name: NameCount, width: int) -> Text:
    """The average, and how many ratings it is of."""
    if name.rating is None:
        return Text()
    return Text.assemble((f"★ {name.rating:.2f}", STARS), (f"  {_rated(name):>{width}}", QUIET))


def _rated(name: NameCount) -> str:
    return f"of {name.rated:,}"


def _fitting(columns: list[_Column], width: int) -> list[_Column]:
    """The columns that fit into so many beside a name; what goes first is what is least missed."""
    left = list(columns)
    for head in ("finished", "last", "rating"):
        if sum(column.width + _GAP for column in left) > width:
            left = [column for column in left if column.head != head]
    return left
