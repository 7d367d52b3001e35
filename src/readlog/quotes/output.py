"""Quotes as a page on a terminal, and as lines in a pipe."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from readlog.core.spoilers import render_spoilers
from readlog.quotes.results import BookQuote
from readlog.ui import wording
from readlog.ui.plain_lines import put_rows

if TYPE_CHECKING:
    from rich.console import RenderableType

_MARGIN = 4
"""Columns on both sides of a passage."""


def put_quotes(quotes: Iterable[BookQuote], *, spoilers: bool) -> None:
    """Print tab-separated lines: reading id, page, location, passage in one line, title, authors, remark."""
    put_rows(
        (
            quote.reading_id,
            quote.page,
            quote.location,
            _in_one_line(quote.text, spoilers),
            quote.title,
            "; ".join(quote.authors),
            _in_one_line(quote.remark, spoilers) if quote.remark else None,
        )
        for quote in quotes
    )


def show_quotes(quotes: Iterable[BookQuote], *, spoilers: bool) -> None:
    """Print passages, each with its source and the remark below, through the pager if there are many."""
    from rich.console import Group
    from rich.text import Text

    from readlog.ui.console import WIDEST_PAGE, terminal
    from readlog.ui.run_program import show_in_pager

    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        for number, quote in enumerate(quotes):
            page.print(Group(*([Text()] if number else []), *_blocks(quote, spoilers)))
    show_in_pager(capture.get(), console.height)


def _in_one_line(text: str, spoilers: bool) -> str:
    return " ".join(render_spoilers(text, reveal=spoilers).split())


def _blocks(quote: BookQuote, spoilers: bool) -> "Iterator[RenderableType]":
    """The passage, its source in quiet letters with the reading id at the right, and the remark."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from readlog.readings.terminal_page import render_passage
    from readlog.ui.console import QUIET, user_text

    yield Padding(render_passage(quote.text, spoilers=spoilers), (0, _MARGIN))
    source = (quote.title, wording.join_names(quote.authors), wording.page_and_location(quote.page, quote.location))
    line = Table.grid(expand=True)
    line.add_column(width=2)
    line.add_column(ratio=1)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(
        Text("— ", QUIET), user_text(", ".join(filter(None, source)), QUIET), Text(f"  #{quote.reading_id}", QUIET)
    )
    yield Padding(line, (0, 0, 0, _MARGIN + 2))
    if quote.remark:
        yield Padding(render_passage(quote.remark, spoilers=spoilers, style=QUIET), (0, _MARGIN, 0, _MARGIN + 4))
