"""Statistics on a terminal: the summary, then one section below the other, as wide as the terminal allows."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from readlog.stats.chart_data import BarChart, Charts, ItemList, ListItem, Section, YearCalendar
from readlog.stats.terminal_bars import bar_legend, bar_lines
from readlog.stats.terminal_calendar import calendar_lines
from readlog.ui.console import QUIET, STARS, TITLE, WIDEST_PAGE, cut, terminal, title_and_author, user_text, wrap
from readlog.ui.run_program import show_in_pager

_SLACK = 1
"""Columns kept free at the right: some terminals begin a new line when the last one is filled."""
_SEPARATOR = "   "
_GAP = 2
_MAX_WORDS_SHARE = 0.4
"""Share of the width for the words of an item: a book may be abandoned in a chapter with a long name."""
_MIN_NAME_WIDTH = 16
"""Columns for title and author below which the words of an item go on a line of their own."""


def show_charts(charts: Charts, hint: str = "") -> None:
    """Print the summary, all sections and the `hint`, through the pager if the terminal is too short."""
    console = terminal()
    with console.capture() as capture:
        for line in _lines(charts, hint, console.width - _SLACK):
            console.print(line, no_wrap=True, crop=False, overflow="ignore")
    show_in_pager(capture.get(), console.height)


def _lines(charts: Charts, hint: str, width: int) -> Iterator[Text]:
    page_width = min(width, WIDEST_PAGE)
    yield from _summary(charts.summary, page_width)
    for section in charts.sections:
        yield Text()
        yield from _heading(section, page_width)
        if isinstance(section, YearCalendar):
            yield from calendar_lines(section, width)
        elif isinstance(section, BarChart):
            yield from bar_lines(section, page_width)
        else:
            yield from _item_lines(section, page_width)
    if hint:
        yield from (Text(), *wrap(user_text(hint, QUIET), page_width))


def _summary(parts: Sequence[str], width: int) -> Iterator[Text]:
    """As many of the parts on each line as fit."""
    lines: list[Text] = []
    for part in parts:
        styled = user_text(part)
        if part.startswith("★"):
            styled.stylize(STARS, 0, len("★ 0.00"))
        if lines and lines[-1].cell_len + len(_SEPARATOR) + styled.cell_len <= width:
            lines[-1] = Text.assemble(lines[-1], _SEPARATOR, styled)
        else:
            lines.append(styled)
    for line in lines:
        yield from line.wrap(terminal(), width)


def _heading(section: Section, width: int) -> Iterator[Text]:
    """The heading, and after it, or below if there is no room, what is said about the section."""
    if not section.heading:
        return
    legend = bar_legend(section) if isinstance(section, BarChart) else ""
    about = _SEPARATOR.join(filter(None, (legend, section.about)))
    if about and len(section.heading) + len(_SEPARATOR) + len(about) > width:
        yield Text(section.heading)
        yield from wrap(user_text(about, QUIET), width)
    else:
        yield Text.assemble(section.heading, (f"{_SEPARATOR}{about}" if about else "", QUIET))


def _item_lines(section: ItemList, width: int) -> Iterator[Text]:
    """One line per item; its words go below it if they do not fit."""
    items = [item._replace(words=cut(item.words, int(width * _MAX_WORDS_SHARE))) for item in section.items]
    columns = zip(*((item.label, item.stars, item.words) for item in items), strict=True)
    label_width, stars_width, words_width = (max(map(cell_len, column)) for column in columns)
    longest = max(map(_full_name_width, items))
    left = width - sum(column + _GAP for column in (label_width, stars_width) if column)
    left_with_words = left - (words_width + _GAP if words_width else 0)
    has_room = left_with_words >= min(_MIN_NAME_WIDTH, longest)
    name_width = min(max(left_with_words if has_room else left, 1), longest)
    for item in items:
        line = Text.assemble((f"{item.label:{label_width}}{'':{_GAP}}" if label_width else "", QUIET))
        line.append_text(_name(item, name_width))
        line.append(f"{'':{_GAP}}{item.stars:{stars_width}}" if stars_width else "", STARS)
        if words_width and has_room:
            indent = _GAP + (words_width - cell_len(item.words) if section.numbers else 0)
            line.append_text(user_text(" " * indent + item.words, QUIET))
        line.rstrip()
        yield line
        if words_width and not has_room and item.words:
            yield user_text(" " * (label_width + _GAP if label_width else _GAP) + item.words, QUIET)


def _full_name_width(item: ListItem) -> int:
    return cell_len(item.title) + (len(", ") if item.title and item.authors else 0) + cell_len(item.authors)


def _name(item: ListItem, width: int) -> Text:
    """Title and author, or an author alone, padded to `width` columns."""
    if item.title:
        title, author = title_and_author(item.title, item.authors, width)
        name = Text.assemble((title, TITLE), author)
    else:
        name = Text(cut(item.authors, width))
    return name.append(" " * max(width - name.cell_len, 0))
