"""The journal as the rest of the program sees it.

Each question is answered in a room of its own, which is imported when it is asked: a list needs
nothing of what an edit needs.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from readlog.ground.errors import NotFound
from readlog.query.fields import FOLDED, FUNCTIONS
from readlog.storage.connection import is_there, open_for_reading, open_for_writing
from readlog.storage.failures import comes_of_the_file, explain

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from readlog.ground.account import Account
    from readlog.ground.answers import Counts, Hits, Listing, Overview, Stats, Undone
    from readlog.ground.backups import Kept
    from readlog.ground.dates import PartialDate
    from readlog.ground.drafts import Saved
    from readlog.ground.findings import Checkup, Salvage
    from readlog.ground.incoming import Incoming, Refused
    from readlog.ground.model import Reading
    from readlog.ground.past import Done, History, Version
    from readlog.journal.past import Past
    from readlog.journal.restoring import Restoring


T = TypeVar("T")


class Journal:
    """One journal file, opened for reading at the first question and for writing at the first change.

    A context manager: leaving it closes the file, and an error of SQLite inside leaves it as a
    JournalUnusable that says what to do. A damaged search index is made anew; `tell` is told of it.
    """

    def __init__(self, path: str, tell: Callable[[str], None] | None = None) -> None:
        self.path = path
        self._tell = tell
        self._reading: sqlite3.Connection | None = None
        self._writing: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for connection in (self._reading, self._writing):
            if connection:
                connection.close()
        self._reading = self._writing = None
        if error and comes_of_the_file(error):
            raise explain(error, self.path) from error

    @property
    def _connection(self) -> sqlite3.Connection:
        """The connection to read by."""
        if self._writing:
            return self._writing
        if not self._reading:
            self._reading = _with_functions(open_for_reading(self.path, self._tell))
        return self._reading

    def _writable(self) -> sqlite3.Connection:
        if not self._writing:
            self._writing = _with_functions(open_for_writing(self.path, self._tell))
        return self._writing

    def get(self, id_: int) -> "Reading":
        """The reading with this id; raises NotFound."""
        from readlog.journal.rows import load

        readings = load(self._connection, [id_])
        if not readings:
            raise NotFound(f"There is no reading {id_}. See all readings with: readlog list")
        return readings[0]

    def find(self, named: str) -> "Reading":
        """The reading that an id or words of a title or an author name; raises NotFound and Ambiguous."""
        from readlog.journal.finding import find_id

        return self.get(self._mended(lambda: find_id(self._connection, named)))

    def readings_of_same_book(self, id_: int) -> "Sequence[Reading]":
        """All readings of that reading's book, the earliest first."""
        from readlog.journal.rows import load

        book = "(SELECT book_id FROM readings WHERE id = ?)"
        ids = self._connection.execute(f"SELECT id FROM readings WHERE book_id = {book} ORDER BY moment, id", (id_,))
        return load(self._connection, [row[0] for row in ids.fetchall()])

    def records(self, query: str = "", sort: str = "id", limit: int = 0) -> "Iterator[Reading]":
        """Whole readings that fit `query`, sorted as a list or by id.

        Which ones is settled, and BadInput raised, at once; they come in batches between which no lock is held.
        """
        from readlog.journal import listing
        from readlog.journal.ids import batches
        from readlog.journal.rows import load

        ids = self._mended(lambda: listing.chosen_ids(self._connection, query, sort, limit))
        return chain.from_iterable(load(self._connection, batch) for batch in batches(ids))

    def past(self) -> "Past":
        """The readings as they were, by the change log."""
        from readlog.journal.past import Past

        return Past(self._connection)

    def outline(self) -> "Iterator[tuple[int, PartialDate | None, str]]":
        """Id, finished date and title of every reading."""
        from readlog.ground.dates import PartialDate

        outline = "SELECT readings.id, finished, title FROM readings JOIN books ON books.id = readings.book_id"
        for id_, finished, title in self._connection.execute(outline).fetchall():
            yield id_, PartialDate.from_edtf(finished) if finished else None, title

    def list(self, query: str = "", sort: str = "when", limit: int = 0, times: bool = False) -> "Listing":
        """The readings that fit `query` as light rows; `limit` 0 is all, `times` counts re-reads."""
        from readlog.journal.listing import list_readings

        return self._mended(lambda: list_readings(self._connection, query, sort, limit, times))

    def search(
        self, query: str, limit: int = 20, *, sort: str | None = None, every: bool = False, exact: bool = False
    ) -> "Hits":
        """What fits `query`, best first or sorted as a list, a book once or `every` reading of it.

        Unless it shall be `exact`, words that no reading has are looked for inside of words, and then corrected.
        """
        from readlog.journal.searching import search_readings

        return self._mended(
            lambda: search_readings(self._connection, query, limit, sort=sort, every=every, exact=exact)
        )

    def hit_records(self, hits: "Hits") -> Iterator[dict[str, Any]]:
        """The records of what `search` has found, each with its `score` and its `passage`."""
        from readlog.journal.searching import with_scores

        return with_scores(self._connection, hits)

    def ids(self, query: str = "") -> Sequence[int]:
        """The ids of the readings that fit `query`."""
        from readlog.journal.listing import chosen_ids

        return self._mended(lambda: chosen_ids(self._connection, query, "id", 0))

    def stats(self, query: str = "", by: str = "year") -> "Stats":
        """The figures of the finished readings that fit `query`, as a whole and in groups."""
        from readlog.journal.stats import take_stats

        return self._mended(lambda: take_stats(self._connection, query, by))

    def overview(self) -> "Overview":
        """What the dashboard shows."""
        from readlog.ground.clock import today
        from readlog.journal.overview import take_overview

        return take_overview(self._connection, today())

    def counts(self) -> "Counts":
        """How much there is of everything."""
        from readlog.journal.overview import count_all

        return count_all(self._connection)

    def facts(self) -> dict[str, object]:
        """Where the journal is, its size in bytes, how much is in it, its schema; None for what is not there yet."""
        there = os.path.exists(self.path)
        (schema,) = self._connection.execute("PRAGMA user_version").fetchone()
        return {
            "journal": self.path,
            "size": os.path.getsize(self.path) if there else None,
            **self.counts()._asdict(),
            "schema": schema or None,
            "sqlite": sqlite3.sqlite_version,
        }

    def names(self, table: str) -> Sequence[str]:
        """All names in `people` or `tags`, for completion."""
        assert table in ("people", "tags")
        return [
            name for (name,) in self._connection.execute(f"SELECT name FROM {table} ORDER BY {FOLDED.format('name')}")
        ]

    def titles(self, beginning: str) -> Sequence[tuple[int, str]]:
        """Readings whose number, or whose book's title, begins so: ids and titles, for completion."""
        from readlog.journal.finding import titles_beginning

        return titles_beginning(self._connection, beginning)

    def same_book(self, reading: "Reading") -> "Sequence[Reading]":
        """The readings of this reading's book that are in the journal already, the latest first.

        Raises Ambiguous where it can be one of several books.
        """
        from readlog.journal.rows import load
        from readlog.journal.same_book import find_same_books, the_one

        found = the_one(self._mended(lambda: find_same_books(self._connection, reading.book)))
        return load(self._connection, found.readings) if found else []

    def add(self, reading: "Reading", again: bool = False, new_book: bool = False) -> int:
        """A new reading; returns its id. Raises AlreadyThere where its book is in the journal.

        With `again` it becomes another reading of that book, and raises NotFound where there is none
        and Ambiguous where it can be one of several; with `new_book` it is another book.
        """
        from readlog.journal.changing import add

        return self._change("add", lambda connection: add(connection, reading, again, new_book))

    def edit(self, id_: int, change: "Callable[[Reading], Reading]", seen: "Reading | None" = None) -> "Reading | None":
        """Make the reading what `change` makes of it, in one transaction; None where that is what it was.

        What belongs to the book changes for all its readings. `change` runs under the write lock and
        must ask nobody. Raises NotFound, and Overtaken where the reading is no longer as it was `seen`.
        """
        from readlog.journal.changing import edit

        self.get(id_)
        return self._change("edit", lambda connection: edit(connection, id_, change, seen))

    def save(self, base: "Reading", edited: "Reading") -> "Saved":
        """Save what a reader has made of `base` in an editor, with what another has changed since.

        Raises NotFound where the reading is not there any more, and InConflict where both have changed the same.
        """
        from readlog.journal.two_edits import save_edit

        return self._change("edit", lambda connection: save_edit(connection, base, edited))

    def with_uid(self, uid: str) -> "Reading | None":
        """The reading that has this uid."""
        from readlog.journal.rows import load

        row = self._connection.execute("SELECT id FROM readings WHERE uid = ?", (uid,)).fetchone()
        return load(self._connection, row)[0] if row else None

    def delete(self, id_: int, seen: "Reading | None" = None) -> None:
        """Delete the reading with its quotes, and its book where no reading of it is left.

        Raises NotFound, and Overtaken where the reading is no longer as it was `seen`.
        """
        from readlog.journal.changing import delete

        self.get(id_)
        self._change("delete", lambda connection: delete(connection, id_, seen))

    def merge(
        self,
        rows: "Callable[[], Iterable[Incoming | Refused]]",
        service: str,
        tags: Sequence[str] = (),
        *,
        strict: bool = False,
        on_trial: bool = False,
        backup: bool = True,
    ) -> "Account":
        """Bring in the rows of a file of this service, in one operation; returns what became of each.

        `rows` begins them anew whenever it is called. With `strict` nothing is written where a row
        is refused, and `on_trial` nothing at all. Before many rows a `backup` is made; where none
        can be kept, raises JournalUnusable.
        """
        from readlog.journal.before_import import backed_up
        from readlog.journal.importing import import_rows
        from readlog.journal.told import command_of
        from readlog.storage.operation import Unwanted, many_changes, operation

        connection = self._connection if on_trial and not is_there(self.path) else self._writable()
        if backup and not on_trial:
            rows = backed_up(self.path, connection, rows)

        def merged() -> "Account":
            begun = rows()
            with operation(connection, command_of(service)):
                account = import_rows(connection, begun, service, tags)
                if on_trial or (strict and account.refused):
                    raise Unwanted
            return account

        with many_changes(connection, on_trial=on_trial):
            return self._mended(merged)

    def history(self, limit: int = 0) -> "History":
        """The operations, the newest first; at most `limit`, where 0 is all."""
        from readlog.journal.history import all_operations

        return all_operations(self._connection, limit)

    def done(self, operation: int) -> "Done":
        """What an operation that is there has done."""
        from readlog.journal.history import one_operation

        return one_operation(self._connection, operation)

    def life(self, id_: int) -> "Sequence[Version]":
        """The versions of a reading, the first one first, also of one that is deleted; raises NotFound."""
        from readlog.journal.history import life

        versions = life(self._connection, id_)
        if not versions:
            raise NotFound(f"There never was a reading {id_}. See what was done with: readlog history")
        return versions

    def reading_at(self, id_: int, when: "PartialDate") -> "Reading":
        """The reading as it was at the end of that day, month or year; raises NotFound where it was not there."""
        from readlog.ground.clock import midnight

        end = midnight(when.after)
        readings = [version.reading for version in self.life(id_) if version.at < end]
        if not readings or not readings[-1]:
            said = f"{'on' if when.day else 'in'} {when.said()}"
            raise NotFound(f"Reading {id_} was not in the journal {said}. See: readlog history {id_}")
        return readings[-1]

    def restore_version(self, id_: int, operation: int) -> "Reading | None":
        """Make the reading what that operation left it as; None where it is that. Raises NotFound."""
        left = [version.reading for version in self.life(id_) if version.operation == operation]
        if not left or not left[0]:
            raise NotFound(f"Operation {operation} left no version of reading {id_}. See: readlog history {id_}")
        return self.edit(id_, lambda now: left[0] or now)

    def undo(self, number: int | None = None, *, redo: bool = False, force: bool = False) -> "Undone":
        """Take back the operation of this number, else the last one; with `redo`, put back what was taken back.

        Raises NotFound and AlreadyThere, and Overtaken where later operations have changed the same:
        with `force` these changes stay, and the rest is taken back.
        """
        from readlog.journal.operations import to_redo, to_undo
        from readlog.journal.undoing import take_back

        target = (to_redo if redo else to_undo)(self._connection, number)
        return self._change(
            target.command, lambda connection: take_back(connection, target, force=force), target.operation
        )

    def kept_backups(self) -> "Sequence[Kept]":
        """The backups of this journal in the state directory, the newest first."""
        from readlog.storage.kept_backups import kept_backups

        return kept_backups(self.path)

    def restoring(self, backup: str) -> "AbstractContextManager[Restoring]":
        """A backup, checked, and what it would change; the journal need not be one any more.

        Raises NotFound, NotUnderstood for what cannot be restored, BadInput and JournalUnusable.
        """
        from readlog.journal.restoring import restoring

        return restoring(self.path, backup)

    def examine(self, tell: Callable[[str], None], *, fix: bool = False) -> "Checkup":
        """Look whether file and record are sound, and with `fix` mend what can be; `tell` is told of each look.

        Raises NotFound where there is no journal, and JournalUnusable for what is none or cannot be reached.
        """
        from readlog.journal.checkup import examine

        self._must_be_there()
        return examine(self.path, tell, fix=fix)

    def salvage(self, new: str) -> "Salvage":
        """Make a journal at `new` of what can be read of this one, which stays as it is.

        Raises NotFound, AlreadyThere where something is at `new`, and JournalUnusable where nothing can be read.
        """
        from readlog.storage.salvaging import salvage

        self._must_be_there()
        return salvage(self.path, new)

    def _must_be_there(self) -> None:
        if not is_there(self.path):
            raise NotFound(f"There is no journal {self.path} yet.")

    def _change(self, command: str, change: Callable[[sqlite3.Connection], T], undoes: int | None = None) -> T:
        """What `change` gives, made in one operation."""
        from readlog.storage.operation import operation

        connection = self._writable()

        def changed() -> T:
            with operation(connection, command, undoes):
                return change(connection)

        return self._mended(changed)

    def _mended(self, work: Callable[[], T]) -> T:
        """What `work` gives; where it fails at a damaged search index, that is made anew first."""
        try:
            return work()
        except sqlite3.Error as error:
            from readlog.storage.mending import is_damage, make_index_anew

            if not is_damage(error):
                raise
            make_index_anew(self._writable())
        if self._tell:
            self._tell("The search index was damaged; it was made anew.")
        return work()


def _with_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    for name, arguments, function in FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)
    return connection
