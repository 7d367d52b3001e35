"""Writing a checked backup to a file, or storing it in the state directory, and listing the stored ones.

Of each journal the newest ten stored backups stay, and the first of every month (UTC). Raw copies of damaged journals
stay until their owner removes them.
"""

import os
import re
import shutil
import sqlite3
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from readlog.backups.check_backup import (
    Contents,
    InvalidJournal,
    check_journal_copy,
    read_contents,
    rebuild_index_if_broken,
)
from readlog.backups.results import BEFORE_UPGRADE, DAMAGED, Backup, StoredBackup
from readlog.core.clock import now
from readlog.core.errors import AlreadyExists, BadInput, JournalUnusable, NotFound
from readlog.storage.atomic_files import (
    link_new,
    make_private_directory,
    remove_stale_temporary_files,
    replace_file,
    sync_directory,
    sync_file,
    temporary_file,
)
from readlog.storage.connection import journal_exists, open_any_version
from readlog.storage.paths import is_journal_file, state_directory
from readlog.storage.sqlite_errors import corrupt_journal, to_journal_error

NEWEST = 10
"""How many of the newest stored backups stay."""

_NAME = re.compile(r"\.(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.([a-z-]+)(?:\.(\d+))?\.db")
_DISK_ERRORS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "no file can be made there",
}


class BackupFailed(JournalUnusable):
    """A backup cannot be written to where it belongs."""


def write_backup(
    journal: str, target: str | Path, *, replace: bool = False, source: sqlite3.Connection | None = None
) -> Backup:
    """Write a checked copy of the journal to the file `target`, with `replace` also over an existing file.

    `source` is an open connection to the journal, for a caller that has locked it.
    Raises NotFound, BadInput, AlreadyExists, BackupFailed, and JournalUnusable if the journal is damaged.
    """
    check_journal(journal)
    if replace:
        target = os.path.realpath(target)
    check_target(journal, target, replace=replace)
    folder = os.path.dirname(os.path.abspath(target))
    try:
        with temporary_file(folder) as fresh:
            contents, index_rebuilt = _copy_and_check(journal, source, fresh, folder)
            sync_file(fresh)
            size = os.path.getsize(fresh)
            (replace_file if replace else link_new)(fresh, target)
    except FileExistsError as error:
        raise target_exists(target) from error
    except OSError as error:
        raise BackupFailed(f"No backup can be written to {folder}: {error.strerror}.") from error
    return Backup(str(target), size, contents.version, contents.counts, index_rebuilt, contents.dangling_rows)


def check_journal(journal: str) -> None:
    """Raise NotFound if there is no journal to back up, and JournalUnusable if it cannot be reached."""
    if not journal_exists(journal):
        raise NotFound(f"There is no journal {journal} yet: there is nothing to back up.")


def check_target(journal: str, target: str | Path, *, replace: bool) -> None:
    """Raise NotFound, BadInput, AlreadyExists or BackupFailed if a backup cannot be written to `target`."""
    try:
        existing = os.stat(target)
    except FileNotFoundError:
        if os.path.lexists(target):
            raise BadInput(f"{target} is a link that leads nowhere. Name another file.") from None
        if not os.path.isdir(os.path.dirname(os.path.abspath(target))):
            raise NotFound(f"There is no folder {os.path.dirname(os.path.abspath(target))}.") from None
        return
    except OSError as error:
        raise BackupFailed(f"No backup can be written to {target}: {error.strerror}.") from error
    if is_journal_file(target, journal):
        raise BadInput(f"{target} is the journal itself. Name another file for the backup.")
    if not S_ISREG(existing.st_mode):
        raise BadInput(
            f"{target} is a {'folder' if S_ISDIR(existing.st_mode) else 'device'}. Name a file for the backup."
        )
    if not replace:
        raise target_exists(target)


def target_exists(target: str | Path) -> AlreadyExists:
    """The error for a target that exists."""
    return AlreadyExists(f"{target} is there already. Name another file, or replace it with --force.", ())


def copy_database(source: sqlite3.Connection, fresh: str) -> Contents:
    """Copy a database into the file `fresh`; returns the contents that the copy must have. Raises sqlite3.Error."""
    source.execute("BEGIN")
    try:
        expected = read_contents(source)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.execute("ROLLBACK")
    return expected


def backups_directory() -> Path:
    """The directory of stored backups."""
    return Path(state_directory(), "backups")


def store_backup(
    journal: str, why: str, *, source: sqlite3.Connection | None = None, sparing: str | None = None
) -> Backup:
    """Write a backup of the journal into the state directory and remove old ones, but not the backup `sparing`.

    `why` becomes part of the name. `source` is an open connection to the journal, for a caller that has locked it.
    Raises NotFound, BackupFailed and JournalUnusable.
    """
    check_journal(journal)
    directory = _make_backups_directory()
    backup = None
    while not backup:
        with suppress(AlreadyExists):
            backup = write_backup(journal, _new_path(directory, journal, why), source=source)
    _remove_old_backups(journal, backup.path, sparing)
    return backup


def backup_before_upgrade(journal: str) -> str:
    """Store a backup of a journal that is about to be upgraded, and return its path. Raises JournalUnusable."""
    try:
        return store_backup(journal, BEFORE_UPGRADE).path
    except BackupFailed as error:
        raise JournalUnusable(
            f"The journal {journal} is of an older readlog, and is upgraded after a backup only. {error} "
            "Nothing was changed. Another folder for it is named with XDG_STATE_HOME."
        ) from error


def store_raw_copy(journal: str) -> str:
    """Copy the bytes of a damaged journal, and of the files next to it, as a stored backup. Raises BackupFailed."""
    directory = _make_backups_directory()
    try:
        path = str(_new_path(directory, journal, DAMAGED))
        for end in ("", "-journal", "-wal"):
            if os.path.lexists(journal + end):
                with temporary_file(directory) as fresh:
                    shutil.copyfile(journal + end, fresh)
                    sync_file(fresh)
                    link_new(fresh, path + end)
    except OSError as error:
        raise BackupFailed(f"No copy of {journal} can be kept in {directory}: {error.strerror}.") from error
    return path


def dated_name(journal: str) -> str:
    """The name for a backup in a folder of the user, such as `journal-2026-11-22T20-58-05Z.db`."""
    stem = os.path.splitext(os.path.basename(journal))[0]
    return f"{stem}-{now()[:19].replace(':', '-')}Z.db"


def stored_backups(journal: str) -> list[StoredBackup]:
    """The stored backups of this journal, the newest first; none if there is no home directory."""
    label, found = _label(journal), []
    try:
        with os.scandir(backups_directory()) as entries:
            for entry in entries:
                name = _NAME.fullmatch(entry.name.removeprefix(label)) if entry.name.startswith(label) else None
                if not name or not entry.is_file(follow_symlinks=False):
                    continue
                day, hour, minute, second, why, number = name.groups()
                with suppress(FileNotFoundError):  # another process may just have removed it
                    kept = StoredBackup(entry.path, f"{day}T{hour}:{minute}:{second}Z", why, entry.stat().st_size)
                    found.append((kept.made, int(number or 1), kept))
    except (OSError, JournalUnusable):
        return []
    return [kept for _, _, kept in sorted(found, reverse=True)]


def _copy_and_check(journal: str, source: sqlite3.Connection | None, fresh: str, folder: str) -> tuple[Contents, bool]:
    """Copy the journal and check the copy; returns its contents, and whether its search index had to be rebuilt."""
    try:
        with nullcontext(source) if source else closing(open_any_version(journal)) as original:
            expected = copy_database(original, fresh)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
            actual = check_journal_copy(copy)
            index_rebuilt = rebuild_index_if_broken(copy)
    except InvalidJournal as error:
        raise corrupt_journal(journal) from error
    except sqlite3.Error as error:
        if reason := _DISK_ERRORS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF):
            raise BackupFailed(f"No backup can be written to {folder}: {reason}.") from error
        raise to_journal_error(error, journal) from error
    if actual != expected:
        raise BackupFailed(f"The backup in {folder} is not what the journal holds, and was not kept. Check the disk.")
    return actual, index_rebuilt


def _make_backups_directory() -> Path:
    try:
        directory = backups_directory()
    except JournalUnusable as error:
        raise BackupFailed("There is no home directory to keep a backup in. Set XDG_STATE_HOME.") from error
    try:
        make_private_directory(directory)
        sync_directory(directory.parent)
    except OSError as error:
        raise BackupFailed(f"No backup can be kept in {directory}: {error.strerror}.") from error
    return directory


def _new_path(directory: Path, journal: str, why: str) -> Path:
    timestamp = now()[:19].replace(":", "-")
    number = 1
    while True:
        path = directory / (f"{_label(journal)}.{timestamp}Z.{why}" + (f".{number}" if number > 1 else "") + ".db")
        if not os.path.lexists(path):
            return path
        number += 1


def _label(journal: str) -> str:
    """How the names of a journal's backups begin: several journals may share one state directory."""
    from hashlib import sha256

    from readlog.core.normalize_text import slug

    path = os.path.normcase(os.path.realpath(journal))
    stem = slug(os.path.splitext(os.path.basename(path))[0], 40) or "journal"
    return f"{stem}-{sha256(os.fsencode(path)).hexdigest()[:8]}"


def _remove_old_backups(journal: str, new: str, sparing: str | None) -> None:
    """Remove all but the newest and the first of each month; what cannot be removed stays.

    Backups that are dated later than the new one come from a wrong clock: they neither count nor are removed.
    """
    there = [each for each in stored_backups(journal) if each.why != DAMAGED]
    made = max((each.made for each in there if each.path == new), default="")
    kept = [each for each in there if each.made <= made]
    spared = {os.path.realpath(each) for each in (new, sparing) if each}
    spared |= {os.path.realpath(path) for path in {each.made[:7]: each.path for each in kept}.values()}
    for each in kept[NEWEST:]:
        if os.path.realpath(each.path) not in spared:
            with suppress(OSError):
                os.unlink(each.path)
    remove_stale_temporary_files(backups_directory())
