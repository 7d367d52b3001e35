"""Search results on a terminal: two lines per hit, the reading and the passage that was found."""

from rich.cells import cell_len
from rich.text import Text

from readlog.core.normalize_text import printable
from readlog.readings.describe_reading import list_date
from readlog.search.results import MARK_OFF, MARK_ON, Hit, Hits
from readlog.ui import wording
from readlog.ui.console import FOUND, QUIET, STARS, TITLE, terminal, title_and_author

_GAP = 2
_SLACK = 1
"""Columns kept free at the right: some terminals begin a new line when the last column is filled."""
_MIN_PASSAGE_WIDTH = 20


def show_hits(hits: Hits) -> None:
    """Print each hit, with the found words marked in its passage."""
    console = terminal()
    id_width = max(len(str(hit.reading.id)) for hit in hits.hits)
    indent = " " * (id_width + _GAP)
    for hit in hits.hits:
        console.print(_headline(hit, id_width, console.width - _SLACK), no_wrap=True, crop=False)
        if passage := hit.passage_in_one_line:
            body = Text.assemble((_place(hit), QUIET), _highlight(passage, brackets=console.color_system is None))
            for line in body.wrap(console, max(console.width - len(indent) - _SLACK, _MIN_PASSAGE_WIDTH)):
                console.print(Text(indent).append_text(line))


def _headline(hit: Hit, id_width: int, width: int) -> Text:
    """Id, title, author and number of readings at the left; date and stars at the right."""
    row = hit.reading
    right = Text.assemble((f"  {list_date(row)}  ", QUIET), (f"{wording.stars(row.rating):5}", STARS))
    title, author = title_and_author(row.title, row.authors, width - id_width - _GAP - right.cell_len)
    line = Text.assemble((f"{row.id:>{id_width}}  ", QUIET), (title, TITLE), author)
    count = f"  {hit.readings} readings" if hit.readings > 1 else ""
    if cell_len(count) <= width - right.cell_len - line.cell_len:
        line.append(count, QUIET)
    gap = " " * max(width - right.cell_len - line.cell_len, 0)
    return Text.assemble(line, gap, right)


def _place(hit: Hit) -> str:
    """The text that the passage is from, as `quote, p. 31: `; empty for a review, which is the usual place."""
    if hit.place == "review":
        return ""
    page = wording.page_and_location(hit.quote.page, hit.quote.location) if hit.quote else ""
    return printable(", ".join(part for part in (hit.place, page) if part)) + ": "


def _highlight(passage: str, brackets: bool) -> Text:
    """The passage with the found words in their style, or in brackets if the terminal has no colours."""
    line = Text()
    for piece in passage.split(MARK_ON):
        found, mark, rest = piece.rpartition(MARK_OFF)
        if mark:
            line.append(f"[{printable(found)}]" if brackets else printable(found), FOUND)
        line.append(printable(rest))
    return line
