"""A row of a file into a book that is there: its readings are found or added, and the book learns from it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from functools import cache, partial
from itertools import chain, islice
from typing import Any, TypeVar

from readlog.backups.backup import BackupFailed, store_backup
from readlog.backups.results import BEFORE_IMPORT
from readlog.core.errors import JournalUnusable
from readlog.core.fields import add_tags
from readlog.core.gc_pause import pause_garbage_collector
from readlog.core.import_row import ImportRow, RejectedRow
from readlog.core.merge_record import FieldConflict
from readlog.core.model import Book, Reading
from readlog.imports.extra_fields import is_noted, merge_extra, noted, of_edition, with_edition, with_notes
from readlog.imports.import_history import OWN, command_of, is_gone
from readlog.imports.import_session import ImportSession
from readlog.imports.match_books import BookWithReadings, Match
from readlog.imports.match_readings import RANK, own_source
from readlog.imports.merge_fields import merge_book_fields, merge_people, merge_reading_fields, merge_tags
from readlog.imports.results import ImportReport, PossibleDuplicate
from readlog.readings import save_rows
from readlog.readings.add_edit_delete import without_stale_pile_position
from readlog.storage.bulk_insert import bulk_insert
from readlog.storage.transaction import Rollback, logged_operation

Differences = tuple[FieldConflict, ...]


class RowOutcome(Enum):
    """What became of a row: only added to, changed what was there, or nothing."""

    ADDED = auto()
    MERGED = auto()
    UNCHANGED = auto()


def merge_row(run: ImportSession, row: ImportRow, match: Match, shelved: BookWithReadings) -> RowOutcome:
    """Bring the row into this book."""
    run.settle()
    main, before = row.readings[-1], run.connection.total_changes
    there = next((each for each in shelved.readings if run.is_own(main) and each.uid == main.uid), None)
    if there:
        _take_back(run, row, shelved.id, there)
        return _outcome(run, before)
    return _Row(run, row, match, shelved).merge()


def _take_back(run: ImportSession, row: ImportRow, book_id: int, there: Reading) -> None:
    """A record of this journal, which may have been edited outside of it since."""
    said = row.readings[-1]
    new, otherwise = run.own_records.merge(there, said, row.keys)
    run.tell(row, there, otherwise)
    save_rows.update_book(run.connection, book_id, there.book, new.book)
    save_rows.update_reading(run.connection, there, without_stale_pile_position(there, new))
    run.remember(book_id, said, new.book if new.book != there.book else None)
    run.rows.tell(there.id or 0, said)


def _outcome(run: ImportSession, before: int) -> RowOutcome:
    return RowOutcome.UNCHANGED if run.connection.total_changes == before else RowOutcome.MERGED


class _Row:
    """A row whose book is there, on its way into it."""

    def __init__(self, run: ImportSession, row: ImportRow, match: Match, shelved: BookWithReadings) -> None:
        self._run = run
        self._row = row
        self._shelved = shelved
        self._main = row.readings[-1]
        self._same_uid = bool(self._main.book.uid) and self._main.book.uid == shelved.book.uid
        self._by_source = match.by_source

    def merge(self) -> RowOutcome:
        """Find its readings or add them; what they have otherwise than the book goes with the last of them."""
        before = self._run.connection.total_changes
        pairs = self._pairs()
        of_book = self._bring_book(pairs[-1][1])
        paired = [(said, there) for said, there in pairs if there and not is_gone(there)]
        if any(there and is_gone(there) for _, there in pairs):
            self._run.leave_out()
        is_added = not paired and self._run.connection.total_changes == before
        for said, there in paired:
            self._update(there, said, of_book if said is self._main else ())
        added = self._add([said for said, there in pairs if not there], of_book)
        self._run.rows.tell_book(self._shelved.id)
        return RowOutcome.ADDED if added and is_added else _outcome(self._run, before)

    def _pairs(self) -> list[tuple[Reading, Reading | None]]:
        """The readings of the row with those that they are; some of these may have been deleted.

        A record of this very book is a reading of it by its uid, or a new one.
        """
        there = [] if self._same_uid and self._run.is_own(self._main) else self._shelved.readings
        free = [each for each in there if self._run.rows.is_free(each, self._main) and not self._has_other_ids(each)]
        if not self._main.sources:
            free.sort(key=lambda each: _has_id_of(each, self._run.service))
        candidates = [*free, *self._run.deleted(self._main)]
        said = [_named(self._run, reading) for reading in self._row.readings] if candidates else self._row.readings
        tests = partial(self._says_nothing_new, said), partial(says_nothing_new, self._run, self._row)
        partners = [there for _, there in self._run.pairs(said, candidates, tests)]
        return list(zip(self._row.readings, partners, strict=True))

    def _has_other_ids(self, there: Reading) -> bool:
        return _has_other_ids([there], _named(self._run, self._main))

    def _is_own_edition(self) -> bool:
        """Whether the row is about the edition that its service has told of before, and about no other one."""
        return self._by_source and not _has_other_ids(self._shelved.readings, self._main)

    def _settle_book(self, partner: Reading | None) -> tuple[Book, Differences]:
        """What the book becomes, and what the row says of it otherwise."""
        run, known, said = self._run, self._shelved.book, self._main.book
        is_another = bool(self._main.sources) and not self._is_own_edition()
        only_fill = is_another or run.rows.book_was_told(self._shelved.id)
        notes = {**of_edition(partner.extra), **noted(partner.extra, run.service)} if partner else {}
        book, otherwise = merge_book_fields(
            known, self._shelved.id, said, run.told, only_fill=only_fill, was_noted=lambda key, it: notes.get(key) == it
        )
        people, others = merge_people(known, self._shelved.id, said, run.told, only_fill=only_fill, noted=notes)
        tags = merge_tags(known, self._shelved.id, said, run.told)
        return book._replace(contributors=people, tags=tags), otherwise + others

    def _bring_book(self, partner: Reading | None) -> Differences:
        """Let the book learn from the row; returns what the row says of it otherwise."""
        run, known = self._run, self._shelved.book
        new, otherwise = self._settle_book(partner)
        save_rows.update_book(run.connection, self._shelved.id, known, new)
        run.remember(self._shelved.id, self._main, new if new != known else None)
        return otherwise

    def _says_nothing_new(self, said: Sequence[Reading], one: Reading, there: Reading) -> bool:
        """Whether nothing comes of it if this reading is that one; with the last goes what is said of the book."""
        of_book = self._settle_book(there)[1] if one is said[-1] else ()
        return self._settle(there, one, of_book) == (there, ())

    def _settle(self, there: Reading, said: Reading, of_book: Differences) -> tuple[Reading, Differences]:
        untold = () if self._is_own_edition() else of_book
        return _settle((self._run, self._row), there, said, of_book, untold)

    def _update(self, there: Reading, said: Reading, of_book: Differences) -> None:
        new, to_tell = self._settle(there, said, of_book)
        self._run.tell(self._row, there, to_tell)
        save_rows.update_reading(self._run.connection, there, without_stale_pile_position(there, new))
        self._run.rows.tell(there.id or 0, _named(self._run, said))

    def _add(self, fresh: Sequence[Reading], of_book: Differences) -> bool:
        """Add the readings that are new; returns whether there are any."""
        for said in fresh:
            differs = of_book if said is self._main else ()
            with_it = said._replace(extra=with_edition(said.extra, differs)) if differs else said
            self._run.insert(with_it, self._shelved.id)
        self._run.inserter.flush()
        return bool(fresh)


def says_nothing_new(run: ImportSession, row: ImportRow, said: Reading, there: Reading) -> bool:
    """Whether nothing comes of it if a reading of the row is that one, which may have been deleted."""
    return _settle((run, row), there, said) == (there, ())


def _settle(
    within: tuple[ImportSession, ImportRow],
    there: Reading,
    said: Reading,
    of_book: Differences = (),
    untold: Differences = (),
) -> tuple[Reading, Differences]:
    """What a reading becomes by what is said of it and of its book, and what is to be told of that."""
    run, row = within
    said, id_ = _named(run, said), abs(there.id or 0)
    if row.is_guessed and RANK[said.status] <= RANK[there.status]:
        said = said._replace(status=there.status)
    only_fill = run.rows.was_told(id_)
    last_extra = cache(lambda: run.told.last_extra(id_))

    def was_noted(key: str, value: Any) -> bool:
        is_so = FieldConflict(key, None, value)
        return is_noted(there.extra, run.service, is_so) or is_noted(last_extra(), run.service, is_so)

    new, otherwise = merge_reading_fields(there, said, run.told, only_fill=only_fill, was_noted=was_noted)
    fresh = [each for each in (*otherwise, *of_book) if not was_noted(each.key, each.theirs)]
    extra = merge_extra(there.extra, with_notes(said.extra, run.service, fresh), last_extra, only_add=only_fill)
    return new if extra is there.extra else new._replace(extra=extra), tuple(
        each for each in fresh if each not in untold
    )


def _named(run: ImportSession, said: Reading) -> Reading:
    """A record of another journal with the name that it has there among its sources."""
    if not run.is_own(said) or own_source(said) in said.sources:
        return said
    return said._replace(sources=(*said.sources, own_source(said)))


def _has_other_ids(readings: Sequence[Reading], said: Reading) -> bool:
    """Whether one of these is known to the same service by another id; journals give one reading a uid each."""
    services = {source.partition(":")[0] for source in said.sources}
    others = (
        source
        for reading in readings
        for source in reading.sources
        if source not in said.sources and not (own_source(reading) in said.sources and source.startswith(f"{OWN}:"))
    )
    return any(source.partition(":")[0] in services for source in others)


def _has_id_of(there: Reading, service: str) -> bool:
    return any(source.startswith(f"{service}:") for source in there.sources)


COPY_NOTE = "a uid that stands twice, and not for the same words: the second is taken for another reading"


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
    with logged_operation(connection, command_of(service)):
        report = import_rows(connection, rows, service, tags)
        if on_trial or (strict and report.rejected):
            raise Rollback
    return report


def import_rows(
    connection: sqlite3.Connection, rows: Iterable[ImportRow | RejectedRow], service: str, tags: Sequence[str] = ()
) -> ImportReport:
    """Bring in what the rows tell, every book with these tags besides; returns what became of each row."""
    with pause_garbage_collector(), bulk_insert(connection) as many:
        run = ImportSession(connection, service, many)
        for row in rows:
            if isinstance(row, RejectedRow):
                run.report.rejected.append(row)
            else:
                run.report.add_notes(row.notes)
                _count(run.report, _take(run, _prepared(run, row, tuple(tags))))
        run.settle()
    return run.report


def _take(run: ImportSession, row: ImportRow) -> RowOutcome:
    """Bring in one row."""
    main = row.readings[-1]
    if main.uid and run.gone.was(main):
        run.leave_out()
        return RowOutcome.UNCHANGED
    match = run.known.match(main)
    return merge_row(run, row, match, match.shelved) if match.shelved else _add(run, row, match)


def _add(run: ImportSession, row: ImportRow, match: Match) -> RowOutcome:
    """A book that is not there yet, or not surely; but for readings of it that were deleted here."""
    main = row.readings[-1]
    deleted = run.deleted(main)
    readings = _without(run, row, deleted) if deleted else row.readings
    if len(readings) < len(row.readings):
        run.leave_out()
    if not readings:
        return RowOutcome.UNCHANGED
    book_id = run.inserter.add_book(main.book)
    run.report.new_books += 1
    run.remember(book_id, main, main.book)
    run.rows.tell_book(book_id)
    for reading in readings:
        run.insert(reading, book_id)
    for shelved, why in match.perhaps:
        there = shelved.readings[-1]
        run.report.possible_duplicates.append(
            PossibleDuplicate(row.position, main.book.name, there.id or 0, there.book.name, why)
        )
    return RowOutcome.ADDED


def _without(run: ImportSession, row: ImportRow, deleted: Sequence[Reading]) -> list[Reading]:
    """The readings that are none of those that were deleted."""
    return [said for said, gone in run.pairs(row.readings, deleted, [partial(says_nothing_new, run, row)]) if not gone]


def _prepared(run: ImportSession, row: ImportRow, tags: tuple[str, ...]) -> ImportRow:
    """The row with the tags that every book gets; the copy of a record that was told already has no uid of its own."""
    run.rows.begin(row.position)
    readings = row.readings
    if run.is_own(readings[-1]) and run.rows.is_copy(readings[-1]):
        run.report.add_notes([COPY_NOTE])
        readings = tuple(_without_uid(reading) for reading in readings)
    if tags:
        readings = tuple(_tagged(reading, tags) for reading in readings)
    return row if readings is row.readings else row._replace(readings=readings)


def _count(report: ImportReport, outcome: RowOutcome) -> None:
    report.added += outcome is RowOutcome.ADDED
    report.merged += outcome is RowOutcome.MERGED
    report.unchanged += outcome is RowOutcome.UNCHANGED


def _tagged(reading: Reading, tags: tuple[str, ...]) -> Reading:
    return reading._replace(book=reading.book._replace(tags=add_tags(reading.book.tags, tags)))


def _without_uid(reading: Reading) -> Reading:
    return reading._replace(id=None, uid=None, book=reading.book._replace(uid=None))


MANY = 1_000
"""More rows than that are preceded by a backup."""

T = TypeVar("T")


def backed_up(path: str, connection: sqlite3.Connection, rows: Callable[[], Iterable[T]]) -> Callable[[], Iterable[T]]:
    """What gives the same rows, the journal being backed up if they turn out to be many; an empty one needs none.

    So many are read before the first is handed out, and that must be before the import begins to
    write: a backup waits for whoever has the file locked. Raises JournalUnusable where none can be kept.
    """
    done = False

    def begun() -> Iterator[T]:
        nonlocal done
        following = iter(rows())
        first = list(islice(following, MANY + 1))
        if len(first) > MANY and not done and connection.execute("SELECT 1 FROM operations LIMIT 1").fetchone():
            _keep(path)
            done = True
        return chain(first, following)

    return begun


def _keep(path: str) -> None:
    try:
        store_backup(path, BEFORE_IMPORT)
    except BackupFailed as error:
        raise JournalUnusable(f"{error} Nothing was imported. Without a backup: --no-backup.") from error
