"""A backup in the place of the journal: built beside it, checked and upgraded there, then put in its place.

Into a journal that can be opened it is written by SQLite, in one transaction: other processes may
have the file open, and one that reads by a name that has gone to another file would take the
rollback journal of that one for its own. What cannot be opened any more is replaced by a rename.
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

_LEFT_HALF_DONE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY)
_HEAD, _BLOCK = 100, 2**20
_LAST = "SELECT coalesce(max(id), 0) FROM operations"


def find_backup(journal: str, name: str) -> str:
    """The path of a backup: of a file, or of one that is kept of this journal and called so.

    Raises NotFound, and BadInput for the journal itself.
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
    """The path of a copy of the backup, sound and of today, in the folder of the journal; it goes if nobody moves it.

    Raises UnreadableInput for what cannot be restored, and JournalUnusable where no copy can be made.
    """
    folder = os.path.dirname(os.path.realpath(journal))
    with ExitStack() as stack:
        try:
            _have_folder(Path(folder), stack)
            remove_stale_temporary_files(folder)
            fresh = stack.enter_context(temporary_file(folder))
            _copy(backup, fresh)
            _check_and_upgrade(backup, fresh)
            sync_file(fresh)
        except OSError as error:
            raise JournalUnusable(f"No backup can be restored in {folder}: {error.strerror}.") from error
        yield fresh


def replace_journal(journal: str, fresh: str, backup: str, seen: int | None) -> str | None:
    """Put what is in `fresh` in the place of the journal; returns where what was there is kept, None where nothing was.

    `seen` is the last operation of the journal as it was looked at; raises ConflictingChange where it has
    another one by now, and JournalUnusable.
    """
    target = os.path.realpath(journal)
    try:
        if not os.path.lexists(target):
            link_new(fresh, target)
            return None
        try:
            return _write_into(target, fresh, backup, seen)
        except CorruptJournal:
            return _take_the_place(target, fresh)
    except BackupFailed as error:
        raise JournalUnusable(f"{error} Nothing was restored.") from error
    except FileExistsError as error:
        raise ConflictingChange("A journal was made in another terminal meanwhile. Look at it again.") from error
    except sqlite3.Error as error:
        raise unconfirmed_write(journal) if _is_in_place(target, fresh) else to_journal_error(error, journal) from error
    except OSError as error:
        raise JournalUnusable(f"The journal {journal} cannot be replaced: {error.strerror}.") from error


def check_replaceable(journal: str) -> None:
    """Refuse to replace what never was a journal. Raises JournalUnusable."""
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
    """Copy a backup, which may be in use, or have beside it what a crash left half done.

    What only a connection that writes could take back is taken back in the copy.
    """
    try:
        with closing(sqlite3.connect(Path(backup).as_uri() + "?mode=ro", uri=True, isolation_level=None)) as source:
            copy_database(source, fresh)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _LEFT_HALF_DONE:
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


def _write_into(target: str, fresh: str, backup: str, seen: int | None) -> str:
    """Write all of `fresh` into the journal, which nobody else can use meanwhile; returns where its backup is.

    Raises Damaged, with the journal as it was, where it cannot be written to.
    """
    with closing(open_any_version(target)) as journal, closing(sqlite3.connect(fresh)) as copy:
        _keep_others_away(journal)
        if seen is not None and journal.execute(_LAST).fetchall() != [(seen,)]:
            raise ConflictingChange("The journal was changed in another terminal meanwhile. Look at it again.")
        kept = store_backup(target, BEFORE_RESTORE, source=journal, sparing=backup).path
        journal.execute("PRAGMA synchronous = EXTRA")
        copy.backup(journal)
        return kept


def _is_in_place(target: str, fresh: str) -> bool:
    """Whether the journal holds what is in `fresh`, after an error.

    What ends the transaction is that the head of the rollback journal is overwritten. That is synced, and the file cut,
    afterwards, and where this fails SQLite tells of it as of any other failure: only the file says what became of it.
    """
    try:
        open_any_version(target).close()
        with open(target, "rb") as journal, open(fresh, "rb") as copy:
            if _head(journal) != _head(copy):
                return False
            return all(journal.read(len(block)) == block for block in iter(partial(copy.read, _BLOCK), b""))
    except (JournalUnusable, OSError):
        return False


def _head(file: BinaryIO) -> bytes:
    """The first bytes of a database but for those in which SQLite counts what was written, and who wrote it."""
    head = file.read(_HEAD)
    return head[:24] + head[28:40] + head[44:92]


def _keep_others_away(journal: sqlite3.Connection) -> None:
    """Take the exclusive lock, and have it until the end of the connection, between transactions too.

    A backup is read from this connection and another one written to it, and SQLite does that outside
    of a transaction of one's own.
    """
    journal.execute("PRAGMA journal_mode = DELETE").fetchall()
    journal.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    journal.execute("BEGIN EXCLUSIVE")
    journal.execute("COMMIT")


def _take_the_place(target: str, fresh: str) -> str:
    """Move `fresh` to where something is that is no journal any more; returns where that is kept."""
    kept = store_raw_copy(target)
    there = os.stat(target)
    os.chmod(fresh, S_IMODE(there.st_mode))
    with suppress(OSError, AttributeError):
        os.chown(fresh, there.st_uid, there.st_gid)
    replace_file(fresh, target)
    return kept


def _cannot_be_restored(backup: str, error: Exception) -> ReadlogError:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK:
        return JournalUnusable(f"{backup} cannot be restored here: {error}. Nothing was changed.")
    why = error if isinstance(error, InvalidJournal) else describe_error(error)
    return UnreadableInput(f"{backup} cannot be restored: {why}. Nothing was changed.")


def _have_folder(folder: Path, stack: ExitStack) -> None:
    """Have the folder of the journal; what is made for that goes again if nothing has come into it."""
    missing = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    make_private_directory(folder)
    for each in reversed(missing):
        stack.callback(_remove_if_empty, each)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
