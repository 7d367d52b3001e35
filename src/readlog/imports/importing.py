"""Rows of a file into the journal: new books, readings that are new of books that are there, and what is unchanged.

Runs inside an `operation`. Every row ends in the account, once.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial

from readlog.core.fields import add_tags
from readlog.core.gc_pause import without_collector
from readlog.core.import_row import Incoming, Refused
from readlog.core.model import Reading
from readlog.imports.import_session import Run
from readlog.imports.match_books import Match
from readlog.imports.results import Account, Doubt
from readlog.imports.run_import import Outcome, merge_row, says_nothing_new
from readlog.storage.bulk_insert import insertions

COPIED = "a uid that stands twice, and not for the same words: the second is taken for another reading"


def import_rows(
    connection: sqlite3.Connection, rows: Iterable[Incoming | Refused], service: str, tags: Sequence[str] = ()
) -> Account:
    """Bring in what the rows tell, every book with these tags besides; returns what became of each row."""
    with without_collector(), insertions(connection) as many:
        run = Run(connection, service, many)
        for row in rows:
            if isinstance(row, Refused):
                run.account.refused.append(row)
            else:
                run.account.note(row.notes)
                _count(run.account, _take(run, _prepared(run, row, tuple(tags))))
        run.settle()
    return run.account


def _take(run: Run, row: Incoming) -> Outcome:
    """Bring in one row."""
    main = row.readings[-1]
    if main.uid and run.gone.was(main):
        run.leave_out()
        return Outcome.UNCHANGED
    match = run.known.match(main)
    return merge_row(run, row, match, match.shelved) if match.shelved else _add(run, row, match)


def _add(run: Run, row: Incoming, match: Match) -> Outcome:
    """A book that is not there yet, or not surely; but for readings of it that were deleted here."""
    main = row.readings[-1]
    deleted = run.deleted(main)
    readings = _without(run, row, deleted) if deleted else row.readings
    if len(readings) < len(row.readings):
        run.leave_out()
    if not readings:
        return Outcome.UNCHANGED
    book_id = run.inserting.book(main.book)
    run.account.books += 1
    run.remember(book_id, main, main.book)
    run.rows.tell_book(book_id)
    for reading in readings:
        run.insert(reading, book_id)
    for shelved, why in match.perhaps:
        there = shelved.readings[-1]
        run.account.doubts.append(Doubt(row.place, main.book.name, there.id or 0, there.book.name, why))
    return Outcome.ADDED


def _without(run: Run, row: Incoming, deleted: Sequence[Reading]) -> list[Reading]:
    """The readings that are none of those that were deleted."""
    return [said for said, gone in run.pairs(row.readings, deleted, [partial(says_nothing_new, run, row)]) if not gone]


def _prepared(run: Run, row: Incoming, tags: tuple[str, ...]) -> Incoming:
    """The row with the tags that every book gets; the copy of a record that was told already has no uid of its own."""
    run.rows.begin(row.place)
    readings = row.readings
    if run.is_own(readings[-1]) and run.rows.is_copy(readings[-1]):
        run.account.note([COPIED])
        readings = tuple(_without_uid(reading) for reading in readings)
    if tags:
        readings = tuple(_tagged(reading, tags) for reading in readings)
    return row if readings is row.readings else row._replace(readings=readings)


def _count(account: Account, outcome: Outcome) -> None:
    account.added += outcome is Outcome.ADDED
    account.merged += outcome is Outcome.MERGED
    account.unchanged += outcome is Outcome.UNCHANGED


def _tagged(reading: Reading, tags: tuple[str, ...]) -> Reading:
    return reading._replace(book=reading.book._replace(tags=add_tags(reading.book.tags, tags)))


def _without_uid(reading: Reading) -> Reading:
    return reading._replace(id=None, uid=None, book=reading.book._replace(uid=None))
