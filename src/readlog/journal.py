"""The Python API of readlog: every query and every change of one journal file.

Each method is one call into a feature, imported when the method is called, so that a command
loads only what it needs.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from readlog.core.errors import JournalUnusable, NotFound
from readlog.query.query_fields import FOLD_SQL, SQL_FUNCTIONS
from readlog.storage.connection import device_and_inode, journal_exists, make_writable
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.sqlite_errors import CorruptJournal, is_file_error, to_journal_error

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from readlog.backups.restore_plan import PreparedRestore
    from readlog.backups.results import StoredBackup
    from readlog.books.results import NameCount, NameKind, Renaming
    from readlog.core.domain_model import Quote, Reading
    from readlog.core.import_row import ImportRow, RejectedRow
    from readlog.core.partial_date import PartialDate
    from readlog.doctor.results import Checkup, Salvage
    from readlog.drafts.results import SavedEdit
    from readlog.goals.results import Goal
    from readlog.history.reading_versions import ReadingVersions
    from readlog.history.results import History, OperationSummary, UndoResult, Version
    from readlog.imports.results import ImportReport
    from readlog.overview.results import Counts, Overview
    from readlog.progress.results import StatusChange, StatusChangeRequest
    from readlog.quotes.results import QuoteSelection
    from readlog.readings.results import Listing
    from readlog.search.results import Hits
    from readlog.stats.results import Statistics, YearInReview

P = ParamSpec("P")
T = TypeVar("T")


class Journal:
    """One journal file, opened for reading by the first query and for writing by the first change.

    A context manager: leaving it closes the file, and turns SQLite errors into JournalUnusable
    with advice. Every change is one operation, which `undo` reverts. A damaged search index is
    rebuilt, and `tell` gets a line about it.
    """

    def __init__(self, path: str, tell: Callable[[str], None] | None = None) -> None:
        self.path = path
        self._tell = tell
        self._reading: sqlite3.Connection | None = None
        self._read_from: tuple[int, int] | None = None
        self._writing: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for connection in (self._reading, self._writing):
            if connection:
                connection.close()
        self._reading = self._writing = None
        if error and is_file_error(error):
            raise self.explain(error) from error
        if isinstance(error, CorruptJournal):
            self.explain(error)

    def explain(self, error: BaseException) -> JournalUnusable:
        """`error`, which comes from the journal's file, as JournalUnusable; of a damaged file it mentions backups."""
        explained = error if isinstance(error, JournalUnusable) else to_journal_error(error, self.path)
        if isinstance(explained, CorruptJournal):
            from readlog.backups.backup import stored_backups

            if stored_backups(self.path):
                explained.mention_backups()
        return explained

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._writing:
            return self._writing
        if not self._reading:
            self._read_from = device_and_inode(self.path)
            self._reading = _with_functions(open_for_reading(self.path, _back_up, self._tell))
        return self._reading

    def _writable(self) -> sqlite3.Connection:
        """A connection that may write; reuses the one for reading, which is faster than opening another."""
        if not self._writing:
            self._writing = self._reading_made_writable() or self._opened_for_writing()
        return self._writing

    def _opened_for_writing(self) -> sqlite3.Connection:
        return _with_functions(open_for_writing(self.path, _back_up, self._tell))

    def _reading_made_writable(self) -> sqlite3.Connection | None:
        """The idle connection for reading, unless the file at `path` was replaced since it was opened."""
        connection = self._reading
        if not connection or connection.in_transaction or not self._read_from:
            return None
        if device_and_inode(self.path) != self._read_from:
            return None
        make_writable(connection)
        self._reading = None
        return connection

    def _run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work` with the open connection; if it meets a damaged search index, rebuild that and call it again."""
        try:
            return work(self._connection, *args, **kwargs)
        except sqlite3.Error as error:
            self._rebuild_index(error)
        return work(self._connection, *args, **kwargs)

    def _change(
        self, command: str, change: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `change` in one operation of `command`. It holds the write lock, so it must not ask the user."""
        from readlog.storage.transaction import run_in_operation

        self._writable()
        return self._run(run_in_operation, command, change, *args, **kwargs)

    def _check_exists(self) -> None:
        if not journal_exists(self.path):
            raise NotFound(f"There is no journal {self.path} yet.")

    def _rebuild_index(self, error: sqlite3.Error) -> None:
        """Rebuild the search index if `error` comes from it; raises any other error again."""
        from readlog.storage.index_repair import rebuild_index
        from readlog.storage.sqlite_errors import is_corruption

        if not is_corruption(error):
            raise error
        self._writing = self._writing or self._opened_for_writing()
        rebuild_index(self._writing)
        if self._tell:
            self._tell("The search index was damaged; it was made anew.")

    # Queries: readings, searches, figures, names.

    def get(self, id_: int) -> "Reading":
        """The reading with this id; raises NotFound."""
        from readlog.readings.load_rows import load_readings

        readings = load_readings(self._connection, [id_])
        if not readings:
            raise NotFound(f"There is no reading {id_}. See all readings with: readlog list")
        return readings[0]

    def find(self, named: str) -> "Reading":
        """The reading with this id, or the latest one whose title or author has these words.

        Raises NotFound and Ambiguous.
        """
        from readlog.readings.find_reading import find_reading_id

        return self.get(self._run(find_reading_id, named))

    def readings_of_same_book(self, id_: int) -> "Sequence[Reading]":
        """All readings of that reading's book, the earliest first."""
        from readlog.readings.load_rows import load_readings

        book = "(SELECT book_id FROM readings WHERE id = ?)"
        ids = self._connection.execute(f"SELECT id FROM readings WHERE book_id = {book} ORDER BY moment, id", (id_,))
        return load_readings(self._connection, [row[0] for row in ids.fetchall()])

    def list(self, query: str = "", sort: str = "when", limit: int = 0, with_progress: bool = False) -> "Listing":
        """Readings matching `query` as light rows; `limit` 0 means all. Raises BadInput.

        `with_progress` fills in which reading of its book each one is, and the last recorded place.
        """
        from readlog.readings.listing import list_readings

        return self._run(list_readings, query, sort, limit, with_progress)

    def search(
        self, query: str, limit: int = 20, *, sort: str | None = None, every: bool = False, exact: bool = False
    ) -> "Hits":
        """What fits `query`, best first or sorted as a list, a book once or `every` reading of it.

        Unless it shall be `exact`, words that no reading has are looked for inside of words, and then corrected.
        """
        from readlog.search.run_search import search_readings

        return self._run(search_readings, query, limit, sort=sort, every=every, exact=exact)

    def with_quotes(self, hits: "Hits") -> "Hits":
        """The hits of `search`; those found in a quote get that quote, with a passage from it alone."""
        from readlog.search.attach_quotes import attach_quotes

        return hits._replace(hits=attach_quotes(self._connection, hits.hits))

    def quotes(self, query: str = "", limit: int = 0) -> "QuoteSelection":
        """The quotes that match `query`, those of the newest reading first; `limit` 0 is all. Raises BadInput."""
        from readlog.quotes.select_quotes import select_quotes

        return self._run(select_quotes, query, limit)

    def random_quote(self, query: str = "") -> "QuoteSelection":
        """One random quote of those that match `query`, or an empty selection. Raises BadInput."""
        from readlog.quotes.select_quotes import random_quote

        return self._run(random_quote, query)

    def hit_records(self, hits: "Hits") -> Iterator[dict[str, Any]]:
        """The records of the hits of `search`, each with its `score` and `passage`."""
        from readlog.search.run_search import hit_records

        return hit_records(self._connection, hits)

    def stats(self, query: str = "", by: str | None = None, most: int = 10) -> "Statistics":
        """Statistics of the finished readings that match `query`, grouped `by` a field, with lists of `most` names."""
        from readlog.stats.compute import compute_statistics

        return self._run(compute_statistics, query, by, most)

    def random_reading(self, query: str = "") -> "Reading | None":
        """A random reading matching `query`, or None. Raises BadInput."""
        from readlog.readings.listing import random_id

        id_ = self._run(random_id, query)
        return self.get(id_) if id_ else None

    def goal(self, year: int) -> "Goal":
        """The goal of `year` in books, and the number of books finished."""
        from readlog.core.clock import today
        from readlog.goals.yearly_goal import load_goal

        return load_goal(self._connection, year, today())

    def year_in_review(self, year: int) -> "YearInReview":
        """Statistics, best loved readings and new authors of a year."""
        from readlog.stats.year_in_review import review_year

        return self._run(review_year, year)

    def overview(self) -> "Overview":
        """What bare `readlog` shows: current readings, the yearly goal, this day in other years, a quote."""
        from readlog.core.clock import today
        from readlog.overview.collect import collect_overview

        return collect_overview(self._connection, today())

    def overview_record(self) -> dict[str, Any]:
        """The overview as a JSON object with complete records."""
        from readlog.core.clock import today
        from readlog.overview.collect import overview_record

        return overview_record(self._connection, today())

    def counts(self) -> "Counts":
        """The numbers of readings, books, reviews, quotes, people and tags."""
        from readlog.overview.collect import count_all

        return count_all(self._connection)

    def info(self) -> dict[str, object]:
        """Path, size in bytes, counts, versions of schema and SQLite; size and schema are None without a file."""
        there = os.path.exists(self.path)
        (schema,) = self._connection.execute("PRAGMA user_version").fetchone()
        return {
            "journal": self.path,
            "size": os.path.getsize(self.path) if there else None,
            **self.counts()._asdict(),
            "schema": schema or None,
            "sqlite": sqlite3.sqlite_version,
        }

    def name_counts(self, kind: "NameKind", query: str = "", sort: str = "books") -> Sequence["NameCount"]:
        """Every tag, or every author, of the readings matching `query`, with figures. Raises BadInput."""
        from readlog.books.author_and_tag_names import count_names

        return self._run(count_names, kind, query, sort)

    def names(self, table: str) -> Sequence[str]:
        """All names in `people` or `tags`, for completion."""
        assert table in ("people", "tags")
        return [
            name for (name,) in self._connection.execute(f"SELECT name FROM {table} ORDER BY {FOLD_SQL.format('name')}")
        ]

    def titles_starting_with(self, beginning: str) -> Sequence[tuple[int, str]]:
        """Ids and titles of readings whose id or title starts with the text, for completion."""
        from readlog.readings.find_reading import find_titles_starting_with

        return find_titles_starting_with(self._connection, beginning)

    def find_same_book(self, reading: "Reading") -> "Sequence[Reading]":
        """The stored readings of this reading's book, the latest first.

        Raises Ambiguous if it can be one of several books.
        """
        from readlog.readings.find_same_book import find_same_books, require_single
        from readlog.readings.load_rows import load_readings

        same_book = require_single(self._run(find_same_books, reading.book))
        return load_readings(self._connection, same_book.reading_ids) if same_book else []

    def with_uid(self, uid: str) -> "Reading | None":
        """The reading with this uid, or None."""
        from readlog.readings.load_rows import load_readings

        row = self._connection.execute("SELECT id FROM readings WHERE uid = ?", (uid,)).fetchone()
        return load_readings(self._connection, row)[0] if row else None

    # Changes by hand.

    def add(self, reading: "Reading", again: bool = False, new_book: bool = False) -> int:
        """Add a reading; returns its id. Raises AlreadyExists if its book is in the journal.

        With `again` it becomes another reading of that book, and raises NotFound if there is none
        and Ambiguous if it can be one of several; with `new_book` it is another book.
        """
        from readlog.readings.add_edit_delete import add_reading

        return self._change("add", add_reading, reading, again, new_book)

    def edit(
        self, id_: int, change: "Callable[[Reading], Reading]", expected: "Reading | None" = None
    ) -> "Reading | None":
        """Replace the reading by `change(reading)`, in one operation; returns the new one, or None if nothing changed.

        What belongs to the book changes for all its readings. `change` runs under the write lock and
        must ask nobody. Raises NotFound, and ConflictingChange if it differs from `expected`.
        """
        from readlog.readings.add_edit_delete import edit_reading

        self.get(id_)
        return self._change("edit", edit_reading, id_, change, expected)

    def save(self, base: "Reading", edited: "Reading") -> "SavedEdit":
        """Save the edited version of `base`, merged with the changes made since.

        Raises NotFound if the reading was deleted, and EditConflict where both changed the same field.
        """
        from readlog.readings.concurrent_edit import save_edit

        return self._change("edit", save_edit, base, edited)

    def delete(self, id_: int, expected: "Reading | None" = None) -> None:
        """Delete the reading with its quotes, and its book if that was the only reading.

        Raises NotFound, and ConflictingChange if it differs from `expected`.
        """
        from readlog.readings.add_edit_delete import delete_reading

        self.get(id_)
        self._change("delete", delete_reading, id_, expected)

    def quote(self, id_: int, quotes: "Sequence[Quote]", again: bool = False) -> "Sequence[Quote]":
        """Save quotes with a reading; returns them as stored. A quote without a time is marked now.

        Raises NotFound, and AlreadyExists if the reading has one of them already, unless `again` is set.
        """
        from readlog.quotes.save_quotes import save_quotes

        self.get(id_)
        return self._change("quote", save_quotes, id_, quotes, again)

    def rename(self, kind: "NameKind", old: str, new: str) -> "Renaming | None":
        """Rename a tag, or a person in all roles; None if it already has that name.

        Raises NotFound, Ambiguous, BadInput, and AlreadyExists if another one has the new name.
        """
        from readlog.books.author_and_tag_names import find_name, rename_name

        find_name(self._connection, kind, old)
        return self._change(f"{kind} rename", rename_name, kind, old, new)

    def merge_names(self, kind: "NameKind", names: Sequence[str]) -> "Renaming":
        """Merge tags, or people in all roles, into the last one. Raises NotFound, Ambiguous and BadInput."""
        from readlog.books.author_and_tag_names import find_name, merge_names

        for name in names:
            find_name(self._connection, kind, name)
        return self._change(f"{kind} merge", merge_names, kind, names)

    def merge_books(self, source_id: int, target_id: int) -> "Sequence[Reading]":
        """Merge the book of reading `source_id` into that of `target_id`; returns all its readings, latest first.

        Raises NotFound, and AlreadyExists if both are readings of one book.
        """
        from readlog.books.merge_books import merge_books

        self.get(source_id), self.get(target_id)
        return self._change("merge", merge_books, source_id, target_id)

    def change_status(self, command: str, request: "StatusChangeRequest") -> "StatusChange":
        """Change the status of a reading; `command` is want, start, at, pause, finish or abandon.

        Raises NotFound, DidYouMean and Ambiguous where it is not clear which reading is meant,
        AlreadyExists where it is in another state than the moment needs, and BadInput.
        """
        from readlog.progress.change_status import ACTIONS, resolve_reading

        self._run(resolve_reading, request, command, suggest_spelling=True)
        return self._change(command, ACTIONS[command], request)

    def set_goal(self, year: int, books: int | None) -> None:
        """Set the goal of `year` to so many books; None removes it, and raises NotFound if there is none."""
        from readlog.goals.yearly_goal import set_goal

        if books is None:
            self.goal(year).check_is_set()
        self._change("goal", set_goal, year, books)

    # Imports and exports.

    def readings(self, query: str = "", sort: str = "id", limit: int = 0) -> "Iterator[Reading]":
        """Complete readings matching `query`, sorted like a list or by id.

        The ids are read, and BadInput raised, at once; the readings are loaded in batches, without a
        lock in between.
        """
        from readlog.query.id_list import batches
        from readlog.readings import listing
        from readlog.readings.load_rows import load_readings

        ids = self._run(listing.select_ids, query, sort, limit)
        return chain.from_iterable(load_readings(self._connection, batch) for batch in batches(ids))

    def versions(self) -> "ReadingVersions":
        """Earlier versions of the readings, from the change log."""
        from readlog.history.reading_versions import ReadingVersions

        return ReadingVersions(self._connection)

    def outline(self) -> "Iterator[tuple[int, PartialDate | None, str]]":
        """Id, finished date and title of every reading."""
        from readlog.core.partial_date import PartialDate

        outline = "SELECT readings.id, finished, title FROM readings JOIN books ON books.id = readings.book_id"
        for id_, finished, title in self._connection.execute(outline).fetchall():
            yield id_, PartialDate.from_edtf(finished) if finished else None, title

    def import_rows(
        self,
        rows: "Callable[[], Iterable[ImportRow | RejectedRow]]",
        service: str,
        tags: Sequence[str] = (),
        *,
        strict: bool = False,
        on_trial: bool = False,
        backup: bool = True,
    ) -> "ImportReport":
        """Import the rows of a file of this service in one operation; returns a report of what became of each row.

        Each call of `rows` starts from the first row. With `strict`, nothing is written if a row is
        rejected; with `on_trial`, nothing at all. Many rows are preceded by a `backup`; raises
        JournalUnusable if that cannot be stored.
        """
        from readlog.imports.run_import import import_in_one_operation, with_backup
        from readlog.storage.transaction import bulk_settings

        connection = self._connection if on_trial and not journal_exists(self.path) else self._writable()
        if backup and not on_trial:
            rows = with_backup(self.path, connection, rows)
        with bulk_settings(connection, dry_run=on_trial):
            return self._run(import_in_one_operation, rows, service, tags, strict=strict, on_trial=on_trial)

    # History, undo, backups, checks.

    def history(self, limit: int = 0) -> "History":
        """The operations, newest first; `limit` 0 is all."""
        from readlog.history.list_history import list_operations

        return list_operations(self._connection, limit)

    def summarize_operation(self, operation: int) -> "OperationSummary":
        """What an existing operation changed."""
        from readlog.history.list_history import summarize_operation

        return summarize_operation(self._connection, operation)

    def versions_of(self, id_: int) -> "Sequence[Version]":
        """The versions of a reading, oldest first, also of a deleted one. Raises NotFound."""
        from readlog.history.list_history import list_versions

        versions = list_versions(self._connection, id_)
        if not versions:
            raise NotFound(f"There never was a reading {id_}. See what was done with: readlog history")
        return versions

    def reading_at(self, id_: int, when: "PartialDate") -> "Reading":
        """The reading as it was at the end of that day, month or year. Raises NotFound if it did not exist."""
        from readlog.core.clock import start_of_day

        end = start_of_day(when.day_after)
        readings = [version.reading for version in self.versions_of(id_) if version.at < end]
        if not readings or not readings[-1]:
            said = f"{'on' if when.day else 'in'} {when.long_text()}"
            raise NotFound(f"Reading {id_} was not in the journal {said}. See: readlog history {id_}")
        return readings[-1]

    def restore_version(self, id_: int, operation: int) -> "Reading | None":
        """Restore the version of a reading that an operation left; None if that is the present one. Raises NotFound."""
        left = [version.reading for version in self.versions_of(id_) if version.operation == operation]
        if not left or not left[0]:
            raise NotFound(f"Operation {operation} left no version of reading {id_}. See: readlog history {id_}")
        return self.edit(id_, lambda now: left[0] or now)

    def undo(self, number: int | None = None, *, redo: bool = False, force: bool = False) -> "UndoResult":
        """Undo the operation of this number, by default the last one; with `redo`, redo an undone one.

        Raises NotFound and AlreadyExists, and ConflictingChange if later operations changed the same
        fields: with `force`, those stay and the rest is undone.
        """
        from readlog.history.changelog import find_operation_to_redo, find_operation_to_undo
        from readlog.history.undo import undo_operation

        target = (find_operation_to_redo if redo else find_operation_to_undo)(self._connection, number)
        self._writable()
        return self._run(undo_operation, target, force=force)

    def backups(self) -> "Sequence[StoredBackup]":
        """The backups of this journal in the state directory, newest first."""
        from readlog.backups.backup import stored_backups

        return stored_backups(self.path)

    def open_backup(self, backup: str) -> "AbstractContextManager[PreparedRestore]":
        """Open and check a backup, with a plan of what restoring it would change; the journal itself may be broken.

        Raises NotFound, UnreadableInput for what cannot be restored, BadInput and JournalUnusable.
        """
        from readlog.backups.restore_plan import prepare_restore

        return prepare_restore(self.path, backup)

    def check(self, tell: Callable[[str], None], *, fix: bool = False) -> "Checkup":
        """Check the file and the record; with `fix`, repair what needs no judgement. `tell` gets each check's name.

        Raises NotFound without a journal, and JournalUnusable for a file that is none or cannot be opened.
        """
        from readlog.doctor.run_checks import examine

        self._check_exists()
        return examine(self.path, tell, fix=fix)

    def salvage(self, new: str) -> "Salvage":
        """Create a journal at `new` from what can be read of this one, which is not changed.

        Raises NotFound, AlreadyExists if `new` exists, and JournalUnusable if nothing can be read.
        """
        from readlog.doctor.salvage.salvage import salvage

        self._check_exists()
        return salvage(self.path, new)


def _back_up(path: str) -> str:
    from readlog.backups.backup import backup_before_upgrade

    return backup_before_upgrade(path)


def _with_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    for name, arguments, function in SQL_FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)
    return connection
