"""The paths of the journal and of its drafts and backups on this platform.

They follow the XDG Base Directory Specification 0.8 on Linux, and on any system if its variables are set; relative
paths in them are ignored, as it says. Written out here, because every command needs them and a library costs more.
"""

import os
import sys

from readlog.core.errors import BadInput, JournalUnusable

JOURNAL = "READLOG_JOURNAL"
"""The environment variable with the path of another journal."""


def journal_path(name: str | None = None) -> str:
    """The path of the journal: `name`, else $READLOG_JOURNAL, else `journal.db` in the platform's data directory.

    Raises BadInput for an empty name, which does not mean the default journal.
    """
    path = name if name is not None else os.environ.get(JOURNAL) or None
    if path is None:
        return os.path.join(data_directory(), "journal.db")
    if not path:
        raise BadInput("The name of the journal is empty. Name a file, or leave --journal out.")
    return os.path.abspath(os.path.expanduser(path))


def is_journal_file(path: str | os.PathLike[str], journal: str) -> bool:
    """True if `path` is the journal, also by another name such as a link, or a file that SQLite keeps beside it.

    No export, chart or backup may be written there.
    """
    if os.path.exists(path) and os.path.exists(journal) and os.path.samefile(path, journal):
        return True
    return os.path.realpath(path) in {os.path.realpath(journal + suffix) for suffix in ("-wal", "-shm", "-journal")}


def names_folder(path: str) -> bool:
    """True if a path that a user gave for output is a folder, or ends in a slash to say that it is to be one."""
    return os.path.isdir(path) or path.endswith(("/", os.sep))


def data_directory() -> str:
    """The directory of the default journal."""
    return _directory("XDG_DATA_HOME", ".local/share")


def state_directory() -> str:
    """The directory for drafts and backups."""
    return _directory("XDG_STATE_HOME", ".local/state")


def drafts_directory() -> str:
    """The directory of unsaved drafts."""
    return os.path.join(state_directory(), "drafts")


def has_drafts() -> bool:
    """Whether anything is in the directory of drafts, which is faster than reading them."""
    try:
        with os.scandir(drafts_directory()) as entries:
            return any(entries)
    except (OSError, JournalUnusable):
        return False


def _directory(variable: str, under_home: str) -> str:
    base = os.environ.get(variable, "")
    if os.path.isabs(base):
        return os.path.join(base, "readlog")
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or _home("AppData/Local"), "readlog")
    if sys.platform == "darwin":
        return _home("Library/Application Support/readlog")
    return os.path.join(_home(under_home), "readlog")


def _home(path: str) -> str:
    home = os.path.expanduser("~")
    if not os.path.isabs(home) or os.environ.get("HOME") == "":
        raise JournalUnusable(
            f"There is no home directory to keep the journal in. Name a file with --journal or {JOURNAL}."
        )
    return os.path.join(home, *path.split("/"))
