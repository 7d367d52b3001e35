"""Restoring a backup: copied next to the journal, checked and upgraded there, then put in its place.

A journal that can be opened is overwritten by SQLite in one transaction: other processes may have the file open, and
one that reads it under a name that now belongs to another file would take the rollback journal of that file for its
own. A journal that cannot be opened any more is replaced by a rename.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from stat import S_IMODE
from typing import BinaryIO

from readlog.backups.backup import BackupFailed, copy_database, store_backup, store_raw_copy, stored_backups
from readlog.backups.check_backup import InvalidJournal, check_journal_copy, describe_error, rebuild_index_if_broken
from readlog.backups.results import BEFORE_RESTORE
from readlog.core.errors import BadInput, ConflictingChange, JournalUnusable, NotFound, ReadlogError, UnreadableInput
from readlog.storage.atomic_files import (
    link_new,
    make_private_directory,
    remove_stale_temporary_files,
    replace_file,
    sync_file,
    temporary_file,
)
from readlog.storage.connection import APPLICATION_ID, SCHEMA_VERSION, journal_exists, open_any_version
from readlog.storage.sqlite_errors import (
    BUSY_SECONDS,
    NOT_A_JOURNAL,
    CorruptJournal,
    is_lock_error,
    to_journal_error,
    unconfirmed_write,
)

_NEEDS_RECOVERY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_DISK_ERRORS = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY)
_HEAD, _BLOCK = 100, 2**20
_LAST_OPERATION = "SELECT coalesce(max(id), 0) FROM operations"


def find_backup(journal: str, name: str) -> str:
    """The path of the backup that `name` means: a file, or the name of a stored backup of this journal.

    Raises NotFound, UnreadableInput, and BadInput for the journal itself.
    """
    path = os.path.abspath(os.path.expanduser(name))
    if not os.path.lexists(path):
        path = next((kept.path for kept in stored_backups(journal) if kept.name == name), path)
    if not os.path.lexists(path):
        raise NotFound(f"There is no file {name}. The backups that are kept: readlog backup --list")
    if not os.path.isfile(path):
        raise UnreadableInput(f"{name} is no file. A backup is one file.")
    if os.path.getsize(path) == 0:
        raise UnreadableInput(f"{name} cannot be restored: it is empty.")
    with suppress(OSError):
        if os.path.samefile(path, journal):
            raise BadInput(f"{name} is the journal itself.")
    return path


@contextmanager
def prepare_copy(journal: str, backup: str) -> Iterator[str]:
    """The path of a checked and upgraded copy of the backup in the folder of the journal, removed if it is not moved.

    Raises UnreadableInput for what cannot be restored, and JournalUnusable if no copy can be made.
    """
    folder = os.path.dirname(os.path.realpath(journal))
    with ExitStack() as stack:
        try:
            _make_folder(Path(folder), stack)
            remove_stale_temporary_files(folder)
            fresh = stack.enter_context(temporary_file(folder))
            _copy(backup, fresh)
            _check_and_upgrade(backup, fresh)
            sync_file(fresh)
        except OSError as error:
            raise JournalUnusable(f"No backup can be restored in {folder}: {error.strerror}.") from error
        yield fresh


def replace_journal(journal: str, fresh: str, backup: str, seen: int | None) -> str | None:
    """Put the contents of `fresh` in the place of the journal; returns the backup of what was there, or None.

    `seen` is the last operation of the journal when it was compared; raises ConflictingChange if it has
    another one by now, and JournalUnusable.
    """
    target = os.path.realpath(journal)
    try:
        if not os.path.lexists(target):
            link_new(fresh, target)
            return None
        try:
            return _overwrite(target, fresh, backup, seen)
        except CorruptJournal:
            return _replace_unusable(target, fresh)
    except BackupFailed as error:
        raise JournalUnusable(f"{error} Nothing was restored.") from error
    except FileExistsError as error:
        raise ConflictingChange("A journal was made in another terminal meanwhile. Look at it again.") from error
    except sqlite3.Error as error:
        raise (
            unconfirmed_write(journal) if _was_overwritten(target, fresh) else to_journal_error(error, journal)
        ) from error
    except OSError as error:
        raise JournalUnusable(f"The journal {journal} cannot be replaced: {error.strerror}.") from error


def check_replaceable(journal: str) -> None:
    """Raise JournalUnusable if the file at `journal` never was a journal."""
    if not journal_exists(journal):
        return
    if not os.path.isfile(journal):
        raise JournalUnusable(f"{journal} is no file, or a link that leads nowhere. Name another file with --journal.")
    try:
        with closing(
            sqlite3.connect(Path(journal).as_uri() + "?mode=ro", timeout=BUSY_SECONDS, uri=True)
        ) as connection:
            pages = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.Error as error:
        if is_lock_error(error):
            raise to_journal_error(error, journal) from error
        return
    if pages != (0,) and mark != APPLICATION_ID:
        raise JournalUnusable(NOT_A_JOURNAL.format(path=journal))


def _copy(backup: str, fresh: str) -> None:
    """Copy a backup, which may be in use, or need a rollback after a crash.

    If only a connection that may write could roll back, the files are copied and the copy is rolled back.
    """
    try:
        with closing(sqlite3.connect(Path(backup).as_uri() + "?mode=ro", uri=True, isolation_level=None)) as source:
            copy_database(source, fresh)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NEEDS_RECOVERY:
            raise _cannot_be_restored(backup, error) from error
        for end in ("-journal", "-wal", ""):
            if os.path.exists(backup + end):
                shutil.copyfile(backup + end, fresh + end)


def _check_and_upgrade(backup: str, fresh: str) -> None:
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
            version = check_journal_copy(copy).version
            _check_version(version)
            copy.execute("PRAGMA journal_mode = DELETE")
            if version < SCHEMA_VERSION:
                from readlog.storage.run_migrations import migrate

                migrate(copy)
            rebuild_index_if_broken(copy)
    except (InvalidJournal, sqlite3.Error) as error:
        raise _cannot_be_restored(backup, error) from error


def _check_version(version: int) -> None:
    if version > SCHEMA_VERSION:
        raise InvalidJournal(
            f"it was made by a newer readlog (its schema is {version}, this one knows {SCHEMA_VERSION})"
        )


def _overwrite(target: str, fresh: str, backup: str, seen: int | None) -> str:
    """Write all of `fresh` into the journal under an exclusive lock; returns the path of a backup of it.

    Raises CorruptJournal, with the journal unchanged, if it cannot be opened.
    """
    with closing(open_any_version(target)) as journal, closing(sqlite3.connect(fresh)) as copy:
        _lock_exclusively(journal)
        if seen is not None and journal.execute(_LAST_OPERATION).fetchall() != [(seen,)]:
            raise ConflictingChange("The journal was changed in another terminal meanwhile. Look at it again.")
        kept = store_backup(target, BEFORE_RESTORE, source=journal, sparing=backup).path
        journal.execute("PRAGMA synchronous = EXTRA")
        copy.backup(journal)
        return kept


def _was_overwritten(target: str, fresh: str) -> bool:
    """Whether the journal has the contents of `fresh` despite an error.

    The transaction is complete once the header of the rollback journal is overwritten. If the disk fails at the syncs
    after that, SQLite reports it like any other failure: only the file says what became of it.
    """
    try:
        open_any_version(target).close()
        with open(target, "rb") as journal, open(fresh, "rb") as copy:
            if _stable_header(journal) != _stable_header(copy):
                return False
            return all(journal.read(len(block)) == block for block in iter(partial(copy.read, _BLOCK), b""))
    except (JournalUnusable, OSError):
        return False


def _stable_header(file: BinaryIO) -> bytes:
    """The header of a database without the change counters and the version of SQLite that wrote it."""
    head = file.read(_HEAD)
    return head[:24] + head[28:40] + head[44:92]


def _lock_exclusively(journal: sqlite3.Connection) -> None:
    """Take the exclusive lock until the connection is closed, also between transactions.

    SQLite's backup API reads from and writes to this connection outside a transaction of its own.
    """
    journal.execute("PRAGMA journal_mode = DELETE").fetchall()
    journal.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    journal.execute("BEGIN EXCLUSIVE")
    journal.execute("COMMIT")


def _replace_unusable(target: str, fresh: str) -> str:
    """Move `fresh` over a file that is no longer a journal; returns the path of a raw copy of that file."""
    kept = store_raw_copy(target)
    existing = os.stat(target)
    os.chmod(fresh, S_IMODE(existing.st_mode))
    with suppress(OSError, AttributeError):
        os.chown(fresh, existing.st_uid, existing.st_gid)
    replace_file(fresh, target)
    return kept


def _cannot_be_restored(backup: str, error: Exception) -> ReadlogError:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _DISK_ERRORS:
        return JournalUnusable(f"{backup} cannot be restored here: {error}. Nothing was changed.")
    why = error if isinstance(error, InvalidJournal) else describe_error(error)
    return UnreadableInput(f"{backup} cannot be restored: {why}. Nothing was changed.")


def _make_folder(folder: Path, stack: ExitStack) -> None:
    """Create the folder of the journal; new folders that stay empty are removed at the end of `stack`."""
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    make_private_directory(folder)
    for each in reversed(missing):
        stack.callback(_remove_if_empty, each)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
