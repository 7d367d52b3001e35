"""A year of days in a picture: a column of squares for each week, the names of months above."""

from collections.abc import Iterator
from datetime import date, timedelta

from readlog.core.partial_date import MONTHS
from readlog.core.words import count
from readlog.stats.charts import Days
from readlog.stats.svg_text import piece, text_at

_CELL, _SPACE = 9, 3
_STEP = _CELL + _SPACE
_MARGIN = 34
_KINDS = ("none", "one", "two", "more")
_NAMES = ("none", "1", "2", "3 or more")


def days_drawn(chart: Days, x: int, y: int) -> tuple[list[str], int]:
    """The elements of a year from (x, y) on, and their height."""
    first = date(chart.year, 1, 1)
    monday = first - timedelta(first.weekday())
    left = x + _MARGIN
    elements = [*_names(chart.year, monday, left, y), *_weekdays(x, y)]
    for number in range((date(chart.year + 1, 1, 1) - first).days):
        day = first + timedelta(number)
        readings = chart.days.get(day.isoformat(), 0)
        if readings or day <= chart.today:
            column = (day - monday).days // 7
            elements.append(_cell(day, readings, left + column * _STEP, y + 8 + day.weekday() * _STEP))
    bottom = y + 8 + 7 * _STEP
    return [*elements, *_legend(left, bottom + 12)], bottom + 12 - y


def _names(year: int, monday: date, x: int, y: int) -> Iterator[str]:
    for number, name in enumerate(MONTHS, 1):
        column = (date(year, number, 1) - monday).days // 7
        yield text_at(x + column * _STEP, y, piece(name[:3], "quiet small"))


def _weekdays(x: int, y: int) -> Iterator[str]:
    for place, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")):
        yield text_at(x, y + 8 + place * _STEP + _CELL, piece(name, "quiet small"))


def _cell(day: date, readings: int, x: int, y: int) -> str:
    kind = _KINDS[min(readings, len(_KINDS) - 1)]
    told = f"<title>{day.isoformat()}: {count(readings, 'reading')}</title>" if readings else ""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" rx="2">{told}</rect>'


def _legend(x: int, y: int) -> Iterator[str]:
    for kind, name in zip(_KINDS, _NAMES, strict=True):
        yield f'<rect class="{kind}" x="{x}" y="{y - _CELL}" width="{_CELL}" height="{_CELL}" rx="2"/>'
        yield text_at(x + _STEP + 2, y, piece(name, "quiet small"))
        x += _STEP + 44
