"""Import rows into the journal: find the book of each row, and add its readings or merge them with stored ones."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from functools import cache, partial
from itertools import chain, islice
from typing import Any, TypeVar

from readlog.backups.backup import BackupFailed, store_backup
from readlog.backups.results import BEFORE_IMPORT
from readlog.core.domain_model import Book, Reading
from readlog.core.errors import JournalUnusable
from readlog.core.gc_pause import pause_garbage_collector
from readlog.core.import_row import READLOG, ImportRow, RejectedRow
from readlog.core.parse_fields import add_tags
from readlog.core.three_way_merge import FieldConflict
from readlog.imports.extra_fields import (
    edition_values,
    is_recorded,
    merge_extra,
    recorded_conflicts,
    with_conflicts,
    with_edition_values,
)
from readlog.imports.import_history import import_command_name, is_deleted
from readlog.imports.import_session import ImportSession
from readlog.imports.match_books import BookWithReadings, Match
from readlog.imports.match_readings import STATUS_RANK, Matches, own_source
from readlog.imports.merge_fields import merge_book_fields, merge_people, merge_reading_fields, merge_tags
from readlog.imports.results import ImportReport, PossibleDuplicate
from readlog.readings import save_rows
from readlog.readings.add_edit_delete import without_stale_pile_position
from readlog.storage.bulk_insert import bulk_insert
from readlog.storage.transaction import Rollback, logged_operation

BACKUP_THRESHOLD = 1_000
"""An import of more rows than that is preceded by a backup."""
COPY_NOTE = "a uid that stands twice, and not for the same words: the second is taken for another reading"

Conflicts = tuple[FieldConflict, ...]
T = TypeVar("T")


def import_in_one_operation(
    connection: sqlite3.Connection,
    begin: Callable[[], Iterable[ImportRow | RejectedRow]],
    service: str,
    tags: Sequence[str] = (),
    *,
    strict: bool = False,
    on_trial: bool = False,
) -> ImportReport:
    """Import the rows that `begin()` yields, in one operation; returns what became of each row.

    With `on_trial`, and with `strict` where a row is rejected, everything is rolled back.
    """
    rows = begin()
    with logged_operation(connection, import_command_name(service)):
        report = import_rows(connection, rows, service, tags)
        if on_trial or (strict and report.rejected):
            raise Rollback
    return report


def import_rows(
    connection: sqlite3.Connection, rows: Iterable[ImportRow | RejectedRow], service: str, tags: Sequence[str] = ()
) -> ImportReport:
    """Import rows inside an operation, adding `tags` to every book; returns what became of each row."""
    with pause_garbage_collector(), bulk_insert(connection) as inserts:
        session = ImportSession(connection, service, inserts)
        for row in rows:
            if isinstance(row, RejectedRow):
                session.report.rejected.append(row)
            else:
                session.report.add_notes(row.notes)
                _count(session.report, _import_row(session, _prepare(session, row, tuple(tags))))
        session.flush()
    return session.report


def with_backup(
    path: str, connection: sqlite3.Connection, begin: Callable[[], Iterable[T]]
) -> Callable[[], Iterable[T]]:
    """Wrap `begin` so that the journal is backed up before the first of many rows, unless the journal is empty.

    It reads up to BACKUP_THRESHOLD rows ahead. Call the result before the import begins to write,
    because a backup waits for other writers. It raises JournalUnusable if the backup fails.
    """
    is_done = False

    def begin_after_backup() -> Iterator[T]:
        nonlocal is_done
        rows = iter(begin())
        first = list(islice(rows, BACKUP_THRESHOLD + 1))
        is_large = len(first) > BACKUP_THRESHOLD
        if is_large and not is_done and connection.execute("SELECT 1 FROM operations LIMIT 1").fetchone():
            _store_backup(path)
            is_done = True
        return chain(first, rows)

    return begin_after_backup


class _RowOutcome(Enum):
    ADDED = auto()
    MERGED = auto()
    UNCHANGED = auto()


def _store_backup(path: str) -> None:
    try:
        store_backup(path, BEFORE_IMPORT)
    except BackupFailed as error:
        raise JournalUnusable(f"{error} Nothing was imported. Without a backup: --no-backup.") from error


def _count(report: ImportReport, outcome: _RowOutcome) -> None:
    report.added += outcome is _RowOutcome.ADDED
    report.merged += outcome is _RowOutcome.MERGED
    report.unchanged += outcome is _RowOutcome.UNCHANGED


def _prepare(session: ImportSession, row: ImportRow, tags: tuple[str, ...]) -> ImportRow:
    """The row with the tags of the import, and without a uid that an earlier, different record has."""
    session.seen_rows.begin_row(row.position)
    readings = row.readings
    if session.is_own_record(readings[-1]) and session.seen_rows.is_different_copy(readings[-1]):
        session.report.add_notes([COPY_NOTE])
        readings = tuple(_without_uid(reading) for reading in readings)
    if tags:
        readings = tuple(_with_tags(reading, tags) for reading in readings)
    return row if readings is row.readings else row._replace(readings=readings)


def _with_tags(reading: Reading, tags: tuple[str, ...]) -> Reading:
    return reading._replace(book=reading.book._replace(tags=add_tags(reading.book.tags, tags)))


def _without_uid(reading: Reading) -> Reading:
    return reading._replace(id=None, uid=None, book=reading.book._replace(uid=None))


def _import_row(session: ImportSession, row: ImportRow) -> _RowOutcome:
    main = row.readings[-1]
    if main.uid and session.deleted_readings.contains(main):
        session.note_deleted()
        return _RowOutcome.UNCHANGED
    match = session.book_matcher.match(main)
    return _merge_row(session, row, match, match.found) if match.found else _add_book(session, row, match)


def _add_book(session: ImportSession, row: ImportRow, match: Match) -> _RowOutcome:
    """Add a book and its readings, except readings that were deleted here."""
    main = row.readings[-1]
    deleted = session.find_deleted(main)
    readings = _remove_deleted(session, row, deleted) if deleted else row.readings
    if len(readings) < len(row.readings):
        session.note_deleted()
    if not readings:
        return _RowOutcome.UNCHANGED
    book_id = session.inserter.add_book(main.book)
    session.report.new_books += 1
    session.remember_book(book_id, main, main.book)
    session.seen_rows.add_book(book_id)
    for reading in readings:
        session.insert_reading(reading, book_id)
    for existing, reason in match.possible:
        reading = existing.readings[-1]
        session.report.possible_duplicates.append(
            PossibleDuplicate(row.position, main.book.name, reading.id or 0, reading.book.name, reason)
        )
    return _RowOutcome.ADDED


def _remove_deleted(session: ImportSession, row: ImportRow, deleted: Sequence[Reading]) -> list[Reading]:
    test = _ReadingMerge(session, row).changes_nothing
    return [reading for reading, match in session.match_readings(row.readings, deleted, [test]) if not match]


def _merge_row(session: ImportSession, row: ImportRow, match: Match, stored: BookWithReadings) -> _RowOutcome:
    session.flush()
    main, changes_before = row.readings[-1], session.connection.total_changes
    same_uid = next((each for each in stored.readings if session.is_own_record(main) and each.uid == main.uid), None)
    if same_uid:
        _merge_own_record(session, row, stored.id, same_uid)
        return _merge_outcome(session, changes_before)
    return _RowMerge(session, row, match, stored).merge()


def _merge_outcome(session: ImportSession, changes_before: int) -> _RowOutcome:
    has_changed = session.connection.total_changes != changes_before
    return _RowOutcome.MERGED if has_changed else _RowOutcome.UNCHANGED


def _merge_own_record(session: ImportSession, row: ImportRow, book_id: int, stored: Reading) -> None:
    """Merge a record that a journal has exported, and that may have been edited since, into the reading of its uid."""
    record = row.readings[-1]
    merged, conflicts = session.record_merger.merge(stored, record, row.keys)
    session.report_conflicts(row, stored, conflicts)
    save_rows.update_book(session.connection, book_id, stored.book, merged.book)
    save_rows.update_reading(session.connection, stored, without_stale_pile_position(stored, merged))
    session.remember_book(book_id, record, merged.book if merged.book != stored.book else None)
    session.seen_rows.add_reading(stored.id or 0, record)


class _RowMerge:
    """The merge of a row into a stored book and its readings."""

    def __init__(self, session: ImportSession, row: ImportRow, match: Match, stored: BookWithReadings) -> None:
        self._session = session
        self._row = row
        self._stored = stored
        self._main = row.readings[-1]
        self._is_same_uid = bool(self._main.book.uid) and self._main.book.uid == stored.book.uid
        self._is_by_source = match.is_by_source
        self._reading_merge = _ReadingMerge(session, row)

    def merge(self) -> _RowOutcome:
        """Merge the book, then the readings with a match; add the others. The last one has the book's conflicts."""
        changes_before = self._session.connection.total_changes
        matches = self._match_readings()
        book_conflicts = self._update_book(matches[-1][1])
        existing = [(incoming, stored) for incoming, stored in matches if stored and not is_deleted(stored)]
        if any(stored and is_deleted(stored) for _, stored in matches):
            self._session.note_deleted()
        only_adds = not existing and self._session.connection.total_changes == changes_before
        for incoming, stored in existing:
            self._update_reading(stored, incoming, book_conflicts if incoming is self._main else ())
        new = [incoming for incoming, stored in matches if not stored]
        self._add_readings(new, book_conflicts)
        self._session.seen_rows.add_book(self._stored.id)
        return _RowOutcome.ADDED if new and only_adds else _merge_outcome(self._session, changes_before)

    def _match_readings(self) -> Matches:
        """Match the readings of the row to stored and deleted ones.

        A record of this very book whose uid is not among the readings is always a new one.
        """
        session, main = self._session, self._main
        stored = [] if self._is_same_uid and session.is_own_record(main) else self._stored.readings
        free = [each for each in stored if session.seen_rows.may_match(each, main) and not self._has_another_id(each)]
        if not main.sources:
            free.sort(key=lambda each: _has_id_of_service(each, session.service))
        candidates = [*free, *session.find_deleted(main)]
        incoming: Sequence[Reading] = self._row.readings
        if candidates:
            incoming = [_with_own_source(session, reading) for reading in incoming]
        tests = partial(self._changes_nothing, incoming[-1]), self._reading_merge.changes_nothing
        matches = [match for _, match in session.match_readings(incoming, candidates, tests)]
        return list(zip(self._row.readings, matches, strict=True))

    def _has_another_id(self, stored: Reading) -> bool:
        return _has_another_id([stored], _with_own_source(self._session, self._main))

    def _is_same_edition(self) -> bool:
        """True if the row has the id under which its service knows the book, and the book has no other id of it."""
        return self._is_by_source and not _has_another_id(self._stored.readings, self._main)

    def _merge_book(self, match: Reading | None) -> tuple[Book, Conflicts]:
        """The merged book and its conflicts; those recorded with `match`, the stored last reading, are known."""
        session, ours, theirs, book_id = self._session, self._stored.book, self._main.book, self._stored.id
        is_another_edition = bool(self._main.sources) and not self._is_same_edition()
        only_fill = is_another_edition or session.seen_rows.has_book(book_id)
        recorded: dict[str, Any] = {}
        if match:
            recorded = {**edition_values(match.extra), **recorded_conflicts(match.extra, session.service)}
        book, conflicts = merge_book_fields(
            ours,
            book_id,
            theirs,
            session.history,
            only_fill=only_fill,
            was_recorded=lambda key, value: recorded.get(key) == value,
        )
        people, people_conflicts = merge_people(
            ours, book_id, theirs, session.history, only_fill=only_fill, recorded_values=recorded
        )
        tags = merge_tags(ours, book_id, theirs, session.history)
        return book._replace(contributors=people, tags=tags), conflicts + people_conflicts

    def _update_book(self, match: Reading | None) -> Conflicts:
        session, ours = self._session, self._stored.book
        merged, conflicts = self._merge_book(match)
        save_rows.update_book(session.connection, self._stored.id, ours, merged)
        session.remember_book(self._stored.id, self._main, merged if merged != ours else None)
        return conflicts

    def _changes_nothing(self, main: Reading, incoming: Reading, stored: Reading) -> bool:
        """True if merging the incoming reading, and with the `main` one the book, would change and report nothing."""
        book_conflicts = self._merge_book(stored)[1] if incoming is main else ()
        return self._merge_reading(stored, incoming, book_conflicts) == (stored, ())

    def _merge_reading(
        self, stored: Reading, incoming: Reading, book_conflicts: Conflicts
    ) -> tuple[Reading, Conflicts]:
        unreported = () if self._is_same_edition() else book_conflicts
        return self._reading_merge.merge(stored, incoming, book_conflicts, unreported)

    def _update_reading(self, stored: Reading, incoming: Reading, book_conflicts: Conflicts) -> None:
        session = self._session
        merged, conflicts = self._merge_reading(stored, incoming, book_conflicts)
        session.report_conflicts(self._row, stored, conflicts)
        save_rows.update_reading(session.connection, stored, without_stale_pile_position(stored, merged))
        session.seen_rows.add_reading(stored.id or 0, _with_own_source(session, incoming))

    def _add_readings(self, new: Sequence[Reading], book_conflicts: Conflicts) -> None:
        """Add new readings; what the row has differently from the book is kept as the edition of the last one."""
        for reading in new:
            if book_conflicts and reading is self._main:
                extra = with_edition_values(reading.extra, book_conflicts)
                self._session.insert_reading(reading._replace(extra=extra), self._stored.id)
            else:
                self._session.insert_reading(reading, self._stored.id)
        self._session.inserter.flush()


class _ReadingMerge:
    """The merge of single readings of a row."""

    def __init__(self, session: ImportSession, row: ImportRow) -> None:
        self._session = session
        self._row = row

    def changes_nothing(self, incoming: Reading, stored: Reading) -> bool:
        """True if merging the incoming reading into the stored, maybe deleted one would change and report nothing."""
        return self.merge(stored, incoming) == (stored, ())

    def merge(
        self, stored: Reading, incoming: Reading, book_conflicts: Conflicts = (), unreported: Conflicts = ()
    ) -> tuple[Reading, Conflicts]:
        """The merged reading, and the conflicts to report.

        New conflicts, with those of the book, are recorded in `extra`. All of them are reported
        except `unreported` ones.
        """
        session = self._session
        incoming, reading_id = _with_own_source(session, incoming), abs(stored.id or 0)
        if self._row.is_guessed and STATUS_RANK[incoming.status] <= STATUS_RANK[stored.status]:
            incoming = incoming._replace(status=stored.status)
        only_fill = session.seen_rows.has_reading(reading_id)
        last_extra = cache(lambda: session.history.last_extra(reading_id))

        def was_recorded(key: str, value: Any) -> bool:
            conflict = FieldConflict(key, None, value)
            return is_recorded(stored.extra, session.service, conflict) or is_recorded(
                last_extra(), session.service, conflict
            )

        merged, conflicts = merge_reading_fields(
            stored, incoming, session.history, only_fill=only_fill, was_recorded=was_recorded
        )
        new = [each for each in (*conflicts, *book_conflicts) if not was_recorded(each.key, each.theirs)]
        theirs = with_conflicts(incoming.extra, session.service, new)
        extra = merge_extra(stored.extra, theirs, last_extra, only_add=only_fill)
        to_report = tuple(each for each in new if each not in unreported)
        return merged if extra is stored.extra else merged._replace(extra=extra), to_report


def _with_own_source(session: ImportSession, incoming: Reading) -> Reading:
    """A record of another journal with its name there among its sources."""
    if not session.is_own_record(incoming) or own_source(incoming) in incoming.sources:
        return incoming
    return incoming._replace(sources=(*incoming.sources, own_source(incoming)))


def _has_another_id(stored: Sequence[Reading], incoming: Reading) -> bool:
    """True if a stored reading has another id at a service of the incoming one.

    Ids of journals are not compared for a reading of this journal: each journal gives it a uid of its own.
    """
    services = {source.partition(":")[0] for source in incoming.sources}
    others = (
        source
        for reading in stored
        for source in reading.sources
        if source not in incoming.sources
        and not (own_source(reading) in incoming.sources and source.startswith(f"{READLOG}:"))
    )
    return any(source.partition(":")[0] in services for source in others)


def _has_id_of_service(stored: Reading, service: str) -> bool:
    return any(source.startswith(f"{service}:") for source in stored.sources)
