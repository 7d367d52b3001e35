"""The page of one reading on a terminal: a head, the review as it was meant to look, what was kept, the years."""

import re
from collections.abc import Sequence

from rich.align import Align
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from readlog.core.model import Quote, Reading
from readlog.core.spoilers import hide_spoilers, render_spoilers, reveal_spoilers, spoiler_spans
from readlog.core.text import printable, unwrap_paragraphs
from readlog.readings import rereads
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, WIDEST_PAGE, aligned, terminal, text
from readlog.ui.run_program import show_in_pager

_SIGNS = re.compile(r"[*_~\\]")
_STYLES = {"em": "italic", "strong": "bold", "s": "strike"}


def set_passage(passage: str, *, spoilers: bool, style: str = "") -> Text:
    """A passage in a style, emphasis standing out of it, with its `spoilers` or without."""
    shown = unwrap_paragraphs(render_spoilers(printable(passage), reveal=spoilers))
    if not _SIGNS.search(shown):
        return Text(shown, style)
    line = Text(style=style)
    for piece in re.split(r"(\n\s*\n)", shown):
        line.append_text(_emphasised(piece, upright="italic" in style))
    return line


def _emphasised(paragraph: str, *, upright: bool) -> Text:
    """A paragraph with its emphasis, which is upright where the rest is in italics."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["emphasis", "strikethrough", "escape"])
    line, styles = Text(), list[str]()
    for token in parser.parseInline(paragraph)[0].children or ():
        kind, _, end = token.type.rpartition("_")
        if end == "open":
            styles.append("not italic" if kind == "em" and upright else _STYLES[kind])
        elif end == "close":
            styles.pop()
        else:
            line.append(token.content, " ".join(styles))
    return line


_MARKDOWN_SIGNS = re.compile(r"[*_`#>\[\]<&\\~|]|^\s*(?:[-+=]|\d+[.)])|^(?: {4}|\t)|  $", re.MULTILINE)
"""Whatever can mean something to Markdown; better one review too many through its parser."""


def paragraphs(review: str) -> list[Text] | None:
    """The paragraphs of a review, with empty lines between them; None where it can be more than prose."""
    if _MARKDOWN_SIGNS.search(review):
        return None
    parts = (" ".join(map(str.strip, part.split("\n"))) for part in re.split(r"\n\s*\n", review.strip()))
    return [line for part in parts for line in (text(part), Text())][:-1]


_WIDEST_PLACE = 16
"""Columns for where a note was made; a chapter with a longer name stands before the remark."""


def show_page(reading: Reading, readings: Sequence[Reading], spoilers: bool) -> None:
    """The page of `reading` among all `readings` of its book, through the pager where the terminal is too short."""
    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        page.print(_page(reading, readings, spoilers, page.width))
    show_in_pager(capture.get(), console.height)


def _page(reading: Reading, readings: Sequence[Reading], spoilers: bool, width: int) -> RenderableType:
    blocks: list[RenderableType] = [_head(reading), _state(reading), *_review(reading.review or "", spoilers)]
    blocks += [_kept(quote, spoilers) for quote in reading.quotes]
    if reading.progress:
        blocks.append(_progress(reading, spoilers, width))
    if reading.private_note:
        blocks.append(Group(Text("Private note", QUIET), text(reading.private_note)))
    if len(readings) > 1:
        blocks.append(_years(reading, readings, spoilers, width))
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

    from readlog.readings.terminal_markdown import ReviewMarkdown

    return ReviewMarkdown(review)


def _kept(quote: Quote, spoilers: bool) -> RenderableType:
    """A passage, set in, with where it stands at the right and the remark below."""
    lines = [Padding(set_passage(quote.text, spoilers=spoilers, style="italic"), (0, 4, 0, 4))]
    if where := wording.page_and_location(quote.page, quote.location):
        lines.append(Padding(Align.right(text(where, QUIET)), (0, 4, 0, 4)))
    if quote.remark:
        lines.append(Padding(set_passage(quote.remark, spoilers=spoilers), (0, 0, 0, 2)))
    return Group(*lines)


def _progress(reading: Reading, spoilers: bool, width: int) -> RenderableType:
    """What was noted on the way: dates, places, remarks, each below each other."""
    noted = rereads.notes(reading, spoilers)
    has_column = max(cell_len(place) for _, place, _ in noted) <= _WIDEST_PLACE
    rows = []
    for date, place, remark in noted:
        prose = set_passage(remark, spoilers=True)
        if not has_column and place:
            prose = Text(": " if remark else "").join([text(place), prose])
        rows.append([Text(date, QUIET), text(place if has_column else ""), prose])
    return _titled(rereads.heading(reading), rows, width)


def _years(reading: Reading, readings: Sequence[Reading], spoilers: bool, width: int) -> RenderableType:
    """All readings of the book below each other, and how each of the reviews begins."""
    rows = []
    for step in rereads.through_the_years(reading, readings, spoilers):
        number = Text.assemble(step.mark, " ", (step.number, QUIET))
        prose = Text("  ").join(part for part in (text(step.was, QUIET), text(step.words)) if part.plain)
        when = Text(step.when, TITLE if step.mark == rereads.THIS else "")
        rows.append([number, when, Text(step.stars, STARS), Text(step.moved, QUIET), prose])
    return _titled(wording.how_often(readings), rows, width)


def _titled(title: str, rows: Sequence[Sequence[Text]], width: int) -> RenderableType:
    return Group(Text(title, QUIET), *aligned(terminal(width), rows, width))
