"""A year of days on a terminal: a column for each week, a line for each day of it, the names of months above."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from rich.text import Text

from readlog.core.partial_date import MONTHS
from readlog.stats.charts import Days
from readlog.stats.charts_words import wrapped
from readlog.ui.console import QUIET

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
        yield from _drawn(part, chart.days, chart.today, step)
    yield from wrapped(_LEGEND, width, _MARGIN)


def _parts(year: int, pieces: int) -> list[_Part]:
    months = 12 // pieces
    begins = [date(year, month, 1) for month in range(1, 13, months)] + [date(year + 1, 1, 1)]
    return [_Part(first, after - timedelta(1)) for first, after in pairwise(begins)]


def _weeks(part: _Part) -> int:
    return part.week(part.last) + 1


def _drawn(part: _Part, days: Mapping[str, int], today: date, step: int) -> Iterator[Text]:
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
        line = line.ljust(step * part.week(date(part.first.year, month, 1))) + MONTHS[month - 1][:3]
    return line
