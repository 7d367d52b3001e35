"""What a search has found."""

from typing import TYPE_CHECKING, NamedTuple

from readlog.readings.results import ListedReading

if TYPE_CHECKING:
    from readlog.core.model import Quote


MARK_ON, MARK_OFF = "\x02", "\x03"
"""Control characters, which no text of the journal can contain."""


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


class Hits(NamedTuple):
    """The best hits of a search, out of `total` readings that fit.

    `corrections` are words that no reading has, each with the one that was looked for instead.
    """

    hits: list[Hit]
    total: int
    corrections: tuple[tuple[str, str], ...] = ()
