"""The first page: what is being read, what was finished, how the year goes, this day in other years, a quote."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from readlog.overview.plain import QUOTE, READING, Line, glance, quoted
from readlog.overview.results import Overview
from readlog.quotes.results import DayQuote
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, WIDEST_PAGE, cut, terminal, text, title_and_author

_LABEL_WIDTH = len("On this day")
_GAP = 2
_NARROWEST = 20
"""Columns for title and author below which a reading's dates are left out, and its place is said in fewer words."""
_WIDEST_PLACE, _WIDEST_SHORT_PLACE = 16, 8
_MOST_LINES, _LOOKED_AT = 3, 2_000
"""Lines of a quote, since the first page is one screen, and characters of it, which are more than that."""


class _Columns(NamedTuple):
    """What stands beside each line's title, and the columns that the title has, with one kept free at the right."""

    title: int
    places: list[str]
    dates: list[str]


def show_overview(overview: Overview) -> None:
    """The dashboard of a journal that has readings."""
    console = terminal()
    lines = glance(overview)
    columns = _columns(lines, console.width, str(overview.year.year))
    rest = _rest(console.width)
    last = ""
    for line, place, date in zip(lines, columns.places, columns.dates, strict=True):
        rows = [_row(line, place, date, columns)] if line.reading else _wrapped(text(line.words), rest)
        rows += [text(cut(line.text, rest), QUIET)] if line.text else []
        _print(line.label if line.label != last else "", rows)
        last = line.label
    if overview.quote:
        _print(QUOTE, _quote(overview.quote, min(rest, WIDEST_PAGE - _LABEL_WIDTH - _GAP)))


def _print(label: str, rows: Sequence[Text]) -> None:
    for number, row in enumerate(rows):
        before = "" if number else label
        line = Text.assemble((f"{before:{_LABEL_WIDTH + _GAP}}", QUIET), row)
        terminal().print(line, no_wrap=True, crop=False)


def _wrapped(line: Text, width: int) -> list[Text]:
    lines = list(line.wrap(terminal(), width))
    for each in lines:
        each.rstrip()
    return lines


def _columns(lines: Sequence[Line], width: int, year: str) -> _Columns:
    """The first of several ways to say places and dates that leaves the titles room; dates of this year without it."""
    places = [cut(line.place, _WIDEST_PLACE) or line.stars for line in lines]
    short = [_short_place(line) for line in lines]
    dates = [_without_year(line.words, year) if line.reading and not line.year else "" for line in lines]
    none = [""] * len(lines)
    needed = max(map(_needed, lines))
    ways = [_Columns(_left(width, *way), *way) for way in ((places, dates), (short, dates), (places, none))]
    narrow = _Columns(max(_left(width, short, none), 1), short, none)
    way = next((way for way in ways if way.title >= min(needed, _NARROWEST)), narrow)
    return way._replace(title=min(way.title, needed))


def _without_year(words: str, year: str) -> str:
    """`since 2 November` of `since 2 November 2026`; where only the year is known, it stays."""
    before = words.removesuffix(f" {year}")
    return words if before.split()[-1:] in (["since"], ["started"], ["about"], [year]) else before


def _needed(line: Line) -> int:
    """The columns for the whole of a title and its authors."""
    if not line.reading:
        return 0
    title, author = title_and_author(line.reading.title, line.reading.authors, 10_000)
    return cell_len(line.year + title + author) + (_GAP if line.year else 0)


def _short_place(line: Line) -> str:
    far = wording.how_far(line.reading) if line.reading and line.label == READING else line.place
    return cut(far, _WIDEST_SHORT_PLACE) or line.stars


def _left(width: int, *columns: Sequence[str]) -> int:
    widths = [max(map(cell_len, column), default=0) for column in columns]
    return _rest(width) - sum(each + _GAP for each in widths if each)


def _rest(width: int) -> int:
    """The columns behind the labels."""
    return max(width - _LABEL_WIDTH - _GAP - 1, 1)


def _row(line: Line, place: str, date: str, columns: _Columns) -> Text:
    """Title and author, then the place or the stars, then the date, each below those of the other lines.

    Where one is not known, the title has its room.
    """
    assert line.reading
    year = line.year + " " * _GAP if line.year else ""
    cells = ((place, columns.places, STARS if line.stars else ""), (date, columns.dates, QUIET))
    room = columns.title + _behind(columns.places) * (not place) + _behind(columns.dates) * (not place and not date)
    title, author = title_and_author(line.reading.title, line.reading.authors, room - len(year))
    row, at = Text.assemble((year, QUIET), (title, TITLE), (author, QUIET)), columns.title
    for cell, column, style in cells:
        if cell:
            row.append(" " * (at + _GAP - row.cell_len)).append(cell, style)
        at += _behind(column)
    return row


def _behind(column: Sequence[str]) -> int:
    """The width of a column that stands behind another, with the gap between them."""
    wide = max(map(cell_len, column))
    return wide + _GAP if wide else 0


def _quote(quote: DayQuote, width: int) -> list[Text]:
    """The first lines of a passage, and below them where it is from."""
    from readlog.core.first_sentence import without_signs
    from readlog.core.text import flowing

    passage, source = quoted(quote)
    paragraphs = (without_signs(line) for line in flowing(passage[:_LOOKED_AT]).split("\n"))
    lines = [line for each in paragraphs if each for line in _wrapped(text(each, "italic"), width)]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1] = text(cut(f"{lines[_MOST_LINES - 1].plain}…", width), "italic")
    return [*lines[:_MOST_LINES], text(cut(source, width), QUIET)]


def show_facts(facts: Mapping[str, object]) -> None:
    """Names and values, a line each; what is not known is left out."""
    width = max(map(len, facts)) + _GAP
    for name, value in facts.items():
        if value is not None:
            said = _said(name, value)
            terminal().print(Text.assemble((name.ljust(width), QUIET), text(said)), soft_wrap=True)


def _said(name: str, value: object) -> str:
    if not isinstance(value, int):
        return str(value)
    return wording.size(value) if name == "size" else f"{value:,}"
