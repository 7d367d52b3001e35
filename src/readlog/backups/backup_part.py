"""One file that holds the whole journal as it is at one moment, checked before it gets its name.

SQLite's backup API, and not `VACUUM INTO`: it reads inside of a transaction, so that the rows of
the journal are counted at the very moment that is copied; others read and prepare writes meanwhile. It copies page by
page, so that a backup is what was there, and what is damaged is noticed by looking at the copy.
"""

import os
import sqlite3
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from readlog.backups.check_backup import Contents, Unsound, check, contents, mend_index
from readlog.backups.results import Backup
from readlog.core.errors import AlreadyThere, BadInput, JournalUnusable, NotFound
from readlog.storage.atomic_files import fresh_file, place, place_new, sync
from readlog.storage.connection import is_there, open_as_it_is
from readlog.storage.sqlite_errors import damaged, explain

_OF_THE_DISK = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk failed",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "no file can be made there",
}


class NoBackup(JournalUnusable):
    """A backup cannot be written where it should be."""


def write_backup(
    journal: str, target: str | Path, *, replace: bool = False, source: sqlite3.Connection | None = None
) -> Backup:
    """Write a checked copy of the journal to `target`, with `replace` in place of what is there.

    `source` is a connection to the journal, for whoever keeps all others away from it.
    Raises NotFound, BadInput, AlreadyThere, NoBackup, and JournalUnusable where the journal is damaged.
    """
    check_journal(journal)
    if replace:
        target = os.path.realpath(target)
    check_target(journal, target, replace=replace)
    folder = os.path.dirname(os.path.abspath(target))
    try:
        with fresh_file(folder) as fresh:
            found, mended = _copied(journal, source, fresh, folder)
            sync(fresh)
            size = os.path.getsize(fresh)
            (place if replace else place_new)(fresh, target)
    except FileExistsError as error:
        raise already_there(target) from error
    except OSError as error:
        raise NoBackup(f"No backup can be written to {folder}: {error.strerror}.") from error
    return Backup(str(target), size, found.version, found.counts, mended, found.orphans)


def check_journal(journal: str) -> None:
    """Refuse where there is nothing to back up. Raises NotFound, and JournalUnusable where it cannot be reached."""
    if not is_there(journal):
        raise NotFound(f"There is no journal {journal} yet: there is nothing to back up.")


def check_target(journal: str, target: str | Path, *, replace: bool) -> None:
    """Refuse what a backup cannot take the place of. Raises NotFound, BadInput and AlreadyThere."""
    try:
        there = os.stat(target)
    except FileNotFoundError:
        if os.path.lexists(target):
            raise BadInput(f"{target} is a link that leads nowhere. Name another file.") from None
        if not os.path.isdir(os.path.dirname(os.path.abspath(target))):
            raise NotFound(f"There is no folder {os.path.dirname(os.path.abspath(target))}.") from None
        return
    except OSError as error:
        raise NoBackup(f"No backup can be written to {target}: {error.strerror}.") from error
    with suppress(OSError):
        if os.path.samestat(there, os.stat(journal)):
            raise BadInput(f"{target} is the journal itself. Name another file for the backup.")
    if not S_ISREG(there.st_mode):
        raise BadInput(f"{target} is a {'folder' if S_ISDIR(there.st_mode) else 'device'}. Name a file for the backup.")
    if not replace:
        raise already_there(target)


def already_there(target: str | Path) -> AlreadyThere:
    """What is said where a file has the name already."""
    return AlreadyThere(f"{target} is there already. Name another file, or replace it with --force.", ())


def copy_of(source: sqlite3.Connection, fresh: str) -> Contents:
    """Copy what `source` is connected to into the file `fresh`; returns what it must hold. Raises sqlite3.Error."""
    source.execute("BEGIN")
    try:
        said = contents(source)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.execute("ROLLBACK")
    return said


def _copied(journal: str, source: sqlite3.Connection | None, fresh: str, folder: str) -> tuple[Contents, bool]:
    """Copy the journal and look at the copy; whether its index had to be made anew besides."""
    try:
        with nullcontext(source) if source else closing(open_as_it_is(journal)) as original:
            said = copy_of(original, fresh)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
            found = check(copy)
            mended = mend_index(copy)
    except Unsound as error:
        raise damaged(journal) from error
    except sqlite3.Error as error:
        if reason := _OF_THE_DISK.get(getattr(error, "sqlite_errorcode", 0) & 0xFF):
            raise NoBackup(f"No backup can be written to {folder}: {reason}.") from error
        raise explain(error, journal) from error
    if found != said:
        raise NoBackup(f"The backup in {folder} is not what the journal holds, and was not kept. Check the disk.")
    return found, mended
