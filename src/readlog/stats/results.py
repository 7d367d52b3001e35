"""The figures of a reading life: what `stats` answers with, and the keys that they have as JSON.

Named tuples, and computed in `journal`; nothing here is guessed. What is not known is counted
beside what is: readings without a date, without a month, without a number of pages.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from readlog.readings.results import ListedReading

if TYPE_CHECKING:
    from readlog.core.model import Reading

LEAST_RATED = 2
"""Rated readings that an author needs to be among the best loved: one good book is luck."""
MOST_NAMED = 10
"""Names in a list, unless somebody wants more."""
IN_TIME = ("year", "month", "decade")
"""What is counted in the order of time, the oldest first; everything else begins with the most."""


class Group(NamedTuple):
    """Some readings counted. `label` is None for those that have none, and for all together.

    `books` are those read, each counted once. `pages` is their sum over the readings, None where
    no number is known, and leaves out the readings `without_pages`. `rating` is the average and
    `spread` the standard deviation of the `rated` readings, both None of none. Of all readings,
    so many were finished nobody knows when (`without_date`), in a year but no month that is known,
    seasons too (`without_month`), and about when (`about`: `~2012`, which is counted in 2012).
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
    """How the readings were rated: how many with each quarter of a star, from 0.25 to 5, and with none.

    `median` is the rating in the middle, None where nothing is rated.
    """

    readings: dict[float, int]
    unrated: int
    median: float | None


class Calendar(NamedTuple):
    """The days of a year on which something was finished, as `2012-03-17`, with how much.

    `without_day` readings of that year are not known to the day; neither is what is about a day.
    """

    year: int
    days: dict[str, int]
    without_day: int


class Author(NamedTuple):
    """Somebody's readings and books; `rating` is the average of the `rated` ones."""

    name: str
    readings: int
    books: int
    rating: float | None
    rated: int


class NewAuthors(NamedTuple):
    """How many authors of a year were `new`: nothing of them was finished in a year before. The others were `known`.

    `unsure` are those of whom something was finished nobody knows when, and nothing surely earlier.
    """

    year: int
    new: int
    known: int
    unsure: int


class Authors(NamedTuple):
    """Who was read: the `most_read`, and the `best_loved` of those with LEAST_RATED rated readings.

    `authors` is how many there are, and `by_year` how many of each year were new.
    """

    authors: int
    most_read: list[Author]
    best_loved: list[Author]
    by_year: list[NewAuthors]


class Long(NamedTuple):
    """A reading of a book with so many pages."""

    reading: ListedReading
    pages: int


class Lengths(NamedTuple):
    """The longest and the shortest book of those whose pages are known; the same one where there is but one."""

    longest: Long | None
    shortest: Long | None


class Spent(NamedTuple):
    """A reading that took so many days: 0 where it was started and finished on the same one."""

    reading: ListedReading
    days: int


class Times(NamedTuple):
    """How long it took from start to finish, for the readings of which both days are known; `unknown` are the others.

    `median` is the number of days in the middle, or between the two in the middle.
    """

    readings: int
    unknown: int
    median: float | None
    shortest: Spent | None
    longest: Spent | None


class GivenUp(NamedTuple):
    """An abandoned reading: `at` is the place that its last mark names, as said (`120`, `40%`, `chapter 3`)."""

    reading: ListedReading
    at: str | None
    pages: int | None


class Abandoned(NamedTuple):
    """What was abandoned, the newest first: `named` are at most as many as were asked for, `unknown` had no place."""

    readings: int
    books: int
    unknown: int
    named: list[GivenUp]


class Rereads(NamedTuple):
    """Of the readings, how many were `first` ones, and how many read a book that had been finished before: `again`.

    `books` is how many were read again; `named` has each once, with the latest such reading, whose
    `time` is how many times the book was finished by then: the most often read first. `unsure` of
    `again` are so only if what was finished nobody knows when was finished before.
    """

    first: int
    again: int
    books: int
    unsure: int
    named: list[ListedReading]


class Sections(NamedTuple):
    """What there is to see besides the sums and the groups. A `calendar` is of one year only."""

    ratings: Ratings
    calendar: Calendar | None
    authors: Authors
    lengths: Lengths
    times: Times
    abandoned: Abandoned
    rereads: Rereads


class Figures(NamedTuple):
    """The figures of some readings: of the `whole`, and in `groups` of what they are counted `by`.

    `year` is the year that was asked for, if it was one; `first_year` and `last_year` are those of
    the first and the last reading that has a date. By year, every year between them has a group,
    and by month every month of `year`; a label without its month (`2012`) stands behind the months
    of its year, and None behind everything. `sections` are None where somebody asked by what to count.
    """

    whole: Group
    by: str
    groups: list[Group]
    year: int | None = None
    first_year: int | None = None
    last_year: int | None = None
    sections: Sections | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.whole.readings and not (self.sections and self.sections.abandoned.readings)

    def shortened(self, most: int | None) -> "Figures":
        """With at most so many groups: the latest where they are in the order of time; all for 0 and None."""
        if not most or len(self.groups) <= most:
            return self
        return self._replace(groups=self.groups[-most:] if self.by in IN_TIME else self.groups[:most])

    def as_record(self) -> dict[str, Any]:
        """The figures as JSON has them; `docs/stats.md` tells the keys."""
        whole = self.whole._asdict()
        del whole["label"]
        record = {"year": self.year, "first_year": self.first_year, "last_year": self.last_year, **whole}
        record |= {"by": self.by, "groups": [group._asdict() for group in self.groups]}
        return record if self.sections is None else record | _sections(self.sections)


def _sections(sections: Sections) -> dict[str, Any]:
    ratings, calendar, authors, lengths, times, abandoned, rereads = sections
    by_stars = [{"rating": rating, "readings": count} for rating, count in ratings.readings.items()]
    people = {key: [one._asdict() for one in getattr(authors, key)] for key in ("most_read", "best_loved", "by_year")}
    return {
        "ratings": ratings._asdict() | {"readings": by_stars},
        "calendar": calendar and calendar._asdict(),
        "authors": authors._asdict() | {"least_rated": LEAST_RATED} | people,
        "lengths": {"longest": _one(lengths.longest), "shortest": _one(lengths.shortest)},
        "times": times._asdict() | {"shortest": _one(times.shortest), "longest": _one(times.longest)},
        "abandoned": abandoned._asdict() | {"named": [_one(each) for each in abandoned.named]},
        "rereads": rereads._asdict() | {"named": [_named(each) | {"time": each.nth_reading} for each in rereads.named]},
    }


def _one(found: "Long | Spent | GivenUp | None") -> dict[str, Any] | None:
    """A reading that is named, and what is said of it."""
    if found is None:
        return None
    about = found._asdict()
    return _named(about.pop("reading")) | about


def _named(row: ListedReading) -> dict[str, Any]:
    authors = row.authors.split("; ") if row.authors else []
    return {"id": row.id, "title": row.title, "authors": authors, "finished": row.finished, "rating": row.rating}


LEAST_LOVED = 4.0
"""Stars of a book among the best loved; of a year without one all books are told."""


class Year(NamedTuple):
    """What was finished in a year: its `figures`, with all sections, in which no authors are named, and `readings`.

    The readings are those of best loved books; where there is none, all of them.
    Of `new_authors` nothing was finished before; of those `perhaps_new` something was, nobody knows
    when. So many readings of the whole journal are `undated`: some may be of this year.
    """

    year: int
    figures: Figures
    readings: "Sequence[Reading]"
    new_authors: Sequence[str]
    perhaps_new: Sequence[str]
    undated: int
