"""Rows of a page whose cells stand below each other, the last of them prose that goes on below itself."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

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
