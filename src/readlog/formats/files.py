"""Exports on disk: a file is whole or not there, a folder gets a file a reading, nobody else's words are touched."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import NamedTuple, Protocol

from readlog.ground.disk import whole_file
from readlog.ground.errors import ReadlogError
from readlog.ground.model import Reading
from readlog.ground.output import Output

_COARSEST_CLOCK = 2.0
"""Seconds: some file systems keep no finer times."""


class Format(Protocol):
    """A module of this floor that writes readings."""

    SUFFIX: str

    def write(self, readings: Iterable[Reading], file: Output) -> int:
        """Write the readings to `file`; returns how many there were."""


class Written(NamedTuple):
    """How many readings went out, how many files had to be written for them, and which were left to their editor."""

    readings: int
    files: int
    edited: tuple[Path, ...] = ()


def write_file(path: Path, readings: Iterable[Reading], format_: Format) -> Written:
    """Write all `readings` as one document to `path`, in place of what is there. Raises ReadlogError."""
    with _refused(path), whole_file(path) as file:
        return Written(format_.write(readings, file), 1)


def write_folder(folder: Path, readings: Iterable[Reading], names: Mapping[int, str], format_: Format) -> Written:
    """Write each reading to its own file in `folder`, named as in `names`; a file that says the same already stays.

    A file of that name that is not this reading's is left alone, and the name gets the reading's id.
    A file that somebody has edited since it was exported is left alone too. Raises ReadlogError.
    """
    with _refused(folder):
        folder.mkdir(parents=True, exist_ok=True)
    count, files, edited = 0, 0, []
    for reading in readings:
        count += 1
        path = _path_of(folder, reading, names, format_.SUFFIX)
        fresh = _as_text(reading, format_)
        there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
        if there is not None and there != fresh and not _is_untouched(path, there):
            edited.append(path)
        elif there != fresh:
            files += 1
            _write_dated(path, fresh)
    return Written(count, files, tuple(edited))


def _write_dated(path: Path, text: str) -> None:
    """Write an export, whose time on the disk is the time at which its reading was changed last."""
    with _refused(path):
        with whole_file(path) as file:
            file.write(text)
        if changed := _changed_at(text):
            os.utime(path, (changed, changed))


def _is_untouched(path: Path, text: str) -> bool:
    """Whether the file has still the time that `_write_dated` gave it: any editor gives it another."""
    return abs(path.stat().st_mtime - _changed_at(text)) < _COARSEST_CLOCK


def _changed_at(text: str) -> float:
    """When its reading was changed last, as an export of either format says, in seconds since 1970; else 0."""
    said = re.search(r'^updated_at: "?([-0-9T:.Z]{20,30})"?$|"updated_at": "([-0-9T:.Z]{20,30})"', text, re.MULTILINE)
    try:
        return datetime.fromisoformat(said[1] or said[2]).timestamp() if said else 0.0
    except ValueError:
        return 0.0


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a line for the reader."""
    try:
        yield
    except OSError as error:
        raise ReadlogError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error


def _path_of(folder: Path, reading: Reading, names: Mapping[int, str], suffix: str) -> Path:
    """The file for a reading: of its name, or of its name and id where that one is somebody else's."""
    assert reading.id is not None
    name = names[reading.id]
    for path in (folder / f"{name}{suffix}", folder / f"{name} {reading.id}{suffix}"):
        if not os.path.lexists(path) or (path.is_file() and not path.is_symlink() and _is_of(path, reading)):
            return path
    raise ReadlogError(f"{path} is there and not an export of reading {reading.id}. Move it away.")


def _is_of(path: Path, reading: Reading) -> bool:
    """Whether the file is an export of this reading: those name its uid in the first lines."""
    with path.open(encoding="utf-8", errors="replace") as file:
        said = re.escape(str(reading.uid))
        return re.search(rf'^uid: "?{said}"?$|"uid": "{said}"', file.read(1000), re.MULTILINE) is not None


def _as_text(reading: Reading, format_: Format) -> str:
    text = StringIO()
    format_.write([reading], text)
    return text.getvalue()
