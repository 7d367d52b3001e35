"""Comparing a backup with the journal, reading by reading, before it is restored."""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from readlog.backups.restore import check_replaceable, find_backup, prepare_copy, replace_journal
from readlog.backups.results import JournalSummary, ReadingTitle, RestorePlan
from readlog.core.errors import JournalUnusable
from readlog.overview.collect import count_all
from readlog.query.id_list import batches
from readlog.query.query_fields import SQL_FUNCTIONS
from readlog.readings.listing import load_listed_readings, select_ids
from readlog.readings.load_rows import load_readings
from readlog.storage.connection import SCHEMA_VERSION, newer_journal, open_any_version, schema_version
from readlog.storage.sqlite_errors import CorruptJournal, is_lock_error, to_journal_error

_UIDS = "SELECT uid, id, updated_at FROM readings ORDER BY id"
_LAST_CHANGE = "SELECT max(at) FROM operations"
_LAST_OPERATION = "SELECT coalesce(max(id), 0) FROM operations"


class PreparedRestore(NamedTuple):
    """A backup that can be restored from its checked copy; `last_operation` is that of the journal when compared."""

    plan: RestorePlan
    copy: str
    last_operation: int | None

    def apply(self) -> str | None:
        """Put the backup in the place of the journal; returns the backup of what was there, None if nothing was.

        Raises JournalUnusable and ConflictingChange.
        """
        return replace_journal(self.plan.journal, self.copy, self.plan.backup, self.last_operation)


@contextmanager
def prepare_restore(journal: str, name: str) -> Iterator[PreparedRestore]:
    """A backup, by its path or its name in the state directory, checked and compared with the journal.

    Raises NotFound, UnreadableInput for what cannot be restored, BadInput and JournalUnusable.
    """
    backup = find_backup(journal, name)
    check_replaceable(journal)
    with prepare_copy(journal, backup) as copy:
        with closing(_with_functions(sqlite3.connect(copy, isolation_level=None))) as connection:
            plan, last_operation = _compare(backup, journal, connection)
        yield PreparedRestore(plan, copy, last_operation)


def _compare(backup: str, journal: str, copy: sqlite3.Connection) -> tuple[RestorePlan, int | None]:
    in_backup = _summarize(copy)
    try:
        with closing(_open_current(journal)) as present:
            present.execute("BEGIN")
            (last_operation,) = present.execute(_LAST_OPERATION).fetchone()
            return RestorePlan(
                backup, journal, in_backup, _summarize(present), None, *_differences(copy, present)
            ), last_operation
    except FileNotFoundError:
        return RestorePlan(backup, journal, in_backup, None, None, (), (), ()), None
    except (JournalUnusable, sqlite3.Error, UnicodeDecodeError) as error:
        if is_lock_error(error):
            raise to_journal_error(error.__cause__ or error, journal) from error
        return RestorePlan(backup, journal, in_backup, None, _why_unreadable(error, journal), (), (), ()), None


def _why_unreadable(error: Exception, journal: str) -> str:
    """Why the journal cannot be read, without advice: the restore is the remedy."""
    if os.path.getsize(journal) == 0:
        return "empty: it was truncated"
    is_corrupt = isinstance(error, CorruptJournal) or not isinstance(error, JournalUnusable)
    return "damaged: it cannot be read" if is_corrupt else str(error)


def _open_current(journal: str) -> sqlite3.Connection:
    """A connection to the journal; that of an older readlog stays unchanged, and a copy is upgraded in memory."""
    if not os.path.lexists(journal):
        raise FileNotFoundError(journal)
    connection = open_any_version(journal)
    version = schema_version(connection)
    if version == SCHEMA_VERSION:
        return _with_functions(connection)
    with closing(connection):
        if version > SCHEMA_VERSION:
            raise newer_journal(journal, version)
        from readlog.storage.run_migrations import migrate

        memory = sqlite3.connect(":memory:", isolation_level=None)
        connection.backup(memory)
    migrate(memory)
    return _with_functions(memory)


def _summarize(connection: sqlite3.Connection) -> JournalSummary:
    newest = next(
        iter(load_listed_readings(connection, select_ids(connection, "", "when", 1), with_progress=False)), None
    )
    (last_change,) = connection.execute(_LAST_CHANGE).fetchone()
    return JournalSummary(schema_version(connection), count_all(connection), newest, last_change)


def _differences(
    copy: sqlite3.Connection, present: sqlite3.Connection
) -> tuple[list[ReadingTitle], list[ReadingTitle], list[ReadingTitle]]:
    """The readings that only the journal has, that only the backup has, and that differ."""
    in_backup = {uid: (id_, updated_at) for uid, id_, updated_at in copy.execute(_UIDS)}
    in_journal = {uid: (id_, updated_at) for uid, id_, updated_at in present.execute(_UIDS)}
    in_both = [uid for uid in in_journal if uid in in_backup]
    updated = {uid for uid in in_both if in_journal[uid] != in_backup[uid]}
    others = (in_journal[uid][0] for uid in in_both if uid not in updated)
    changed = {in_journal[uid][0] for uid in updated} | set(_differing(copy, present, others))
    only_in_journal = (id_ for uid, (id_, _) in in_journal.items() if uid not in in_backup)
    only_in_backup = (id_ for uid, (id_, _) in in_backup.items() if uid not in in_journal)
    return (
        _with_titles(present, only_in_journal),
        _with_titles(copy, only_in_backup),
        _with_titles(present, sorted(changed)),
    )


def _differing(copy: sqlite3.Connection, present: sqlite3.Connection, ids: Iterable[int]) -> Iterator[int]:
    """The ids of readings that differ although their `updated_at` is the same."""
    for batch in batches(list(ids)):
        for ours, theirs in zip(load_readings(present, batch), load_readings(copy, batch), strict=True):
            if ours != theirs and ours.id:
                yield ours.id


def _with_titles(connection: sqlite3.Connection, ids: Iterable[int]) -> list[ReadingTitle]:
    return [ReadingTitle(row.id, row.title) for row in load_listed_readings(connection, list(ids), with_progress=False)]


def _with_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    for name, arguments, function in SQL_FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)
    return connection
