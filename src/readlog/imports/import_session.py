"""An import while it goes on: what is known, what rows have told of, and the report of it."""

import sqlite3
from collections.abc import Iterable, Sequence

from readlog.core.import_row import FilePosition, ImportRow
from readlog.core.merge_record import FieldConflict
from readlog.core.model import Book, Reading
from readlog.imports.import_history import OWN, Deleted, ImportHistory, is_gone
from readlog.imports.match_books import BookMatcher
from readlog.imports.match_readings import PreviousState, Test, match_readings
from readlog.imports.own_exports import OwnRecordMerger
from readlog.imports.results import ImportConflict, ImportReport
from readlog.readings.save_rows import RowInserter
from readlog.storage.bulk_insert import BulkInsert


class SeenRows:
    """The readings and books that rows have told of, each with the row as far as it can be known again.

    A row is known again by the uid or by the id at its source. Of a row without either it is known
    in which pass through a file it came: a file may be named twice, or an older one beside a newer.
    """

    def __init__(self) -> None:
        self._readings: dict[int, tuple[str | None, int]] = {}
        self._books: set[int] = set()
        self._records: dict[int, int] = {}
        self._place = FilePosition("", 0)
        self._pass = 0

    def begin(self, place: FilePosition) -> None:
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


DELETED_NOTE = "deleted here since: left out (readlog undo brings it back)"

_HIGHEST = 10**9
"""The highest id that a file may bring: behind the highest that SQLite has nothing could be added any more."""


class ImportSession:
    """One import of rows of a service."""

    def __init__(self, connection: sqlite3.Connection, service: str, insertions: BulkInsert) -> None:
        self.connection = connection
        self.service = service
        self.report = ImportReport()
        self.told = ImportHistory(connection, service)
        self.inserter = RowInserter(connection)
        self.known = BookMatcher(connection, self.told, self.inserter)
        self.own_records = OwnRecordMerger(connection)
        self.gone = Deleted(connection)
        self.rows = SeenRows()
        self.insertions = insertions
        self._highest = _highest_id(connection)

    def settle(self) -> None:
        """Have all that was inserted in the tables and in the log: from here on rows are read and changed."""
        self.inserter.reset()
        self.insertions.log_rows()

    def is_own(self, said: Reading) -> bool:
        """Whether this is a record of a journal, which is known again by its uid alone."""
        return self.service == OWN and said.uid is not None

    def insert(self, reading: Reading, book_id: int) -> None:
        """A reading that is new, with the id that it brings, if that was never used here.

        What has a higher one than there was before has been told of by a row.
        """
        id_ = reading.id if reading.id and self._highest < reading.id <= _HIGHEST else None
        if self.rows.was_told(id_):
            id_ = None
        if reading.uid and self._is_there(reading.uid):
            reading = reading._replace(uid=None)
        id_ = self.inserter.add_reading(reading, book_id, id_)
        self.insertions.note_reading(id_)
        self.report.new_readings += 1
        self.report.undated += reading.status == "finished" and not reading.finished
        self.rows.tell(id_, reading)

    def remember(self, book_id: int, said: Reading, book: Book | None = None) -> None:
        """Know what a row has told of a book, which is handed over where it is new or has changed."""
        self.known.remember(book_id, said, book)

    def deleted(self, said: Reading) -> list[Reading]:
        """The readings that such a row has told of before and a reader has deleted, without their books."""
        return [] if self.is_own(said) else self.gone.of(said)

    def pairs(
        self, said: Sequence[Reading], there: Sequence[Reading], says_nothing_new: Sequence[Test]
    ) -> list[tuple[Reading, Reading | None]]:
        """Each reading that is said with the one that it is, which may be one that was deleted; None for a new one."""
        return match_readings(
            said, there, self._former, self.service, is_gone=is_gone, says_nothing_new=says_nothing_new
        )

    def _former(self, there: Reading) -> PreviousState:
        return self.told.former(abs(there.id or 0))

    def leave_out(self) -> None:
        """Note that a row tells of what was deleted."""
        self.report.add_notes([DELETED_NOTE])

    def tell(self, row: ImportRow, there: Reading, differences: Iterable[FieldConflict]) -> None:
        """Put into the report what the journal has kept as it was."""
        for key, ours, theirs in differences:
            self.report.conflicts.append(
                ImportConflict(row.position, there.id or 0, there.book.name, key, ours, theirs)
            )

    def _is_there(self, uid: str) -> bool:
        if uid in self.inserter.pending_keys:
            return True
        return self.connection.execute("SELECT 1 FROM readings WHERE uid = ?", (uid,)).fetchone() is not None


def _highest_id(connection: sqlite3.Connection) -> int:
    """The highest number that a reading has ever had: lower ones are not given again."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'readings'").fetchone()
    return row[0] if row else 0
