"""A yearly goal, the number of books finished so far, and the pace."""

from datetime import date
from typing import NamedTuple

from readlog.core.errors import NotFound


class Pace(NamedTuple):
    """Progress towards a goal of `goal` books in `year`, as of some day ("today").

    `expected` is the number of books due by the end of today if every day of the year had an equal
    share, rounded to a whole book. `ahead` is `finished - expected`, negative when behind schedule.
    `remaining` is the number of books still missing, 0 once the goal is reached. `days_left` counts
    the days of the year after today; `weeks_left` is the same in weeks, rounded.
    """

    year: int
    goal: int
    finished: int
    expected: int
    ahead: int
    remaining: int
    days_left: int
    weeks_left: int


class Goal(NamedTuple):
    """The goal of `year` in books, and the number of books finished; `goal` and `pace` are None if no goal is set."""

    year: int
    goal: int | None
    finished: int
    pace: Pace | None

    def check_is_set(self) -> None:
        """Raise NotFound if the year has no goal."""
        if self.goal is None:
            raise NotFound(f"There is no goal for {self.year}.")

    def as_record(self) -> dict[str, int | None]:
        """The goal as a JSON object: all keys of `Pace`, null where there is no goal."""
        known = {"year": self.year, "goal": self.goal, "finished": self.finished}
        return {**dict.fromkeys(Pace._fields), **(self.pace._asdict() if self.pace else {}), **known}


def compute_pace(goal: int, finished: int, today: date, year: int | None = None) -> Pace:
    """The pace of a reader who has `finished` so many of `goal` books in `year` (by default the year of `today`).

    A past year expects the whole goal, a future year expects nothing.
    """
    year = today.year if year is None else year
    first_day, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    days_passed = min(max((today - first_day).days + 1, 0), days)
    expected, days_left = _round_half_up(goal * days_passed, days), days - days_passed
    return Pace(
        year=year,
        goal=goal,
        finished=finished,
        expected=expected,
        ahead=finished - expected,
        remaining=max(goal - finished, 0),
        days_left=days_left,
        weeks_left=_round_half_up(days_left, 7),
    )


def _round_half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)
