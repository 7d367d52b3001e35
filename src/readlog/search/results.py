"""What a search returns: hits, each a reading with the passage that was found."""

from typing import TYPE_CHECKING, NamedTuple

from readlog.readings.results import ListedReading

if TYPE_CHECKING:
    from readlog.core.domain_model import Quote

MARK_ON, MARK_OFF = "\x02", "\x03"
"""The marks around a found word: control characters, which no text of the journal can contain."""


class Hit(NamedTuple):
    """A reading that was found, of a book that has `readings` readings. `score` grows with relevance.

    `passage` is an excerpt of the text at `place` (`review`, `quote`, `note`, `tag`, `series`), with
    MARK_ON before and MARK_OFF after each found word; an excerpt of quotes keeps their lines. Both
    are None if only the title or a name was found. `quote` is the quote that the passage is from,
    if `Journal.with_quotes` has looked it up.
    """

    reading: ListedReading
    score: float
    place: str | None
    passage: str | None
    readings: int = 1
    quote: "Quote | None" = None

    @property
    def passage_in_one_line(self) -> str | None:
        """The passage with a dot at the end of each line of a quote."""
        return self.passage and self.passage.replace("\n", " · ")


class Hits(NamedTuple):
    """The best hits of a search, out of `total` readings that match.

    `corrections` are the words that no reading has, each with the word that was searched for instead.
    """

    hits: list[Hit]
    total: int
    corrections: tuple[tuple[str, str], ...] = ()


def without_marks(passage: str) -> str:
    """The passage without the marks around found words."""
    return passage.replace(MARK_ON, "").replace(MARK_OFF, "")
