"""Lists on a terminal: columns that fit its width, whatever the script of the titles."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.core.text import printable
from readlog.readings.results import ListedReading
from readlog.search.results import MARK_OFF, MARK_ON, Hit, Hits
from readlog.ui import wording
from readlog.ui.console import FOUND, QUIET, STARS, TITLE, cut, terminal, title_and_author

_GAP = 2
_SLACK = 1
"""Columns kept free at the right: some terminals begin a new line when the last one is filled."""
_AUTHOR_SHARE = 0.38
"""Of the width that title and author have together, where they do not both fit."""
_NARROWEST = 24
"""Columns for title and author below which the author is left out."""
_NARROWEST_TITLE = 10
"""Columns below which a title is not cut for what is said to its right."""
_WIDEST_PLACE = 16
"""Columns for how far a reading has come: a chapter can have any name."""


def show_list(rows: Sequence[ListedReading]) -> None:
    """A table of readings: id, when, title, author, rating."""
    console = terminal()
    width = console.width - _SLACK
    whens = [wording.when(row) for row in rows]
    id_width = max(2, *(len(str(row.id)) for row in rows))
    when_width = max(4, *map(cell_len, whens))
    left = width - id_width - when_width - len("rating") - 4 * _GAP
    title_width, author_width = _share(rows, left)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(justify="right", width=id_width, no_wrap=True)
    widths = [when_width, title_width, author_width, len("rating")]
    heads = ["id", "when", "title", "author", "rating"]
    for column in widths if author_width else (when_width, title_width, len("rating")):
        table.add_column(width=column, no_wrap=True)
    table.add_row(*(Text(head, QUIET) for head in heads if author_width or head != "author"))
    for row, when in zip(rows, whens, strict=True):
        author = [Text(cut(row.authors or "", author_width))] if author_width else []
        rating = Text(wording.stars(row.rating), STARS)
        table.add_row(Text(str(row.id), QUIET), Text(when, QUIET), _title(row, title_width), *author, rating)
    console.print(table, no_wrap=True, crop=False)


def show_hits(hits: Hits) -> None:
    """Two lines a hit: the reading, and below it the passage that was found."""
    console = terminal()
    id_width = max(len(str(hit.reading.id)) for hit in hits.hits)
    indent = " " * (id_width + _GAP)
    for hit in hits.hits:
        console.print(_headline(hit, id_width, console.width - _SLACK), no_wrap=True, crop=False)
        if passage := hit.in_one_line:
            body = Text.assemble((_place(hit), QUIET), _marked(passage, marks=console.color_system is None))
            for line in body.wrap(console, max(console.width - len(indent) - _SLACK, 20)):
                console.print(Text(indent).append_text(line))


def _place(hit: Hit) -> str:
    """Where a passage was found: `quote, p. 31: `; nothing for a review, where one expects it."""
    where = wording.page_and_location(hit.quote.page, hit.quote.location) if hit.quote else ""
    return "" if hit.place == "review" else printable(", ".join(part for part in (hit.place, where) if part)) + ": "


def _share(rows: Sequence[ListedReading], left: int) -> tuple[int, int]:
    """The columns that title and author get, 0 for no author at all."""
    title = max(len("title"), *(cell_len(row.title) + cell_len(_suffixes(row)[0]) for row in rows))
    author = max(len("author"), *(cell_len(row.authors or "") for row in rows))
    if left < _NARROWEST:
        return max(left + _GAP, 1), 0
    if title + author > left:
        author = min(author, max(int(left * _AUTHOR_SHARE), left - title))
    return min(title, left - author), author


def _title(row: ListedReading, width: int) -> Text:
    """The title, and to its right as much of what is known of the reading as leaves it room."""
    full = cell_len(row.title)
    suffix = next(each for each in _suffixes(row) if width - cell_len(each) >= min(full, _NARROWEST_TITLE) or not each)
    title = cut(row.title, width - cell_len(suffix))
    gap = " " * (width - cell_len(title) - cell_len(suffix))
    return Text.assemble((title, TITLE), gap, (suffix, QUIET))


def _suffixes(row: ListedReading) -> list[str]:
    """The second time, and how far it has come; only that; nothing."""
    time = f"  {wording.ordinal(row.time)} time" if row.time > 1 else ""
    far = wording.how_far(row)
    place = f"  {cut(far, _WIDEST_PLACE)}" if far else ""
    return [time + place, place, ""]


def _headline(hit: Hit, id_width: int, width: int) -> Text:
    """Id, title and author to the left, then how often the book was read; date and stars to the right."""
    row = hit.reading
    right = Text.assemble((f"  {wording.when(row)}  ", QUIET), (f"{wording.stars(row.rating):5}", STARS))
    left = width - id_width - _GAP - right.cell_len
    title, author = title_and_author(row.title, row.authors, left)
    line = Text.assemble((f"{row.id:>{id_width}}  ", QUIET), (title, TITLE), author)
    often = f"  {hit.readings} readings" if hit.readings > 1 else ""
    if cell_len(often) <= width - right.cell_len - line.cell_len:
        line.append(often, QUIET)
    gap = " " * max(width - right.cell_len - line.cell_len, 0)
    return Text.assemble(line, gap, right)


def _marked(passage: str, marks: bool) -> Text:
    """A passage with the found words standing out, by brackets where there is no colour."""
    line = Text()
    for piece in passage.split(MARK_ON):
        found, mark, rest = piece.rpartition(MARK_OFF)
        if mark:
            line.append(f"[{printable(found)}]" if marks else printable(found), FOUND)
        line.append(printable(rest))
    return line
