"""Dates as precise as the user knows them: a year, month, day or season, exact or approximate.

Stored as Extended Date/Time Format (EDTF, ISO 8601-2:2019, levels 0 and 1): `2012`, `2012-03`,
`2012-03-17`, `2012-22` for the summer of 2012, and `~` after any of them for "approximately".
Unknown parts are never filled in.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from readlog.core.errors import BadInput

SEASON_NAMES = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
MONTH_NAMES = ("January February March April May June July August September October November December").split()
FIRST_YEAR, LAST_YEAR = 1000, 2999
"""A year outside this range is taken for a typing error."""

_EXAMPLE = "Write 2012-03-17, 2012-03 or 2012."
_EDTF = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(~)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which at least the year is known. `month` can be a season (21 to 24), which has no day.

    Raises BadInput for a date that is not in the calendar.
    """

    year: int
    month: int | None = None
    day: int | None = None
    is_approximate: bool = False

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise BadInput(f"{self.year} is not a year of reading: {FIRST_YEAR} to {LAST_YEAR}.")
        if self.day is not None or (self.month is not None and not self.season):
            try:
                date(self.year, self.month or 0, 1 if self.day is None else self.day)
            except ValueError:
                raise BadInput(f"{_iso(self)} is not in the calendar. {_EXAMPLE}") from None

    @classmethod
    def from_edtf(cls, text: str) -> "PartialDate":
        """Parse EDTF, as far as this module supports it; raises BadInput for any other text."""
        match = _EDTF.fullmatch(text)
        if not match:
            raise BadInput(f'"{text}" is not a date. Write 2012, 2012-03, 2012-03-17 or ~2012.')
        year, month, day = (int(part) if part else None for part in match.groups()[:3])
        return cls(year or 0, month, day, is_approximate=bool(match[4]))

    @classmethod
    def from_date(cls, day: date) -> "PartialDate":
        """A date that is known to the day."""
        return cls(day.year, day.month, day.day)

    @property
    def season(self) -> str | None:
        """`spring`, `summer`, `autumn` or `winter`; None where the date is no season."""
        return SEASON_NAMES.get(self.month or 0)

    @property
    def calendar_month(self) -> int | None:
        """The month, 1 to 12, or None. A season has none: its months depend on the hemisphere."""
        return None if self.season else self.month

    @property
    def edtf(self) -> str:
        """The stored text, as `2012-03~`."""
        return _iso(self) + ("~" if self.is_approximate else "")

    @property
    def first_day(self) -> date:
        """The earliest possible day. Of a season only the year is certain."""
        return date(self.year, self.calendar_month or 1, self.day or 1)

    @property
    def day_after(self) -> date:
        """The day after the last possible day."""
        if self.day:
            return self.first_day + timedelta(days=1)
        if self.calendar_month == 12 or not self.calendar_month:
            return date(self.year + 1, 1, 1)
        return date(self.year, self.calendar_month + 1, 1)

    @property
    def sort_key(self) -> tuple[int, int, int, str]:
        """The sort key: a year before its months, a month before its days, a season at its first month in the north."""
        month = self.month or 0
        return (self.year, (month - 20) * 3 if self.season else month, self.day or 0, self.edtf)

    def __lt__(self, other: "PartialDate") -> bool:
        return self.sort_key < other.sort_key

    def contains(self, other: "PartialDate") -> bool:
        """Whether every possible day of `other` is one of this date: 2012 contains March 2012."""
        return self.first_day <= other.first_day and other.day_after <= self.day_after

    def long_text(self) -> str:
        """The date in words: `March 2012`, `17 March 2012`, `summer 2012`, `about 2012`."""
        parts = [str(self.year)]
        if self.month:
            parts.insert(0, self.season or MONTH_NAMES[self.month - 1])
        if self.day:
            parts.insert(0, str(self.day))
        return ("about " if self.is_approximate else "") + " ".join(parts)

    def short_text(self) -> str:
        """The date for a table column: `2012-03-17`, `~2012`, `summer 2012`."""
        text = f"{self.season} {self.year}" if self.season else _iso(self)
        return ("~" if self.is_approximate else "") + text


def check_not_future(when: PartialDate, today: date) -> None:
    """Raise BadInput where every possible day of `when` is after `today`."""
    if when.first_day > today:
        raise BadInput(f"{when.short_text()} is in the future. --force keeps it.")


def check_date_order(started: PartialDate | None, finished: PartialDate | None) -> None:
    """Raise BadInput where `finished` is certainly before `started`."""
    if started and finished and finished.day_after <= started.first_day:
        raise BadInput(f"{finished.short_text()} is before the start, {started.short_text()}.")


def _iso(when: PartialDate) -> str:
    if when.month is not None and when.day is not None:
        return f"{when.year:04}-{when.month:02}-{when.day:02}"
    parts = [f"{when.year:04}"]
    parts += [f"{part:02}" for part in (when.month, when.day) if part is not None]
    return "-".join(parts)
