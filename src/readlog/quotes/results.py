"""Quotes with the book that they are of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from readlog.core.model import Quote, Reading


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
        from readlog.core.fields import QUOTE_KEYS

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


class DayQuote(NamedTuple):
    """A quote of reading `id`, as far as a glance shows it; `authors` are joined by `; `."""

    id: int
    text: str
    page: str | None
    location: str | None
    title: str
    authors: str | None
