"""CSV files of any program: rows by column name, and the values in their cells.

RFC 4180, and what spreadsheets and other programs make of it: semicolons or tabs instead of commas,
a line that says so (`sep=;`, an Excel convention), a byte order mark, other line endings, rows with
too few or too many cells, and rows that were quoted as a whole and are one cell. A quote that is
never closed is an error: it swallows the rest of the file.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from readlog.core.errors import BadInput, UnreadableInput
from readlog.core.import_row import FilePosition
from readlog.core.isbn import parse_isbn
from readlog.core.normalize_text import clean_line, printable_line
from readlog.core.parse_fields import EMPTY_WORDS
from readlog.core.partial_date import MONTH_NAMES, PartialDate

MAX_CELL_LENGTH = 8_000_000
"""Characters; no review is longer, and a quote that is never closed makes a cell of the whole file."""

Lines = Callable[[], Iterable[str]]
"""Returns the lines of a file from its beginning, each with its line break; can be called repeatedly."""

_END_MARK = "end"
_QUOTE_ERROR = "'"
"""The beginning of the csv module's message about text after a closing quote: `',' expected after '"'`."""

_SEPARATORS = ",;\t"
_MAX_LABEL_LENGTH = 150
_INVISIBLE_MARKS = "\ufeff\u200b"
_MIN_WIDTH_OF_WRAPPED = 8
"""In a table with fewer columns, a row of one cell may be a title with commas rather than a row quoted as a whole."""

_NO_DATE = EMPTY_WORDS | {"nan", "nat"}
_MAX_SHOWN = 60
_FORMULA = re.compile(r'=\s*["“”](.*)["“”]', re.DOTALL)
_LOST_ZERO = re.compile(r"[0-9]{8}[0-9Xx]")
_MAX_DIGITS = 18
_INTEGER = re.compile(rf"-?(?:[0-9]{{1,{_MAX_DIGITS}}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}})(?:\.0*)?")
_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9:.,+\-APMZapmz ]*)?"
_NUMBER = "(0?[1-9]|[1-3][0-9])"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})(?:[-/.]([0-9]{{1,2}})(?:[-/.]([0-9]{{1,2}}){_TIME})?)?")
_YEAR_LAST = re.compile(rf"{_NUMBER}([-/.]){_NUMBER}\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")


class Row(NamedTuple):
    """A row: its cells by `column_key`, not stripped, and `raw`, all cells in order."""

    position: FilePosition
    cells: Mapping[str, str]
    raw: tuple[str, ...]


class Table:
    """A CSV file that can be iterated over repeatedly; `columns` are the names as written, `keys` the `column_key`s.

    The key of a repeated name has a number added. Iterating raises UnreadableInput where the rest of
    the file is not a table.
    """

    def __init__(
        self, name: str, lines: Lines, columns: tuple[str, ...], headless: bool = False, wrapped: bool = False
    ) -> None:
        self.name = name
        self.columns = columns
        self.keys = tuple(_make_unique(map(column_key, columns)))
        self._lines = lines
        self._headless = headless
        self._wrapped = wrapped

    def with_header(self, columns: tuple[str, ...]) -> "Table":
        """The same file with another header, where it has none: what was taken for the header is its first row."""
        return Table(self.name, self._lines, columns, headless=True, wrapped=self._wrapped)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The names of the columns as keys of `extra`: none is empty, too long, or repeated.

        Raises BadInput where the names are not valid Unicode.
        """
        short = (clean_line(name)[:_MAX_LABEL_LENGTH] for name in self.columns)
        return tuple(_make_unique(name or f"column {place}" for place, name in enumerate(short, 1)))

    def __iter__(self) -> Iterator[Row]:
        records = _parse_records(self._lines(), self.name)
        if not self._headless:
            next(records, None)
        width = len(self.keys)
        least = 2 if self._wrapped else _MIN_WIDTH_OF_WRAPPED
        for line, record, is_torn in records:
            may_be_wrapped = len(record) == 1 and width >= least and not is_torn
            cells = _unwrap_row(record[0], width) if may_be_wrapped else record
            by_name = dict(zip(self.keys, cells, strict=False))
            yield Row(FilePosition(self.name, line), by_name, tuple(cells))


def read_table(name: str, lines: Lines) -> Table:
    """The table in a file, with its first record as the header; an empty file has no columns.

    `name` is for positions and messages. Raises UnreadableInput where a quote in the header is never closed.
    """
    _, header, _ = next(_parse_records(lines(), name), (0, [], False))
    cells = _unwrap_row(header[0], 2) if len(header) == 1 else header
    columns = tuple(cell.strip().strip(_INVISIBLE_MARKS) for cell in cells)
    return Table(name, lines, columns, wrapped=len(cells) > len(header))


def column_key(name: str) -> str:
    """The name of a column for comparison: case-folded, without surrounding spaces and invisible marks."""
    return name.strip().strip(_INVISIBLE_MARKS).strip().casefold()


def cell_text(cell: str) -> str:
    """The text of a cell without surrounding spaces, and without the formula that protects digits: `="044"` is 044."""
    text = cell.strip()
    formula = _FORMULA.fullmatch(text) if text.startswith("=") else None
    return formula[1].strip() if formula else text


def cell_isbn(cell: str) -> str | None:
    """The ISBN-13 in a cell, or None if there is no valid one.

    Nine digits are an ISBN-10 whose leading zero a spreadsheet has removed, if the check digit is right.
    """
    text = cell_text(cell)
    if not text:
        return None
    digits = text.strip("'\"=“” ").removesuffix(".0")
    try:
        return parse_isbn("0" + digits if _LOST_ZERO.fullmatch(digits) else digits)
    except BadInput:
        return None


def cell_integer(cell: str) -> int | None:
    """The integer in a cell, as `352`, `352.0` or `1,234`; None for anything else."""
    if cell.isdecimal() and cell.isascii() and len(cell) <= _MAX_DIGITS:
        return int(cell)
    text = cell_text(cell)
    if not _INTEGER.fullmatch(text):
        return None
    return int(text.partition(".")[0].replace(",", ""))


def cell_names(cell: str, separator: str = ",") -> list[str]:
    """The separated names in a cell, each once, with each run of white space one space."""
    parts = (" ".join(part.split()) for part in cell_text(cell).split(separator))
    return list(dict.fromkeys(part for part in parts if part))


class DateColumns:
    """The columns of a table that hold dates, all with day and month in the same order.

    Where that order is ambiguous and `day_first` is None, the other dates in these columns decide:
    one with a number over 12 is enough for the whole file.
    """

    def __init__(self, table: Table, keys: Sequence[str], day_first: bool | None) -> None:
        self._table = table
        self._keys = tuple(keys)
        self._day_first = day_first
        self._has_looked = day_first is not None

    def to_edtf(self, cell: str) -> str | None:
        """The day, month or year in a cell, as EDTF; None for an empty cell. A time of day is ignored.

        Raises BadInput for text that is not a date, and for an ambiguous date, with the option that decides.
        """
        text = cell_text(cell)
        if match := _YEAR_FIRST.fullmatch(text):
            year, month, day = match.groups()
            return _edtf(year, month, day)
        if match := _YEAR_LAST.fullmatch(text):
            first, sign, second, year = match.groups()
            return self._year_last(text, first, second, year, dotted=sign == ".")
        if text.casefold() in _NO_DATE:
            return None
        raise BadInput(f'"{printable_line(text[:_MAX_SHOWN])}" is not a date. Write 2012/03/17.')

    def _year_last(self, text: str, first: str, second: str, year: str, *, dotted: bool) -> str:
        day_first = True if dotted or int(first) == int(second) else self._order(int(first), int(second))
        if day_first is None:
            raise BadInput(
                f'"{text}" can be in {MONTH_NAMES[int(first) - 1]} or in {MONTH_NAMES[int(second) - 1]}. '
                "Say which with --dates d/m/y or --dates m/d/y."
            )
        day, month = (first, second) if day_first else (second, first)
        if int(month) > 12:
            raise BadInput(f'"{text}" has no month {month} in the order {"d/m/y" if day_first else "m/d/y"}.')
        return _edtf(_full_year(year), month, day)

    def _order(self, first: int, second: int) -> bool | None:
        """Whether the day is the first of two numbers before a year; None where that is unknown."""
        if self._day_first is None and max(first, second) > 12:
            return first > 12
        if not self._has_looked:
            self._has_looked = True
            self._day_first = self._order_of_the_others()
        return self._day_first

    def _order_of_the_others(self) -> bool | None:
        orders = set()
        for row in self._table:
            for key in self._keys:
                match = _YEAR_LAST.fullmatch(cell_text(row.cells.get(key, "")))
                if match and match[2] != "." and max(int(match[1]), int(match[3])) > 12:
                    orders.add(int(match[1]) > 12)
        return orders.pop() if len(orders) == 1 else None


def _make_unique(names: Iterable[str]) -> Iterator[str]:
    """The names, with a number added to each repeated one; empty names stay empty."""
    there: dict[str, int] = {}
    for name in names:
        there[name] = count = there.get(name, 0) + 1
        yield f"{name} ({count})" if name and count > 1 else name


def _parse_records(lines: Iterable[str], name: str) -> Iterator[tuple[int, list[str], bool]]:
    """Each record that is not blank, with the line on which it begins and whether it is torn.

    A record is torn if text follows a closing quote, so that the ends of its cells are unknown. It
    becomes one cell, which no format accepts as a row.
    """
    separator, lines = _find_separator(iter(lines))
    with_end = _LinesWithEndMark(lines)
    csv.field_size_limit(MAX_CELL_LENGTH)
    reader = csv.reader(with_end, delimiter=separator, strict=True)
    line = 1
    while True:
        is_torn = False
        try:
            record = next(reader)
        except csv.Error as error:
            if with_end.is_over or not str(error).startswith(_QUOTE_ERROR):
                raise UnreadableInput(_table_error(name, line, str(error))) from error
            record, is_torn = ["".join(with_end.taken).strip("\r\n")], True
        with_end.taken.clear()
        if with_end.is_over:
            if record != [_END_MARK]:
                raise UnreadableInput(_table_error(name, line, "end"))
            return
        if any(cell.strip() for cell in record):
            yield line, record, is_torn
        line = reader.line_num + 1


def _find_separator(lines: Iterator[str]) -> tuple[str, Iterator[str]]:
    """The separator of the cells, and the lines; a line `sep=;` (Excel) becomes a blank line."""
    above: list[str] = []
    for line in lines:
        first = line if above else line.lstrip(_INVISIBLE_MARKS)
        if match := re.fullmatch(r'"?sep=([,;\t])"?\s*', first, re.IGNORECASE):
            return match[1], chain(above, ["\n"], lines)
        above.append(first)
        if first.strip():
            return _most_frequent_separator(first), chain(above, lines)
    return ",", iter(above)


class _LinesWithEndMark:
    """The lines and one more, which becomes a record unless a quote is open; `taken` has the lines of a record."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.is_over = False
        self.taken: list[str] = []
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        last = ""
        for last in self._lines:
            self.taken.append(last)
            yield last
        if last and not last.endswith(("\n", "\r")):
            yield "\n"
        self.is_over = True
        yield _END_MARK


def _table_error(name: str, line: int, why: str) -> str:
    if why.startswith("new-line"):
        return f"{name}: the lines from {line} on end in signs of several systems. Save the file once more as CSV."
    if why.startswith("field"):
        why = f"a cell in the row of line {line} has more than {MAX_CELL_LENGTH:,} characters"
    else:
        why = f"a quotation mark in the row of line {line} is never closed"
    return f"{name}: {why}; the file may be cut off. Export it once more, or close the mark."


def _most_frequent_separator(header: str) -> str:
    """The separator that is most frequent outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _unwrap_row(cell: str, width: int) -> list[str]:
    """The cells of a row that was quoted as a whole; any other cell is a row of one."""
    try:
        cells = next(csv.reader([cell], delimiter=_most_frequent_separator(cell)), [])
    except csv.Error:
        return [cell]
    return cells if len(cells) >= width else [cell]


def _edtf(year: str, month: str | None, day: str | None) -> str:
    return PartialDate(int(year), int(month) if month else None, int(day) if day else None).edtf


def _full_year(year: str) -> str:
    """A year of two digits in full, as in POSIX and spreadsheets: 69 is 1969, 68 is 2068."""
    if len(year) == 4:
        return year
    return ("20" if int(year) < 69 else "19") + year
