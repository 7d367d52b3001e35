"""Exports on disk: a file is whole or not there, a folder gets a file a reading, nobody else's words are touched."""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import NamedTuple, Protocol
from unicodedata import normalize

from readlog.core.errors import ReadlogError
from readlog.core.model import Reading
from readlog.core.text_output import TextOutput
from readlog.exports.keep_user_text import (
    FileIdentity,
    MergedFile,
    VersionLookup,
    digest_of,
    identify_file,
    is_untouched,
    merge_json_file,
    merge_markdown_file,
    with_line_feeds,
)
from readlog.formats.markdown_format import SUFFIX as MARKDOWN
from readlog.formats.markdown_format import file_names
from readlog.storage.atomic_files import atomic_write, sync_directory


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
        self._labels: dict[str, FileIdentity] = {}
        self._files: dict[str, list[str]] = defaultdict(list)
        with write_errors(path):
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
        if label := identify_file(entry.path, self._suffix):
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
        with write_errors(self.path / name):
            try:
                return with_line_feeds((self.path / name).read_bytes()).decode()
            except UnicodeDecodeError:
                return None

    def write(self, name: str, text: str) -> None:
        """Put a text into the file, whole or not at all; what had the line ends of Windows keeps them."""
        path = self.path / name
        with write_errors(path):
            if name in self._labels and _has_carriage_returns(path):
                text = text.replace("\n", "\r\n")
            with atomic_write(path) as file:
                file.write(text)
        self._names[name_key(name)] = name

    def rename(self, name: str, new: str) -> None:
        """Give a file a name that is free."""
        with write_errors(self.path / name):
            (self.path / name).rename(self.path / new)
        del self._names[name_key(name)]
        self._names[name_key(new)] = new
        if name in self._labels:
            self._labels[new] = self._labels.pop(name)

    def remove(self, name: str) -> None:
        """Remove a file."""
        with write_errors(self.path / name):
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
def write_errors(path: Path) -> Iterator[None]:
    """Turn a refusal of the disk into a line for the reader."""
    try:
        yield
    except OSError as error:
        raise ReadlogError(f"{path} cannot be written: {error.strerror}. Nothing was changed there.") from error


def _has_carriage_returns(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline().endswith(b"\r\n")


class Format(Protocol):
    """A module of this floor that writes readings."""

    SUFFIX: str

    def write(self, readings: Iterable[Reading], file: TextOutput) -> int:
        """Write the readings to `file`; returns how many there were."""


class ExportReport(NamedTuple):
    """How many readings went out, how many files had to be written for them, and what became of the others.

    `edited` were left to whoever has edited them, `renamed` have the old name and the new one,
    `removed` were of readings that are deleted.
    """

    readings: int
    files: int
    edited: tuple[Path, ...] = ()
    renamed: tuple[tuple[Path, Path], ...] = ()
    removed: tuple[Path, ...] = ()


def write_file(path: Path, readings: Iterable[Reading], format_: Format) -> ExportReport:
    """Write all `readings` as one document to `path`, in place of what is there. Raises ReadlogError."""
    with write_errors(path), atomic_write(path) as file:
        return ExportReport(format_.write(readings, file), 1)


def write_folder(
    folder: Path,
    readings: Iterable[Reading],
    names: Mapping[int, str],
    format_: Format,
    *,
    at: VersionLookup,
    otherwise: VersionLookup | None = None,
    deleted: Callable[[Iterable[str]], Collection[str]] | None = None,
) -> ExportReport:
    """Write each reading to its own file in `folder`, named as in `names`; a file that says the same already stays.

    A file is known by the uid in it; one that readlog has named gets the name that its reading has
    now, and what somebody has named keeps its name. `at` gives a reading as it was when it said a
    certain `updated_at`: what differs from that is somebody's own. It is kept, or the file is left.
    `otherwise` does so for another kind of export, public or not, which may have written the file.
    A file that is no export of one reading is never touched, and a name that it has gets the
    reading's id behind it. Where `deleted` tells which of some uids are those of deleted readings,
    their files are removed, but for those that somebody has edited. Raises ReadlogError.
    """
    export = _Export(Folder(folder, format_.SUFFIX), names, format_, [at, otherwise] if otherwise else [at])
    if deleted:
        export.remove(deleted)
    for reading in readings:
        export.put(reading)
    return export.finished()


class _Export:
    """An export into a folder while it goes on."""

    def __init__(self, folder: Folder, names: Mapping[int, str], format_: Format, ats: Sequence[VersionLookup]) -> None:
        self._folder = folder
        self._names = names
        self._format = format_
        self._judged = merge_markdown_file if format_.SUFFIX == MARKDOWN else merge_json_file
        self._ats = ats
        self._readings = 0
        self._files = 0
        self._edited: list[str] = []
        self._removed: list[str] = []
        self._renamed: dict[str, str] = {}
        self._moves: list[Move] = []
        self._new: set[str] = set()

    def put(self, reading: Reading) -> None:
        """Have one reading in the folder."""
        assert reading.id is not None
        assert reading.uid is not None
        self._readings += 1
        fresh, name, suffix = self._as_text(reading), self._names[reading.id], self._format.SUFFIX
        wanted, second = f"{name}{suffix}", f"{name} {reading.id}{suffix}"
        there = self._folder.file_of(reading.uid, (wanted, second))
        if there is None:
            self._add(reading, fresh, wanted, second)
        else:
            self._renew(reading, fresh, there, wanted, second)

    def remove(self, deleted: Callable[[Iterable[str]], Collection[str]]) -> None:
        """Remove the files of deleted readings."""
        for uid in sorted(deleted(self._folder.uids())):
            for name in self._folder.files_of(uid):
                text = self._folder.read(name)
                if text is not None and any(is_untouched(text, uid, self._as_text, at) for at in self._ats):
                    self._folder.remove(name)
                    self._removed.append(name)
                else:
                    self._edited.append(name)

    def finished(self) -> ExportReport:
        """Give the files their names that could not have them at once; returns all that was done."""
        for name, new in self._folder.settle(self._moves):
            if name not in self._new:
                self._renamed[new] = self._renamed.pop(name, name)
        self._folder.sync()
        path = self._folder.path
        renamed = [(path / name, path / new) for new, name in self._renamed.items()]
        edited, removed = (tuple(path / name for name in names) for names in (self._edited, self._removed))
        return ExportReport(self._readings, self._files, edited, tuple(renamed), removed)

    def _add(self, reading: Reading, fresh: str, wanted: str, second: str) -> None:
        """A file for a reading that has none: of its name, or of its name and id where that one is taken."""
        name = next(filter(self._folder.is_free, (wanted, second)), None)
        if not name:
            there = self._folder.path / second
            raise ReadlogError(f"{there} is there and not an export of reading {reading.id}. Move it away.")
        self._write(name, fresh)
        if name != wanted:
            self._new.add(name)
            self._moves.append(Move(name, wanted))

    def _renew(self, reading: Reading, fresh: str, there: str, wanted: str, second: str) -> None:
        """A file that is there: under the name that it has now, and written anew where that is needed.

        In this order: if it is not named yet and the program ends here, the next export would take
        the name for one that somebody has given.
        """
        if self._folder.says(there, fresh):
            self._rename(there, wanted, second, reading)
            return
        text = self._folder.read(there)
        verdict = self._verdict(text, reading, fresh) if text is not None else None
        if not verdict:
            self._edited.append(there)
            return
        name = self._rename(there, wanted, second, verdict.told)
        if verdict.text != text:
            self._write(name, verdict.text)

    def _verdict(self, text: str, reading: Reading, fresh: str) -> MergedFile | None:
        verdicts = (self._judged(text, reading, fresh, at) for at in self._ats)
        return next(filter(None, verdicts), None)

    def _rename(self, there: str, wanted: str, second: str, told: Reading) -> str:
        """Give the file its name, if readlog has given it the one that it has; returns the name that it has now.

        Where the name is taken the file has its second one, at least until all others are named.
        """
        key = name_key(there)
        if key == name_key(wanted) or not (key == name_key(second) or self._is_given(there, told)):
            return there
        names = (wanted,) if key == name_key(second) else (wanted, second)
        name = next(filter(self._folder.is_free, names), there)
        if name != there:
            self._folder.rename(there, name)
            self._renamed[name] = there
        if name != wanted:
            self._moves.append(Move(name, wanted))
        return name

    def _is_given(self, name: str, told: Reading) -> bool:
        """Whether this is a name that readlog gives to what the file has told so far.

        The number is behind the name of a second one, and once more where that is taken too.
        """
        [given] = file_names([(told.id or 0, told.finished, told.book.title)]).values()
        names = (f"{given}{f' {told.id}' * times}{self._format.SUFFIX}" for times in range(3))
        return name_key(name) in map(name_key, names)

    def _write(self, name: str, text: str) -> None:
        self._folder.write(name, text)
        self._files += 1

    def _as_text(self, reading: Reading) -> str:
        text = StringIO()
        self._format.write([reading], text)
        return text.getvalue()
