"""Bars on a terminal, to an eighth of a column, with the number behind each and behind that what is not known."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from readlog.stats.charts import Bar, Bars
from readlog.stats.charts_words import wrapped
from readlog.ui.console import QUIET, STARS, cut

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
