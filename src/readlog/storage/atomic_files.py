"""Files that are written under a temporary name, and take their place once they are complete and on the disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, takewhile
from pathlib import Path
from stat import S_IMODE, S_ISREG
from time import time
from typing import TextIO

from readlog.core.errors import ReadlogError

PREFIX, SUFFIX = ".readlog-", ".new"
"""How the names of temporary files begin and end."""

SQLITE_SUFFIXES = ("-journal", "-wal", "-shm")
"""How the names of the files end that SQLite keeps next to a database."""

_DAY = 86_400


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """A text file to write to, which replaces the one at `path` after the block, or leaves no trace after an error.

    It keeps the mode of the file it replaces; a new file is its owner's alone, because private notes may be in it.
    A link stays a link. Anything but an ordinary file, such as a device or a pipe, is written directly. Raises OSError.
    """
    mode = _mode_to_keep(path)
    if mode is None:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    path = path.resolve()
    with temporary_file(path.parent, path.suffix) as fresh:
        with open(fresh, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(fresh, mode)
        os.replace(fresh, path)
    sync_directory(path.parent)


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turn an OSError into a ReadlogError that says that `path` cannot be written, and why."""
    try:
        yield
    except OSError as error:
        raise ReadlogError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error


@contextmanager
def temporary_file(directory: str | Path, suffix: str = SUFFIX) -> Iterator[str]:
    """The path of a new, empty file that only its owner can read; removed at the end if it still has that name.

    Raises OSError.
    """
    import tempfile

    descriptor, fresh = tempfile.mkstemp(dir=directory, prefix=PREFIX, suffix=suffix)
    os.close(descriptor)
    try:
        yield fresh
    finally:
        for end in ("", *SQLITE_SUFFIXES):
            with suppress(OSError):
                os.unlink(fresh + end)


def link_new(fresh: str, path: str | Path) -> None:
    """Give the complete file `fresh` its name. Raises FileExistsError if something has that name, and OSError.

    What SQLite has left of a file that is no longer there is renamed first: it would be applied to this one.
    """
    _rename_sqlite_leftovers(path)
    try:
        os.link(fresh, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(17, os.strerror(17), str(path)) from None
        os.rename(fresh, path)
    sync_directory(Path(path).parent)


def replace_file(fresh: str, path: str | Path) -> None:
    """Put the complete database file `fresh` in the place of another one, or where there is none. Raises OSError.

    What SQLite has left next to the other one is removed first: it must never be applied to this one.
    """
    _rename_sqlite_leftovers(path)
    for end in SQLITE_SUFFIXES:
        with suppress(FileNotFoundError):
            os.unlink(f"{path}{end}")
    sync_directory(Path(path).parent)
    os.replace(fresh, path)
    sync_directory(Path(path).parent)


def make_private_directory(path: Path) -> None:
    """Create the directory `path` unless it exists; it and new ones above it are the owner's alone. Raises OSError."""
    missing = takewhile(lambda each: not os.path.lexists(each), path.parents)
    for directory in (*reversed(list(missing)), path):
        directory.mkdir(mode=0o700, exist_ok=True)


def sync_file(path: str | Path) -> None:
    """Wait until the contents of a file are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(directory: Path) -> None:
    """Wait until the names in a directory are on the disk, if the system can sync a directory."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_stale_temporary_files(directory: str | Path) -> None:
    """Remove the temporary files that a process left there when it was killed, a day ago or more."""
    for left in Path(directory).glob(f"{PREFIX}*{SUFFIX}*"):
        if left.name.endswith((SUFFIX, *SQLITE_SUFFIXES)):
            with suppress(OSError):
                if left.stat().st_mtime < time() - _DAY:
                    left.unlink()


def _mode_to_keep(path: Path) -> int | None:
    """The mode for the file that is written to `path`; None if something else than a file is there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0o600
    return S_IMODE(found.st_mode) if S_ISREG(found.st_mode) else None


def _rename_sqlite_leftovers(path: str | Path) -> None:
    """Number the files that SQLite has left of a database that is no longer there.

    They are listed before the database is looked for: another process may just have put it there and be writing.
    """
    left = [f"{path}{end}" for end in SQLITE_SUFFIXES if os.path.lexists(f"{path}{end}")]
    if not left or os.path.lexists(path):
        return
    for each in left:
        number = next(number for number in count(1) if not os.path.lexists(f"{each}.{number}"))
        os.rename(each, f"{each}.{number}")
    sync_directory(Path(path).parent)
