"""Pages for pipes and files: the same words as on a terminal, without colour and without a margin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readlog.ground.model import Quote, Reading
from readlog.ui import wording
from readlog.ui.streams import put

if TYPE_CHECKING:
    from readlog.ground.answers import Overview


def put_overview(overview: "Overview") -> None:
    """A line for each thing: label, what is said of it, stars, id, title, authors."""
    from readlog.ui.plain import put_rows

    for label, row, stars, words in wording.glance(overview):
        put_rows([(label, words, *((stars, row.id, row.title, row.authors) if row else ()))])


def put_page(reading: Reading, readings: Sequence[Reading], spoilers: bool) -> None:
    """The page of one reading among all `readings` of its book; the review stays Markdown."""
    book = reading.book
    review = reading.review or ""
    if "||" in review:
        from readlog.ground.spoilers import hide_spoilers, reveal_spoilers

        review = reveal_spoilers(review) if spoilers else hide_spoilers(review)
    title = f"{book.title}: {book.subtitle}" if book.subtitle else book.title
    head = [title, wording.byline(book), wording.series(book), wording.imprint(book)]
    state = "  ".join(
        part for part in (wording.stars(reading.rating), wording.spent(reading), f"#{reading.id}") if part
    )
    blocks = ["\n".join(line for line in head if line), state, review]
    blocks += [_quote(quote) for quote in reading.quotes]
    if reading.private_note:
        blocks.append(f"Private note\n{reading.private_note}")
    if len(readings) > 1:
        lines = (" ".join(part for part in line if part) for line in wording.one_by_one(readings))
        blocks.append(f"{wording.how_often(readings)}: {', '.join(lines)}")
    put("\n\n".join(block for block in blocks if block))


def _quote(quote: Quote) -> str:
    where = wording.where(quote)
    lines = [f"> {line}".rstrip() for line in quote.text.split("\n")]
    return "\n".join(lines + [part for part in (where, quote.remark) if part])
