"""The terminal as rich sees it, and the few styles there are: bold for titles, one accent, one quiet colour."""

import sys

from rich.console import Console
from rich.text import Text

from readlog.core.text import one_line, printable

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

    line = one_line(content)
    if cell_len(line) <= width:
        return line
    return set_cell_size(line, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""
