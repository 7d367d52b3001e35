"""Exports on disk: a file is whole or not there, a folder gets a file a reading, nobody else's file is touched."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from readlog.ground.errors import AlreadyThere, ReadlogError
from readlog.ground.model import Reading

Write = Callable[[Iterable[Reading], TextIO], int]


class Written(NamedTuple):
    """How many readings went out, and how many files had to be written for them."""

    readings: int
    files: int


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file to write to that takes its place at `path` when all of it is on the disk, and leaves no trace else.

    Raises ReadlogError where the folder or the disk refuses.
    """
    path = path.resolve()
    fresh = path.with_name(f".{path.name[:100]}.{os.getpid()}.new")
    try:
        try:
            with open(fresh, "x", encoding="utf-8", newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise ReadlogError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error


def write_file(path: Path, readings: Iterable[Reading], write: Write) -> Written:
    """Write all `readings` as one document to `path`, in place of what is there."""
    with whole_file(path) as file:
        return Written(write(readings, file), 1)


def write_folder(
    folder: Path, readings: Iterable[Reading], names: Mapping[int, str], suffix: str, write: Write
) -> Written:
    """Write each reading to its own file in `folder`, named as in `names`; a file that says the same already stays.

    A file of that name that is not this reading's is left alone, and the name gets the reading's id.
    Raises AlreadyThere where that is taken too.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadlogError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    count = written = 0
    for reading in readings:
        count += 1
        written += _write_one(folder, reading, names, suffix, write)
    return Written(count, written)


def _write_one(folder: Path, reading: Reading, names: Mapping[int, str], suffix: str, write: Write) -> bool:
    assert reading.id is not None
    path = _own_path(folder, reading, [f"{names[reading.id]}{suffix}", f"{names[reading.id]} {reading.id}{suffix}"])
    fresh = _written(reading, write)
    if path.exists() and path.read_bytes() == fresh:
        return False
    with whole_file(path) as file:
        file.write(fresh.decode())
    return True


def _own_path(folder: Path, reading: Reading, names: list[str]) -> Path:
    for name in names:
        path = folder / name
        if not path.exists() or (path.is_file() and _is_of(path, reading)):
            return path
    raise AlreadyThere(f"{folder / names[-1]} is there and not an export of reading {reading.id}. Move it away.", [])


def _is_of(path: Path, reading: Reading) -> bool:
    """Whether the file is an export of this reading: those name its uid in the first lines."""
    with open(path, "rb") as file:
        return str(reading.uid).encode() in file.read(300)


def _written(reading: Reading, write: Write) -> bytes:
    from io import StringIO

    text = StringIO()
    write([reading], text)
    return text.getvalue().encode()
