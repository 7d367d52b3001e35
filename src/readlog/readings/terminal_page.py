"""The page of one reading on a terminal."""

import re
from collections.abc import Sequence

from rich.align import Align
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from readlog.core.domain_model import Quote, Reading
from readlog.core.normalize_text import pluralize, printable, unwrap_paragraphs
from readlog.core.spoilers import hide_spoilers, render_spoilers, reveal_spoilers, spoiler_spans
from readlog.readings.describe_reading import byline, imprint, series_text, status_and_dates, times_read
from readlog.readings.show_sections import MARKER, progress_heading, progress_rows, reread_rows
from readlog.ui.console import QUIET, STARS, TITLE, WIDEST_PAGE, align_rows, terminal, user_text
from readlog.ui.run_program import show_in_pager
from readlog.ui.wording import page_and_location, stars

_EMPHASIS_SIGN = re.compile(r"[*_~\\]")
_EMPHASIS_STYLES = {"em": "italic", "strong": "bold", "s": "strike"}
_MARKDOWN_SIGN = re.compile(r"[*_`#>\[\]<&\\~|]|^\s*(?:[-+=]|\d+[.)])|^(?: {4}|\t)|  $", re.MULTILINE)
"""Everything that can have a meaning in Markdown; better to parse one review too many."""
_MAX_POSITION_WIDTH = 16
"""Columns for the position of a progress note; a longer name of a chapter is put before the comment."""


def show_page(reading: Reading, readings: Sequence[Reading], spoilers: bool) -> None:
    """Show the page of `reading` among all `readings` of its book, in the pager if it is longer than the terminal."""
    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        page.print(_page(reading, readings, spoilers, page.width))
    show_in_pager(capture.get(), console.height)


def render_passage(passage: str, *, spoilers: bool, style: str = "") -> Text:
    """A quote or comment in a style, with its emphasis and, if `spoilers`, with its spoilers."""
    shown = unwrap_paragraphs(render_spoilers(printable(passage), reveal=spoilers))
    if not _EMPHASIS_SIGN.search(shown):
        return Text(shown, style)
    line = Text(style=style)
    for piece in re.split(r"(\n\s*\n)", shown):
        line.append_text(_render_emphasis(piece, is_italic="italic" in style))
    return line


def render_prose(review: str) -> list[Text] | None:
    """The paragraphs of a review with empty lines between them; None if it may contain Markdown."""
    if _MARKDOWN_SIGN.search(review):
        return None
    parts = (" ".join(map(str.strip, part.split("\n"))) for part in re.split(r"\n\s*\n", review.strip()))
    return [line for part in parts for line in (user_text(part), Text())][:-1]


def _page(reading: Reading, readings: Sequence[Reading], spoilers: bool, width: int) -> RenderableType:
    blocks: list[RenderableType] = [_head(reading), _status_line(reading), *_review(reading.review or "", spoilers)]
    blocks += [_quote(quote, spoilers) for quote in reading.quotes]
    if reading.progress:
        blocks.append(_progress(reading, spoilers, width))
    if reading.private_note:
        blocks.append(Group(Text("Private note", QUIET), user_text(reading.private_note)))
    if len(readings) > 1:
        blocks.append(_rereads(reading, readings, spoilers, width))
    spaced: list[RenderableType] = []
    for block in blocks:
        spaced += [block, Text()]
    return Group(*spaced[:-1])


def _head(reading: Reading) -> RenderableType:
    book = reading.book
    lines = [
        user_text(book.full_title, TITLE),
        user_text(byline(book)),
        user_text(series_text(book)),
        user_text(imprint(book), QUIET),
    ]
    return Group(*(line for line in lines if line.plain))


def _status_line(reading: Reading) -> RenderableType:
    """Stars, status and dates on the left, the id on the right."""
    line = Table.grid(expand=True)
    line.add_column(ratio=1)
    line.add_column(justify="right")
    parts = (Text(stars(reading.rating), STARS), Text(status_and_dates(reading)))
    line.add_row(Text("  ").join([part for part in parts if part.plain]), Text(f"#{reading.id}", QUIET))
    return line


def _review(review: str, spoilers: bool) -> list[RenderableType]:
    if not review:
        return []
    hidden = 0 if spoilers else len(spoiler_spans(review))
    shown = [_render_review(reveal_spoilers(review) if spoilers else hide_spoilers(review))]
    if hidden:
        shown.append(Text(f"{pluralize(hidden, 'spoiler')} hidden: --spoilers shows it.", QUIET))
    return shown


def _render_review(review: str) -> RenderableType:
    if prose := render_prose(review):
        return Group(*prose)

    from readlog.readings.terminal_markdown import ReviewMarkdown

    return ReviewMarkdown(review)


def _quote(quote: Quote, spoilers: bool) -> RenderableType:
    """The passage, indented, with its page at the right and the comment below."""
    lines = [Padding(render_passage(quote.text, spoilers=spoilers, style="italic"), (0, 4, 0, 4))]
    if location := page_and_location(quote.page, quote.location):
        lines.append(Padding(Align.right(user_text(location, QUIET)), (0, 4, 0, 4)))
    if quote.remark:
        lines.append(Padding(render_passage(quote.remark, spoilers=spoilers), (0, 0, 0, 2)))
    return Group(*lines)


def _progress(reading: Reading, spoilers: bool, width: int) -> RenderableType:
    notes = progress_rows(reading, spoilers)
    has_position_column = max(cell_len(position) for _, position, _ in notes) <= _MAX_POSITION_WIDTH
    rows = []
    for date, position, comment in notes:
        prose = render_passage(comment, spoilers=True)
        if not has_position_column and position:
            prose = Text(": " if comment else "").join([user_text(position), prose])
        rows.append([Text(date, QUIET), user_text(position if has_position_column else ""), prose])
    return _section(progress_heading(reading), rows, width)


def _rereads(reading: Reading, readings: Sequence[Reading], spoilers: bool, width: int) -> RenderableType:
    rows = []
    for row in reread_rows(reading, readings, spoilers):
        number = Text.assemble(row.marker, " ", (row.number, QUIET))
        prose = Text("  ").join(
            part for part in (user_text(row.details, QUIET), user_text(row.review_start)) if part.plain
        )
        date = Text(row.date, TITLE if row.marker == MARKER else "")
        rows.append([number, date, Text(row.stars, STARS), Text(row.rating_change, QUIET), prose])
    return _section(times_read(readings), rows, width)


def _section(heading: str, rows: Sequence[Sequence[Text]], width: int) -> RenderableType:
    return Group(Text(heading, QUIET), *align_rows(terminal(width), rows, width))


def _render_emphasis(paragraph: str, *, is_italic: bool) -> Text:
    """A paragraph with its emphasis, which is upright within italics."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["emphasis", "strikethrough", "escape"])
    line, styles = Text(), list[str]()
    for token in parser.parseInline(paragraph)[0].children or ():
        kind, _, end = token.type.rpartition("_")
        if end == "open":
            styles.append("not italic" if kind == "em" and is_italic else _EMPHASIS_STYLES[kind])
        elif end == "close":
            styles.pop()
        else:
            line.append(token.content, " ".join(styles))
    return line
