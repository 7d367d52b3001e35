"""The doctor: one look after the other at the file and at the record, and what can be mended without judgement.

Nothing is taken for granted: a look that fails at the damage is a finding, and so is a file that cannot be opened.
"""

import os
import shlex
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress

from readlog.backups.backup import backup_before_upgrade, stored_backups
from readlog.core.errors import JournalUnusable
from readlog.doctor import file_checks, record_checks
from readlog.doctor.file_checks import Case, Check, was_interrupted
from readlog.doctor.results import DAMAGE, FILE, REMARK, SALVAGE, Checkup, Finding
from readlog.doctor.salvage.btree import looks_like_a_journal
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.sqlite_errors import is_corruption

_BEFORE_FIX = "before-fix"

AROUND = (
    Check("who may read it", file_checks.find_modes, file_checks.close_files_to_others),
    Check("what was left behind", file_checks.find_leftovers, file_checks.remove_leftovers),
)
"""Looks that change nothing in the file itself."""

INSIDE = (
    Check("the file", file_checks.find_faults),
    Check("how it is kept", file_checks.find_mode, file_checks.leave_wal),
    Check("tables, indexes and triggers", file_checks.find_altered_parts, file_checks.put_parts_back),
    Check("the search index", file_checks.find_in_index, file_checks.make_index_anew),
    Check("the change log", file_checks.find_in_log, file_checks.mend),
    Check("numbers", file_checks.find_low_numbers, file_checks.raise_numbers),
    Check("what belongs together", file_checks.find_loose_rows, file_checks.remove_loose_rows),
    Check("orphans", record_checks.find_orphans, record_checks.remove_orphans),
    Check("room on the disk", file_checks.find_room),
    Check("backups", file_checks.find_backups),
    Check("drafts", file_checks.find_waiting_drafts),
    Check("texts", record_checks.find_unclean_texts),
    Check("times", record_checks.find_untimed),
    Check("dates", record_checks.find_turned_dates),
    Check("dates to come", record_checks.find_future_dates),
    Check("dates by the heap", record_checks.find_heaps),
    Check("books", record_checks.find_duplicate_books),
    Check("authors", record_checks.find_names_alike),
)
"""In the order in which things are mended: an orphan can be removed only where index and triggers are whole."""

_UNSEEN = "damage"
"""What is found where a look fails; of no use where another one has found why."""


def examine(path: str, tell: Callable[[str], None], *, fix: bool) -> Checkup:
    """Look at all of a journal, and with `fix` mend what can be; `tell` is told what is being looked at.

    Raises JournalUnusable for what is no journal, is a newer readlog's, or cannot be reached.
    """
    interrupted = was_interrupted(path)
    try:
        with closing(open_for_reading(path, backup_before_upgrade)) as connection:
            found = _looked(Case(path, connection), tell)
            readings = _readings(connection)
    except JournalUnusable as error:
        return Checkup(path, None, [_unreadable(path, error)])
    if interrupted and not was_interrupted(path):
        what = "A command was interrupted. What it had begun was taken back when the file was opened."
        found.insert(0, Finding(FILE, REMARK, "rollback", what, mended=True))
    copy = None
    if fix and any(each.fix for each in found) and not _must_not_be_written(found):
        copy, after = _mended(path, found, tell)
        left = {each.where for each in after if each.fix}
        mended = [each._replace(mended=True) for each in found if each.mended or (each.fix and each.where not in left)]
        found = mended + after
    return Checkup(path, readings, found, copy)


def _looked(case: Case, tell: Callable[[str], None]) -> list[Finding]:
    found: dict[tuple[str, str], Finding] = {}
    for check in (*AROUND, *INSIDE):
        tell(check.label)
        for each in _found(check, case):
            found.setdefault((each.where, "" if each.where == file_checks.INDEX else each.what), each)
    if any(each.command == SALVAGE and each.level == DAMAGE and each.where != _UNSEEN for each in found.values()):
        return [each for each in found.values() if each.where != _UNSEEN]
    return list(found.values())


def _found(check: Check, case: Case) -> Sequence[Finding]:
    try:
        return check.find(case)
    except (sqlite3.Error, ValueError, TypeError, LookupError, AttributeError) as error:
        if isinstance(error, sqlite3.Error) and not is_corruption(error):
            raise
        if check.mend is file_checks.make_index_anew:
            return [file_checks.broken_index()]
        what = f"It is damaged so that this cannot be looked at: {check.label} ({error})."
        return [Finding(FILE, DAMAGE, _UNSEEN, what, SALVAGE)]


def _mended(path: str, found: Sequence[Finding], tell: Callable[[str], None]) -> tuple[str | None, list[Finding]]:
    """Mend what is wrong; returns where the file as it was is kept, and what is left."""
    around = {each.where for each in found} & {"permissions", "leftovers"}
    copy = _kept(path) if {each.where for each in found if each.fix} - around else None
    with closing(open_for_writing(path, backup_before_upgrade)) as connection:
        case = Case(path, connection)
        index_too = any(each.where == file_checks.INDEX for each in found)
        for check in (*AROUND, *INSIDE):
            wanted = index_too and check.mend is file_checks.make_index_anew
            if check.mend and (wanted or any(each.fix for each in _found(check, case))):
                tell(f"mending {check.label}")
                _mend(check.mend, case)
        return copy, _looked(case, tell)


def _mend(mend: Callable[[Case], object], case: Case) -> None:
    """Mend what can be; what is too damaged is found again by the next look. Raises sqlite3.Error for the rest."""
    try:
        mend(case)
    except sqlite3.Error as error:
        if not is_corruption(error):
            raise


def _must_not_be_written(found: Sequence[Finding]) -> bool:
    """Whether the file is damaged where readlog cannot mend it: to write there can make it worse."""
    return any(each.where == file_checks.WHOLE and each.level == DAMAGE and not each.fix for each in found)


def _kept(path: str) -> str:
    """Where the file as it is now is kept; as a plain copy where it is too broken for a backup."""
    from readlog.backups.backup import BackupFailed, store_backup, store_raw_copy

    try:
        return store_backup(path, _BEFORE_FIX).path
    except BackupFailed:
        raise
    except JournalUnusable:
        return store_raw_copy(path)


def _readings(connection: sqlite3.Connection) -> int | None:
    with suppress(sqlite3.Error):
        return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])
    return None


def _unreadable(path: str, error: JournalUnusable) -> Finding:
    """The finding that a file cannot be opened at all. Raises `error` where that is not for damage."""
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        command = shlex.join(["readlog", "restore", next((each.path for each in stored_backups(path)), "PATH")])
        return Finding(FILE, DAMAGE, file_checks.WHOLE, "The file is empty: it was truncated.", command)
    if os.path.isfile(path) and not _is_of_the_system(error) and looks_like_a_journal(path):
        return Finding(FILE, DAMAGE, file_checks.WHOLE, "The file is so damaged that it cannot be opened.", SALVAGE)
    raise error


def _is_of_the_system(error: JournalUnusable) -> bool:
    """Whether it is not the file that is wrong: it is locked, or newer, or may not be read."""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return "newer readlog" in str(error) or code not in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    )
