"""The files of an export folder on disk, and which reading each is of."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from readlog.exports.reading_of_file import FileIdentity, digest_of, identify_file, with_line_feeds
from readlog.storage.atomic_files import atomic_write, sync_directory, write_errors


class PendingRename(NamedTuple):
    """A file, and the name that it is to get once no other file has it."""

    name: str
    wanted: str


class ExportFolder:
    """A folder for files with one suffix, made if need be and listed once.

    Each change is made on the disk at once. All methods that touch the disk raise ReadlogError.
    """

    def __init__(self, path: Path, suffix: str) -> None:
        self.path = path
        self._suffix = suffix
        self._names: dict[str, str] = {}
        self._identities: dict[str, FileIdentity] = {}
        self._files: dict[str, list[str]] = defaultdict(list)
        with write_errors(path):
            path.mkdir(parents=True, exist_ok=True)
            with os.scandir(path) as entries:
                for entry in entries:
                    self._add_entry(entry)

    def uids(self) -> list[str]:
        """The uids of all readings that have files here, sorted."""
        return sorted(self._files)

    def files_of(self, uid: str) -> Sequence[str]:
        """The names of a reading's files, the shortest first: a user's copies come after the file itself."""
        return sorted(self._files.get(uid, ()), key=lambda name: (len(name), name))

    def file_of(self, uid: str, names: Sequence[str]) -> str | None:
        """The name of a reading's file: the first of `names` that is one, else the first of `files_of`."""
        present = {name_key(name): name for name in reversed(self.files_of(uid))}
        preferred = (present[key] for key in map(name_key, names) if key in present)
        return next(preferred, next(reversed(present.values()), None))

    def is_free(self, name: str) -> bool:
        """True if nothing has this name, in upper or lower case: the folder may be copied to a system like that."""
        return name_key(name) not in self._names and not os.path.lexists(self.path / name)

    def has_text(self, name: str, text: str) -> bool:
        """True if a file listed at the start had exactly this text."""
        return self._identities[name].digest == digest_of(text.encode())

    def read(self, name: str) -> str | None:
        """The text of a file, with plain line feeds; None if it is not UTF-8."""
        with write_errors(self.path / name):
            try:
                return with_line_feeds((self.path / name).read_bytes()).decode()
            except UnicodeDecodeError:
                return None

    def write(self, name: str, text: str) -> None:
        """Write a file in one step; if one had the line ends of Windows, it keeps them."""
        path = self.path / name
        with write_errors(path):
            if name in self._identities and _has_carriage_returns(path):
                text = text.replace("\n", "\r\n")
            with atomic_write(path) as file:
                file.write(text)
        self._names[name_key(name)] = name

    def rename(self, name: str, new: str) -> None:
        """Rename a file to a name that is free."""
        with write_errors(self.path / name):
            (self.path / name).rename(self.path / new)
        del self._names[name_key(name)]
        self._names[name_key(new)] = new
        if name in self._identities:
            self._identities[new] = self._identities.pop(name)

    def remove(self, name: str) -> None:
        """Remove a file listed at the start."""
        with write_errors(self.path / name):
            (self.path / name).unlink()
        self._names.pop(name_key(name), None)
        self._files[self._identities.pop(name).uid].remove(name)

    def rename_pending(self, renames: Iterable[PendingRename]) -> list[tuple[str, str]]:
        """Make all renames whose new names have become free, also by each other; returns (old, new) of each."""
        waiting = {name_key(rename.wanted): rename for rename in renames}
        made: list[tuple[str, str]] = []
        for rename in list(waiting.values()):
            current: PendingRename | None = rename
            while current and name_key(current.wanted) in waiting and self.is_free(current.wanted):
                del waiting[name_key(current.wanted)]
                self.rename(current.name, current.wanted)
                made.append((current.name, current.wanted))
                current = waiting.get(name_key(current.name))
        return made

    def sync(self) -> None:
        """Flush the names of the files to the disk."""
        sync_directory(self.path)

    def _add_entry(self, entry: "os.DirEntry[str]") -> None:
        """A name that begins with a dot is never an export: a crash may have left a part of one there."""
        self._names[name_key(entry.name)] = entry.name
        is_hidden, is_other = entry.name.startswith("."), not entry.name.casefold().endswith(self._suffix)
        if is_hidden or is_other or not entry.is_file(follow_symlinks=False):
            return
        if identity := identify_file(entry.path, self._suffix):
            self._identities[entry.name] = identity
            self._files[identity.uid].append(entry.name)


def name_key(name: str) -> str:
    """A file name for comparison: file systems differ in case, and in how they encode accents."""
    return name.casefold() if name.isascii() else normalize("NFC", name).casefold()


def _has_carriage_returns(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline().endswith(b"\r\n")
