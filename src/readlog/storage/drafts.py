"""Drafts: what is being written is on the disk before anything can go wrong, and until it is in the journal."""

import os
from pathlib import Path

from readlog.ground.errors import JournalUnusable
from readlog.storage.connection import sync_directory
from readlog.storage.location import state_directory


def drafts_directory() -> Path:
    """Where drafts are kept."""
    return Path(state_directory(), "drafts")


def find_drafts(name: str) -> list[Path]:
    """The drafts of that name that an earlier session left, the oldest first."""
    return sorted(drafts_directory().glob(f"{name}*.md"), key=os.path.getmtime)


def write_draft(name: str, text: str) -> Path:
    """A new draft, on the disk when this returns, which only its owner can read; never in the place of another."""
    directory = drafts_directory()
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, descriptor = _new_file(directory, name)
        _fill(descriptor, text)
        sync_directory(str(path))
    except OSError as error:
        raise JournalUnusable(f"No draft can be kept in {directory}: {error.strerror}.") from error
    return path


def rewrite_draft(path: Path, text: str) -> None:
    """Put `text` in the place of what the draft says; at every moment it is wholly the one or the other."""
    try:
        fresh, descriptor = _new_file(path.parent, f"{path.stem}.new")
        _fill(descriptor, text)
        os.replace(fresh, path)
    except OSError as error:
        raise JournalUnusable(f"The draft {path} cannot be written: {error.strerror}.") from error


def remove_draft(path: Path) -> None:
    """Remove a draft whose text is in the journal now."""
    path.unlink(missing_ok=True)


def _new_file(directory: Path, name: str) -> tuple[Path, int]:
    number = 1
    while True:
        path = directory / (f"{name}.md" if number == 1 else f"{name}.{number}.md")
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            number += 1


def _fill(descriptor: int, text: str) -> None:
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
