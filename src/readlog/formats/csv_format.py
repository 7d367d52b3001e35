"""The CSV of readlog: one record per row, for spreadsheets, and readable after one has saved it.

RFC 4180, except that rows end in a line feed alone, as the lines inside a review do. An empty cell
means "unknown". Lists of names are in one cell, separated by `; `; a list which that would make
ambiguous is a JSON array, as are contributors and quotes, and `extra` is a JSON object.

A spreadsheet executes text that begins with = + - @ or a tab as a formula. Such text is written
with an apostrophe before it, and so is text in which apostrophes already precede such a sign: the
reader removes one. Numbers in columns of numbers are written as they are.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from readlog.core.domain_model import Reading
from readlog.core.errors import BadField, BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.reading_record import KEYS, to_record
from readlog.core.text_writer import TextOutput
from readlog.formats import table_rows
from readlog.formats.json_format import dumps, parse_record
from readlog.formats.table_rows import Row, Table

NAME = "readlog CSV"
SERVICE = "readlog"
SUFFIX = ".csv"

SPREADSHEET_CELL_LIMIT = 32_767
"""Characters of a cell; Excel truncates longer text silently."""

_TYPICAL_COLUMNS = frozenset("book_uid series_number private_note contributors sources created_at updated_at".split())
_IGNORED_COLUMNS = frozenset(("line", "refused because", ""))
"""The columns of a file of rejected rows, and columns without a name."""

_FORMULA_SIGN = "[=+\\-@\t\r＝＋－＠]"
_LIKE_A_FORMULA = re.compile(f"'*{_FORMULA_SIGN}")
_ESCAPED_FORMULA = re.compile(f"'+{_FORMULA_SIGN}")

_POWER_OF_TEN = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_SPREADSHEET_DATE = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")
_TIMESTAMP_WITHOUT_ZONE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)")

_MAYBE_CUT_NOTE = f"a text of exactly {SPREADSHEET_CELL_LIMIT:,} characters: a spreadsheet may have cut it"


def write(readings: Iterable[Reading], file: TextOutput) -> int:
    """Write every field of the readings to `file`; returns how many readings there were."""
    return write_columns(readings, file, KEYS)


def write_columns(readings: Iterable[Reading], file: TextOutput, columns: Sequence[str]) -> int:
    """Write the fields `columns`, which are some of `KEYS`, to `file`; returns how many readings there were."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(columns)
    count = 0
    for reading in readings:
        record = to_record(reading)
        rows.writerow([_to_cell(record[key]) for key in columns])
        count += 1
    return count


def parse_columns(text: str) -> tuple[str, ...]:
    """The keys in a list such as `title, authors, rating`; raises BadInput for an unknown or repeated one."""
    columns: list[str] = []
    for name in text.split(","):
        key = re.sub(r"[-\s]+", "_", name.strip().casefold())
        if key not in KEYS:
            raise BadInput(f'"{name.strip()}" is not a column. {_suggestion(key)}')
        if key in columns:
            raise BadInput(f'the column "{key}" stands twice. Name it once.')
        columns.append(key)
    return tuple(columns)


def recognises(table: Table) -> bool:
    """Whether a table was exported by readlog: it has a title, and columns that no other program calls so."""
    return "title" in table.keys and ("uid" in table.keys or len(_TYPICAL_COLUMNS.intersection(table.keys)) > 1)


def read(table: Table, options: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
    """The reading in each row; its `keys` are the fields that have a column.

    Unknown columns become `extra`, like unknown keys of front matter. Raises UnreadableInput where
    the rest of the file is not a table.
    """
    names = dict(zip(table.keys, table.labels, strict=True))
    days = table_rows.DateColumns(table, ("started", "finished"), options.day_first)
    for row in table:
        try:
            yield _import_row(row, names, options, days)
        except BadInput as error:
            yield RejectedRow(row.position, str(error), row.raw)


def _suggestion(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, KEYS, 1)
    return f"Did you mean {near[0]}?" if near else f"One of: {', '.join(KEYS)}."


def _to_cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = _join_names(value)
    text = value if isinstance(value, str) else dumps(value)
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def _join_names(names: list[str]) -> str:
    line = "; ".join(names)
    return dumps(names) if line.startswith("[") or line.count(";") >= len(names) else line


def _import_row(row: Row, names: Mapping[str, str], options: ImportOptions, days: table_rows.DateColumns) -> ImportRow:
    _check_width(row, len(names))
    record: dict[str, Any] = {}
    others: dict[str, str] = {}
    for key, cell in row.cells.items():
        text = cell[1:] if cell.startswith("'") and _ESCAPED_FORMULA.match(cell) else cell
        if not text or text.isspace():
            continue
        if key in _CELL_PARSERS:
            record[key] = _CELL_PARSERS[key](text, days)
        elif key not in _IGNORED_COLUMNS:
            others[names[key]] = text
    if others:
        record["extra"] = {**others, **record.get("extra", {})}
    reading, notes = parse_record(record, options)
    texts = (record.get(key, "") for key in ("review", "private_note"))
    if any(len(text) == SPREADSHEET_CELL_LIMIT for text in texts):
        notes = (*notes, _MAYBE_CUT_NOTE)
    return ImportRow(row.position, (reading,), notes, frozenset(names).intersection(KEYS))


def _check_width(row: Row, width: int) -> None:
    """Raise BadInput for a row that is cut off, or in which a comma has split a text."""
    if len(row.raw) < width or any(cell.strip() for cell in row.raw[width:]):
        raise BadInput(
            f"the row has {len(row.raw)} cells and the header {width}. It may be cut off, "
            "or a text with a comma in it needs quotation marks."
        )


def _unchanged(text: str, days: table_rows.DateColumns) -> Any:
    return text


def _split_names(text: str, days: table_rows.DateColumns) -> Any:
    """Names from one cell; `[Anonymous]`, typed by a user, begins like JSON and is none."""
    if text.startswith("["):
        try:
            return _parse_json(text)
        except ValueError:
            pass
    return text.split(";")


def _json_cell(key: str, sign: str) -> Callable[[str, table_rows.DateColumns], Any]:
    """The parser for a column of JSON; for a list, plain text that a user has typed is accepted too."""

    def read_cell(text: str, days: table_rows.DateColumns) -> Any:
        if sign == "[" and not text.lstrip().startswith(sign):
            return text.split(";") if key == "contributors" else [text]
        try:
            value = _parse_json(text)
        except ValueError as error:
            raise BadField(key, f"is not whole JSON ({error}). Take it from the export again.") from error
        if key == "extra" and not isinstance(value, dict):
            raise BadField(key, "is not a mapping of names to values.")
        return value

    return read_cell


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _isbn(text: str, days: table_rows.DateColumns) -> Any:
    """An ISBN; raises BadField for one that a spreadsheet has converted to scientific notation."""
    if len(text) == 13 and text.isdigit():
        return text
    if _POWER_OF_TEN.fullmatch(text.strip()):
        raise BadField(
            "isbn", f'"{text.strip()}" is what a spreadsheet makes of an ISBN. Write its 13 digits, or nothing.'
        )
    return table_rows.cell_isbn(text) or text


def _integer(text: str, days: table_rows.DateColumns) -> Any:
    number = table_rows.cell_integer(text)
    return text if number is None else number


def _date(key: str) -> Callable[[str, table_rows.DateColumns], Any]:
    """The parser for a column of dates, in the notation of spreadsheets or any that users type."""

    def read_cell(text: str, days: table_rows.DateColumns) -> Any:
        try:
            return days.to_edtf(text) if _SPREADSHEET_DATE.match(text.strip()) else text
        except BadInput as error:
            raise BadField(key, str(error)) from error

    return read_cell


def _timestamp(text: str, days: table_rows.DateColumns) -> Any:
    """A timestamp; one without a time zone is in UTC, as all in these columns are."""
    match = _TIMESTAMP_WITHOUT_ZONE.fullmatch(text.strip())
    return f"{match[1]}T{match[2]}Z" if match else text


_CELL_PARSERS: dict[str, Callable[[str, table_rows.DateColumns], Any]] = (
    dict.fromkeys(KEYS, _unchanged)
    | dict.fromkeys(("authors", "tags", "sources"), _split_names)
    | dict.fromkeys(("id", "published", "pages"), _integer)
    | {"started": _date("started"), "finished": _date("finished")}
    | dict.fromkeys(("created_at", "updated_at"), _timestamp)
    | {
        "isbn": _isbn,
        "contributors": _json_cell("contributors", "["),
        "quotes": _json_cell("quotes", "["),
        "progress": _json_cell("progress", "["),
    }
    | {"extra": _json_cell("extra", "{")}
)
"""For each column, the function that converts a cell to what `from_record` accepts; raises BadInput."""
