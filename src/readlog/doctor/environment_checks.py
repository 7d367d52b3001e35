"""Checks of what surrounds the file: permissions, leftovers of killed commands, disk space, backups, drafts."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from time import time
from typing import NamedTuple

from readlog.backups.backup import stored_backups
from readlog.core.clock import now
from readlog.core.errors import JournalUnusable
from readlog.doctor.check_definition import CheckedJournal
from readlog.doctor.results import FILE, FIX, RECORD, REMARK, WARNING, Finding
from readlog.drafts.draft_files import list_unsaved_drafts
from readlog.storage.paths import data_directory, state_directory

PERMISSIONS, LEFTOVERS = "permissions", "leftovers"
"""The `where` of findings whose repair does not touch the journal itself."""

_HOUR = 3_600
"""Seconds; younger files may belong to a command that is still running."""
_FREE_SPACE = 50_000_000
"""Bytes that should be free besides twice the size of the journal."""
_OTHERS = 0o077
_OLD_BACKUP = 30
"""Days; a month of reading is what one may be willing to enter a second time."""
_FEW_READINGS = 10
"""Readings in a journal that nobody needs a backup of yet."""
_BACKUP = "readlog backup"


class _Permission(NamedTuple):
    """A file or directory that others may open, with its mode and the mode that it should have."""

    path: str
    mode: int
    wanted: int


def find_open_permissions(journal: CheckedJournal) -> list[Finding]:
    """Files and directories of readlog that others on this machine may open."""
    found = _open_permissions(journal.path)
    more = f", and {len(found) - 1:,} more" if found[1:] else ""
    what = f"Others on this machine may open {found[0].path} ({found[0].mode:04o}){more}." if found else ""
    return [Finding(FILE, WARNING, PERMISSIONS, what, FIX, len(found), fix=True)] if found else []


def restrict_permissions(journal: CheckedJournal) -> None:
    """Let only the owner open them, as far as that is possible."""
    for each in _open_permissions(journal.path):
        with suppress(OSError):
            os.chmod(each.path, each.mode & each.wanted)


def find_leftovers(journal: CheckedJournal) -> list[Finding]:
    """Temporary files and folders of commands that were killed."""
    left = _leftovers(journal.path)
    more = f", and {len(left) - 1:,} more" if left[1:] else ""
    what = f"A command that was killed has left {left[0]}{more}. Nothing of it is needed." if left else ""
    return [Finding(FILE, WARNING, LEFTOVERS, what, FIX, len(left), fix=True)] if left else []


def remove_leftovers(journal: CheckedJournal) -> None:
    """Remove them, as far as that is possible."""
    for path in _leftovers(journal.path):
        with suppress(OSError):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)


def find_full_disk(journal: CheckedJournal) -> list[Finding]:
    """Whether there is less space than an import or a backup may need."""
    with suppress(OSError):
        wanted = os.path.getsize(journal.path) * 2 + _FREE_SPACE
        free = shutil.disk_usage(os.path.dirname(journal.path)).free
        if free < wanted:
            what = f"Only {_megabytes(free)} are free; an import or a backup may need {_megabytes(wanted)}. "
            what += "A backup on another disk needs none of it."
            return [Finding(FILE, WARNING, "disk", what, f"{_BACKUP} PATH")]
    return []


def find_old_backup(journal: CheckedJournal) -> list[Finding]:
    """Whether there is no stored backup, or only an old one although the journal has changed since."""
    (readings, last_change) = journal.connection.execute(
        "SELECT (SELECT count(*) FROM readings), (SELECT at FROM operations ORDER BY id DESC LIMIT 1)"
    ).fetchone()
    backups = stored_backups(journal.path)
    if not backups:
        what = "readlog has kept none of this journal."
        return [Finding(FILE, REMARK, "backup", what, _BACKUP)] if readings >= _FEW_READINGS else []
    made = _parse_timestamp(backups[0].made)
    days = (datetime.fromisoformat(now()) - made).days
    if days <= _OLD_BACKUP or not last_change or _parse_timestamp(str(last_change)) <= made:
        return []
    return [Finding(FILE, REMARK, "backup", f"The last one that readlog has kept is {days:,} days old.", _BACKUP)]


def find_unsaved_drafts(journal: CheckedJournal) -> list[Finding]:
    """Drafts that never came into the journal, without those that are being edited."""
    with suppress(JournalUnusable):  # without a home directory there are none
        number = sum(not draft.is_open for draft in list_unsaved_drafts(journal.path))
        what = "A draft is waiting." if number == 1 else f"{number} drafts are waiting."
        return [Finding(RECORD, REMARK, "drafts", what, "readlog recover", number)] if number else []
    return []


def _open_permissions(path: str) -> list[_Permission]:
    """The journal, its rollback journal, and readlog's own directories, as far as others may open them."""
    if os.name != "posix":
        return []
    directories = [os.path.dirname(path)] if os.path.dirname(path) == _default_directory() else []
    files = [path, f"{path}-journal"]
    for directory in _state_directories():
        directories.append(str(directory))
        with suppress(OSError):
            files += [str(each) for each in directory.iterdir() if each.is_file() and not each.is_symlink()]
    found = [_Permission(each, _mode(each), 0o700) for each in directories]
    found += [_Permission(each, _mode(each), 0o600) for each in files]
    return [each for each in found if each.mode & _OTHERS]


def _leftovers(path: str) -> list[str]:
    """Temporary files and folders, an hour old or more, next to the journal and in readlog's own directories."""
    directories = [Path(path).parent, *_state_directories()]
    found = [each for directory in directories for each in _temporary_files(directory)]
    return sorted(str(each) for each in found if _age(each) > _HOUR)


def _temporary_files(directory: Path) -> Iterator[Path]:
    """What is named like a temporary file; a text among the drafts may have more than its draft, and stays."""
    with suppress(OSError):
        for each in directory.iterdir():
            if each.name.startswith(".readlog-") and not (directory.name == "drafts" and each.suffix == ".md"):
                yield each


def _default_directory() -> str | None:
    with suppress(JournalUnusable):
        return data_directory()
    return None


def _state_directories() -> list[Path]:
    """The state directory and the directories in it."""
    with suppress(JournalUnusable, OSError):
        state = Path(state_directory())
        return [state, *(each for each in state.iterdir() if each.is_dir() and not each.is_symlink())]
    return []


def _age(path: Path) -> float:
    """Seconds since the last change."""
    with suppress(OSError):
        return time() - path.lstat().st_mtime
    return 0.0


def _mode(path: str) -> int:
    with suppress(OSError):
        return S_IMODE(os.stat(path).st_mode)
    return 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _parse_timestamp(text: str) -> datetime:
    try:
        timestamp = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return timestamp if timestamp.tzinfo else timestamp.replace(tzinfo=UTC)
