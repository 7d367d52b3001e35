"""A yearly goal, and how far a reader has come with it."""

from datetime import date
from typing import NamedTuple

from readlog.core.errors import NotFound
from readlog.quotes.results import DayQuote
from readlog.readings.results import ListedReading


class Pace(NamedTuple):
    """A goal of so many books in `year`, so many of them finished by today.

    `expected` is how many there would be by the end of today if each day had its equal share, to
    the nearest whole book. `ahead` is how many more there are, below 0 where there are fewer.
    `remaining` is what is missing to the goal, 0 once it is reached; `days_left` are the days of
    the year after today, and `weeks_left` the same in weeks, to the nearest whole one.
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
    """How many books a year shall have, None where nobody has said so; how many it has; and the pace that this is."""

    year: int
    goal: int | None
    finished: int
    pace: Pace | None

    def must_be_there(self) -> None:
        """Raise NotFound where there is no goal."""
        if self.goal is None:
            raise NotFound(f"There is no goal for {self.year}.")

    def as_record(self) -> dict[str, int | None]:
        """The goal as JSON has it: every key of a pace, null where there is no goal."""
        known = {"year": self.year, "goal": self.goal, "finished": self.finished}
        return {**dict.fromkeys(Pace._fields), **(self.pace._asdict() if self.pace else {}), **known}


def pace(goal: int, finished: int, today: date, year: int | None = None) -> Pace:
    """How far somebody is who wanted to finish `goal` books in `year` (this one), has `finished` so many, `today`.

    A year that is over expects the whole goal, one to come nothing.
    """
    year = today.year if year is None else year
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    gone = min(max((today - first).days + 1, 0), days)
    expected, left = _nearest(goal * gone, days), days - gone
    return Pace(
        year=year,
        goal=goal,
        finished=finished,
        expected=expected,
        ahead=finished - expected,
        remaining=max(goal - finished, 0),
        days_left=left,
        weeks_left=_nearest(left, 7),
    )


def _nearest(number: int, divisor: int) -> int:
    """The whole number nearest to a fraction; a half goes up."""
    return (2 * number + divisor) // (2 * divisor)


class Counts(NamedTuple):
    """How much there is of everything in the journal."""

    readings: int
    books: int
    reviews: int
    quotes: int
    people: int
    tags: int


class Remembered(NamedTuple):
    """A reading of long ago, and the first sentence of what was written of it then, if anything was."""

    reading: ListedReading
    words: str | None = None


class Overview(NamedTuple):
    """The journal on one day: what is being read and what was laid aside, a few of each, and how many more there are.

    Then what lies on top of the pile of wants, what was finished last, how the year goes, what was
    finished on this day in other years, and a quote.
    """

    readings: int
    reading_now: list[ListedReading]
    paused: list[ListedReading]
    next: ListedReading | None
    last_finished: ListedReading | None
    year: "Goal"
    on_this_day: list[Remembered]
    quote: DayQuote | None
    more_now: int = 0
    more_paused: int = 0
