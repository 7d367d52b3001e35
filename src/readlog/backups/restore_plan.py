"""What a restore would change, and the restore: a backup and the journal, reading by reading."""

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
_LAST = "SELECT coalesce(max(id), 0) FROM operations"


class PreparedRestore(NamedTuple):
    """A backup that can be restored: what it would change; the file it is in; the last operation there is."""

    plan: RestorePlan
    fresh: str
    seen: int | None

    def carry_out(self) -> str | None:
        """Put it in the place of the journal; returns where what was there is kept, None where nothing was.

        Raises JournalUnusable and ConflictingChange.
        """
        return replace_journal(self.plan.journal, self.fresh, self.plan.backup, self.seen)


@contextmanager
def prepare_restore(journal: str, named: str) -> Iterator[PreparedRestore]:
    """A backup, by its path or by the name under which it is kept, checked, and compared with the journal.

    Raises NotFound, UnreadableInput for what cannot be restored, BadInput and JournalUnusable.
    """
    backup = find_backup(journal, named)
    check_replaceable(journal)
    with prepare_copy(journal, backup) as fresh:
        with closing(_with_functions(sqlite3.connect(fresh, isolation_level=None))) as copy:
            plan, seen = _compared(backup, journal, copy)
        yield PreparedRestore(plan, fresh, seen)


def _compared(backup: str, journal: str, copy: sqlite3.Connection) -> tuple[RestorePlan, int | None]:
    held = _held(copy)
    try:
        with closing(_as_of_today(journal)) as present:
            present.execute("BEGIN")
            (seen,) = present.execute(_LAST).fetchone()
            return RestorePlan(backup, journal, held, _held(present), None, *_differences(copy, present)), seen
    except FileNotFoundError:
        return RestorePlan(backup, journal, held, None, None, (), (), ()), None
    except (JournalUnusable, sqlite3.Error, UnicodeDecodeError) as error:
        if is_lock_error(error):
            raise to_journal_error(error.__cause__ or error, journal) from error
        return RestorePlan(backup, journal, held, None, _why(error, journal), (), (), ()), None


def _why(error: Exception, journal: str) -> str:
    """Why the journal cannot be read, where the remedy is under way."""
    if os.path.getsize(journal) == 0:
        return "empty: it was truncated"
    is_whole = isinstance(error, JournalUnusable) and not isinstance(error, CorruptJournal)
    return str(error) if is_whole else "damaged: it cannot be read"


def _as_of_today(journal: str) -> sqlite3.Connection:
    """A connection to the journal; one of an older readlog stays what it is, and is upgraded in memory."""
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


def _held(connection: sqlite3.Connection) -> JournalSummary:
    newest = next(
        iter(load_listed_readings(connection, select_ids(connection, "", "when", 1), with_progress=False)), None
    )
    (last_change,) = connection.execute(_LAST_CHANGE).fetchone()
    return JournalSummary(schema_version(connection), count_all(connection), newest, last_change)


def _differences(
    copy: sqlite3.Connection, present: sqlite3.Connection
) -> tuple[list[ReadingTitle], list[ReadingTitle], list[ReadingTitle]]:
    """What only the journal has, what only the backup has, and what is in both but not the same."""
    there = {uid: (id_, at) for uid, id_, at in copy.execute(_UIDS)}
    here = {uid: (id_, at) for uid, id_, at in present.execute(_UIDS)}
    both = [uid for uid in here if uid in there]
    differs = {uid for uid in both if here[uid] != there[uid]}
    alike = (here[uid][0] for uid in both if uid not in differs)
    changed = {here[uid][0] for uid in differs} | set(_unlike(copy, present, alike))
    goes = (id_ for uid, (id_, _) in here.items() if uid not in there)
    comes = (id_ for uid, (id_, _) in there.items() if uid not in here)
    return _named(present, goes), _named(copy, comes), _named(present, sorted(changed))


def _unlike(copy: sqlite3.Connection, present: sqlite3.Connection, ids: Iterable[int]) -> Iterator[int]:
    """The readings that say the same of their last change, and are not the same all the same."""
    for batch in batches(list(ids)):
        for ours, theirs in zip(load_readings(present, batch), load_readings(copy, batch), strict=True):
            if ours != theirs and ours.id:
                yield ours.id


def _named(connection: sqlite3.Connection, ids: Iterable[int]) -> list[ReadingTitle]:
    return [ReadingTitle(row.id, row.title) for row in load_listed_readings(connection, list(ids), with_progress=False)]


def _with_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    for name, arguments, function in SQL_FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)
    return connection
