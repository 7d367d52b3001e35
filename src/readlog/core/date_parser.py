"""Dates as people write them: `March 2012`, `17 Mar 2012`, `~2012`, `summer 2012`, `last friday`.

Rejected, with an example of what to write instead: dates that are ambiguous, have no year, or are
not in the calendar. python-dateutil parses dates with the name of a month. It fills missing parts
from a default, so it is called twice, with two defaults that differ in every part.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from readlog.core.errors import BadInput
from readlog.core.partial_date import PartialDate

_EXAMPLE = "Write 2012, 2012-03, 2012-03-17, March 2012 or ~2012."
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASON_WORDS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}

_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()

_ABOUT = re.compile(
    r"(?:~|about |around |circa |ca\.? |c\. ?|approximately |roughly )\s*(.+)", re.ASCII | re.IGNORECASE
)
_EDTF_ABOUT = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})~", re.ASCII)
_ISO = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?", re.ASCII)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})", re.ASCII)
_SLASHED = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)
_AGO = re.compile(rf"([0-9]{{1,4}}|an?|{'|'.join(_NUMBER_WORDS)}) (day|week|month|year)s? ago", re.ASCII)
_NAMED_MONTH = re.compile(
    r"[0-9a-z ,./-]*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[0-9a-z ,./-]*", re.ASCII | re.IGNORECASE
)

_MAX_LENGTH = 60
"""Characters of a date in words."""

_DEFAULTS = (datetime(2000, 1, 1), datetime(2004, 3, 31))  # noqa: DTZ001 (a date has no time zone)
"""Both are leap years; year, month, day, and what each weekday resolves to, differ."""


def parse_date(text: str, today: date) -> PartialDate:
    """The date in `text`, as precise as it is written; relative dates count from `today`.

    Raises BadInput, with an example, for anything that is not exactly one date.
    """
    words = " ".join(text.split())
    if len(words) > _MAX_LENGTH:
        raise BadInput(f'"{words[:_MAX_LENGTH]}..." is not a date. {_EXAMPLE}')
    if match := _EDTF_ABOUT.fullmatch(words) or _ABOUT.fullmatch(words):
        certain = parse_date(match[1], today)
        return PartialDate(certain.year, certain.month, certain.day, is_approximate=True)
    for parse in _PARSERS:
        if when := parse(words, today):
            return when
    raise BadInput(f'"{text}" is not a date. {_EXAMPLE}')


def _iso(text: str, today: date) -> PartialDate | None:
    match = _COMPACT.fullmatch(text) or _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    return PartialDate(year or 0, month, day)


def _month_first(text: str, today: date) -> PartialDate | None:
    match = _MONTH_FIRST.fullmatch(text)
    return PartialDate(int(match[2]), int(match[1])) if match else None


def _relative(text: str, today: date) -> PartialDate | None:
    words = text.casefold()
    if words in ("today", "now"):
        return PartialDate.from_date(today)
    if words == "yesterday":
        return PartialDate.from_date(today - timedelta(days=1))
    if words in ("this month", "this year"):
        return PartialDate(today.year, today.month if words.endswith("month") else None)
    if match := _AGO.fullmatch(words.replace("last month", "a month ago").replace("last year", "a year ago")):
        return _ago(_number(match[1]), match[2], today)
    return None


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return _NUMBER_WORDS.index(word) + 1 if word in _NUMBER_WORDS else 1


def _ago(count: int, unit: str, today: date) -> PartialDate:
    """`3 weeks ago` is a day, `2 months ago` a month and `3 years ago` a year."""
    if unit in ("day", "week"):
        return PartialDate.from_date(today - timedelta(days=count * (7 if unit == "week" else 1)))
    if unit == "year":
        return PartialDate(today.year - count)
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return PartialDate(year, month + 1)


def _weekday(text: str, today: date) -> PartialDate | None:
    name = text.casefold().removeprefix("on ").removeprefix("last ")
    for index, weekday in enumerate(_WEEKDAYS):
        if name in (weekday, weekday[:3]):
            return PartialDate.from_date(today - timedelta(days=(today.weekday() - index - 1) % 7 + 1))
    return None


def _season(text: str, today: date) -> PartialDate | None:
    parts = text.casefold().replace(",", " ").removeprefix("the ").replace(" of ", " ").split()
    if len(parts) != 2:
        return None
    if parts[0].isdigit():
        parts.reverse()
    season, year = parts
    if season not in _SEASON_WORDS or not re.fullmatch(r"[0-9]{4}", year, re.ASCII):
        return None
    return PartialDate(int(year), _SEASON_WORDS[season])


def _slashed(text: str, today: date) -> PartialDate | None:
    match = _SLASHED.fullmatch(text)
    if not match:
        return None
    first, second, year = (int(part) for part in match.groups())
    if first <= 12 and second <= 12 and first != second:
        day_first, month_first = PartialDate(year, second, first), PartialDate(year, first, second)
        raise BadInput(
            f'"{text}" could be {_day_and_month(day_first)} or {_day_and_month(month_first)}. '
            f"Write {day_first.edtf} or {month_first.edtf}."
        )
    return PartialDate(year, second, first) if second <= 12 else PartialDate(year, first, second)


def _day_and_month(when: PartialDate) -> str:
    return when.long_text().rpartition(" ")[0]


def _with_month_name(text: str, today: date) -> PartialDate | None:
    """Dates with the name of a month, parsed by python-dateutil."""
    if len(text) > 40 or not _NAMED_MONTH.fullmatch(text):
        return None
    year, month, day = _known_parts(text)
    if year is None or not re.search(rf"\b{year:04}\b", text):
        raise BadInput(f'"{text}" has no year of four digits. {_EXAMPLE}')
    when = PartialDate(year, month, day)
    _check_weekday(text, when)
    return when


def _check_weekday(text: str, when: PartialDate) -> None:
    weekday = next((day for day in _WEEKDAYS if re.search(rf"\b{day[:3]}", text, re.IGNORECASE)), None)
    if weekday and (not when.day or _WEEKDAYS[when.first_day.weekday()] != weekday):
        raise BadInput(f'"{text}": {when.long_text()} was not a {weekday.capitalize()}. Leave the weekday out.')


def _known_parts(text: str) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, each None where only the default has it."""
    from dateutil.parser import parse

    try:
        one, other = (
            parse(re.sub(r"\bof\b", " ", text, flags=re.IGNORECASE), default=default) for default in _DEFAULTS
        )
    except (ValueError, OverflowError):
        raise BadInput(f'"{text}" is not a date. {_EXAMPLE}') from None
    if one.time() != _DEFAULTS[0].time() or one.tzinfo:
        raise BadInput(f'"{text}" has a time in it; a reading has a date. {_EXAMPLE}')
    year = one.year if one.year == other.year else None
    month = one.month if one.month == other.month else None
    day = one.day if one.day == other.day else None
    return year, month, day


_PARSERS: tuple[Callable[[str, date], PartialDate | None], ...] = (
    _iso,
    _month_first,
    _relative,
    _weekday,
    _season,
    _slashed,
    _with_month_name,
)
