"""Quotes together with the book that they are from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from readlog.core.domain_model import Quote, Reading


class BookQuote(NamedTuple):
    """A quote of reading `reading_id`, with the title and the authors of its book and nothing else of either."""

    reading_id: int | None
    title: str
    authors: tuple[str, ...]
    text: str
    page: str | None = None
    location: str | None = None
    remark: str | None = None
    marked_at: str | None = None
    uid: str | None = None

    @classmethod
    def from_reading(cls, quote: "Quote", reading: "Reading") -> "BookQuote":
        """Combine `quote` with the title and the authors of `reading`."""
        own = (quote.text, quote.page, quote.location, quote.remark, quote.marked_at, quote.uid)
        return cls(reading.id, reading.book.title, reading.book.authors, *own)

    def as_record(self) -> dict[str, Any]:
        """The quote as a JSON object: the keys of a quote in a record, then `reading_id`, `title` and `authors`."""
        from readlog.core.parse_fields import QUOTE_KEYS

        own = {key: getattr(self, key) for key in QUOTE_KEYS}
        return {**own, "reading_id": self.reading_id, "title": self.title, "authors": list(self.authors)}


class QuoteSelection(NamedTuple):
    """The result of a query for quotes: `shown` of the `total` that match.

    `matched_elsewhere` is True if no quote contains the words of the query; then these are all quotes of
    the readings that contain them elsewhere, such as in the review.
    """

    quotes: Iterator[BookQuote]
    shown: int
    total: int
    matched_elsewhere: bool = False
