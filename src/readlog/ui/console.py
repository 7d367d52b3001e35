"""The rich console, its few styles, and text fitted into columns."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from readlog.core.normalize_text import printable, printable_line

TITLE = "bold"
STARS = "orange3"
QUIET = "dim"
FOUND = "bold underline"

WIDEST_PAGE = 88
"""Columns; longer lines are hard to read, however wide the terminal."""
COLUMN_GAP = 2
"""Columns between two columns of a table."""
RIGHT_MARGIN = 1
"""Columns kept free at the right: some terminals start a new line when the last one is filled."""

_MIN_AUTHOR_WIDTH = len(", A…")
_MIN_PROSE_WIDTH = 28
"""Columns below which prose starts on a line of its own."""
_INDENT = 4


def terminal(width: int | None = None) -> Console:
    """A console on stdout without markup, emoji codes or automatic highlighting; `width` in columns."""
    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False, width=width)


def user_text(content: str, style: str = "") -> Text:
    """User text without control characters."""
    return Text(printable(content), style=style)


def title_and_author(title: str, author: str | None, width: int) -> tuple[str, str]:
    """`title` and `, author` cut to `width` columns together; the author is empty if hardly a letter of it fits."""
    from rich.cells import cell_len

    title, by = cut(title, width), f", {author}" if author else ""
    left = width - cell_len(title)
    return title, cut(by, left) if left >= min(_MIN_AUTHOR_WIDTH, cell_len(by)) else ""


def cut(content: str, width: int) -> str:
    """`content` as one line of at most `width` columns, ending in `…` if it was cut."""
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


def align_rows(console: Console, rows: Sequence[Sequence[Text]], width: int) -> list[Text]:
    """Lines of aligned columns, none wider than `width`, the last column wrapped; empty columns are left out."""
    widths = [max(cell.cell_len for cell in column) for column in zip(*(row[:-1] for row in rows), strict=True)]
    prose_start = sum(each + COLUMN_GAP for each in widths if each)
    lines: list[Text] = []
    for row in rows:
        first = Text()
        for cell, column_width in zip(row, widths, strict=False):
            padding = column_width + COLUMN_GAP - cell.cell_len if column_width else 0
            first.append_text(cell).append(" " * padding)
        if prose_start > width:
            lines += _wrap(console, Text("  ").join(cell for cell in row if cell.plain), width)
        elif width - prose_start >= _MIN_PROSE_WIDTH:
            prose = _wrap(console, row[-1], width - prose_start) or [Text()]
            lines += [first.append_text(prose[0]), *(_indent(line, prose_start) for line in prose[1:])]
        else:
            lines += [first, *(_indent(line, _INDENT) for line in _wrap(console, row[-1], width - _INDENT))]
    for line in lines:
        line.rstrip()
    return lines


def _wrap(console: Console, prose: Text, width: int) -> list[Text]:
    return list(prose.wrap(console, max(width, 1))) if prose.plain else []


def _indent(line: Text, columns: int) -> Text:
    return Text(" " * columns).append_text(line)
