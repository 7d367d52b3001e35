"""The terminal as rich sees it, and the few styles there are: bold for titles, one accent, one quiet colour."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from readlog.core.text import printable, printable_line

TITLE = "bold"
STARS = "orange3"
QUIET = "dim"
FOUND = "bold underline"

_NARROWEST_AUTHOR = len(", A…")
WIDEST_PAGE = 88
"""Columns; a longer line is hard to read, however wide the terminal."""


def terminal(width: int | None = None) -> Console:
    """A console on stdout that takes no text for markup, and colours nothing by itself."""
    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False, width=width)


def text(content: str, style: str = "") -> Text:
    """Something that a person wrote, with nothing in it that moves the cursor."""
    return Text(printable(content), style=style)


def title_and_author(title: str, author: str | None, width: int) -> tuple[str, str]:
    """Both in so many columns together, the author behind a comma, and only where it fits or some letters of it do."""
    from rich.cells import cell_len

    title, by = cut(title, width), f", {author}" if author else ""
    left = width - cell_len(title)
    return title, cut(by, left) if left >= min(_NARROWEST_AUTHOR, cell_len(by)) else ""


def cut(content: str, width: int) -> str:
    """`content` in one line of at most `width` columns, ending in `…` where it had more."""
    from rich.cells import cell_len, set_cell_size

    line = printable_line(content)
    if cell_len(line) <= width:
        return line
    return set_cell_size(line, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""


def wrap(line: Text, width: int) -> list[Text]:
    """`line` in lines of at most `width` columns, without blanks at their ends."""
    lines = list(line.wrap(terminal(), max(width, 1)))
    for each in lines:
        each.rstrip()
    return lines


_GAP = 2
_NARROWEST = 28
"""Columns for prose below which it begins a line of its own."""
_INDENT = 4


def aligned(console: Console, rows: Sequence[Sequence[Text]], width: int) -> list[Text]:
    """The lines of some rows of equally many cells, none wider than `width`; a column without anything is left out."""
    widths = [max(cell.cell_len for cell in column) for column in zip(*(row[:-1] for row in rows), strict=True)]
    begin = sum(each + _GAP for each in widths if each)
    lines: list[Text] = []
    for row in rows:
        first = Text()
        for cell, wide in zip(row, widths, strict=False):
            first.append_text(cell).append(" " * (wide + _GAP - cell.cell_len if wide else 0))
        if begin > width:
            lines += _wrapped(console, Text("  ").join(cell for cell in row if cell.plain), width)
        elif width - begin >= _NARROWEST:
            prose = _wrapped(console, row[-1], width - begin) or [Text()]
            lines += [first.append_text(prose[0]), *(_set_in(line, begin) for line in prose[1:])]
        else:
            lines += [first, *(_set_in(line, _INDENT) for line in _wrapped(console, row[-1], width - _INDENT))]
    for line in lines:
        line.rstrip()
    return lines


def _wrapped(console: Console, prose: Text, width: int) -> list[Text]:
    return list(prose.wrap(console, max(width, 1))) if prose.plain else []


def _set_in(line: Text, columns: int) -> Text:
    return Text(" " * columns).append_text(line)
