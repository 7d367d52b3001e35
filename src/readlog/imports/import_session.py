"""An import while it goes on: what is known, what rows have told of, and the account of it."""

import sqlite3
from collections.abc import Iterable, Sequence

from readlog.core.import_row import Incoming
from readlog.core.model import Book, Reading
from readlog.imports.deleted import Deleted, is_gone
from readlog.imports.extra_fields import Difference
from readlog.imports.import_history import OWN, Told
from readlog.imports.match_books import KnownBooks
from readlog.imports.match_readings import Former, pair
from readlog.imports.own_records import OwnRecords
from readlog.imports.pairing_all import Test
from readlog.imports.results import Account, Conflict
from readlog.imports.rows_told import RowsTold
from readlog.readings.save_rows import Inserting
from readlog.storage.bulk_insert import Insertions

DELETED = "deleted here since: left out (readlog undo brings it back)"

_HIGHEST = 10**9
"""The highest id that a file may bring: behind the highest that SQLite has nothing could be added any more."""


class Run:
    """One import of rows of a service."""

    def __init__(self, connection: sqlite3.Connection, service: str, insertions: Insertions) -> None:
        self.connection = connection
        self.service = service
        self.account = Account()
        self.told = Told(connection, service)
        self.inserting = Inserting(connection)
        self.known = KnownBooks(connection, self.told, self.inserting)
        self.own_records = OwnRecords(connection)
        self.gone = Deleted(connection)
        self.rows = RowsTold()
        self.insertions = insertions
        self._highest = _highest_id(connection)

    def settle(self) -> None:
        """Have all that was inserted in the tables and in the log: from here on rows are read and changed."""
        self.inserting.forget()
        self.insertions.log()

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
        id_ = self.inserting.reading(reading, book_id, id_)
        self.insertions.note(id_)
        self.account.readings += 1
        self.account.undated += reading.status == "finished" and not reading.finished
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
        return pair(said, there, self._former, self.service, is_gone=is_gone, says_nothing_new=says_nothing_new)

    def _former(self, there: Reading) -> Former:
        return self.told.former(abs(there.id or 0))

    def leave_out(self) -> None:
        """Note that a row tells of what was deleted."""
        self.account.note([DELETED])

    def tell(self, row: Incoming, there: Reading, differences: Iterable[Difference]) -> None:
        """Put into the account what the journal has kept as it was."""
        for key, ours, theirs in differences:
            self.account.conflicts.append(Conflict(row.place, there.id or 0, there.book.name, key, ours, theirs))

    def _is_there(self, uid: str) -> bool:
        if uid in self.inserting.pending:
            return True
        return self.connection.execute("SELECT 1 FROM readings WHERE uid = ?", (uid,)).fetchone() is not None


def _highest_id(connection: sqlite3.Connection) -> int:
    """The highest number that a reading has ever had: lower ones are not given again."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'readings'").fetchone()
    return row[0] if row else 0
