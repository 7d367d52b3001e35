"""The journal at a glance."""

from typing import TYPE_CHECKING, NamedTuple

from readlog.quotes.results import DayQuote
from readlog.readings.results import ListedReading

if TYPE_CHECKING:
    from readlog.overview.results import Goal


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
