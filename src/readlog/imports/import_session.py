"""The state of a running import: the report, what the log knows, and which rows were imported so far."""

import sqlite3
from collections.abc import Iterable, Sequence

from readlog.core.domain_model import Book, Reading
from readlog.core.import_row import READLOG, FilePosition, ImportRow
from readlog.core.three_way_merge import FieldConflict
from readlog.imports.import_history import DeletedReadings, ImportHistory, is_deleted
from readlog.imports.match_books import BookMatcher
from readlog.imports.match_readings import Matches, PreviousState, Test, match_readings
from readlog.imports.own_exports import OwnRecordMerger
from readlog.imports.results import ImportConflict, ImportReport
from readlog.readings.save_rows import RowInserter
from readlog.storage.bulk_insert import BulkInsert

DELETED_NOTE = "deleted here since: left out (readlog undo brings it back)"

_MAX_READING_ID = 10**9
"""The highest id that a file may set: after the highest of SQLite, no reading could be added any more."""
_REPEATED_FIELDS = ("rating", "review", "private_note")
_COPY_FIELDS = ("status", "started", "finished", "rating", "review", "private_note")


class SeenRows:
    """The readings and books of the journal that rows of this import were merged into or have created.

    A row is recognised by its uid or source id. Of a row without either only its pass is known: a
    pass is one run through a file from top to bottom. A file may be named twice, or together with an
    older version of it.
    """

    def __init__(self) -> None:
        self._readings: dict[int, tuple[str | None, int]] = {}
        """The identity of the row, and its pass, by the id of the reading."""
        self._books: set[int] = set()
        self._records: dict[int, int] = {}
        self._position = FilePosition("", 0)
        self._pass = 0

    def begin_row(self, position: FilePosition) -> None:
        """Start a new pass if the row is of another file, or above the previous row."""
        if position.file != self._position.file or position.line < self._position.line:
            self._pass += 1
        self._position = position

    def add_reading(self, reading_id: int, incoming: Reading) -> None:
        """Record that the current row is about this reading."""
        self._readings[reading_id] = (_row_identity(incoming), self._pass)

    def add_book(self, book_id: int) -> None:
        """Record that the current row is about this book."""
        self._books.add(book_id)

    def has_reading(self, reading_id: int | None) -> bool:
        """True if an earlier row was about this reading."""
        return reading_id in self._readings

    def has_book(self, book_id: int) -> bool:
        """True if an earlier row was about this book."""
        return book_id in self._books

    def may_match(self, stored: Reading, incoming: Reading) -> bool:
        """True if no other row was about the stored reading, so that the current row may be.

        The same row may come again in another pass. In the same pass it must not contradict the
        stored reading, because some services give one id to two rows.
        """
        row = self._readings.get(stored.id or 0)
        if row is None:
            return True
        identity, pass_ = row
        if identity != _row_identity(incoming):
            return False
        if pass_ == self._pass:
            return identity is not None and _agree(stored, incoming, ("finished", *_REPEATED_FIELDS))
        return identity is not None or _agree(stored, incoming, _REPEATED_FIELDS)

    def is_different_copy(self, record: Reading) -> bool:
        """True if an earlier record has the same uid and timestamp, but different content. Remembers the record."""
        key = hash((record.uid, record.updated_at))
        content = hash(
            (
                record.book.title,
                record.book.contributors,
                record.book.tags,
                *(getattr(record, field) for field in _COPY_FIELDS),
            )
        )
        return self._records.setdefault(key, content) != content


class ImportSession:
    """One import of rows of a service, with everything that it needs for every row."""

    def __init__(self, connection: sqlite3.Connection, service: str, bulk_insert: BulkInsert) -> None:
        self.connection = connection
        self.service = service
        self.report = ImportReport()
        self.history = ImportHistory(connection, service)
        self.inserter = RowInserter(connection)
        self.book_matcher = BookMatcher(connection, self.history, self.inserter)
        self.record_merger = OwnRecordMerger(connection)
        self.deleted_readings = DeletedReadings(connection)
        self.seen_rows = SeenRows()
        self._bulk_insert = bulk_insert
        self._highest_id = _highest_reading_id(connection)

    def flush(self) -> None:
        """Insert and log all collected rows, before rows are read and changed."""
        self.inserter.reset()
        self._bulk_insert.log_rows()

    def is_own_record(self, incoming: Reading) -> bool:
        """True for a record that a journal has exported; such records are recognised by their uid alone."""
        return self.service == READLOG and incoming.uid is not None

    def insert_reading(self, reading: Reading, book_id: int) -> None:
        """Insert a new reading, with its own id if that was never used here, and its own uid if that is free."""
        id_ = reading.id if reading.id and self._highest_id < reading.id <= _MAX_READING_ID else None
        if self.seen_rows.has_reading(id_):
            id_ = None
        if reading.uid and self._exists(reading.uid):
            reading = reading._replace(uid=None)
        id_ = self.inserter.add_reading(reading, book_id, id_)
        self._bulk_insert.note_reading(id_)
        self.report.new_readings += 1
        self.report.undated += reading.status == "finished" and not reading.finished
        self.seen_rows.add_reading(id_, reading)

    def remember_book(self, book_id: int, incoming: Reading, book: Book | None = None) -> None:
        """Let later rows find this book. `book` are its new fields where it is new or has changed."""
        self.book_matcher.remember(book_id, incoming, book)

    def find_deleted(self, incoming: Reading) -> list[Reading]:
        """The deleted readings that a row may be about, see `DeletedReadings.candidates`."""
        return [] if self.is_own_record(incoming) else self.deleted_readings.candidates(incoming)

    def match_readings(
        self, incoming: Sequence[Reading], stored: Sequence[Reading], changes_nothing: Sequence[Test]
    ) -> Matches:
        """Match the readings of a row to stored and deleted ones, see `match_readings`."""
        return match_readings(
            incoming,
            stored,
            self._load_previous,
            self.service,
            is_deleted=is_deleted,
            changes_nothing=changes_nothing,
        )

    def note_deleted(self) -> None:
        """Add to the report that a row is about a deleted reading."""
        self.report.add_notes([DELETED_NOTE])

    def report_conflicts(self, row: ImportRow, stored: Reading, conflicts: Iterable[FieldConflict]) -> None:
        """Add to the report the fields in which the journal has kept its own values."""
        for conflict in conflicts:
            self.report.conflicts.append(ImportConflict(row.position, stored.id or 0, stored.book.name, *conflict))

    def _load_previous(self, stored: Reading) -> PreviousState:
        return self.history.previous_state(abs(stored.id or 0))

    def _exists(self, uid: str) -> bool:
        if uid in self.inserter.pending_keys:
            return True
        return self.connection.execute("SELECT 1 FROM readings WHERE uid = ?", (uid,)).fetchone() is not None


def _row_identity(incoming: Reading) -> str | None:
    return incoming.uid or next(iter(incoming.sources), None)


def _agree(one: Reading, other: Reading, fields: Sequence[str]) -> bool:
    """True if no field has two different values; an empty one agrees with any."""
    pairs = ((getattr(one, field), getattr(other, field)) for field in fields)
    return all(a == b or a is None or b is None for a, b in pairs)


def _highest_reading_id(connection: sqlite3.Connection) -> int:
    """The highest id that any reading has ever had; ids up to it are never used again."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'readings'").fetchone()
    return row[0] if row else 0
