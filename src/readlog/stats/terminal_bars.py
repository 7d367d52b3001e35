"""Bar charts on a terminal: bars to an eighth of a column, each followed by its number and its uncertainty."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from readlog.stats.chart_data import Bar, BarChart
from readlog.ui.console import QUIET, STARS, cut, user_text, wrap

_GAP = 2
_UNCERTAINTY_GAP = 3
_MAX_LABEL_WIDTH = 28
_MAX_LABEL_SHARE = 0.4
"""Share of the width for labels."""
_MAX_BAR_WIDTH = 30
_MAX_WIDTH_PER_READING = 4
"""Columns of a single reading: if there are only a few, bars are short."""
_MIN_BAR_WIDTH = 10
"""Columns below which the texts after a bar give way."""
_USUAL_UNCERTAINTY_WIDTH = len("6 of them without a month")
"""Columns kept free for uncertainties if the longest does not fit; longer ones go below their bars."""
_EIGHTHS = " ▏▎▍▌▋▊▉"
_STRONG, _WEAK = "█", "░"


class _Widths(NamedTuple):
    """Columns of each part of a line; `stars` and `pages` are 0 if left out."""

    label: int
    bar: int
    number: int
    stars: int
    pages: int


def bar_lines(chart: BarChart, width: int) -> Iterator[Text]:
    """One line of at most `width` columns per bar; an uncertainty that does not fit goes below."""
    widths = _widths(chart.bars, width)
    longest = max(bar.length for bar in chart.bars)
    for bar in chart.bars:
        line = Text.assemble(
            (_pad(cut(bar.label, widths.label), widths.label), STARS if bar.is_rating else ""),
            " " * _GAP,
            (f"{_draw(bar, longest, widths.bar):{widths.bar}}", QUIET),
            " " * _GAP,
            f"{bar.number_text:>{widths.number}}",
        )
        if widths.stars:
            line.append(" " * _GAP + _pad(bar.stars, widths.stars), STARS)
        if widths.pages:
            line.append(f"{'':{_GAP}}{bar.pages:>{widths.pages}}", QUIET)
        fits = line.cell_len + _UNCERTAINTY_GAP + len(bar.uncertainty) <= width
        if bar.uncertainty and fits:
            line.append(" " * _UNCERTAINTY_GAP + bar.uncertainty, QUIET)
        line.rstrip()
        yield line
        if bar.uncertainty and not fits:
            indent = widths.label + _GAP
            for below in wrap(user_text(bar.uncertainty, QUIET), width - indent):
                yield Text(" " * indent).append_text(below)


def bar_legend(chart: BarChart) -> str:
    """`█ new  ░ read before`, or nothing if the bars have no parts."""
    return "  ".join(f"{sign} {name}" for sign, name in zip((_STRONG, _WEAK), chart.parts or (), strict=False))


def _widths(bars: list[Bar], width: int) -> _Widths:
    """The widths with as much text after the bars as leaves them _MIN_BAR_WIDTH columns."""
    label = min(max(cell_len(bar.label) for bar in bars), _MAX_LABEL_WIDTH, max(int(width * _MAX_LABEL_SHARE), 1))
    number = max(len(bar.number_text) for bar in bars)
    stars = max(len(bar.stars) for bar in bars)
    pages = max(len(bar.pages) for bar in bars)
    uncertainty = max(len(bar.uncertainty) for bar in bars)
    usual = min(uncertainty, _USUAL_UNCERTAINTY_WIDTH)
    left = width - label - number - 2 * _GAP
    longest = max(min(max(bar.length for bar in bars) * _MAX_WIDTH_PER_READING, _MAX_BAR_WIDTH), 1)
    choices = (
        (stars, pages, uncertainty),
        (stars, 0, uncertainty),
        (stars, pages, usual),
        (stars, 0, usual),
        (stars, 0, 0),
    )
    fitting = (texts for texts in choices if left - _total_width(*texts) >= min(_MIN_BAR_WIDTH, longest))
    texts = next(fitting, (0, 0, 0))
    return _Widths(label, max(min(left - _total_width(*texts), longest), 1), number, *texts[:2])


def _total_width(stars: int, pages: int, uncertainty: int) -> int:
    """The columns of the texts after a number, with the gap before each that is not empty."""
    widths = ((stars, _GAP), (pages, _GAP), (uncertainty, _UNCERTAINTY_GAP))
    return sum(width + gap for width, gap in widths if width)


def _draw(bar: Bar, longest: int, width: int) -> str:
    """The bar, where `longest` takes `width` columns; any length above 0 is visible."""
    if not bar.length:
        return ""
    share = bar.length / longest * width
    if bar.part is None:
        eighths = max(round(share * 8), 1)
        return _STRONG * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
    columns = max(round(share), 1)
    strong = round(bar.part / bar.number * columns)
    if 0 < bar.part < bar.number and columns > 1:
        strong = min(max(strong, 1), columns - 1)
    return _STRONG * strong + _WEAK * (columns - strong)


def _pad(content: str, width: int) -> str:
    return content + " " * (width - cell_len(content))
