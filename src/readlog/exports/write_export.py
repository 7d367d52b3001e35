"""Writing readings to one file, or to a folder with a file for each, in which what a user wrote stays."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from readlog.core.domain_model import Reading
from readlog.core.errors import ReadlogError
from readlog.exports.export_folder import ExportFolder, PendingRename, name_key
from readlog.exports.export_format import ExportFormat
from readlog.exports.merge_export_file import (
    MergedFile,
    VersionLookup,
    is_untouched,
    merge_json_file,
    merge_markdown_file,
)
from readlog.formats.markdown_format import SUFFIX as MARKDOWN
from readlog.formats.markdown_format import file_names
from readlog.storage.atomic_files import atomic_write, write_errors


class ExportReport(NamedTuple):
    """How many readings were exported, and how many files had to be written for that.

    `edited` are files left as a user edited them, `renamed` pairs of the old and the new path, `removed` the files
    of deleted readings.
    """

    readings: int
    files: int
    edited: tuple[Path, ...] = ()
    renamed: tuple[tuple[Path, Path], ...] = ()
    removed: tuple[Path, ...] = ()


def write_file(path: Path, readings: Iterable[Reading], format_: ExportFormat) -> ExportReport:
    """Write all `readings` as one document to `path`, replacing what is there. Raises ReadlogError."""
    with write_errors(path), atomic_write(path) as file:
        return ExportReport(format_.write(readings, file), 1)


def write_folder(
    folder: Path,
    readings: Iterable[Reading],
    names: Mapping[int, str],
    format_: ExportFormat,
    *,
    find_version: VersionLookup,
    find_other_version: VersionLookup | None = None,
    find_deleted: Callable[[Iterable[str]], Collection[str]] | None = None,
) -> ExportReport:
    """Write each reading to its own file in `folder`; a file that needs no change is not written.

    `names` gives the file name for each id, without the suffix. A file is recognised by the uid in it. If readlog
    named it, it is renamed with its reading; if a user did, it keeps its name. `find_version` finds a reading as it
    was when the file was written: whatever differs from that is a user's and is kept, or the file is left.
    `find_other_version` does the same for the other kind of export (public or not) that may have written the file.
    A file that is not the export of one reading is never touched; where it has the name of one, that one gets the
    id of the reading after its name. `find_deleted` tells which of some uids are of deleted readings: their files
    are removed, unless a user edited them. Raises ReadlogError.
    """
    lookups = [find_version, find_other_version] if find_other_version else [find_version]
    export = _FolderExport(ExportFolder(folder, format_.SUFFIX), names, format_, lookups)
    if find_deleted:
        export.remove_deleted(find_deleted)
    for reading in readings:
        export.write_reading(reading)
    return export.finish()


class _FolderExport:
    """One export into a folder, and what it has done so far."""

    def __init__(
        self, folder: ExportFolder, names: Mapping[int, str], format_: ExportFormat, lookups: Sequence[VersionLookup]
    ) -> None:
        self._folder = folder
        self._names = names
        self._format = format_
        self._merge_file = merge_markdown_file if format_.SUFFIX == MARKDOWN else merge_json_file
        self._lookups = lookups
        self._readings = 0
        self._files = 0
        self._edited: list[str] = []
        self._removed: list[str] = []
        self._renamed: dict[str, str] = {}
        """The old name of each renamed file, by the new one."""
        self._pending: list[PendingRename] = []
        self._new: set[str] = set()

    def write_reading(self, reading: Reading) -> None:
        """Add or update the file of a reading."""
        assert reading.id is not None
        assert reading.uid is not None
        self._readings += 1
        export, name, suffix = self._to_text(reading), self._names[reading.id], self._format.SUFFIX
        wanted, second = f"{name}{suffix}", f"{name} {reading.id}{suffix}"
        file = self._folder.file_of(reading.uid, (wanted, second))
        if file is None:
            self._add(reading, export, wanted, second)
        else:
            self._update(reading, export, file, wanted, second)

    def remove_deleted(self, find_deleted: Callable[[Iterable[str]], Collection[str]]) -> None:
        """Remove the files of deleted readings that no user edited."""
        for uid in sorted(find_deleted(self._folder.uids())):
            for name in self._folder.files_of(uid):
                text = self._folder.read(name)
                if text is not None and any(is_untouched(text, uid, self._to_text, each) for each in self._lookups):
                    self._folder.remove(name)
                    self._removed.append(name)
                else:
                    self._edited.append(name)

    def finish(self) -> ExportReport:
        """Make the renames that had to wait; returns all that was done."""
        for name, new in self._folder.rename_pending(self._pending):
            if name not in self._new:
                self._renamed[new] = self._renamed.pop(name, name)
        self._folder.sync()
        path = self._folder.path
        renamed = [(path / name, path / new) for new, name in self._renamed.items()]
        edited, removed = (tuple(path / name for name in names) for names in (self._edited, self._removed))
        return ExportReport(self._readings, self._files, edited, tuple(renamed), removed)

    def _add(self, reading: Reading, export: str, wanted: str, second: str) -> None:
        """A new file, under the wanted name or, while that is taken, under the second."""
        name = next(filter(self._folder.is_free, (wanted, second)), None)
        if not name:
            taken = self._folder.path / second
            raise ReadlogError(f"{taken} is there and not an export of reading {reading.id}. Move it away.")
        self._write(name, export)
        if name != wanted:
            self._new.add(name)
            self._pending.append(PendingRename(name, wanted))

    def _update(self, reading: Reading, export: str, file: str, wanted: str, second: str) -> None:
        """Rename the file, then write it, each where needed.

        In this order: if the program ended in between, the next export would take the old name for one that a
        user chose.
        """
        if self._folder.has_text(file, export):
            self._rename(file, wanted, second, reading)
            return
        text = self._folder.read(file)
        merged = self._merge(text, reading, export) if text is not None else None
        if not merged:
            self._edited.append(file)
            return
        name = self._rename(file, wanted, second, merged.previous)
        if merged.text != text:
            self._write(name, merged.text)

    def _merge(self, text: str, reading: Reading, export: str) -> MergedFile | None:
        merged = (self._merge_file(text, reading, export, find_version) for find_version in self._lookups)
        return next(filter(None, merged), None)

    def _rename(self, file: str, wanted: str, second: str, previous: Reading) -> str:
        """Rename a file that readlog named; returns the name that it has then.

        Where the wanted name is taken, the file has the second one at least until all others are renamed.
        """
        key = name_key(file)
        if key == name_key(wanted) or not (key == name_key(second) or self._is_generated(file, previous)):
            return file
        names = (wanted,) if key == name_key(second) else (wanted, second)
        name = next(filter(self._folder.is_free, names), file)
        if name != file:
            self._folder.rename(file, name)
            self._renamed[name] = file
        if name != wanted:
            self._pending.append(PendingRename(name, wanted))
        return name

    def _is_generated(self, name: str, previous: Reading) -> bool:
        """True if readlog gives this name to the reading that the file had before.

        The id is after it in a second name, and twice where that was taken too.
        """
        [generated] = file_names([(previous.id or 0, previous.finished, previous.book.title)]).values()
        names = (f"{generated}{f' {previous.id}' * times}{self._format.SUFFIX}" for times in range(3))
        return name_key(name) in map(name_key, names)

    def _write(self, name: str, text: str) -> None:
        self._folder.write(name, text)
        self._files += 1

    def _to_text(self, reading: Reading) -> str:
        text = StringIO()
        self._format.write([reading], text)
        return text.getvalue()
