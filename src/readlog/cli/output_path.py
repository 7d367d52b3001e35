"""The file that an option names for what goes out; never the journal itself."""

import os
from pathlib import Path

from readlog.core.errors import BadInput
from readlog.storage.paths import is_journal_file, names_folder


def file_named(named: str, option: str, journal: str) -> Path:
    """The file that somebody has named behind `option`. Raises BadInput for no name, `-`, a folder, and the journal."""
    if not named:
        raise BadInput(f"The name behind {option} is empty. Name a file.")
    if named == "-":
        raise BadInput(f"{option} needs the name of a file, and - is none. Name a file.")
    path = Path(os.path.expanduser(named))
    if names_folder(os.path.expanduser(named)):
        raise BadInput(f"{path} is a folder. Name a file in it.")
    refuse_journal(path, journal)
    return path


def refuse_journal(path: Path, journal: str) -> None:
    """Raise BadInput where `path` is the journal, by whatever name, or a file that SQLite puts beside it."""
    if is_journal_file(path, journal):
        raise BadInput(f"{path} is the journal itself. Name another file.")
