"""What rows of an import have told of so far: two rows of a file are two readings, unless they are the same row."""

from collections.abc import Sequence

from readlog.core.import_row import Place
from readlog.core.model import Reading


class RowsTold:
    """The readings and books that rows have told of, each with the row as far as it can be known again.

    A row is known again by the uid or by the id at its source. Of a row without either it is known
    in which pass through a file it came: a file may be named twice, or an older one beside a newer.
    """

    def __init__(self) -> None:
        self._readings: dict[int, tuple[str | None, int]] = {}
        self._books: set[int] = set()
        self._records: dict[int, int] = {}
        self._place = Place("", 0)
        self._pass = 0

    def begin(self, place: Place) -> None:
        """A row begins; where its line is above the last one's, or its file is another, so does a pass."""
        if place.file != self._place.file or place.line < self._place.line:
            self._pass += 1
        self._place = place

    def tell(self, reading_id: int, said: Reading) -> None:
        """The row has told of a reading."""
        self._readings[reading_id] = (_identity(said), self._pass)

    def tell_book(self, book_id: int) -> None:
        """The row has told of a book."""
        self._books.add(book_id)

    def was_told(self, reading_id: int | None) -> bool:
        """Whether a row has told of this reading before."""
        return reading_id in self._readings

    def book_was_told(self, book_id: int) -> bool:
        """Whether a row has told of this book before."""
        return book_id in self._books

    def is_free(self, there: Reading, said: Reading) -> bool:
        """Whether a reading of the journal can be the one that is said: no other row has told of it.

        In another pass the same row may come again; in the same one it is the same only where it
        says nothing else: ids are not always given to one row alone.
        """
        told_by = self._readings.get(there.id or 0)
        if told_by is None:
            return True
        identity, in_pass = told_by
        if identity != _identity(said):
            return False
        if in_pass == self._pass:
            return identity is not None and _agree(there, said, ("finished", *_OWN_WORDS))
        return identity is not None or _agree(there, said, _OWN_WORDS)

    def is_copy(self, said: Reading) -> bool:
        """Whether a record of this uid was told before, written at the same moment and with other words."""
        key = hash((said.uid, said.updated_at))
        words = hash(
            (said.book.title, said.book.contributors, said.book.tags, *(getattr(said, name) for name in _WORDS))
        )
        return self._records.setdefault(key, words) != words


_OWN_WORDS = ("rating", "review", "private_note")
_WORDS = ("status", "started", "finished", "rating", "review", "private_note")


def _identity(said: Reading) -> str | None:
    """What a row is known again by."""
    return said.uid or next(iter(said.sources), None)


def _agree(there: Reading, said: Reading, names: Sequence[str]) -> bool:
    """Whether two readings do not contradict each other in these fields."""
    pairs = ((getattr(there, name), getattr(said, name)) for name in names)
    return all(one == other or one is None or other is None for one, other in pairs)
