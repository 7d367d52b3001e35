"""readlog CSV: a record a row, for spreadsheets, and read again after one has been at it.

As in RFC 4180, but that a row ends in a line feed alone: that is how the line breaks inside a
review are written, how our other formats are, and what every program reads. An empty cell is
"not known". Names stand in one cell, parted by `; `; a list in which that would be misread is a
JSON array, as are contributors and quotes, and `extra` is a JSON object.

A spreadsheet takes what begins with = + - @ or a tab for a formula, and runs it. Such a text gets
an apostrophe in front, and so does one that has apostrophes before such a sign already: reading
takes off one, and every text is what it was. Numbers in columns of numbers stay as they are.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from readlog.core.errors import BadField, BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.model import Reading
from readlog.core.record import KEYS, to_record
from readlog.core.text_output import TextOutput
from readlog.formats import table_rows
from readlog.formats.json_format import dumps, reading_of
from readlog.formats.table_rows import Row, Table

NAME = "readlog CSV"
SERVICE = "readlog"
SUFFIX = ".csv"

LONGEST_IN_A_SPREADSHEET = 32_767
"""Characters of a cell; Excel cuts what is longer, without a word."""

_TYPICAL = frozenset("book_uid series_number private_note contributors sources created_at updated_at".split())
_NOT_OURS_TO_KEEP = frozenset(("line", "refused because", ""))
"""Columns of the file in which an import keeps the rows that it refused, and those without a name."""

_SIGN = "[=+\\-@\t\r＝＋－＠]"
_LIKE_A_FORMULA = re.compile(f"'*{_SIGN}")
_GUARDED = re.compile(f"'+{_SIGN}")

_POWER_OF_TEN = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_DAY_OF_A_SPREADSHEET = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")
_MOMENT_WITHOUT_ZONE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)")

_MAYBE_CUT = f"a text of exactly {LONGEST_IN_A_SPREADSHEET:,} characters: a spreadsheet may have cut it"


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
        rows.writerow([_cell(record[key]) for key in columns])
        count += 1
    return count


def check_columns(text: str) -> tuple[str, ...]:
    """The fields that `title, authors, rating` names; raises BadInput for one that is not there or stands twice."""
    columns: list[str] = []
    for said in text.split(","):
        key = re.sub(r"[-\s]+", "_", said.strip().casefold())
        if key not in KEYS:
            raise BadInput(f'"{said.strip()}" is not a column. {_nearest(key)}')
        if key in columns:
            raise BadInput(f'the column "{key}" stands twice. Name it once.')
        columns.append(key)
    return tuple(columns)


def recognises(table: Table) -> bool:
    """Whether the columns of a file are those of readlog: a title, and what no other program calls so."""
    return "title" in table.keys and ("uid" in table.keys or len(_TYPICAL.intersection(table.keys)) > 1)


def read(table: Table, wishes: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
    """The reading in each row, of which those fields are said that have a column.

    Columns that readlog does not have become `extra`, as keys of front matter do. Raises
    UnreadableInput where the file is no table any more.
    """
    names = dict(zip(table.keys, table.labels, strict=True))
    days = table_rows.Days(table, ("started", "finished"), wishes.day_first)
    for row in table:
        try:
            yield _incoming(row, names, wishes, days)
        except BadInput as error:
            yield RejectedRow(row.position, str(error), row.raw)


def _nearest(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, KEYS, 1)
    return f"Did you mean {near[0]}?" if near else f"One of: {', '.join(KEYS)}."


def _cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, (int, float)):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = _joined(value)
    text = value if isinstance(value, str) else dumps(value)
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def _joined(names: list[str]) -> str:
    line = "; ".join(names)
    return dumps(names) if line.startswith("[") or line.count(";") >= len(names) else line


def _incoming(row: Row, names: Mapping[str, str], wishes: ImportOptions, days: table_rows.Days) -> ImportRow:
    _check_width(row, len(names))
    record: dict[str, Any] = {}
    others: dict[str, str] = {}
    for key, cell in row.cells.items():
        text = cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell
        if not text or text.isspace():
            continue
        if key in _FIELDS:
            record[key] = _FIELDS[key](text, days)
        elif key not in _NOT_OURS_TO_KEEP:
            others[names[key]] = text
    if others:
        record["extra"] = {**others, **record.get("extra", {})}
    reading, notes = reading_of(record, wishes)
    texts = (record.get(key, "") for key in ("review", "private_note"))
    if any(len(text) == LONGEST_IN_A_SPREADSHEET for text in texts):
        notes = (*notes, _MAYBE_CUT)
    return ImportRow(row.position, (reading,), notes, frozenset(names).intersection(KEYS))


def _check_width(row: Row, width: int) -> None:
    """Raise BadInput for a row that has been cut off, or in which a comma has parted a text."""
    if len(row.raw) < width or any(cell.strip() for cell in row.raw[width:]):
        raise BadInput(
            f"the row has {len(row.raw)} cells and the header {width}. It may be cut off, "
            "or a text with a comma in it needs quotation marks."
        )


def _as_it_stands(text: str, days: table_rows.Days) -> Any:
    return text


def _names(text: str, days: table_rows.Days) -> Any:
    """Names from one cell; a bracket alone makes no JSON, for a person may write `[Anonymous]`."""
    if text.startswith("["):
        try:
            return _json(text)
        except ValueError:
            pass
    return text.split(";")


def _structure(key: str, sign: str) -> Callable[[str, table_rows.Days], Any]:
    """The reader of a column of JSON, in which a person may have written plain text where a list is meant."""

    def read_cell(text: str, days: table_rows.Days) -> Any:
        if sign == "[" and not text.lstrip().startswith(sign):
            return text.split(";") if key == "contributors" else [text]
        try:
            value = _json(text)
        except ValueError as error:
            raise BadField(key, f"is not whole JSON ({error}). Take it from the export again.") from error
        if key == "extra" and not isinstance(value, dict):
            raise BadField(key, "is not a mapping of names to values.")
        return value

    return read_cell


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _isbn(text: str, days: table_rows.Days) -> Any:
    """An ISBN, unless a spreadsheet has made a power of ten of it."""
    if len(text) == 13 and text.isdigit():
        return text
    if _POWER_OF_TEN.fullmatch(text.strip()):
        raise BadField(
            "isbn", f'"{text.strip()}" is what a spreadsheet makes of an ISBN. Write its 13 digits, or nothing.'
        )
    return table_rows.isbn(text) or text


def _whole(text: str, days: table_rows.Days) -> Any:
    number = table_rows.whole(text)
    return text if number is None else number


def _date(key: str) -> Callable[[str, table_rows.Days], Any]:
    """The reader of a column of dates: those of spreadsheets, and all that people write."""

    def read_cell(text: str, days: table_rows.Days) -> Any:
        try:
            return days.edtf(text) if _DAY_OF_A_SPREADSHEET.match(text.strip()) else text
        except BadInput as error:
            raise BadField(key, str(error)) from error

    return read_cell


def _moment(text: str, days: table_rows.Days) -> Any:
    """A moment; one without a zone is in UTC, as everything in these columns is."""
    match = _MOMENT_WITHOUT_ZONE.fullmatch(text.strip())
    return f"{match[1]}T{match[2]}Z" if match else text


_FIELDS: dict[str, Callable[[str, table_rows.Days], Any]] = (
    dict.fromkeys(KEYS, _as_it_stands)
    | dict.fromkeys(("authors", "tags", "sources"), _names)
    | dict.fromkeys(("id", "published", "pages"), _whole)
    | {"started": _date("started"), "finished": _date("finished")}
    | dict.fromkeys(("created_at", "updated_at"), _moment)
    | {
        "isbn": _isbn,
        "contributors": _structure("contributors", "["),
        "quotes": _structure("quotes", "["),
        "progress": _structure("progress", "["),
    }
    | {"extra": _structure("extra", "{")}
)
"""What a cell of each column says, as `from_record` takes it; raises BadInput."""
