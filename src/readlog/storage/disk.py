"""Files that are whole or not there, and on the disk when a function returns."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import TextIO


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
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


def private_directory(path: Path) -> None:
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
