"""The statistics that `stats` shows, with their JSON keys.

Nothing is guessed: what is unknown (a date, a month, a number of pages) is counted as unknown.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from readlog.readings.results import ListedReading

if TYPE_CHECKING:
    from readlog.core.domain_model import Reading

MIN_RATED = 2
"""Rated readings that an author needs to be among the best loved: one good book may be luck."""
MAX_NAMES = 10
"""Default length of a list of names."""
MIN_LOVED_RATING = 4.0
"""Stars of a book that the year in review counts among the best loved."""
TIME_GROUPINGS = ("year", "month", "decade")
"""Groupings in chronological order, the oldest first; all others begin with the largest group."""


class Group(NamedTuple):
    """The counts of some readings, under a `label`; it is None for readings without one and for the total.

    `books` counts each book once. `pages` is the sum over the readings, None if no number is
    known; it leaves out the readings `without_pages`. `rating` is the mean and `spread` the
    population standard deviation of the `rated` readings, both None if there are none. Of the
    readings, `without_date` have no finished date, `without_month` a date without a known month
    (seasons included), and `about` an approximate date (`~2012`, counted in 2012).
    """

    label: str | int | float | None = None
    readings: int = 0
    books: int = 0
    pages: int | None = None
    without_pages: int = 0
    rating: float | None = None
    rated: int = 0
    spread: float | None = None
    without_date: int = 0
    without_month: int = 0
    about: int = 0


class Ratings(NamedTuple):
    """The number of readings with each rating, from 0.25 to 5 in quarters, and without one.

    `median` is None if nothing is rated.
    """

    readings: dict[float, int]
    unrated: int
    median: float | None


class Calendar(NamedTuple):
    """The number of readings finished on each day of `year`, by ISO date.

    `without_day` counts the readings of the year whose day is unknown or approximate.
    """

    year: int
    days: dict[str, int]
    without_day: int


class Author(NamedTuple):
    """The readings and books of one author; `rating` is the mean of the `rated` readings."""

    name: str
    readings: int
    books: int
    rating: float | None
    rated: int


class NewAuthors(NamedTuple):
    """The number of authors read in `year`, by whether anything of theirs had been finished in an earlier year.

    `known` had been read before, `new` had not, and of `unsure` there is a reading without a date
    that may have been earlier.
    """

    year: int
    new: int
    known: int
    unsure: int


class Authors(NamedTuple):
    """The number of `authors`, the `most_read`, and the `best_loved` of those with MIN_RATED rated readings."""

    authors: int
    most_read: list[Author]
    best_loved: list[Author]
    by_year: list[NewAuthors]


class BookLength(NamedTuple):
    """A reading of a book with a known number of pages."""

    reading: ListedReading
    pages: int


class BookLengths(NamedTuple):
    """The longest and the shortest book with known pages; both are the same if there is only one."""

    longest: BookLength | None
    shortest: BookLength | None


class ReadingTime(NamedTuple):
    """A reading and its days from start to finish, 0 if both were on the same day."""

    reading: ListedReading
    days: int


class ReadingTimes(NamedTuple):
    """Days from start to finish of the `readings` with both days known; `unknown` counts the others."""

    readings: int
    unknown: int
    median: float | None
    shortest: ReadingTime | None
    longest: ReadingTime | None


class AbandonedReading(NamedTuple):
    """An abandoned reading; `at` is the last place noted, as in `120`, `40%` or `chapter 3`."""

    reading: ListedReading
    at: str | None
    pages: int | None


class AbandonedReadings(NamedTuple):
    """What was abandoned, the newest first. `named` may be shortened; `unknown` counts readings without a place."""

    readings: int
    books: int
    unknown: int
    named: list[AbandonedReading]


class Rereads(NamedTuple):
    """How many of the readings were `first` readings, and how many read a finished book `again`.

    `books` counts the books that were read again. `named` has each of them once, as its latest
    reading, whose `time` counts the finished readings up to then; the most often read comes first.
    `unsure` of the readings `again` have only undated readings before them.
    """

    first: int
    again: int
    books: int
    unsure: int
    named: list[ListedReading]


class Sections(NamedTuple):
    """Everything but the total and the groups. There is a `calendar` only for a single year."""

    ratings: Ratings
    calendar: Calendar | None
    authors: Authors
    lengths: BookLengths
    times: ReadingTimes
    abandoned: AbandonedReadings
    rereads: Rereads


class Statistics(NamedTuple):
    """The statistics of some readings: the `total`, and `groups` by year, month, author and so on.

    `year` is set if the query asks for a single year; `first_year` and `last_year` are those of the
    earliest and the latest dated reading. By year, `groups` has every year in between; by month,
    every month of `year`. A label without a month (`2012`) follows the months of its year, and
    None comes last. `sections` is None if a grouping was asked for.
    """

    total: Group
    by: str
    groups: list[Group]
    year: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    sections: Sections | None = None

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to show."""
        return not self.total.readings and not (self.sections and self.sections.abandoned.readings)

    def shortened(self, most: int | None) -> "Statistics":
        """With at most `most` groups: the first, or the latest in chronological order; 0 and None keep all."""
        if not most or len(self.groups) <= most:
            return self
        return self._replace(groups=self.groups[-most:] if self.by in TIME_GROUPINGS else self.groups[:most])

    def as_record(self) -> dict[str, Any]:
        """The statistics as a JSON object; `docs/stats.md` documents the keys."""
        total = self.total._asdict()
        del total["label"]
        record = {"year": self.year, "first_year": self.first_year, "last_year": self.last_year, **total}
        record |= {"by": self.by, "groups": [group._asdict() for group in self.groups]}
        return record if self.sections is None else record | _sections_record(self.sections)


class YearInReview(NamedTuple):
    """What was finished in a year.

    `statistics` has all sections, but names no authors. `readings` are those of the best loved
    books, or all readings if there are none. Nothing of `new_authors` had been finished before;
    of `possibly_new_authors` there are readings without a date. `undated` counts the readings of
    the whole journal without a date, some of which may belong to this year.
    """

    year: int
    statistics: Statistics
    readings: "Sequence[Reading]"
    new_authors: Sequence[str]
    possibly_new_authors: Sequence[str]
    undated: int


def _sections_record(sections: Sections) -> dict[str, Any]:
    ratings, calendar, authors, lengths, times, abandoned, rereads = sections
    by_stars = [{"rating": rating, "readings": count} for rating, count in ratings.readings.items()]
    people = {key: [one._asdict() for one in getattr(authors, key)] for key in ("most_read", "best_loved", "by_year")}
    reread = [_reading_record(each) | {"time": each.nth_reading} for each in rereads.named]
    return {
        "ratings": ratings._asdict() | {"readings": by_stars},
        "calendar": calendar and calendar._asdict(),
        "authors": authors._asdict() | {"least_rated": MIN_RATED} | people,
        "lengths": {"longest": _entry_record(lengths.longest), "shortest": _entry_record(lengths.shortest)},
        "times": times._asdict() | {"shortest": _entry_record(times.shortest), "longest": _entry_record(times.longest)},
        "abandoned": abandoned._asdict() | {"named": [_entry_record(each) for each in abandoned.named]},
        "rereads": rereads._asdict() | {"named": reread},
    }


def _entry_record(entry: BookLength | ReadingTime | AbandonedReading | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    values = entry._asdict()
    return _reading_record(values.pop("reading")) | values


def _reading_record(row: ListedReading) -> dict[str, Any]:
    authors = row.authors.split("; ") if row.authors else []
    return {"id": row.id, "title": row.title, "authors": authors, "finished": row.finished, "rating": row.rating}
