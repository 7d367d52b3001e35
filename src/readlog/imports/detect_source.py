"""Detect the format of an import file by its content, and read its rows."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from readlog.core.errors import BadInput, ReadlogError, UnreadableInput
from readlog.core.import_row import FilePosition, ImportOptions, ImportRow, RejectedRow
from readlog.core.normalize_text import printable_line
from readlog.formats.table_rows import Table, read_table
from readlog.imports import open_input
from readlog.imports.open_input import Document, InputFiles, open_path
from readlog.storage.atomic_files import atomic_write

FORMAT_NAMES = ("goodreads", "storygraph", "csv", "json", "markdown")
"""The values of --from."""

REJECTION_COLUMNS = ("Line", "Refused because")
"""The last columns of a file of rejected rows; all formats ignore these columns."""

RowReader = Callable[[ImportOptions], Iterator[ImportRow | RejectedRow]]
_FRONT_MATTER = re.compile(r"---[ \t]*\r?$", re.MULTILINE)
_SYNTAX_NAMES = {"json": "JSON", "markdown": "Markdown"}
_MAX_COLUMNS_SHOWN = 8
_MAX_NAME_SHOWN = 30
_VALUES_TO_INSPECT = 20
_ROWS_TO_INSPECT = 10


class TableFormat(Protocol):
    """A module that reads the tables of one service."""

    NAME: str
    SERVICE: str

    def recognises(self, table: Table) -> bool:
        """Whether a table has the columns of the service."""

    def read(self, table: Table, options: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
        """Each row of the table, understood or rejected."""


class DetectedFormat(NamedTuple):
    """A format: the value of --from, the name shown, the service, a function that reads the rows, and the columns."""

    key: str
    name: str
    service: str
    rows: RowReader
    columns: tuple[str, ...] = ("record",)


class ImportFile:
    """A file in a known format. Each iteration reads its rows from the beginning.

    `name` is the path as shown, `format` the name of the format, `service` where the data comes
    from, and `columns` the names for the cells of a rejected row. While iterating, `done` counts up
    to `total()`. Iterating raises UnreadableInput where the rest cannot be read.
    """

    def __init__(self, opened: InputFiles, found: DetectedFormat, options: ImportOptions) -> None:
        self.name = opened.name
        self.format = found.name
        self.service = found.service
        self.columns = found.columns
        self.skipped: list[str] = []
        self.done = 0
        self._documents = opened.documents
        self._rows = found.rows
        self._options = options

    def total(self) -> int:
        """The number of lines."""
        return self._documents[0].line_count()

    def __iter__(self) -> Iterator[ImportRow | RejectedRow]:
        for row in self._rows(self._options):
            self.done = row.position.line
            yield row


class MarkdownNotes(ImportFile):
    """The Markdown notes of a folder or an archive, about readings or anything else.

    `skipped` has the names of the notes that are not about a reading; it is complete after an
    iteration. A note that cannot be read becomes a rejected row. Iterating raises UnreadableInput
    where no note is about a reading.
    """

    def total(self) -> int:
        """The number of notes."""
        return len(self._documents)

    def __iter__(self) -> Iterator[ImportRow | RejectedRow]:
        self.skipped = []
        for done, note in enumerate(self._documents, 1):
            self.done = done
            try:
                yield from self._of_note(note)
            except UnreadableInput as error:
                yield RejectedRow(FilePosition(note.name, 1), str(error).removeprefix(f"{note.name}: "), ())
        if len(self.skipped) == len(self._documents):
            raise UnreadableInput(
                f"{self.name}: no note in it tells of a reading. One begins with fields between two lines of ---: "
                "a title, and a status, authors, a rating or a date."
            )

    def _of_note(self, note: Document) -> Iterator[ImportRow | RejectedRow]:
        from readlog.formats import markdown_format

        if markdown_format.describes_reading(_beginning(note), self._options):
            yield from markdown_format.read_lines(note.name, note.lines(), self._options)
        else:
            self.skipped.append(note.name)


class ImportFiles:
    """One or more files of the same service, read one after the other by each iteration.

    Raises BadInput for files of several services.
    """

    def __init__(self, imports: Sequence[ImportFile]) -> None:
        services = dict.fromkeys(each.service for each in imports)
        if len(services) > 1:
            formats = ", ".join(f"{each.name} ({each.format})" for each in imports)
            raise BadInput(f"These are of several services: {formats}. Import them one after the other.")
        self.service = next(iter(services))
        self._imports = imports
        self._rejected: list[list[RejectedRow]] = [[] for _ in imports]
        self._done_before, self._current = 0, imports[0]

    @property
    def done(self) -> int:
        """How many lines (or notes) of `total` have been read."""
        return self._done_before + self._current.done

    def total(self) -> int:
        """The number of lines (or notes) of all files. Raises UnreadableInput where one cannot be read."""
        return sum(each.total() for each in self._imports)

    @property
    def files(self) -> list[tuple[str, str]]:
        """The name and the format of each file."""
        return [(each.name, each.format) for each in self._imports]

    @property
    def skipped(self) -> list[str]:
        """Notes of folders and archives that are not about a reading."""
        return [name for each in self._imports for name in each.skipped]

    def __iter__(self) -> Iterator[ImportRow | RejectedRow]:
        self._done_before = 0
        for each, rejected in zip(self._imports, self._rejected, strict=True):
            self._current = each
            rejected.clear()
            for row in each:
                if isinstance(row, RejectedRow):
                    rejected.append(row)
                yield row
            self._done_before += each.done

    def check_rejected_paths(self) -> None:
        """Raise BadInput where a file for rejected rows would replace an existing one."""
        for each in self._imports:
            if (path := _rejected_path(each)).exists():
                raise BadInput(f"{path} is there already. Move it away, or leave out --keep-refused.")

    def write_rejected(self) -> list[Path]:
        """Write the rejected rows next to the files they come from; returns the paths.

        Raises ReadlogError where a file cannot be written.
        """
        files = [(each, rejected) for each, rejected in zip(self._imports, self._rejected, strict=True) if rejected]
        for each, rejected in files:
            try:
                _write_rejected(_rejected_path(each), each.columns, rejected)
            except OSError as error:
                raise ReadlogError(f"{_rejected_path(each)} cannot be written: {error.strerror}.") from error
        return [_rejected_path(each) for each, _ in files]


def open_import_files(
    paths: Iterable[str], options: ImportOptions, format_name: str | None = None, stdin: bytes | None = None
) -> list[ImportFile]:
    """Open each path with `open_import_file`; a folder with JSON and no Markdown stands for its JSON files."""
    return [
        open_import_file(each, options, format_name, stdin) for path in paths for each in _json_files_of_folder(path)
    ]


def open_import_file(
    path: str, options: ImportOptions, format_name: str | None = None, stdin: bytes | None = None
) -> ImportFile:
    """Open `path` and detect its format; `-` is standard input, with the bytes `stdin`.

    `format_name`, one of `FORMAT_NAMES`, is what the user says it is. If `options` map columns, any
    table is accepted. Raises BadInput for another name or a column that does not exist, and
    UnreadableInput for a file that cannot be read, or is not in a known format or not in this one.
    """
    format_name = format_name.strip().casefold() if format_name else None
    if format_name and format_name not in FORMAT_NAMES:
        raise BadInput(f'"{format_name}" is not a format to import. One of: {", ".join(FORMAT_NAMES)}.')
    if options.columns and format_name not in (None, "csv"):
        raise BadInput(f"--map is for tables of any other program. Leave out --from {format_name}.")
    opened = open_path(path, stdin)
    if opened.are_notes:
        return MarkdownNotes(opened, _detect_notes(opened, options, format_name), options)
    return ImportFile(opened, _detect(opened.documents[0], options, format_name), options)


def _json_files_of_folder(path: str) -> list[str]:
    folder = Path(path)
    if not folder.is_dir() or any(folder.glob("*.md")):
        return [path]
    return sorted(map(str, folder.glob("*.json"))) or [path]


def _rejected_path(each: ImportFile) -> Path:
    return Path(f"{each.name.rstrip('/')}.refused.csv")


def _write_rejected(path: Path, columns: Sequence[str], rows: Iterable[RejectedRow]) -> None:
    """Write the rows unchanged, so that they can be corrected and imported, each with its line and the reason."""
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*columns, *REJECTION_COLUMNS))
        for row in rows:
            cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
            writer.writerow((*cells[: len(columns)], row.position.line, row.reason))


def _detect_notes(opened: InputFiles, options: ImportOptions, format_name: str | None) -> DetectedFormat:
    from readlog.formats import markdown_format

    if options.columns or format_name not in (None, "markdown"):
        option = "--map" if options.columns else f"--from {format_name}"
        raise UnreadableInput(f"{opened.name}: {option} does not fit, this is Markdown. Leave it out.")
    return DetectedFormat("markdown", markdown_format.NAME, markdown_format.SERVICE, lambda options: iter(()))


def _detect(document: Document, options: ImportOptions, format_name: str | None) -> DetectedFormat:
    kind = _syntax(document)
    if options.columns:
        return _any_table(document, kind, options)
    found = _DETECTORS[kind](document)
    if not found and format_name:
        found = _named_format(document, kind, format_name, options)
    if not found:
        raise _unknown_error(document, kind)
    if format_name and found.key != format_name:
        raise document.error(f"--from {format_name} does not fit, this is {found.name}. Leave it out.")
    return found


def _syntax(document: Document) -> str:
    """The syntax of a text by its first characters: json, markdown with front matter, or else csv."""
    beginning = _beginning(document)
    if beginning.lstrip().startswith(("[", "{")):
        return "json"
    return "markdown" if _FRONT_MATTER.match(beginning) else "csv"


def _beginning(document: Document) -> str:
    """The first characters, decoded with replacements: also a file that is not UTF-8 can be recognised."""
    return document.head().decode("utf-8-sig", errors="replace")


def _detect_json(document: Document) -> DetectedFormat | None:
    """JSON of readlog, or None; raises UnreadableInput for JSON of another program."""
    from readlog.formats import json_format

    found = DetectedFormat(
        "json",
        json_format.NAME,
        json_format.SERVICE,
        lambda options: json_format.read(document.name, document.lines, options),
    )
    value = None
    for value in islice(json_format.first_values(document.name, document.lines), _VALUES_TO_INSPECT):
        if isinstance(value, Mapping):
            if what := open_input.describe_json(value):
                raise document.error(what)
            if "title" in value:
                return found
    return found if value is None else None


def _markdown_format(document: Document) -> DetectedFormat:
    from readlog.formats import markdown_format

    def rows(options: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
        return markdown_format.read_lines(document.name, document.lines(), options)

    return DetectedFormat("markdown", markdown_format.NAME, markdown_format.SERVICE, rows)


def _detect_table(document: Document) -> DetectedFormat | None:
    """A table of a known service, or None; raises UnreadableInput for one of another program, and for other texts."""
    from readlog.imports.sources import goodreads

    _check_not_foreign(document)
    header = _header(document)
    for key, format_ in _table_formats().items():
        if format_.recognises(header):
            return _table_format(key, format_, read_table(document.name, document.lines))
    if what := open_input.describe_table(header.keys):
        raise document.error(what)
    headless = goodreads.add_missing_header(read_table(document.name, document.lines))
    return _table_format("goodreads", goodreads, headless) if headless else None


_DETECTORS: Mapping[str, Callable[[Document], DetectedFormat | None]] = {
    "json": _detect_json,
    "markdown": _markdown_format,
    "csv": _detect_table,
}


def _check_not_foreign(document: Document) -> None:
    if what := open_input.describe_text(_beginning(document)):
        raise document.error(what)


def _header(document: Document) -> Table:
    """The table in the head of the file, which has the header even if the rest cannot be read."""
    text = _beginning(document)
    return read_table(document.name, lambda: StringIO(text, newline=""))


def _table_formats() -> dict[str, TableFormat]:
    from readlog.formats import csv_format
    from readlog.imports.sources import goodreads, storygraph

    return {"goodreads": goodreads, "storygraph": storygraph, "csv": csv_format}


def _table_format(key: str, format_: TableFormat, table: Table) -> DetectedFormat:
    return DetectedFormat(
        key, format_.NAME, format_.SERVICE, lambda options: format_.read(table, options), table.columns
    )


def _any_table(document: Document, kind: str, options: ImportOptions) -> DetectedFormat:
    """Any table, read by the columns that the user maps."""
    from readlog.imports.sources import any_csv

    if kind != "csv":
        raise document.error(f"--map does not fit, this is {_SYNTAX_NAMES[kind]}. Leave it out.")
    _check_not_foreign(document)
    table = read_table(document.name, document.lines)
    any_csv.check_mapping(table, options)
    return DetectedFormat(
        "csv", any_csv.NAME, any_csv.SERVICE, lambda options: any_csv.read(table, options), table.columns
    )


def _named_format(document: Document, kind: str, format_name: str, options: ImportOptions) -> DetectedFormat | None:
    """The format that the user names for a file that was not detected; None where it cannot be that."""
    from readlog.formats import json_format

    if format_name == "markdown":
        return _markdown_format(document)
    if format_name == "json" and kind == "json":
        return DetectedFormat(
            format_name,
            json_format.NAME,
            json_format.SERVICE,
            lambda options: json_format.read(document.name, document.lines, options),
        )
    if format_name == "json" or kind == "json":
        raise document.error(f"--from {format_name} does not fit, this is {'JSON' if kind == 'json' else 'no JSON'}.")
    if format_name == "csv":
        try:
            return _any_table(document, kind, options)
        except BadInput as error:
            raise document.error(str(error).removeprefix(f"{document.name}: ")) from error
    table = read_table(document.name, document.lines)
    return _table_format(format_name, _table_formats()[format_name], table) if "title" in table.keys else None


def _unknown_error(document: Document, kind: str) -> UnreadableInput:
    from readlog.imports.sources import any_csv

    if kind == "json":
        return document.error("this is JSON, but none of its first values is a record of a reading, with a title.")
    table = read_table(document.name, document.lines)
    if not _is_table(table):
        return document.error(
            "readlog does not know what this is: no table, no JSON, and no Markdown that begins "
            "with front matter between two lines of ---."
        )
    return document.error(
        f"a table of no program that readlog knows. Its columns are {_column_list(table.columns)}; looked for were "
        "Exclusive Shelf and Bookshelves of Goodreads, Read Status and Star Rating of StoryGraph, "
        f"title and uid of readlog. {any_csv.suggest_mapping(table)}"
    )


def _is_table(table: Table) -> bool:
    """Whether most of the first rows are as wide as the header; lines of prose have commas at random."""
    widths = [len(row.raw) for row in islice(table, _ROWS_TO_INSPECT)] or [len(table.columns)]
    return len(table.columns) > 1 and widths.count(len(table.columns)) * 2 > len(widths)


def _column_list(columns: tuple[str, ...]) -> str:
    shown = [printable_line(column)[:_MAX_NAME_SHOWN] for column in columns[:_MAX_COLUMNS_SHOWN]]
    return ", ".join(shown) + (", ..." if len(columns) > _MAX_COLUMNS_SHOWN else "")
