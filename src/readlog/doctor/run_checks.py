"""Running all checks of file and record, and the repairs that need no decision.

No check is trusted to succeed: one that fails at the damage is a finding, and so is a file that cannot be opened.
"""

import os
import shlex
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from time import sleep

from readlog.backups.backup import BackupFailed, backup_before_upgrade, store_backup, store_raw_copy, stored_backups
from readlog.core.errors import JournalUnusable
from readlog.doctor import environment_checks, file_checks, record_checks
from readlog.doctor.check_definition import Check, CheckedJournal
from readlog.doctor.results import DAMAGE, FILE, REMARK, SALVAGE, Checkup, Finding
from readlog.doctor.salvage.btree import looks_like_a_journal
from readlog.storage.index_repair import raise_sequences, rebuild_index, repair_log
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.sqlite_errors import is_corruption

_BEFORE_FIX = "before-fix"
_LOOKS, _BETWEEN_LOOKS = 10, 0.05
"""How often, and with how many seconds in between, to look whether another command has finished its change."""

_SEARCH_INDEX = Check(
    "the search index", file_checks.find_index_damage, lambda journal: rebuild_index(journal.connection)
)

_CHECKS = (
    Check("who may read it", environment_checks.find_open_permissions, environment_checks.restrict_permissions),
    Check("what was left behind", environment_checks.find_leftovers, environment_checks.remove_leftovers),
    Check("the file", file_checks.find_damage),
    Check("how it is kept", file_checks.find_wal_mode, file_checks.leave_wal_mode),
    Check("tables, indexes and triggers", file_checks.find_altered_schema, file_checks.restore_schema),
    _SEARCH_INDEX,
    Check("the change log", file_checks.find_log_damage, lambda journal: repair_log(journal.connection)),
    Check("numbers", file_checks.find_reusable_ids, lambda journal: raise_sequences(journal.connection)),
    Check("what belongs together", file_checks.find_dangling_rows, file_checks.remove_dangling_rows),
    Check("orphans", record_checks.find_orphans, record_checks.remove_orphans),
    Check("room on the disk", environment_checks.find_full_disk),
    Check("backups", environment_checks.find_old_backup),
    Check("drafts", environment_checks.find_unsaved_drafts),
    Check("texts", record_checks.find_unclean_texts),
    Check("times", record_checks.find_invalid_timestamps),
    Check("dates", record_checks.find_reversed_dates),
    Check("dates to come", record_checks.find_future_dates),
    Check("dates by the heap", record_checks.find_crowded_days),
    Check("books", record_checks.find_duplicate_books),
    Check("authors", record_checks.find_similar_names),
)
"""In the order of the repairs: an orphan can be removed only after index and triggers are repaired."""

_UNCHECKED = "damage"
"""The `where` of the finding of a check that failed; dropped if another check has found the cause."""


def examine(path: str, tell: Callable[[str], None], *, fix: bool) -> Checkup:
    """Check a journal, and with `fix` repair what can be repaired; `tell` gets the label of each check.

    Raises JournalUnusable for a file that is not a journal, is a newer readlog's, or cannot be reached.
    """
    interrupted = _has_hot_journal(path)
    try:
        with closing(open_for_reading(path, backup_before_upgrade)) as connection:
            found = _run_checks(CheckedJournal(path, connection), tell)
            readings = _count_readings(connection)
    except JournalUnusable as error:
        return Checkup(path, None, [_unreadable(path, error)])
    if interrupted and not _has_hot_journal(path):
        what = "A command was interrupted. What it had begun was taken back when the file was opened."
        found.insert(0, Finding(FILE, REMARK, "rollback", what, repaired=True))
    copy = None
    if fix and any(each.fix for each in found) and not _is_unsafe_to_write(found):
        copy, after = _repair(path, found, tell)
        left = {each.where for each in after if each.fix}
        repaired = [
            each._replace(repaired=True) for each in found if each.repaired or (each.fix and each.where not in left)
        ]
        found = repaired + after
    return Checkup(path, readings, found, copy)


def _run_checks(journal: CheckedJournal, tell: Callable[[str], None]) -> list[Finding]:
    found: dict[tuple[str, str], Finding] = {}
    for check in _CHECKS:
        tell(check.label)
        for each in _run_check(check, journal):
            found.setdefault((each.where, "" if each.where == file_checks.SEARCH_INDEX else each.what), each)
    if any(each.command == SALVAGE and each.level == DAMAGE and each.where != _UNCHECKED for each in found.values()):
        return [each for each in found.values() if each.where != _UNCHECKED]
    return list(found.values())


def _run_check(check: Check, journal: CheckedJournal) -> Sequence[Finding]:
    try:
        return check.find(journal)
    except (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError) as error:
        if isinstance(error, sqlite3.Error) and not is_corruption(error):
            raise
        if check is _SEARCH_INDEX:
            return [file_checks.unusable_index()]
        what = f"It is damaged so that this cannot be looked at: {check.label} ({error})."
        return [Finding(FILE, DAMAGE, _UNCHECKED, what, SALVAGE)]


def _repair(path: str, found: Sequence[Finding], tell: Callable[[str], None]) -> tuple[str | None, list[Finding]]:
    """Repair what was found; returns the path of a backup from before, if the journal is changed, and what is left."""
    changes_journal = {each.where for each in found if each.fix} - {
        environment_checks.PERMISSIONS,
        environment_checks.LEFTOVERS,
    }
    copy = _store_copy(path) if changes_journal else None
    with closing(open_for_writing(path, backup_before_upgrade)) as connection:
        journal = CheckedJournal(path, connection)
        rebuilds_index = any(each.where == file_checks.SEARCH_INDEX for each in found)
        for check in _CHECKS:
            wanted = rebuilds_index and check is _SEARCH_INDEX
            if check.repair and (wanted or any(each.fix for each in _run_check(check, journal))):
                tell(f"mending {check.label}")
                _run_repair(check.repair, journal)
        return copy, _run_checks(journal, tell)


def _run_repair(repair: Callable[[CheckedJournal], object], journal: CheckedJournal) -> None:
    """Repair what can be; what is too damaged is found again by the next check. Raises sqlite3.Error otherwise."""
    try:
        repair(journal)
    except sqlite3.Error as error:
        if not is_corruption(error):
            raise


def _is_unsafe_to_write(found: Sequence[Finding]) -> bool:
    """Whether the file has damage that readlog cannot repair: writing could make it worse."""
    return any(each.where == file_checks.WHOLE_FILE and each.level == DAMAGE and not each.fix for each in found)


def _store_copy(path: str) -> str:
    """Store a backup, or a raw copy if the file is too damaged for a backup; returns its path."""
    try:
        return store_backup(path, _BEFORE_FIX).path
    except BackupFailed:
        raise
    except JournalUnusable:
        return store_raw_copy(path)


def _has_hot_journal(path: str) -> bool:
    """Whether a rollback journal stays next to the journal: a running command removes its own within a moment."""
    with suppress(OSError):
        for _ in range(_LOOKS):
            if not os.path.getsize(f"{path}-journal"):
                return False
            sleep(_BETWEEN_LOOKS)
        return True
    return False


def _count_readings(connection: sqlite3.Connection) -> int | None:
    with suppress(sqlite3.Error):
        return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])
    return None


def _unreadable(path: str, error: JournalUnusable) -> Finding:
    """The finding for a damaged file that cannot be opened. Raises `error` if damage is not the reason."""
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        command = shlex.join(["readlog", "restore", next((each.path for each in stored_backups(path)), "PATH")])
        return Finding(FILE, DAMAGE, file_checks.WHOLE_FILE, "The file is empty: it was truncated.", command)
    if os.path.isfile(path) and not _is_undamaged(error) and looks_like_a_journal(path):
        what = "The file is so damaged that it cannot be opened."
        return Finding(FILE, DAMAGE, file_checks.WHOLE_FILE, what, SALVAGE)
    raise error


def _is_undamaged(error: JournalUnusable) -> bool:
    """Whether the error has another reason than damage: the file is locked, newer, or may not be read."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return "newer readlog" in str(error) or code not in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    )
