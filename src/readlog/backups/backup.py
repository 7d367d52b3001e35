"""Backups in the state directory: those that readlog makes by itself, and those for which no place was named.

The newest ten of each journal are kept, and the first of every month (UTC). Plain copies of
damaged journals are kept until their owner removes them.
"""

import os
import re
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from readlog.backups.backup_part import NoBackup, check_journal, write_backup
from readlog.backups.results import DAMAGED, Backup, Kept
from readlog.core.clock import now
from readlog.core.errors import AlreadyThere, JournalUnusable
from readlog.storage.atomic_files import fresh_file, place_new, remove_what_was_never_finished, sync
from readlog.storage.disk import private_directory, sync_directory
from readlog.storage.paths import state_directory

NEWEST = 10
_NAME = re.compile(r"\.(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.([a-z-]+)(?:\.(\d+))?\.db")


def backups_directory() -> Path:
    """Where backups are kept."""
    return Path(state_directory(), "backups")


def keep_backup(
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
        with suppress(AlreadyThere):
            backup = write_backup(journal, _new_path(directory, journal, why), source=source)
    _remove_what_is_too_much(journal, backup.path, sparing)
    return backup


def keep_as_it_is(journal: str) -> str:
    """Keep a plain copy of what is left of a journal, and of what SQLite has left beside it. Raises NoBackup."""
    directory = _made()
    try:
        path = str(_new_path(directory, journal, DAMAGED))
        for end in ("", "-journal", "-wal"):
            if os.path.lexists(journal + end):
                with fresh_file(directory) as fresh:
                    shutil.copyfile(journal + end, fresh)
                    sync(fresh)
                    place_new(fresh, path + end)
    except OSError as error:
        raise NoBackup(f"No copy of {journal} can be kept in {directory}: {error.strerror}.") from error
    return path


def dated_name(journal: str) -> str:
    """What a backup of the journal is called in a folder of the reader's own, as `journal-2026-11-22T20-58-05Z.db`."""
    stem = os.path.splitext(os.path.basename(journal))[0]
    return f"{stem}-{now()[:19].replace(':', '-')}Z.db"


def kept_backups(journal: str) -> list[Kept]:
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
                    kept = Kept(entry.path, f"{day}T{hour}:{minute}:{second}Z", why, entry.stat().st_size)
                    found.append((kept.made, int(number or 1), kept))
    except (OSError, JournalUnusable):
        return []
    return [kept for _, _, kept in sorted(found, reverse=True)]


def _made() -> Path:
    try:
        directory = backups_directory()
    except JournalUnusable as error:
        raise NoBackup("There is no home directory to keep a backup in. Set XDG_STATE_HOME.") from error
    try:
        private_directory(directory)
        sync_directory(directory.parent)
    except OSError as error:
        raise NoBackup(f"No backup can be kept in {directory}: {error.strerror}.") from error
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
    there = [each for each in kept_backups(journal) if each.why != DAMAGED]
    made = max((each.made for each in there if each.path == new), default="")
    kept = [each for each in there if each.made <= made]
    spared = {os.path.realpath(each) for each in (new, sparing) if each}
    spared |= {os.path.realpath(path) for path in {each.made[:7]: each.path for each in kept}.values()}
    for each in kept[NEWEST:]:
        if os.path.realpath(each.path) not in spared:
            with suppress(OSError):
                os.unlink(each.path)
    remove_what_was_never_finished(backups_directory())
