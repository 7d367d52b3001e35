"""Files that are imported together: their rows in one go, how far that has come, and the rows that were refused."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from readlog.core.errors import BadInput, ReadlogError
from readlog.core.import_row import Incoming, Refused, Wishes
from readlog.imports.detect_source import Import, open_import
from readlog.storage.disk import whole_file

REFUSED_COLUMNS = ("Line", "Refused because")
"""What stands behind the cells of a refused row in its file; every format ignores these when it reads them."""


def open_all(
    paths: Iterable[str], wishes: Wishes, named: str | None = None, stdin: bytes | None = None
) -> list[Import]:
    """What is at the paths, as `open_import` opens it; a folder that has JSON and no Markdown is its files of JSON."""
    return [open_import(each, wishes, named, stdin) for path in paths for each in _expanded(path)]


def _expanded(path: str) -> list[str]:
    folder = Path(path)
    if not folder.is_dir() or any(folder.glob("*.md")):
        return [path]
    return sorted(map(str, folder.glob("*.json"))) or [path]


class Several:
    """Files of one service, one behind the other. Iterating gives their rows, and again from the beginning.

    Raises BadInput where they are of several services.
    """

    def __init__(self, imports: Sequence[Import]) -> None:
        services = dict.fromkeys(each.service for each in imports)
        if len(services) > 1:
            formats = ", ".join(f"{each.name} ({each.format})" for each in imports)
            raise BadInput(f"These are of several services: {formats}. Import them one after the other.")
        self.service = next(iter(services))
        self._imports = imports
        self._refused: list[list[Refused]] = [[] for _ in imports]
        self._behind, self._now = 0, imports[0]

    @property
    def done(self) -> int:
        """How far the rows that were given have come, out of `total`."""
        return self._behind + self._now.done

    def total(self) -> int:
        """How much there is in all. Raises NotUnderstood where a file cannot be read."""
        return sum(each.total() for each in self._imports)

    @property
    def files(self) -> list[tuple[str, str]]:
        """The name of each file, and of its format."""
        return [(each.name, each.format) for each in self._imports]

    @property
    def skipped(self) -> list[str]:
        """Notes of folders and archives that tell of no reading."""
        return [name for each in self._imports for name in each.skipped]

    def __iter__(self) -> Iterator[Incoming | Refused]:
        self._behind = 0
        for each, refused in zip(self._imports, self._refused, strict=True):
            self._now = each
            refused.clear()
            for row in each:
                if isinstance(row, Refused):
                    refused.append(row)
                yield row
            self._behind += each.done

    def check_refused_can_be_kept(self) -> None:
        """Raise BadInput where a file for refused rows would take the place of another."""
        for each in self._imports:
            if (path := _refused_path(each)).exists():
                raise BadInput(f"{path} is there already. Move it away, or leave out --keep-refused.")

    def keep_refused(self) -> list[Path]:
        """Write the rows that were refused beside the files they come from; returns what was written.

        Raises ReadlogError where the disk refuses.
        """
        kept = [(each, refused) for each, refused in zip(self._imports, self._refused, strict=True) if refused]
        for each, refused in kept:
            try:
                _write_refused(_refused_path(each), each.columns, refused)
            except OSError as error:
                raise ReadlogError(f"{_refused_path(each)} cannot be written: {error.strerror}.") from error
        return [_refused_path(each) for each, _ in kept]


def _refused_path(each: Import) -> Path:
    return Path(f"{each.name.rstrip('/')}.refused.csv")


def _write_refused(path: Path, columns: Sequence[str], rows: Iterable[Refused]) -> None:
    """The rows as they stand, so that they can be mended and imported, each with its line and the reason behind it."""
    with whole_file(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*columns, *REFUSED_COLUMNS))
        for row in rows:
            cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
            writer.writerow((*cells[: len(columns)], row.place.line, row.reason))
