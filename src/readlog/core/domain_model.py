"""The domain values: books, contributors, readings, quotes and progress notes."""

from collections.abc import Mapping
from typing import NamedTuple

from readlog.core.partial_date import PartialDate

AUTHOR = "author"
FORMATS = ("print", "ebook", "audio")
EDITION_FIELDS = ("series", "series_number", "isbn", "publisher", "published", "pages", "language")
"""The fields of a Book that may differ between its editions."""
BOOK_FIELDS = ("title", "subtitle", *EDITION_FIELDS)
"""The fields of a Book that hold one value each; its contributors and tags are lists."""
EDITION = "edition"
"""The key in `extra` under which a reading keeps what differs in its own edition from the book."""

_EMPTY: Mapping[str, object] = {}


class Contributor(NamedTuple):
    """A person with a role in a book: `author`, `translator`, `editor`, `illustrator`, `narrator`, ..."""

    name: str
    role: str = AUTHOR


class Quote(NamedTuple):
    """A passage from a book, with its page or location, the user's comment, and when it was marked (ISO 8601)."""

    text: str
    page: str | None = None
    location: str | None = None
    remark: str | None = None
    marked_at: str | None = None
    uid: str | None = None


class ProgressNote(NamedTuple):
    """A dated note made while reading: `at` is a position (see `reading_progress`), `remark` a comment.

    At least one of the two is set; `date` is None where it is unknown.
    """

    at: str | None = None
    date: PartialDate | None = None
    remark: str | None = None


class Book(NamedTuple):
    """What all readings of a book share. `published` is the year of the edition, negative for BC."""

    title: str
    subtitle: str | None = None
    contributors: tuple[Contributor, ...] = ()
    series: str | None = None
    series_number: str | None = None
    isbn: str | None = None
    publisher: str | None = None
    published: int | None = None
    pages: int | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    uid: str | None = None

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of the authors, in order."""
        return tuple(person.name for person in self.contributors if person.role == AUTHOR)

    @property
    def others(self) -> tuple[Contributor, ...]:
        """The contributors who are not authors."""
        return tuple(person for person in self.contributors if person.role != AUTHOR)

    @property
    def name(self) -> str:
        """The title and the first author, as in `Conquered City, Victor Serge`."""
        return ", ".join((self.title, *self.authors[:1]))

    @property
    def full_title(self) -> str:
        """`Title: Subtitle`, or the title if there is no subtitle."""
        return f"{self.title}: {self.subtitle}" if self.subtitle else self.title


class Reading(NamedTuple):
    """One time through a book.

    `rating` is in stars, 0.25 to 5 in quarters. `created_at` and `updated_at` are UTC, ISO 8601. `id` is
    the number that users type, and `uid` what import and merge match on; the journal assigns both, and they
    are None before. `sources` says where the reading came from, as `goodreads:55401`; `extra` has
    what a format had and readlog has no field for. `pile` is the position of a book to read in the
    to-read list: the highest is read next, and those without one come last.
    """

    book: Book
    status: str = "finished"
    started: PartialDate | None = None
    finished: PartialDate | None = None
    rating: float | None = None
    format: str | None = None
    review: str | None = None
    private_note: str | None = None
    quotes: tuple[Quote, ...] = ()
    progress: tuple[ProgressNote, ...] = ()
    pile: int | None = None
    sources: tuple[str, ...] = ()
    extra: Mapping[str, object] = _EMPTY
    id: int | None = None
    uid: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
