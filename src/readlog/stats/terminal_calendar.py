"""The calendar of a year on a terminal: one sign per day, weeks as columns."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from rich.text import Text

from readlog.core.partial_date import MONTH_NAMES
from readlog.stats.chart_data import YearCalendar
from readlog.ui.console import QUIET, user_text, wrap

_WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MARGIN = 4
"""Columns for the weekdays."""
_SIGNS = "·▒▓█"
"""Signs of a day with no, one, two and more readings."""
_LEGEND = "▒ 1  ▓ 2  █ 3 or more"


class _Part(NamedTuple):
    """Some months of the year, from the `first` day to the `last`, drawn in one piece."""

    first: date
    last: date

    @property
    def monday(self) -> date:
        return self.first - timedelta(self.first.weekday())

    @property
    def weeks(self) -> int:
        return self.week(self.last) + 1

    def week(self, day: date) -> int:
        """The column of a day, counted from 0."""
        return (day - self.monday).days // 7


def calendar_lines(calendar: YearCalendar, width: int) -> Iterator[Text]:
    """The year in as few pieces as fit into `width` columns, with two columns per week if there is room."""
    numbers = (1, 2, 3, 4, 6)
    pieces = next((n for n in numbers if max(part.weeks for part in _parts(calendar.year, n)) + _MARGIN <= width), 12)
    parts = _parts(calendar.year, pieces)
    step = 2 if 2 * max(part.weeks for part in parts) + _MARGIN <= width else 1
    for part in parts:
        yield Text(" " * _MARGIN + _month_names(part, step), QUIET)
        yield from _weekday_lines(part, calendar, step)
    for line in wrap(user_text(_LEGEND, QUIET), width - _MARGIN):
        yield Text(" " * _MARGIN).append_text(line)


def _parts(year: int, pieces: int) -> list[_Part]:
    months = 12 // pieces
    starts = [date(year, month, 1) for month in range(1, 13, months)] + [date(year + 1, 1, 1)]
    return [_Part(first, following - timedelta(1)) for first, following in pairwise(starts)]


def _month_names(part: _Part, step: int) -> str:
    """Month names, each above the week of its first day."""
    line = ""
    for month in range(part.first.month, part.last.month + 1):
        line = line.ljust(step * part.week(date(part.first.year, month, 1))) + MONTH_NAMES[month - 1][:3]
    return line


def _weekday_lines(part: _Part, calendar: YearCalendar, step: int) -> Iterator[Text]:
    for weekday, name in enumerate(_WEEKDAYS):
        line = Text(f"{name:{_MARGIN}}", QUIET)
        for week in range(part.weeks):
            day = part.monday + timedelta(7 * week + weekday)
            sign = _sign(day, calendar) if part.first <= day <= part.last else " "
            line.append(sign + " " * (step - 1), QUIET if sign == _SIGNS[0] else "")
        line.rstrip()
        yield line


def _sign(day: date, calendar: YearCalendar) -> str:
    readings = calendar.days.get(day.isoformat(), 0)
    if not readings and day > calendar.today:
        return " "
    return _SIGNS[min(readings, len(_SIGNS) - 1)]
