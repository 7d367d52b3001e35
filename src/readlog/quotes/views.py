"""Quotes on a page, and as lines in a pipe."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from readlog.core.spoilers import render_spoilers
from readlog.quotes.results import BookQuote
from readlog.ui import wording
from readlog.ui.plain_lines import put_rows

if TYPE_CHECKING:
    from rich.console import RenderableType

_MARGIN = 4
"""Columns at both sides of a passage."""


def put_quotes(quotes: Iterable[BookQuote], *, spoilers: bool) -> None:
    """A line a quote: the reading's id, page, location, the passage in one line, title, authors, remark."""
    put_rows(
        (
            each.reading_id,
            each.page,
            each.location,
            _in_one_line(each.text, spoilers),
            each.title,
            "; ".join(each.authors),
            _in_one_line(each.remark, spoilers) if each.remark else None,
        )
        for each in quotes
    )


def show_quotes(quotes: Iterable[BookQuote], *, spoilers: bool) -> None:
    """Passages as on a page, each with its source and the remark below; through the pager where they are many."""
    from rich.console import Group
    from rich.text import Text

    from readlog.ui.console import WIDEST_PAGE, terminal
    from readlog.ui.run_program import show_in_pager

    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        for number, each in enumerate(quotes):
            page.print(Group(*([Text()] if number else []), *_set(each, spoilers)))
    show_in_pager(capture.get(), console.height)


def _in_one_line(text: str, spoilers: bool) -> str:
    return " ".join(render_spoilers(text, reveal=spoilers).split())


def _set(each: BookQuote, spoilers: bool) -> "Iterator[RenderableType]":
    """The passage, then quietly what it is out of, with the reading's number at the right, then the remark."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from readlog.readings.terminal import set_passage
    from readlog.ui.console import QUIET, text

    yield Padding(set_passage(each.text, spoilers=spoilers), (0, _MARGIN))
    source = Table.grid(expand=True)
    source.add_column(width=2)
    source.add_column(ratio=1)
    source.add_column(justify="right", no_wrap=True)
    named = ", ".join(
        part
        for part in (each.title, wording.names(each.authors), wording.page_and_location(each.page, each.location))
        if part
    )
    source.add_row(Text("— ", QUIET), text(named, QUIET), Text(f"  #{each.reading_id}", QUIET))
    yield Padding(source, (0, 0, 0, _MARGIN + 2))
    if each.remark:
        yield Padding(set_passage(each.remark, spoilers=spoilers, style=QUIET), (0, _MARGIN, 0, _MARGIN + 4))
