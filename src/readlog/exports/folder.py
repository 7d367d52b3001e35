"""A folder with a file for each reading: which are there, which names are free, and what is done to them."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from readlog.core.errors import ReadlogError
from readlog.exports.labels import Label, digest_of, read_label, with_line_feeds
from readlog.storage.disk import sync_directory, whole_file


class Move(NamedTuple):
    """A file, and the name that it shall have once that is free."""

    name: str
    wanted: str


class Folder:
    """What is in a folder, looked at once. Each change is made on the disk at once; all raise ReadlogError."""

    def __init__(self, path: Path, suffix: str) -> None:
        self.path = path
        self._suffix = suffix
        self._names: dict[str, str] = {}
        self._labels: dict[str, Label] = {}
        self._files: dict[str, list[str]] = defaultdict(list)
        with refused(path):
            path.mkdir(parents=True, exist_ok=True)
            with os.scandir(path) as entries:
                for entry in entries:
                    self._look_at(entry)

    def _look_at(self, entry: "os.DirEntry[str]") -> None:
        """What begins with a dot is never an export: it may be what a crash has left of one."""
        self._names[name_key(entry.name)] = entry.name
        hidden, other = entry.name.startswith("."), not entry.name.casefold().endswith(self._suffix)
        if hidden or other or not entry.is_file(follow_symlinks=False):
            return
        if label := read_label(entry.path, self._suffix):
            self._labels[entry.name] = label
            self._files[label.uid].append(entry.name)

    def uids(self) -> list[str]:
        """The uids of all readings that have files here."""
        return sorted(self._files)

    def files_of(self, uid: str) -> Sequence[str]:
        """The names of the files of a reading; several where somebody has copied one, a copy's behind its own."""
        return sorted(self._files.get(uid, ()), key=lambda name: (len(name), name))

    def file_of(self, uid: str, names: Sequence[str]) -> str | None:
        """The name of the reading's file: of one of these names, if there is one, else whichever is first."""
        there = {name_key(name): name for name in reversed(self.files_of(uid))}
        preferred = (there[key] for key in map(name_key, names) if key in there)
        return next(preferred, next(reversed(there.values()), None))

    def is_free(self, name: str) -> bool:
        """Whether nothing here has this name, whatever the case: a folder may be copied to where case is nothing."""
        return name_key(name) not in self._names and not os.path.lexists(self.path / name)

    def says(self, name: str, text: str) -> bool:
        """Whether the file says just this."""
        return self._labels[name].digest == digest_of(text.encode())

    def read(self, name: str) -> str | None:
        """What the file says, with plain line feeds; None where that is no text."""
        with refused(self.path / name):
            try:
                return with_line_feeds((self.path / name).read_bytes()).decode()
            except UnicodeDecodeError:
                return None

    def write(self, name: str, text: str) -> None:
        """Put a text into the file, whole or not at all; what had the line ends of Windows keeps them."""
        path = self.path / name
        with refused(path):
            if name in self._labels and _has_carriage_returns(path):
                text = text.replace("\n", "\r\n")
            with whole_file(path) as file:
                file.write(text)
        self._names[name_key(name)] = name

    def rename(self, name: str, new: str) -> None:
        """Give a file a name that is free."""
        with refused(self.path / name):
            (self.path / name).rename(self.path / new)
        del self._names[name_key(name)]
        self._names[name_key(new)] = new
        if name in self._labels:
            self._labels[new] = self._labels.pop(name)

    def remove(self, name: str) -> None:
        """Remove a file."""
        with refused(self.path / name):
            (self.path / name).unlink()
        self._names.pop(name_key(name), None)
        self._files[self._labels.pop(name).uid].remove(name)

    def settle(self, moves: Iterable[Move]) -> list[tuple[str, str]]:
        """Make those moves for whose names others have gone away; returns each old name with the new one."""
        waiting = {name_key(move.wanted): move for move in moves}
        made: list[tuple[str, str]] = []
        for move in list(waiting.values()):
            next_one: Move | None = move
            while next_one and name_key(next_one.wanted) in waiting and self.is_free(next_one.wanted):
                del waiting[name_key(next_one.wanted)]
                self.rename(next_one.name, next_one.wanted)
                made.append((next_one.name, next_one.wanted))
                next_one = waiting.get(name_key(next_one.name))
        return made

    def sync(self) -> None:
        """Have the names on the disk."""
        sync_directory(self.path)


def name_key(name: str) -> str:
    """A name as it is compared: systems differ in case, and in how they spell accents."""
    return name.casefold() if name.isascii() else normalize("NFC", name).casefold()


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a line for the reader."""
    try:
        yield
    except OSError as error:
        raise ReadlogError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error


def _has_carriage_returns(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline().endswith(b"\r\n")
