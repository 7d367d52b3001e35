"""What spreadsheets do to cells: numbers with a point, ISBNs in a formula, dates in the order of another country."""

import re
from collections.abc import Sequence

from readlog.core.errors import BadInput
from readlog.core.fields import NOTHING
from readlog.core.isbn import parse_isbn
from readlog.core.partial_date import MONTHS, PartialDate
from readlog.core.text import one_line
from readlog.formats.table_rows import Table

_NO_DATE = NOTHING | {"nan", "nat"}
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
        raise BadInput(f'"{one_line(text[:_LONGEST_SHOWN])}" is not a date. Write 2012/03/17.')

    def _year_last(self, text: str, first: str, second: str, year: str, *, dotted: bool) -> str:
        day_first = True if dotted or int(first) == int(second) else self._order(int(first), int(second))
        if day_first is None:
            raise BadInput(
                f'"{text}" can be in {MONTHS[int(first) - 1]} or in {MONTHS[int(second) - 1]}. '
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
