"""Where the journal, and what belongs to it, is kept on this platform.

Linux follows the XDG Base Directory Specification 0.8: a relative path in its variables is ignored.
Written out here, because every command asks and the library for it costs more than the answer.
"""

import os
import sys

from readlog.ground.errors import JournalUnusable

JOURNAL = "READLOG_JOURNAL"
"""The environment variable that names another journal."""


def journal_path(named: str | None = None) -> str:
    """The path of the journal: `named`, else $READLOG_JOURNAL, else `journal.db` in the platform's data directory."""
    path = named or os.environ.get(JOURNAL)
    if path:
        return os.path.abspath(os.path.expanduser(path))
    return os.path.join(_directory("XDG_DATA_HOME", ".local/share"), "journal.db")


def state_directory() -> str:
    """The directory for what is not the journal itself: drafts."""
    return _directory("XDG_STATE_HOME", ".local/state")


def _directory(variable: str, under_home: str) -> str:
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or _home("AppData/Local"), "readlog")
    if sys.platform == "darwin":
        return _home("Library/Application Support/readlog")
    base = os.environ.get(variable, "")
    return os.path.join(base if os.path.isabs(base) else _home(under_home), "readlog")


def _home(path: str) -> str:
    home = os.path.expanduser("~")
    if home == "~":
        raise JournalUnusable(
            f"There is no home directory to keep the journal in. Name a file with --journal or {JOURNAL}."
        )
    return os.path.join(home, *path.split("/"))
