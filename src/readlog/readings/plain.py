"""Pages for pipes and files: the same words as on a terminal, without colour and without a margin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readlog.core.spoilers import render_spoilers
from readlog.ui import wording
from readlog.ui.streams import put

if TYPE_CHECKING:
    from readlog.core.model import Quote, Reading


def put_page(reading: "Reading", readings: Sequence["Reading"], spoilers: bool) -> None:
    """The page of one reading among all `readings` of its book; the review stays Markdown."""
    book = reading.book
    review = render_spoilers(reading.review or "", reveal=spoilers)
    title = f"{book.title}: {book.subtitle}" if book.subtitle else book.title
    head = [title, wording.byline(book), wording.series(book), wording.imprint(book)]
    state = "  ".join(
        part for part in (wording.stars(reading.rating), wording.spent(reading), f"#{reading.id}") if part
    )
    blocks = ["\n".join(line for line in head if line), state, review]
    blocks += [_quote(quote, spoilers) for quote in reading.quotes]
    if reading.progress:
        blocks.append(_progress(reading, spoilers))
    if reading.private_note:
        blocks.append(f"Private note\n{reading.private_note}")
    if len(readings) > 1:
        blocks.append(_years(reading, readings, spoilers))
    put("\n\n".join(block for block in blocks if block))


def _quote(quote: "Quote", spoilers: bool) -> str:
    lines = [f"> {line}".rstrip() for line in render_spoilers(quote.text, reveal=spoilers).split("\n")]
    below = (
        wording.page_and_location(quote.page, quote.location),
        render_spoilers(quote.remark or "", reveal=spoilers),
    )
    return "\n".join(lines + [part for part in below if part])


def _progress(reading: "Reading", spoilers: bool) -> str:
    from readlog.readings import rereads

    return _titled(rereads.heading(reading), rereads.notes(reading, spoilers))


def _years(reading: "Reading", readings: Sequence["Reading"], spoilers: bool) -> str:
    from readlog.readings import rereads

    steps = rereads.through_the_years(reading, readings, spoilers)
    rows = [(f"{step.mark} {step.number}", *step[2:-2], "  ".join(filter(None, step[-2:]))) for step in steps]
    return _titled(wording.how_often(readings), rows)


def _titled(title: str, rows: Sequence[Sequence[str]]) -> str:
    """A line a row below a title, the cells of a column below each other; a column without anything is left out."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True) if wide) for row in rows)
    return "\n".join([title, *map(str.rstrip, lines)])
