"""The page of one reading on a terminal: a head, the review as it was meant to look, what was kept, the years."""

from collections.abc import Sequence

from rich.align import Align
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from readlog.ground.model import Quote, Reading
from readlog.ground.spoilers import hide_spoilers, reveal_spoilers, spoiler_spans
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, WIDEST_PAGE, terminal, text
from readlog.ui.pager import show_in_pager
from readlog.ui.prose import paragraphs


def show_page(reading: Reading, readings: Sequence[Reading], spoilers: bool) -> None:
    """The page of `reading` among all `readings` of its book, through the pager where the terminal is too short."""
    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        page.print(_page(reading, readings, spoilers))
    show_in_pager(capture.get(), console.height)


def _page(reading: Reading, readings: Sequence[Reading], spoilers: bool) -> RenderableType:
    blocks: list[RenderableType] = [_head(reading), _state(reading), *_review(reading.review or "", spoilers)]
    blocks += [_kept(quote) for quote in reading.quotes]
    if reading.private_note:
        blocks.append(Group(Text("Private note", QUIET), text(reading.private_note)))
    if len(readings) > 1:
        blocks.append(_years(readings))
    spaced: list[RenderableType] = []
    for block in blocks:
        spaced += [block, Text()]
    return Group(*spaced[:-1])


def _head(reading: Reading) -> RenderableType:
    book = reading.book
    title = f"{book.title}: {book.subtitle}" if book.subtitle else book.title
    lines = [
        text(title, TITLE),
        text(wording.byline(book)),
        text(wording.series(book)),
        text(wording.imprint(book), QUIET),
    ]
    return Group(*(line for line in lines if line.plain))


def _state(reading: Reading) -> RenderableType:
    """Stars and what became of the reading to the left, its number to the right."""
    line = Table.grid(expand=True)
    line.add_column(ratio=1)
    line.add_column(justify="right")
    stars = Text(wording.stars(reading.rating), STARS)
    state = Text("  ").join([part for part in (stars, Text(wording.spent(reading))) if part.plain])
    line.add_row(state, Text(f"#{reading.id}", QUIET))
    return line


def _review(review: str, spoilers: bool) -> list[RenderableType]:
    if not review:
        return []
    hidden = 0 if spoilers else len(spoiler_spans(review))
    shown = [_set(reveal_spoilers(review) if spoilers else hide_spoilers(review))]
    if hidden:
        shown.append(Text(f"{wording.count(hidden, 'spoiler')} hidden: --spoilers shows it.", QUIET))
    return shown


def _set(review: str) -> RenderableType:
    if prose := paragraphs(review):
        return Group(*prose)
    from readlog.ui.review import ReviewMarkdown

    return ReviewMarkdown(review)


def _kept(quote: Quote) -> RenderableType:
    """A passage, set in, with where it stands at the right and the remark below."""
    lines = [Padding(text(quote.text, "italic"), (0, 4, 0, 4))]
    if where := wording.where(quote):
        lines.append(Padding(Align.right(text(where, QUIET)), (0, 4, 0, 4)))
    if quote.remark:
        lines.append(Padding(text(quote.remark), (0, 0, 0, 2)))
    return Group(*lines)


def _years(readings: Sequence[Reading]) -> RenderableType:
    """`Read three times   1991 ★★★   2003 ★★★★ +1   March 2012 ★★★★★ +1`."""
    line = Text.assemble((wording.how_often(readings), QUIET))
    for said, stars, moved in wording.one_by_one(readings):
        line.append(f"   {said}")
        line.append(f" {stars}" if stars else "", STARS)
        line.append(f" {moved}" if moved else "", QUIET)
    return line
