"""Files that are built under another name, and take their place when they are whole and on the disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, takewhile
from pathlib import Path
from stat import S_IMODE, S_ISREG
from time import time
from typing import TextIO


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """A text file to write to that takes its place at `path` once all of it is on the disk, and leaves no trace else.

    It keeps the mode of the file that was there; a new one is its owner's alone, because private
    notes may be in it. A link stays a link. What is no ordinary file, such as a device or a pipe,
    is written to as it is. Raises OSError.
    """
    mode = _mode(path)
    if mode is None:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    import tempfile

    path = path.resolve()
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=".readlog-", suffix=path.suffix)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(fresh, mode)
        os.replace(fresh, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(fresh)
    sync_directory(path.parent)


def make_private_directory(path: Path) -> None:
    """Have a directory at `path`; what is made for that, above it too, is its owner's alone. Raises OSError."""
    missing = takewhile(lambda each: not os.path.lexists(each), path.parents)
    for directory in (*reversed(list(missing)), path):
        directory.mkdir(mode=0o700, exist_ok=True)


def sync_directory(directory: Path) -> None:
    """Make sure that the names in a directory are on the disk, where the system lets a directory be synced."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mode(path: Path) -> int | None:
    """The mode that a file at `path` shall have; None where something else than a file is there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0o600
    return S_IMODE(found.st_mode) if S_ISREG(found.st_mode) else None


_A_DAY = 86_400
PREFIX, SUFFIX = ".readlog-", ".new"
SQLITE_SUFFIXES = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a database, by the end of its name."""


@contextmanager
def temporary_file(directory: str | Path) -> Iterator[str]:
    """The path of an empty file of a new name, its owner's alone; what still has it at the end goes. Raises OSError."""
    descriptor, fresh = tempfile.mkstemp(dir=directory, prefix=PREFIX, suffix=SUFFIX)
    os.close(descriptor)
    try:
        yield fresh
    finally:
        for end in ("", *SQLITE_SUFFIXES):
            with suppress(OSError):
                os.unlink(fresh + end)


def link_new(fresh: str, path: str | Path) -> None:
    """Give a file that is whole its name. Raises FileExistsError where something has that name, and OSError.

    What SQLite has left of a file that is gone moves aside, for it would be applied to this one.
    """
    _move_aside(path)
    try:
        os.link(fresh, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(17, os.strerror(17), str(path)) from None
        os.rename(fresh, path)
    sync_directory(Path(path).parent)


def replace_file(fresh: str, path: str | Path) -> None:
    """Put a file that is whole in the place of another, or where there is none. Raises OSError.

    What SQLite has left beside the other goes first: it must never be applied to this one.
    """
    _move_aside(path)
    for end in SQLITE_SUFFIXES:
        with suppress(FileNotFoundError):
            os.unlink(f"{path}{end}")
    sync_directory(Path(path).parent)
    os.replace(fresh, path)
    sync_directory(Path(path).parent)


def sync_file(path: str | Path) -> None:
    """Have what is in a file on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_stale_temporary_files(directory: str | Path) -> None:
    """Remove what a process has left there that was killed, a day ago or more."""
    for left in Path(directory).glob(f"{PREFIX}*{SUFFIX}*"):
        if left.name.endswith((SUFFIX, *SQLITE_SUFFIXES)):
            with suppress(OSError):
                if left.stat().st_mtime < time() - _A_DAY:
                    left.unlink()


def _move_aside(path: str | Path) -> None:
    """Give another name to what is left of a file that is not there any more.

    It is looked for before the file is: what another process has just placed, and writes to, is none of it.
    """
    left = [f"{path}{end}" for end in SQLITE_SUFFIXES if os.path.lexists(f"{path}{end}")]
    if not left or os.path.lexists(path):
        return
    for each in left:
        number = next(number for number in count(1) if not os.path.lexists(f"{each}.{number}"))
        os.rename(each, f"{each}.{number}")
    sync_directory(Path(path).parent)
