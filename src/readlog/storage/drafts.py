"""Drafts: what is being written is on the disk before anything can go wrong, and until it is in the journal."""

import os
from pathlib import Path

from readlog.ground.disk import sync_directory, whole_file
from readlog.ground.errors import JournalUnusable
from readlog.storage.location import state_directory


def drafts_directory() -> Path:
    """Where drafts are kept."""
    return Path(state_directory(), "drafts")


def find_drafts(name: str = "*") -> list[Path]:
    """The drafts of that name, or all, that earlier sessions left, the oldest first."""
    directory = drafts_directory()
    there = {*directory.glob(f"{name}.md"), *directory.glob(f"{name}.[0-9]*.md")}
    return sorted(there, key=os.path.getmtime)


def write_draft(name: str, text: str) -> Path:
    """A new draft, on the disk when this returns, which only its owner can read; never in the place of another."""
    directory = drafts_directory()
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, descriptor = _new_file(directory, name)
        try:
            _write(descriptor, text)
        except BaseException:
            path.unlink()
            raise
    except OSError as error:
        raise JournalUnusable(f"No draft can be kept in {directory}: {error.strerror}.") from error
    sync_directory(directory)
    return path


def rewrite_draft(path: Path, text: str) -> None:
    """Put `text` in the place of what the draft says; at every moment it is wholly the one or the other."""
    try:
        with whole_file(path) as file:
            file.write(text)
    except OSError as error:
        raise JournalUnusable(f"The draft {path} cannot be written: {error.strerror}.") from error


def remove_draft(path: Path) -> None:
    """Remove a draft whose text is in the journal now."""
    path.unlink(missing_ok=True)


def _write(descriptor: int, text: str) -> None:
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _new_file(directory: Path, name: str) -> tuple[Path, int]:
    number = 1
    while True:
        path = directory / (f"{name}.md" if number == 1 else f"{name}.{number}.md")
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            number += 1
