"""The file that an option names for what goes out; never the journal itself."""

import os
from pathlib import Path

from readlog.core.errors import BadInput


def file_named(named: str, option: str, journal: str) -> Path:
    """The file that somebody has named behind `option`. Raises BadInput for no name, `-`, a folder, and the journal."""
    if not named:
        raise BadInput(f"The name behind {option} is empty. Name a file.")
    if named == "-":
        raise BadInput(f"{option} needs the name of a file, and - is none. Name a file.")
    path = Path(os.path.expanduser(named))
    if path.is_dir() or named.endswith(("/", os.sep)):
        raise BadInput(f"{path} is a folder. Name a file in it.")
    refuse_journal(path, journal)
    return path


def refuse_journal(path: Path, journal: str) -> None:
    """Raise BadInput where `path` is the journal, by whatever name, or a file that SQLite puts beside it."""
    if _is_same_file(path, journal):
        raise BadInput(f"{path} is the journal itself. Name another file.")


def _is_same_file(path: Path, other: str) -> bool:
    """Whether both are one file, by whatever name: another case, a link; or one that SQLite puts beside it."""
    beside = {os.path.realpath(other + suffix) for suffix in ("-wal", "-shm", "-journal")}
    same = path.exists() and os.path.exists(other) and os.path.samefile(path, other)
    return same or os.path.realpath(path) in beside
