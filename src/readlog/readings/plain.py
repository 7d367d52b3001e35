"""Readings in pipes and files: lists as tab-separated lines, a page as text."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from readlog.ui.plain_lines import put_rows
from readlog.ui.streams import put

if TYPE_CHECKING:
    from readlog.core.domain_model import Quote, Reading
    from readlog.readings.results import ListedReading


def put_list(rows: Iterable["ListedReading"]) -> None:
    """Print one line per reading: id, status, started, finished, rating, title, authors."""
    put_rows(row[:7] for row in rows)


def put_page(reading: "Reading", readings: Sequence["Reading"], spoilers: bool) -> None:
    """Print the page of one reading among all `readings` of its book; the review stays Markdown."""
    from readlog.core.spoilers import render_spoilers

    blocks = [_head(reading), _status_line(reading), render_spoilers(reading.review or "", reveal=spoilers)]
    blocks += [_quote(quote, spoilers) for quote in reading.quotes]
    if reading.progress:
        blocks.append(_progress(reading, spoilers))
    if reading.private_note:
        blocks.append(f"Private note\n{reading.private_note}")
    if len(readings) > 1:
        blocks.append(_rereads(reading, readings, spoilers))
    put("\n\n".join(block for block in blocks if block))


def _head(reading: "Reading") -> str:
    from readlog.readings.describe_reading import byline, imprint, series_text

    book = reading.book
    return "\n".join(line for line in (book.full_title, byline(book), series_text(book), imprint(book)) if line)


def _status_line(reading: "Reading") -> str:
    from readlog.readings.describe_reading import status_and_dates
    from readlog.ui.wording import stars

    parts = (stars(reading.rating), status_and_dates(reading), f"#{reading.id}")
    return "  ".join(part for part in parts if part)


def _quote(quote: "Quote", spoilers: bool) -> str:
    from readlog.core.spoilers import render_spoilers
    from readlog.ui.wording import page_and_location

    lines = [f"> {line}".rstrip() for line in render_spoilers(quote.text, reveal=spoilers).split("\n")]
    below = (page_and_location(quote.page, quote.location), render_spoilers(quote.remark or "", reveal=spoilers))
    return "\n".join(lines + [part for part in below if part])


def _progress(reading: "Reading", spoilers: bool) -> str:
    from readlog.readings.show_sections import progress_heading, progress_rows

    return _section(progress_heading(reading), progress_rows(reading, spoilers))


def _rereads(reading: "Reading", readings: Sequence["Reading"], spoilers: bool) -> str:
    from readlog.readings.describe_reading import times_read
    from readlog.readings.show_sections import reread_rows

    rows = [
        (f"{row.marker} {row.number}", row.date, row.stars, row.rating_change, "  ".join(filter(None, row[-2:])))
        for row in reread_rows(reading, readings, spoilers)
    ]
    return _section(times_read(readings), rows)


def _section(heading: str, rows: Sequence[Sequence[str]]) -> str:
    """The heading and one line per row, in aligned columns; empty columns are left out."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width) for row in rows)
    return "\n".join([heading, *map(str.rstrip, lines)])
