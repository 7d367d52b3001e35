"""Comma-separated files as they are found: read by the names of their columns, whatever their number and order.

After RFC 4180, and with what spreadsheets and other programs make of it: semicolons or tabs for
commas, and a line that says so (`sep=;`), a mark at the beginning, ends of lines of other systems, rows with too few or
too many cells, rows that are one cell in which the whole row is quoted once more. A quote that is
never closed is an error: it has swallowed the rest of the file.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from readlog.core.errors import BadInput, UnreadableInput
from readlog.core.fields import EMPTY_WORDS
from readlog.core.import_row import FilePosition
from readlog.core.isbn import parse_isbn
from readlog.core.partial_date import MONTH_NAMES, PartialDate
from readlog.core.text import clean_line, printable_line

LONGEST_CELL = 8_000_000
"""Characters; no review is longer, and a quote that is never closed swallows a whole file."""

_END = "end"
_QUOTE_INSIDE = "'"
"""How the message begins with which the reader complains of a quote inside a cell: `',' expected after '"'`."""
_SEPARATORS = ",;\t"
_LONGEST_LABEL = 150
_MARKS = "\ufeff\u200b"
_WIDE = 8
"""Columns from which on a row of one cell that holds as many is a row, and no title with commas in it."""

Lines = Callable[[], Iterable[str]]
"""What gives the lines of a file from its beginning, whenever it is called; each with its line break."""


class Row(NamedTuple):
    """A row: its cells by the folded names of their columns, not stripped, and all of them as they stand."""

    position: FilePosition
    cells: Mapping[str, str]
    raw: tuple[str, ...]


class Table:
    """A file of rows, which can be iterated over again and again; `columns` are the names as they are written.

    Where a name stands twice, the key of the second is another. Iterating raises UnreadableInput
    where the file is no table any more.
    """

    def __init__(
        self, name: str, lines: Lines, columns: tuple[str, ...], headless: bool = False, wrapped: bool = False
    ) -> None:
        self.name = name
        self.columns = columns
        self.keys = tuple(_told_apart(map(column_key, columns)))
        self._lines = lines
        self._headless = headless
        self._wrapped = wrapped

    def with_header(self, columns: tuple[str, ...]) -> "Table":
        """The same file, which has no header of its own: what was taken for one is its first row."""
        return Table(self.name, self._lines, columns, headless=True, wrapped=self._wrapped)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The names under which `extra` can keep the cells of the columns: none is empty, too long, or there twice.

        Raises BadInput where the names are no Unicode text.
        """
        short = (clean_line(name)[:_LONGEST_LABEL] for name in self.columns)
        return tuple(_told_apart(name or f"column {place}" for place, name in enumerate(short, 1)))

    def __iter__(self) -> Iterator[Row]:
        records = _records(self._lines(), self.name)
        if not self._headless:
            next(records, None)
        width = len(self.keys)
        least = 2 if self._wrapped else _WIDE
        for line, record, is_torn in records:
            may_be_wrapped = len(record) == 1 and width >= least and not is_torn
            cells = _unwrapped(record[0], width) if may_be_wrapped else record
            by_name = dict(zip(self.keys, cells, strict=False))
            yield Row(FilePosition(self.name, line), by_name, tuple(cells))


def column_key(name: str) -> str:
    """The name of a column as it is compared: without case, and without blanks and marks around it."""
    return name.strip().strip(_MARKS).strip().casefold()


def _told_apart(names: Iterable[str]) -> Iterator[str]:
    """The names, each with a number behind it that has stood before; what is empty stays so."""
    there: dict[str, int] = {}
    for name in names:
        there[name] = count = there.get(name, 0) + 1
        yield f"{name} ({count})" if name and count > 1 else name


def read_table(name: str, lines: Lines) -> Table:
    """The table in the lines of a file of this name, its first record taken for the header; none has no columns.

    Raises UnreadableInput where a quote of the header is never closed.
    """
    _, header, _ = next(_records(lines(), name), (0, [], False))
    cells = _unwrapped(header[0], 2) if len(header) == 1 else header
    columns = tuple(cell.strip().strip(_MARKS) for cell in cells)
    return Table(name, lines, columns, wrapped=len(cells) > len(header))


def _records(lines: Iterable[str], name: str) -> Iterator[tuple[int, list[str], bool]]:
    """Each record, the line on which it begins, and whether it is torn; what is blank is none.

    Torn are lines in which letters stand behind a closing quote: nobody can tell where a cell of
    theirs ends. They are one cell, which no format takes for a row.
    """
    separator, lines = _separated(iter(lines))
    with_end = _WithEnd(lines)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(with_end, delimiter=separator, strict=True)
    line = 1
    while True:
        is_torn = False
        try:
            record = next(reader)
        except csv.Error as error:
            if with_end.is_over or not str(error).startswith(_QUOTE_INSIDE):
                raise UnreadableInput(_no_table(name, line, str(error))) from error
            record, is_torn = ["".join(with_end.taken).strip("\r\n")], True
        with_end.taken.clear()
        if with_end.is_over:
            if record != [_END]:
                raise UnreadableInput(_no_table(name, line, "end"))
            return
        if any(cell.strip() for cell in record):
            yield line, record, is_torn
        line = reader.line_num + 1


def _separated(lines: Iterator[str]) -> tuple[str, Iterator[str]]:
    """The sign that parts the cells, and the lines; one that says which it is, as Excel wants it, comes out blank."""
    above: list[str] = []
    for line in lines:
        first = line if above else line.lstrip(_MARKS)
        if said := re.fullmatch(r'"?sep=([,;\t])"?\s*', first, re.IGNORECASE):
            return said[1], chain(above, ["\n"], lines)
        above.append(first)
        if first.strip():
            return _separator(first), chain(above, lines)
    return ",", iter(above)


class _WithEnd:
    """The lines, and one more that comes out as a record of its own unless a quote is open; and those taken so far."""

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
        yield _END


def _no_table(name: str, line: int, why: str) -> str:
    if why.startswith("new-line"):
        return f"{name}: the lines from {line} on end in signs of several systems. Save the file once more as CSV."
    if why.startswith("field"):
        why = f"a cell in the row of line {line} has more than {LONGEST_CELL:,} characters"
    else:
        why = f"a quotation mark in the row of line {line} is never closed"
    return f"{name}: {why}; the file may be cut off. Export it once more, or close the mark."


def _separator(header: str) -> str:
    """What parts the cells of a line: the sign that stands most often outside of quotes."""
    outside = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _unwrapped(cell: str, width: int) -> list[str]:
    """The cells of a row that was quoted whole; a cell that is no such row is a row of one."""
    try:
        cells = next(csv.reader([cell], delimiter=_separator(cell)), [])
    except csv.Error:
        return [cell]
    return cells if len(cells) >= width else [cell]


_NO_DATE = EMPTY_WORDS | {"nan", "nat"}
_LONGEST_SHOWN = 60

_FORMULA = re.compile(r'=\s*["“”](.*)["“”]', re.DOTALL)
_LOST_ZERO = re.compile(r"[0-9]{8}[0-9Xx]")
_DIGITS = 18
_WHOLE = re.compile(rf"-?(?:[0-9]{{1,{_DIGITS}}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}})(?:\.0*)?")

_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9:.,+\-APMZapmz ]*)?"
_NUMBER = "(0?[1-9]|[1-3][0-9])"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})(?:[-/.]([0-9]{{1,2}})(?:[-/.]([0-9]{{1,2}}){_TIME})?)?")
_YEAR_LAST = re.compile(rf"{_NUMBER}([-/.]){_NUMBER}\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")


def plain(cell: str) -> str:
    """What stands in a cell, without the blanks around it and the formula in which text is kept: `="044"` is 044."""
    text = cell.strip()
    formula = _FORMULA.fullmatch(text) if text.startswith("=") else None
    return formula[1].strip() if formula else text


def isbn(cell: str) -> str | None:
    """The ISBN-13 in a cell; None where there is none, and where it is not valid.

    Nine digits are an ISBN-10 whose leading zero a spreadsheet took for nothing, if the check digit agrees.
    """
    text = plain(cell)
    if not text:
        return None
    digits = text.strip("'\"=“” ").removesuffix(".0")
    try:
        return parse_isbn("0" + digits if _LOST_ZERO.fullmatch(digits) else digits)
    except BadInput:
        return None


def whole(cell: str) -> int | None:
    """The whole number in a cell, as `352`, `352.0` or `1,234`; None for anything else, and for nothing."""
    if cell.isdecimal() and cell.isascii() and len(cell) <= _DIGITS:
        return int(cell)
    text = plain(cell)
    if not _WHOLE.fullmatch(text):
        return None
    return int(text.partition(".")[0].replace(",", ""))


def names(cell: str, separator: str = ",") -> list[str]:
    """The names in a cell, each once, with every run of blanks one blank."""
    parts = (" ".join(part.split()) for part in plain(cell).split(separator))
    return list(dict.fromkeys(part for part in parts if part))


class Days:
    """The dates in some columns of a table, of which all are written in the same order.

    Where a date can be two days and `day_first` is None, the other dates in these columns tell:
    one that has no 13th month decides for the whole file.
    """

    def __init__(self, table: Table, keys: Sequence[str], day_first: bool | None) -> None:
        self._table = table
        self._keys = tuple(keys)
        self._day_first = day_first
        self._looked = day_first is not None

    def edtf(self, cell: str) -> str | None:
        """The day, month or year in a cell, as EDTF; None for an empty one. A time of the day is left out.

        Raises BadInput for what is no date, and for what can be two, with the option that decides.
        """
        text = plain(cell)
        if match := _YEAR_FIRST.fullmatch(text):
            year, month, day = match.groups()
            return _date(year, month, day)
        if match := _YEAR_LAST.fullmatch(text):
            first, sign, second, year = match.groups()
            return self._year_last(text, first, second, year, dotted=sign == ".")
        if text.casefold() in _NO_DATE:
            return None
        raise BadInput(f'"{printable_line(text[:_LONGEST_SHOWN])}" is not a date. Write 2012/03/17.')

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
        return _date(_century(year), month, day)

    def _order(self, first: int, second: int) -> bool | None:
        """Whether the day is the first of two numbers that stand before a year; None where nothing tells."""
        if self._day_first is None and max(first, second) > 12:
            return first > 12
        if not self._looked:
            self._looked = True
            self._day_first = self._order_of_the_others()
        return self._day_first

    def _order_of_the_others(self) -> bool | None:
        orders = set()
        for row in self._table:
            for key in self._keys:
                match = _YEAR_LAST.fullmatch(plain(row.cells.get(key, "")))
                if match and match[2] != "." and max(int(match[1]), int(match[3])) > 12:
                    orders.add(int(match[1]) > 12)
        return orders.pop() if len(orders) == 1 else None


def _date(year: str, month: str | None, day: str | None) -> str:
    return PartialDate(int(year), int(month) if month else None, int(day) if day else None).edtf


def _century(year: str) -> str:
    """The year that its last two digits stand for, as in C and in spreadsheets: 69 is 1969, 68 is 2068."""
    if len(year) == 4:
        return year
    return ("20" if int(year) < 69 else "19") + year
