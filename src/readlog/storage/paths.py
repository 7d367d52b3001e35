"""Where the journal, and what belongs to it, is kept on this platform.

The XDG Base Directory Specification 0.8 where its variables are set, whatever the system, and on
Linux anyway; a relative path in them is ignored, as it says. Written out here, because every
command asks and the library for it costs more than the answer.
"""

import os
import sys

from readlog.core.errors import BadInput, JournalUnusable

JOURNAL = "READLOG_JOURNAL"
"""The environment variable that names another journal."""


def journal_path(named: str | None = None) -> str:
    """The path of the journal: `named`, else $READLOG_JOURNAL, else `journal.db` in the platform's data directory.

    Raises BadInput for an empty name: whoever gave it meant a journal, and not this one.
    """
    path = named if named is not None else os.environ.get(JOURNAL) or None
    if path is None:
        return os.path.join(data_directory(), "journal.db")
    if not path:
        raise BadInput("The name of the journal is empty. Name a file, or leave --journal out.")
    return os.path.abspath(os.path.expanduser(path))


def data_directory() -> str:
    """The directory of the journal that nobody has named."""
    return _directory("XDG_DATA_HOME", ".local/share")


def state_directory() -> str:
    """The directory for what is not the journal itself: drafts."""
    return _directory("XDG_STATE_HOME", ".local/state")


def drafts_directory() -> str:
    """The directory of drafts."""
    return os.path.join(state_directory(), "drafts")


def has_drafts() -> bool:
    """Whether there is anything in the directory of drafts; less than to read what is in it."""
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
