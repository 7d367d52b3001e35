"""Backups in the state directory: those that readlog makes by itself, and those for which no place was named.

The newest ten of each journal are kept, and the first of every month (UTC). Plain copies of
damaged journals are kept until their owner removes them.
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

_OF_THE_DISK = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "no file can be made there",
}


class BackupFailed(JournalUnusable):
    """A backup cannot be written where it should be."""


def write_backup(
    journal: str, target: str | Path, *, replace: bool = False, source: sqlite3.Connection | None = None
) -> Backup:
    """Write a checked copy of the journal to `target`, with `replace` in place of what is there.

    `source` is a connection to the journal, for whoever keeps all others away from it.
    Raises NotFound, BadInput, AlreadyExists, NoBackup, and JournalUnusable where the journal is damaged.
    """
    check_journal(journal)
    if replace:
        target = os.path.realpath(target)
    check_target(journal, target, replace=replace)
    folder = os.path.dirname(os.path.abspath(target))
    try:
        with temporary_file(folder) as fresh:
            found, mended = _copied(journal, source, fresh, folder)
            sync_file(fresh)
            size = os.path.getsize(fresh)
            (replace_file if replace else link_new)(fresh, target)
    except FileExistsError as error:
        raise already_there(target) from error
    except OSError as error:
        raise BackupFailed(f"No backup can be written to {folder}: {error.strerror}.") from error
    return Backup(str(target), size, found.version, found.counts, mended, found.orphans)


def check_journal(journal: str) -> None:
    """Refuse where there is nothing to back up. Raises NotFound, and JournalUnusable where it cannot be reached."""
    if not journal_exists(journal):
        raise NotFound(f"There is no journal {journal} yet: there is nothing to back up.")


def check_target(journal: str, target: str | Path, *, replace: bool) -> None:
    """Refuse what a backup cannot take the place of. Raises NotFound, BadInput and AlreadyExists."""
    try:
        there = os.stat(target)
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
    if not S_ISREG(there.st_mode):
        raise BadInput(f"{target} is a {'folder' if S_ISDIR(there.st_mode) else 'device'}. Name a file for the backup.")
    if not replace:
        raise already_there(target)


def already_there(target: str | Path) -> AlreadyExists:
    """What is said where a file has the name already."""
    return AlreadyExists(f"{target} is there already. Name another file, or replace it with --force.", ())


def copy_database(source: sqlite3.Connection, fresh: str) -> Contents:
    """Copy what `source` is connected to into the file `fresh`; returns what it must hold. Raises sqlite3.Error."""
    source.execute("BEGIN")
    try:
        said = read_contents(source)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.execute("ROLLBACK")
    return said


def _copied(journal: str, source: sqlite3.Connection | None, fresh: str, folder: str) -> tuple[Contents, bool]:
    """Copy the journal and look at the copy; whether its index had to be made anew besides."""
    try:
        with nullcontext(source) if source else closing(open_any_version(journal)) as original:
            said = copy_database(original, fresh)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
            found = check_journal_copy(copy)
            mended = rebuild_index_if_broken(copy)
    except InvalidJournal as error:
        raise corrupt_journal(journal) from error
    except sqlite3.Error as error:
        if reason := _OF_THE_DISK.get(getattr(error, "sqlite_errorcode", 0) & 0xFF):
            raise BackupFailed(f"No backup can be written to {folder}: {reason}.") from error
        raise to_journal_error(error, journal) from error
    if found != said:
        raise BackupFailed(f"The backup in {folder} is not what the journal holds, and was not kept. Check the disk.")
    return found, mended


NEWEST = 10
_NAME = re.compile(r"\.(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.([a-z-]+)(?:\.(\d+))?\.db")


def backups_directory() -> Path:
    """Where backups are kept."""
    return Path(state_directory(), "backups")


def store_backup(
    journal: str, why: str, *, source: sqlite3.Connection | None = None, sparing: str | None = None
) -> Backup:
    """Make a backup of the journal and keep it, in place of those that are too many, but for `sparing`.

    `source` is a connection to the journal, for whoever keeps all others away from it.
    Raises NotFound, NoBackup and JournalUnusable.
    """
    check_journal(journal)
    directory = _made()
    backup = None
    while not backup:
        with suppress(AlreadyExists):
            backup = write_backup(journal, _new_path(directory, journal, why), source=source)
    _remove_what_is_too_much(journal, backup.path, sparing)
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
    """Keep a plain copy of what is left of a journal, and of what SQLite has left beside it. Raises NoBackup."""
    directory = _made()
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
    """What a backup of the journal is called in a folder of the reader's own, as `journal-2026-11-22T20-58-05Z.db`."""
    stem = os.path.splitext(os.path.basename(journal))[0]
    return f"{stem}-{now()[:19].replace(':', '-')}Z.db"


def stored_backups(journal: str) -> list[StoredBackup]:
    """The backups of this journal that are kept, the newest first; none where there is no home to keep them in."""
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


def _made() -> Path:
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
    moment = now()[:19].replace(":", "-")
    number = 1
    while True:
        path = directory / (f"{_label(journal)}.{moment}Z.{why}" + (f".{number}" if number > 1 else "") + ".db")
        if not os.path.lexists(path):
            return path
        number += 1


def _label(journal: str) -> str:
    """What the names of a journal's backups begin with: several journals may share one state directory."""
    from hashlib import sha256

    from readlog.core.text import slug

    path = os.path.normcase(os.path.realpath(journal))
    stem = slug(os.path.splitext(os.path.basename(path))[0], 40) or "journal"
    return f"{stem}-{sha256(os.fsencode(path)).hexdigest()[:8]}"


def _remove_what_is_too_much(journal: str, new: str, sparing: str | None) -> None:
    """What cannot be removed stays: the new backup is there, and that is what was asked for.

    Those that say that they are of later than the new one are of a clock that went wrong, before or
    now: they neither count nor go.
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
