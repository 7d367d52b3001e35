"""Tables in pipes and files: tab-separated lines, never cut."""

import sys
from collections.abc import Iterable

from readlog.core.normalize_text import printable_line


def put_rows(rows: Iterable[Iterable[object]]) -> None:
    """Print one line per row, its values separated by tabs; None is an empty cell."""
    for row in rows:
        sys.stdout.write(_line(row))


def _line(values: Iterable[object]) -> str:
    cells = ["" if value is None else _cell(value) for value in values]
    if not "".join(cells).isprintable():
        cells = [printable_line(cell) for cell in cells]
    return "\t".join(cells) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)
