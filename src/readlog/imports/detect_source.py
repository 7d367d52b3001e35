"""Telling what was handed over, by what is in it: the format, and what gives its rows."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from readlog.core.errors import BadInput, ReadlogError, UnreadableInput
from readlog.core.import_row import FilePosition, ImportOptions, ImportRow, RejectedRow
from readlog.core.text import printable_line
from readlog.formats.table_rows import Table, read_table
from readlog.imports import open_input
from readlog.imports.open_input import Document, Opened, open_path
from readlog.storage.atomic_files import atomic_write

NAMES = ("goodreads", "storygraph", "csv", "json", "markdown")
"""What can be said with --from."""

Rows = Callable[[ImportOptions], Iterator[ImportRow | RejectedRow]]

_FRONT_MATTER = re.compile(r"---[ \t]*\r?$", re.MULTILINE)
_COLUMNS_SHOWN = 8
_LONGEST_SHOWN = 30
_VALUES_LOOKED_AT = 20
_ROWS_LOOKED_AT = 10


class TableFormat(Protocol):
    """A module of this floor that reads tables of one service."""

    NAME: str
    SERVICE: str

    def recognises(self, table: Table) -> bool:
        """Whether the columns of a file are those of the service."""

    def read(self, table: Table, wishes: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
        """What each row tells."""


class Found(NamedTuple):
    """A format: its name after --from, its name for the reader, where its data comes from, its rows and its columns."""

    key: str
    name: str
    service: str
    rows: Rows
    columns: tuple[str, ...] = ("record",)


class Import:
    """A document that was understood. Iterating gives its rows, and again from the beginning.

    `name` is what was handed over, `format` the name of its format, `service` where the data comes
    from, and `columns` what the cells of a refused row are called. While rows are given, `done`
    goes up to `total()`. Iterating raises UnreadableInput where the rest cannot be read.
    """

    def __init__(self, opened: Opened, found: Found, wishes: ImportOptions) -> None:
        self.name = opened.name
        self.format = found.name
        self.service = found.service
        self.columns = found.columns
        self.skipped: list[str] = []
        self.done = 0
        self._documents = opened.documents
        self._rows = found.rows
        self._wishes = wishes

    def total(self) -> int:
        """How many lines there are."""
        return self._documents[0].line_count()

    def __iter__(self) -> Iterator[ImportRow | RejectedRow]:
        for row in self._rows(self._wishes):
            self.done = row.position.line
            yield row


class Notes(Import):
    """The Markdown of a folder or an archive, in which there may be notes about anything.

    `skipped` names those that tell of no reading and of which there is no row; it is whole once all
    rows were given. A note that cannot be read is a row that was refused. Iterating raises
    UnreadableInput where no note tells of a reading.
    """

    def total(self) -> int:
        """How many notes there are."""
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

        if markdown_format.tells_of_a_reading(_beginning(note), self._wishes):
            yield from markdown_format.read_lines(note.name, note.lines(), self._wishes)
        else:
            self.skipped.append(note.name)


def open_import(path: str, wishes: ImportOptions, named: str | None = None, stdin: bytes | None = None) -> Import:
    """What `path` holds, recognised by its content; `-` is standard input, whose bytes are `stdin`.

    `named` is what the reader says it is, one of `NAMES`; where columns are named in `wishes`, it
    is any table. Raises BadInput for another name or a column that is not there, and UnreadableInput
    for a file that cannot be read, is of no known format, or of another than the reader says.
    """
    named = named.strip().casefold() if named else None
    if named and named not in NAMES:
        raise BadInput(f'"{named}" is not a format to import. One of: {", ".join(NAMES)}.')
    if wishes.columns and named not in (None, "csv"):
        raise BadInput(f"--map is for tables of any other program. Leave out --from {named}.")
    opened = open_path(path, stdin)
    if opened.are_notes:
        return Notes(opened, _as_notes(opened, wishes, named), wishes)
    return Import(opened, _found(opened.documents[0], wishes, named), wishes)


def _as_notes(opened: Opened, wishes: ImportOptions, named: str | None) -> Found:
    from readlog.formats import markdown_format

    if wishes.columns or named not in (None, "markdown"):
        said = "--map" if wishes.columns else f"--from {named}"
        raise UnreadableInput(f"{opened.name}: {said} does not fit, this is Markdown. Leave it out.")
    return Found("markdown", markdown_format.NAME, markdown_format.SERVICE, lambda wishes: iter(()))


def _found(document: Document, wishes: ImportOptions, named: str | None) -> Found:
    kind = _kind(document)
    if wishes.columns:
        return _mapped(document, kind, wishes)
    found = _RECOGNISE[kind](document)
    if not found and named:
        found = _taken_for(document, kind, named, wishes)
    if not found:
        raise _unknown(document, kind)
    if named and found.key != named:
        raise document.wrong(f"--from {named} does not fit, this is {found.name}. Leave it out.")
    return found


def _kind(document: Document) -> str:
    """What a text is by its first sign: JSON, Markdown with front matter, or else a table, if anything."""
    beginning = _beginning(document)
    if beginning.lstrip().startswith(("[", "{")):
        return "json"
    return "markdown" if _FRONT_MATTER.match(beginning) else "csv"


def _beginning(document: Document) -> str:
    """The first characters, whatever their encoding: enough to say what a file is that cannot be read."""
    return document.head().decode("utf-8-sig", errors="replace")


def _json(document: Document) -> Found | None:
    """Raises UnreadableInput for JSON of another program."""
    from readlog.formats import json_format

    found = Found(
        "json",
        json_format.NAME,
        json_format.SERVICE,
        lambda wishes: json_format.read(document.name, document.lines, wishes),
    )
    value = None
    for value in islice(json_format.first_values(document.name, document.lines), _VALUES_LOOKED_AT):
        if isinstance(value, Mapping):
            if what := open_input.of_json(value):
                raise document.wrong(what)
            if "title" in value:
                return found
    return found if value is None else None


def _markdown(document: Document) -> Found:
    from readlog.formats import markdown_format

    def rows(wishes: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
        return markdown_format.read_lines(document.name, document.lines(), wishes)

    return Found("markdown", markdown_format.NAME, markdown_format.SERVICE, rows)


def _table(document: Document) -> Found | None:
    """Raises UnreadableInput for a table of another program, and for what is no table."""
    from readlog.imports.sources import goodreads

    _check_text(document)
    header = _header(document)
    for key, format_ in _table_formats().items():
        if format_.recognises(header):
            return _of_table(key, format_, read_table(document.name, document.lines))
    if what := open_input.of_columns(header.keys):
        raise document.wrong(what)
    headless = goodreads.headless(read_table(document.name, document.lines))
    return _of_table("goodreads", goodreads, headless) if headless else None


_RECOGNISE: Mapping[str, Callable[[Document], Found | None]] = {"json": _json, "markdown": _markdown, "csv": _table}


def _check_text(document: Document) -> None:
    if what := open_input.of_text(_beginning(document)):
        raise document.wrong(what)


def _header(document: Document) -> Table:
    """The table that begins the file, even where what follows cannot be read."""
    text = _beginning(document)
    return read_table(document.name, lambda: StringIO(text, newline=""))


def _table_formats() -> dict[str, TableFormat]:
    from readlog.formats import csv_format
    from readlog.imports.sources import goodreads, storygraph

    return {"goodreads": goodreads, "storygraph": storygraph, "csv": csv_format}


def _of_table(key: str, format_: TableFormat, table: Table) -> Found:
    return Found(key, format_.NAME, format_.SERVICE, lambda wishes: format_.read(table, wishes), table.columns)


def _mapped(document: Document, kind: str, wishes: ImportOptions) -> Found:
    """Any table, by the columns that the reader has named."""
    from readlog.imports.sources import any_csv

    if kind != "csv":
        raise document.wrong(f"--map does not fit, this is {_SPELLED[kind]}. Leave it out.")
    _check_text(document)
    table = read_table(document.name, document.lines)
    any_csv.check(table, wishes)
    return Found("csv", any_csv.NAME, any_csv.SERVICE, lambda wishes: any_csv.read(table, wishes), table.columns)


def _taken_for(document: Document, kind: str, named: str, wishes: ImportOptions) -> Found | None:
    """What nobody recognises as what the reader says that it is; None where it cannot be that."""
    from readlog.formats import json_format

    if named == "markdown":
        return _markdown(document)
    if named == "json" and kind == "json":
        return Found(
            named,
            json_format.NAME,
            json_format.SERVICE,
            lambda wishes: json_format.read(document.name, document.lines, wishes),
        )
    if named == "json" or kind == "json":
        raise document.wrong(f"--from {named} does not fit, this is {'JSON' if kind == 'json' else 'no JSON'}.")
    if named == "csv":
        try:
            return _mapped(document, kind, wishes)
        except BadInput as error:
            raise document.wrong(str(error).removeprefix(f"{document.name}: ")) from error
    table = read_table(document.name, document.lines)
    return _of_table(named, _table_formats()[named], table) if "title" in table.keys else None


_SPELLED = {"json": "JSON", "markdown": "Markdown"}


def _unknown(document: Document, kind: str) -> UnreadableInput:
    from readlog.imports.sources import any_csv

    if kind == "json":
        return document.wrong("this is JSON, but none of its first values is a record of a reading, with a title.")
    table = read_table(document.name, document.lines)
    if not _is_table(table):
        return document.wrong(
            "readlog does not know what this is: no table, no JSON, and no Markdown that begins "
            "with front matter between two lines of ---."
        )
    return document.wrong(
        f"a table of no program that readlog knows. Its columns are {_listed(table.columns)}; looked for were "
        "Exclusive Shelf and Bookshelves of Goodreads, Read Status and Star Rating of StoryGraph, "
        f"title and uid of readlog. {any_csv.suggests(table)}"
    )


def _is_table(table: Table) -> bool:
    """Whether the first rows are as wide as the header: in a text the one comma is here, the other there."""
    widths = [len(row.raw) for row in islice(table, _ROWS_LOOKED_AT)] or [len(table.columns)]
    return len(table.columns) > 1 and widths.count(len(table.columns)) * 2 > len(widths)


def _listed(columns: tuple[str, ...]) -> str:
    shown = [printable_line(column)[:_LONGEST_SHOWN] for column in columns[:_COLUMNS_SHOWN]]
    return ", ".join(shown) + (", ..." if len(columns) > _COLUMNS_SHOWN else "")


REFUSED_COLUMNS = ("Line", "Refused because")
"""What stands behind the cells of a refused row in its file; every format ignores these when it reads them."""


def open_all(
    paths: Iterable[str], wishes: ImportOptions, named: str | None = None, stdin: bytes | None = None
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
        self._refused: list[list[RejectedRow]] = [[] for _ in imports]
        self._behind, self._now = 0, imports[0]

    @property
    def done(self) -> int:
        """How far the rows that were given have come, out of `total`."""
        return self._behind + self._now.done

    def total(self) -> int:
        """How much there is in all. Raises UnreadableInput where a file cannot be read."""
        return sum(each.total() for each in self._imports)

    @property
    def files(self) -> list[tuple[str, str]]:
        """The name of each file, and of its format."""
        return [(each.name, each.format) for each in self._imports]

    @property
    def skipped(self) -> list[str]:
        """Notes of folders and archives that tell of no reading."""
        return [name for each in self._imports for name in each.skipped]

    def __iter__(self) -> Iterator[ImportRow | RejectedRow]:
        self._behind = 0
        for each, refused in zip(self._imports, self._refused, strict=True):
            self._now = each
            refused.clear()
            for row in each:
                if isinstance(row, RejectedRow):
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


def _write_refused(path: Path, columns: Sequence[str], rows: Iterable[RejectedRow]) -> None:
    """The rows as they stand, so that they can be mended and imported, each with its line and the reason behind it."""
    with atomic_write(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*columns, *REFUSED_COLUMNS))
        for row in rows:
            cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
            writer.writerow((*cells[: len(columns)], row.position.line, row.reason))
