"""The overview on a terminal, and the facts of `info`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from readlog.core.spoilers import hide_spoilers
from readlog.overview.plain import QUOTE, READING, OverviewLine, overview_lines
from readlog.overview.results import Overview
from readlog.quotes.results import BookQuote
from readlog.readings.describe_reading import list_progress
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, WIDEST_PAGE, cut, terminal, title_and_author, user_text, wrap

_LABEL_WIDTH = len("On this day")
_GAP = 2
_MIN_TITLE_WIDTH = 20
"""Columns for title and author below which dates are left out and places shortened."""
_MAX_PLACE_WIDTH, _MAX_SHORT_PLACE_WIDTH = 16, 8
_MAX_QUOTE_LINES = 3
"""The overview has to fit on one screen."""
_MAX_QUOTE_CHARACTERS = 2_000
"""Characters of a quote that are formatted at all, more than fit into its lines."""


class _Layout(NamedTuple):
    """The width of the title column, and the cells of the place and date columns, one for each line."""

    title_width: int
    places: list[str]
    dates: list[str]


def show_overview(overview: Overview) -> None:
    """Print the overview of a journal that has readings."""
    console = terminal()
    lines = overview_lines(overview)
    layout = _layout(lines, console.width, str(overview.goal.year))
    width = _content_width(console.width)
    last_label = ""
    for line, place, date in zip(lines, layout.places, layout.dates, strict=True):
        rows = [_row(line, place, date, layout)] if line.reading else wrap(user_text(line.words), width)
        rows += [user_text(cut(line.text, width), QUIET)] if line.text else []
        _print(line.label if line.label != last_label else "", rows)
        last_label = line.label
    if overview.quote:
        _print(QUOTE, _quote(overview.quote, min(width, WIDEST_PAGE - _LABEL_WIDTH - _GAP)))


def _print(label: str, rows: Sequence[Text]) -> None:
    for number, row in enumerate(rows):
        first_cell = "" if number else label
        line = Text.assemble((f"{first_cell:{_LABEL_WIDTH + _GAP}}", QUIET), row)
        terminal().print(line, no_wrap=True, crop=False)


def _layout(lines: Sequence[OverviewLine], width: int, year: str) -> _Layout:
    """The most detailed of several layouts that leaves enough columns for the titles.

    Dates of the current `year` are shown without it.
    """
    places = [cut(line.place, _MAX_PLACE_WIDTH) or line.stars for line in lines]
    short_places = [_short_place(line) for line in lines]
    dates = [_without_year(line.words, year) if line.reading and not line.year else "" for line in lines]
    no_dates = [""] * len(lines)
    needed = max(map(_full_title_width, lines))
    layouts = [
        _Layout(_title_width(width, *columns), *columns)
        for columns in ((places, dates), (short_places, dates), (places, no_dates))
    ]
    narrowest = _Layout(max(_title_width(width, short_places, no_dates), 1), short_places, no_dates)
    fitting = (each for each in layouts if each.title_width >= min(needed, _MIN_TITLE_WIDTH))
    layout = next(fitting, narrowest)
    return layout._replace(title_width=min(layout.title_width, needed))


def _without_year(words: str, year: str) -> str:
    """`since 2 November` from `since 2 November 2026`; the year stays if it is all that is known."""
    shortened = words.removesuffix(f" {year}")
    return words if shortened.split()[-1:] in (["since"], ["started"], ["about"], [year]) else shortened


def _full_title_width(line: OverviewLine) -> int:
    if not line.reading:
        return 0
    title, author = title_and_author(line.reading.title, line.reading.authors, 10_000)
    return cell_len(line.year + title + author) + (_GAP if line.year else 0)


def _short_place(line: OverviewLine) -> str:
    place = list_progress(line.reading) if line.reading and line.label == READING else line.place
    return cut(place, _MAX_SHORT_PLACE_WIDTH) or line.stars


def _title_width(width: int, *columns: Sequence[str]) -> int:
    return _content_width(width) - sum(map(_column_width, columns))


def _content_width(width: int) -> int:
    """The columns to the right of the labels."""
    return max(width - _LABEL_WIDTH - _GAP - 1, 1)


def _row(line: OverviewLine, place: str, date: str, layout: _Layout) -> Text:
    """Title and author, then the place or the stars, then the date, aligned with the other lines.

    A title may extend into the columns of a place or date that is empty.
    """
    assert line.reading
    year = line.year + " " * _GAP if line.year else ""
    place_width, date_width = _column_width(layout.places), _column_width(layout.dates)
    room = layout.title_width + (0 if place else place_width + (0 if date else date_width))
    title, author = title_and_author(line.reading.title, line.reading.authors, room - len(year))
    row, start = Text.assemble((year, QUIET), (title, TITLE), (author, QUIET)), layout.title_width
    cells = ((place, place_width, STARS if line.stars else ""), (date, date_width, QUIET))
    for cell, width, style in cells:
        if cell:
            row.append(" " * (start + _GAP - row.cell_len)).append(cell, style)
        start += width
    return row


def _column_width(cells: Sequence[str]) -> int:
    """The width of a column with the gap before it; 0 if all cells are empty."""
    width = max(map(cell_len, cells), default=0)
    return width + _GAP if width else 0


def _quote(quote: BookQuote, width: int) -> list[Text]:
    """The first lines of a passage, and below them its source."""
    from readlog.core.first_sentence import strip_inline_markdown
    from readlog.core.normalize_text import unwrap_paragraphs

    passage = unwrap_paragraphs(hide_spoilers(quote.text)[:_MAX_QUOTE_CHARACTERS])
    paragraphs = (strip_inline_markdown(line) for line in passage.split("\n"))
    lines = [line for each in paragraphs if each for line in wrap(user_text(each, "italic"), width)]
    if len(lines) > _MAX_QUOTE_LINES:
        last = f"{lines[_MAX_QUOTE_LINES - 1].plain}…"
        lines[_MAX_QUOTE_LINES - 1 :] = [user_text(cut(last, width), "italic")]
    source = (quote.title, ", ".join(quote.authors), wording.page_and_location(quote.page, quote.location))
    return [*lines, user_text(cut(", ".join(filter(None, source)), width), QUIET)]


def show_info(info: Mapping[str, object]) -> None:
    """Print names and values, one per line; values that are None are left out."""
    width = max(map(len, info)) + _GAP
    for name, value in info.items():
        if value is not None:
            terminal().print(Text.assemble((name.ljust(width), QUIET), user_text(_format(name, value))), soft_wrap=True)


def _format(name: str, value: object) -> str:
    if not isinstance(value, int):
        return str(value)
    return wording.file_size(value) if name == "size" else f"{value:,}"
