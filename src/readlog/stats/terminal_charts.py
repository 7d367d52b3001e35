"""Bars on a terminal, to an eighth of a column, with the number behind each and behind that what is not known."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from readlog.core.partial_date import MONTH_NAMES
from readlog.stats.chart_data import Bar, Bars, Days, Line, Lines
from readlog.ui.console import QUIET, STARS, TITLE, cut, terminal, text, title_and_author

_GAP = 2
_DOUBT_GAP = 3
_WIDEST_LABEL = 28
_LABEL_SHARE = 0.4
"""Of the width, for labels that would take more."""
_WIDEST_BAR = 30
_WIDEST_ONE = 4
"""Columns of a single reading: where there are but a few, bars are short."""
_NARROWEST_BAR = 10
"""Columns below which what stands behind a bar gives way."""
_USUAL_DOUBT = len("6 of them without a month")
"""Columns that are kept free for doubts where the longest would not fit; those that do not stand below their bars."""
_EIGHTHS = " ▏▎▍▌▋▊▉"
_STRONG, _WEAK = "█", "░"


def wrapped(words: str, width: int, indent: int = 0) -> Iterator[Text]:
    """Quiet words, each line so far from the left and none wider than that."""
    for line in text(words, QUIET).wrap(terminal(), max(width - indent, 1)):
        line.rstrip()
        yield Text(" " * indent).append_text(line)


class _Widths(NamedTuple):
    """Columns of label, bar, number, stars and pages; stars and pages have 0 where they are left out."""

    label: int
    bar: int
    number: int
    stars: int
    pages: int


def bar_lines(chart: Bars, width: int) -> Iterator[Text]:
    """The bars of a chart, each in a line no wider than that; its doubt goes below it where it does not fit."""
    widths = _widths(chart.bars, width)
    most = max(bar.length for bar in chart.bars)
    for bar in chart.bars:
        drawn = _drawn(bar, most, widths.bar)
        line = Text.assemble(
            (_padded(cut(bar.label, widths.label), widths.label), STARS if bar.rating else ""),
            " " * _GAP, (f"{drawn:{widths.bar}}", QUIET), " " * _GAP, f"{bar.said:>{widths.number}}",
        )  # fmt: skip
        if widths.stars:
            line.append(" " * _GAP + _padded(bar.stars, widths.stars), STARS)
        if widths.pages:
            line.append(f"{'':{_GAP}}{bar.pages:>{widths.pages}}", QUIET)
        beside = line.cell_len + _DOUBT_GAP + len(bar.doubt) <= width
        if beside and bar.doubt:
            line.append(" " * _DOUBT_GAP + bar.doubt, QUIET)
        line.rstrip()
        yield line
        if bar.doubt and not beside:
            yield from wrapped(bar.doubt, width, widths.label + _GAP)


def legend(chart: Bars) -> str:
    """Which part of the bars is what, where they have parts: `█ new  ░ read before`."""
    return "  ".join(f"{sign} {name}" for sign, name in zip((_STRONG, _WEAK), chart.parts or (), strict=False))


def _widths(bars: list[Bar], width: int) -> _Widths:
    label = min(max(cell_len(bar.label) for bar in bars), _WIDEST_LABEL, max(int(width * _LABEL_SHARE), 1))
    number = max(len(bar.said) for bar in bars)
    stars, pages, doubt = (max(len(getattr(bar, name)) for bar in bars) for name in ("stars", "pages", "doubt"))
    left = width - label - number - 2 * _GAP
    longest = max(min(max(bar.length for bar in bars) * _WIDEST_ONE, _WIDEST_BAR), 1)
    some = min(doubt, _USUAL_DOUBT)
    choices = [(stars, pages, doubt), (stars, 0, doubt), (stars, pages, some), (stars, 0, some), (stars, 0, 0)]
    wide = (behind for behind in choices if left - _taken(behind) >= min(_NARROWEST_BAR, longest))
    behind = next(wide, (0, 0, 0))
    return _Widths(label, max(min(left - _taken(behind), longest), 1), number, *behind[:2])


def _taken(behind: tuple[int, int, int]) -> int:
    """Columns that stars, pages and doubt take together, with what parts them."""
    return sum(columns + gap for columns, gap in zip(behind, (_GAP, _GAP, _DOUBT_GAP), strict=True) if columns)


def _drawn(bar: Bar, most: int, width: int) -> str:
    """The bar; something that is there is never nothing, and nothing is."""
    if not bar.length:
        return ""
    share = bar.length / most * width
    if bar.part is None:
        eighths = max(round(share * 8), 1)
        return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
    columns = max(round(share), 1)
    strong = round(bar.part / bar.number * columns)
    if 0 < bar.part < bar.number and columns > 1:
        strong = min(max(strong, 1), columns - 1)
    return _STRONG * strong + _WEAK * (columns - strong)


def _padded(content: str, width: int) -> str:
    return content + " " * (width - cell_len(content))


_WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MARGIN = 4
_SHADES = "·▒▓█"
"""None, one, two, and more."""
_LEGEND = "▒ 1  ▓ 2  █ 3 or more"


class _Part(NamedTuple):
    """Some months of the year, from the first day to the last one, in so many weeks."""

    first: date
    last: date

    @property
    def monday(self) -> date:
        return self.first - timedelta(self.first.weekday())

    def week(self, day: date) -> int:
        """The column of a day, the first one of this part being 0."""
        return (day - self.monday).days // 7


def day_lines(chart: Days, width: int) -> Iterator[Text]:
    """The year in one piece, or in as many as it takes to fit; two columns a week where there is room."""
    pieces = next((n for n in (1, 2, 3, 4, 6) if max(map(_weeks, _parts(chart.year, n))) + _MARGIN <= width), 12)
    parts = _parts(chart.year, pieces)
    step = 2 if 2 * max(map(_weeks, parts)) + _MARGIN <= width else 1
    for part in parts:
        yield from _drawn_days(part, chart.days, chart.today, step)
    yield from wrapped(_LEGEND, width, _MARGIN)


def _parts(year: int, pieces: int) -> list[_Part]:
    months = 12 // pieces
    begins = [date(year, month, 1) for month in range(1, 13, months)] + [date(year + 1, 1, 1)]
    return [_Part(first, after - timedelta(1)) for first, after in pairwise(begins)]


def _weeks(part: _Part) -> int:
    return part.week(part.last) + 1


def _drawn_days(part: _Part, days: Mapping[str, int], today: date, step: int) -> Iterator[Text]:
    """The names of the months, then the seven lines."""
    yield Text(" " * _MARGIN + _month_names(part, step), QUIET)
    for weekday, name in enumerate(_WEEKDAYS):
        line = Text(f"{name:{_MARGIN}}", QUIET)
        for week in range(_weeks(part)):
            day = part.monday + timedelta(7 * week + weekday)
            sign = _sign(day, days, today) if part.first <= day <= part.last else " "
            line.append(sign + " " * (step - 1), QUIET if sign == _SHADES[0] else "")
        line.rstrip()
        yield line


def _sign(day: date, days: Mapping[str, int], today: date) -> str:
    number = days.get(day.isoformat(), 0)
    if not number and day > today:
        return " "
    return _SHADES[min(number, len(_SHADES) - 1)]


def _month_names(part: _Part, step: int) -> str:
    """Each above the week that has its first day."""
    line = ""
    for month in range(part.first.month, part.last.month + 1):
        line = line.ljust(step * part.week(date(part.first.year, month, 1))) + MONTH_NAMES[month - 1][:3]
    return line


_WORDS_SHARE = 0.4
"""Of the width, for words that would take more: somebody may have given up in a chapter with a long name."""
_NARROWEST = 16
"""Columns for title and author below which the words stand in a line of their own."""


def named_lines(section: Lines, width: int) -> Iterator[Text]:
    """A line each; where words and names do not fit into one, the words come below."""
    lines = [line._replace(words=cut(line.words, int(width * _WORDS_SHARE))) for line in section.lines]
    columns = zip(*((line.label, line.stars, line.words) for line in lines), strict=True)
    before, stars, words = (max(map(cell_len, column)) for column in columns)
    longest = max(map(_name_width, lines))
    left = width - sum(column + _GAP for column in (before, stars) if column)
    behind = words + _GAP if words else 0
    beside = left - behind >= min(_NARROWEST, longest)
    names = min(max(left - behind if beside else left, 1), longest)
    for line in lines:
        shown = Text.assemble((f"{line.label:{before}}{'':{_GAP}}" if before else "", QUIET))
        shown.append_text(_name(line, names))
        shown.append(f"{'':{_GAP}}{line.stars:{stars}}" if stars else "", STARS)
        if words and beside:
            indent = _GAP + (words - cell_len(line.words) if section.numbers else 0)
            shown.append_text(text(" " * indent + line.words, QUIET))
        shown.rstrip()
        yield shown
        if words and not beside and line.words:
            yield text(" " * (before + _GAP if before else _GAP) + line.words, QUIET)


def _name_width(line: Line) -> int:
    return cell_len(line.title) + (len(", ") if line.title and line.authors else 0) + cell_len(line.authors)


def _name(line: Line, width: int) -> Text:
    """Title and author, or an author alone, in exactly so many columns."""
    if line.title:
        title, author = title_and_author(line.title, line.authors, width)
        shown = Text.assemble((title, TITLE), author)
    else:
        shown = Text(cut(line.authors, width))
    return shown.append(" " * max(width - shown.cell_len, 0))
