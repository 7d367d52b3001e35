"""What the overview shows, and the number of rows in the journal."""

from typing import NamedTuple

from readlog.goals.results import Goal
from readlog.quotes.results import BookQuote
from readlog.readings.results import ListedReading


class Counts(NamedTuple):
    """The number of rows of each kind in the journal; `reviews` counts readings with a review."""

    readings: int
    books: int
    reviews: int
    quotes: int
    people: int
    tags: int


class Anniversary(NamedTuple):
    """A reading that was finished on this day of an earlier year, and the first sentence of its review."""

    reading: ListedReading
    first_sentence: str | None = None


class Overview(NamedTuple):
    """The journal on one day.

    `readings` is the total number of readings. `reading_now` and `paused` have only the newest
    ones; `more_reading` and `more_paused` count the others. `next` is the top of the to-read list,
    and `goal` is for the current year, also where none is set.
    """

    readings: int
    reading_now: list[ListedReading]
    paused: list[ListedReading]
    next: ListedReading | None
    last_finished: ListedReading | None
    goal: Goal
    on_this_day: list[Anniversary]
    quote: BookQuote | None
    more_reading: int = 0
    more_paused: int = 0
