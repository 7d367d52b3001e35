"""What the journal answers with, where whole readings would be too much.

Named tuples, here and in the query: they are on the way of every command, and a dataclass takes
ten times as long to make.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from readlog.ground.goal import Goal
    from readlog.ground.model import Quote, Reading


class ListedReading(NamedTuple):
    """One row of a list. Dates are EDTF, `rating` is in stars, `authors` are joined by `; `.

    `time` is 2 where this is the book's second reading, and so on; `at` is the place noted last in
    a reading that has not come to its end, of so many `pages`. They are 1 and None where nobody asked.
    """

    id: int
    status: str
    started: str | None
    finished: str | None
    rating: float | None
    title: str
    authors: str | None
    time: int = 1
    at: str | None = None
    pages: int | None = None


class Listing(NamedTuple):
    """Rows, `shown` of them, chosen out of `total`."""

    rows: Iterator[ListedReading]
    shown: int
    total: int


class Hit(NamedTuple):
    """A reading that was found, of a book with so many `readings`. `score` grows with relevance.

    `passage` is cut out of the text at `place` (`review`, `quote`, `note`, `tag`, `series`), with a
    MARK_ON before and a MARK_OFF behind each found word, and of quotes a line for each of theirs;
    both are None where only the title or a name was found. `quote` is the one out of which the
    passage is, where that was asked.
    """

    reading: ListedReading
    score: float
    place: str | None
    passage: str | None
    readings: int = 1
    quote: "Quote | None" = None

    @property
    def in_one_line(self) -> str | None:
        """The passage, a dot where a line of a quote ends."""
        return self.passage and self.passage.replace("\n", " · ")


MARK_ON, MARK_OFF = "\x02", "\x03"
"""Control characters, which no text of the journal can contain."""


class Hits(NamedTuple):
    """The best hits of a search, out of `total` readings that fit.

    `corrections` are words that no reading has, each with the one that was looked for instead.
    """

    hits: list[Hit]
    total: int
    corrections: tuple[tuple[str, str], ...] = ()


class QuoteOf(NamedTuple):
    """A quote of reading `id`, with the title and the authors of its book, and no more of either."""

    id: int | None
    title: str
    authors: tuple[str, ...]
    text: str
    page: str | None = None
    location: str | None = None
    remark: str | None = None
    marked_at: str | None = None
    uid: str | None = None

    @classmethod
    def of(cls, quote: "Quote", reading: "Reading") -> "QuoteOf":
        """The quote as one of that reading."""
        own = (quote.text, quote.page, quote.location, quote.remark, quote.marked_at, quote.uid)
        return cls(reading.id, reading.book.title, reading.book.authors, *own)

    def as_record(self) -> dict[str, Any]:
        """The quote as JSON has it: its own keys, then the reading's id, the title, the authors."""
        from readlog.ground.fields import QUOTE_KEYS

        own = {key: getattr(self, key) for key in QUOTE_KEYS}
        return {**own, "reading_id": self.id, "title": self.title, "authors": list(self.authors)}


class Quotes(NamedTuple):
    """Quotes, `shown` of them, chosen out of `total`.

    `elsewhere` says that no quote has the words that were asked for, so that these are of the
    readings that have them in another place.
    """

    rows: Iterator[QuoteOf]
    shown: int
    total: int
    elsewhere: bool = False


class Counts(NamedTuple):
    """How much there is of everything in the journal."""

    readings: int
    books: int
    reviews: int
    quotes: int
    people: int
    tags: int


class DayQuote(NamedTuple):
    """A quote of reading `id`, as far as a glance shows it; `authors` are joined by `; `."""

    id: int
    text: str
    page: str | None
    location: str | None
    title: str
    authors: str | None


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


class Undone(NamedTuple):
    """What became of taking back an operation: how many rows were `kept`, which `later` operations have changed.

    For one that was put back, `operation` is the one that had been taken back. `by` is the operation that did it.
    """

    operation: int
    by: int
    command: str | None
    kept: int
    later: list[int]
