"""Goodreads CSV, as Goodreads exports it: a row for each book, for Goodreads, StoryGraph and BookWyrm.

The columns are those of 2026, which all three read by their names. Goodreads has one date, one review and whole
stars for a book; what it has no place for is counted. Values that an import from Goodreads kept (`extra`, `sources`)
are written as they were, where they still fit.

A text that a spreadsheet would take for a formula gets a space before it, which every importer drops.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from readlog.core.domain_model import Book, Reading
from readlog.core.errors import BadInput
from readlog.core.isbn import check_digit_10
from readlog.core.partial_date import PartialDate
from readlog.core.spoilers import spoiler_spans
from readlog.core.status import parse_status
from readlog.core.text_writer import TextOutput
from readlog.exports.markdown_to_html import to_html
from readlog.imports.sources.goodreads import parse_title

SERVICE = "goodreads"

COLUMNS = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Publisher,Binding,Number of Pages,"
    "Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,"
    "Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies"
).split(",")

_SHELVES = {
    "reading": "currently-reading",
    "paused": "on-hold",
    "to-read": "to-read",
    "finished": "read",
    "abandoned": "did-not-finish",
}
_STATUS_SHELVES = ("read", "to-read", "currently-reading")
_BINDINGS = {"print": "Print", "ebook": "ebook", "audio": "Audiobook"}
_BINDING_FORMAT = re.compile("(?P<audio>audi)|(?P<ebook>kindle|e-?book|nook|epub|digital)", re.IGNORECASE)

_FORMULA_START = re.compile("[=+\\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+")
_DAY = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
_SHELF_WITH_POSITION = re.compile(r"(.*) \(#([0-9]+)\)")


class GoodreadsReport(NamedTuple):
    """How many readings and books were written; `lost` counts what the format has no place for, by its description."""

    readings: int
    books: int
    lost: Mapping[str, int]


def write_books(readings: Iterable[Reading], file: TextOutput) -> GoodreadsReport:
    """Write a row for each book to `file`, in the order of the first reading of each."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    books = _group_by_book(readings)
    lost: Counter[str] = Counter()
    for of_book in books:
        row = _BookRow(of_book)
        rows.writerow(map(_to_cell, COLUMNS, row.cells()))
        lost.update(row.lost())
    return GoodreadsReport(sum(map(len, books)), len(books), +lost)


def _group_by_book(readings: Iterable[Reading]) -> list[list[Reading]]:
    books: dict[object, list[Reading]] = {}
    for reading in readings:
        books.setdefault(reading.book.uid or reading.book, []).append(reading)
    return list(books.values())


class _BookRow:
    """The readings of one book as a row."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._book = readings[-1].book
        self._imported = _imported_values(readings)
        finished = _latest_first(readings, "finished")
        ended = finished or _latest_first(readings, "abandoned")
        ended_status = ended[0].status if ended else None
        self._preferred = [*ended, *(each for each in reversed(readings) if each.status != ended_status)]
        """The order in which the readings are searched for a rating, a review and a note."""
        self._status = _status_of(readings, finished)
        self._finished_count = len(finished)
        self._date = ended[0].finished if finished or self._status == "abandoned" else None
        self._rating = next((each.rating for each in self._preferred if each.rating), None)
        self._review = next((each.review for each in self._preferred if each.review), None)
        self._note = next((each.private_note for each in self._preferred if each.private_note), None)

    def cells(self) -> tuple[str, ...]:
        """The cells, in the order of `COLUMNS`."""
        book, imported = self._book, self._imported
        shelf, shelves = self._shelves()
        review = self._review or ""
        return (
            self._book_id(),
            _title(book, imported.get("Title", "")),
            *_people(book),
            _excel_text(_isbn10(book.isbn) if book.isbn else imported.get("ISBN", "")),
            _excel_text(book.isbn or imported.get("ISBN13", "")),
            str(_stars(self._rating)),
            book.publisher or "",
            self._binding(),
            str(book.pages or imported.get("Number of Pages", "")),
            str(imported.get("Year Published", "") if book.published is None else book.published),
            imported.get("Original Publication Year", ""),
            _day(self._date),
            self._date_added(),
            ", ".join(shelves),
            ", ".join(self._with_positions(shelves)),
            shelf,
            to_html(review),
            "true" if review and spoiler_spans(review) == [(0, len(review))] else "",
            to_html(self._note or ""),
            str(self._finished_count + (self._status in ("reading", "paused"))),
            imported.get("Owned Copies", "0"),
        )

    def lost(self) -> Mapping[str, int]:
        """How many values of the readings are not in the row, by the description of what they are."""
        unfinished = sum(each.status != "finished" for each in self._readings)
        return {
            "ratings rounded to whole stars": int(self._rating is not None and self._rating % 1 > 0),
            "other ratings of a book": _count(each.rating for each in self._preferred) - bool(self._rating),
            "other reviews of a book": _count(each.review for each in self._preferred) - bool(self._review),
            "other private notes on a book": _count(each.private_note for each in self._preferred) - bool(self._note),
            "dates without a day": int(bool(self._date) and not _day(self._date)),
            "dates of other readings": _count(each.finished for each in self._preferred) - bool(self._date),
            "dates on which a reading was started": _count(each.started for each in self._readings),
            "readings that were not finished": unfinished - (self._status != "finished"),
            "quotes": sum(len(each.quotes) for each in self._readings),
            "series without a number": int(bool(self._book.series) and not self._book.series_number),
            "roles of contributors": sum(person.role != "contributor" for person in self._book.others),
            "languages": int(bool(self._book.language)),
        }

    def _book_id(self) -> str:
        """The Goodreads id of the reading that gives the date, if any; another would stand for another reading."""
        readings = [*self._preferred, *self._readings]
        sources = (source.partition(":") for each in readings for source in each.sources)
        ids = (number for service, _, number in sources if service == SERVICE and _NUMBER.fullmatch(number))
        return next(ids, self._imported.get("Book Id", ""))

    def _binding(self) -> str:
        """The imported binding if it still fits the format of the reading, else one for that format."""
        format_ = next((each.format for each in self._preferred if each.format), None)
        binding = self._imported.get("Binding", "")
        match = _BINDING_FORMAT.search(binding)
        if binding and format_ in (None, match.lastgroup if match else "print"):
            return binding
        return _BINDINGS[format_] if format_ else ""

    def _date_added(self) -> str:
        """The day on which the book was added to Goodreads, if known, else to the journal."""
        if _DAY.fullmatch(self._imported.get("Date Added", "")):
            return self._imported["Date Added"]
        times = [each.created_at for each in self._readings if each.created_at]
        return f"{datetime.fromisoformat(min(times)).astimezone():%Y/%m/%d}" if times else ""

    def _shelves(self) -> tuple[str, list[str]]:
        """The exclusive shelf, and all shelves: the tags and, unless it is `read`, the exclusive one."""
        shelf = self._imported.get("Exclusive Shelf", "")
        if not _is_shelf_of(shelf, self._status):
            shelf = _SHELVES[self._status]
        tags = (re.sub(r"[\s,]+", "-", tag.lower()).strip("-") for tag in self._book.tags)
        listed = dict.fromkeys(tag for tag in tags if tag and tag not in _STATUS_SHELVES)
        if shelf != "read":
            listed[shelf] = None
        imported_first = [name for name in self._positions() if name in listed]
        return shelf, list(dict.fromkeys([*imported_first, *listed]))

    def _with_positions(self, shelves: Iterable[str]) -> list[str]:
        """Those of the shelves on which Goodreads gave the book a position, with it."""
        positions = self._positions()
        return [f"{name} (#{positions[name]})" for name in shelves if name in positions]

    def _positions(self) -> dict[str, str]:
        listed = self._imported.get("Bookshelves with positions", "").split(", ")
        return {match[1]: match[2] for match in map(_SHELF_WITH_POSITION.fullmatch, listed) if match}


def _imported_values(readings: Iterable[Reading]) -> dict[str, str]:
    """The values of these readings that an import from Goodreads kept in `extra`, by column."""
    imported: dict[str, str] = {}
    for reading in readings:
        values = reading.extra.get(SERVICE)
        if isinstance(values, Mapping):
            imported |= {name: " ".join(text.split()) for name, text in values.items() if isinstance(text, str)}
    return imported


def _latest_first(readings: Iterable[Reading], status: str) -> list[Reading]:
    """The readings with this status, those without a date last."""
    with_status = [reading for reading in readings if reading.status == status]
    return sorted(with_status, key=lambda each: each.finished.sort_key if each.finished else ())[::-1]


def _status_of(readings: Iterable[Reading], finished: Sequence[Reading]) -> str:
    """The status for the one exclusive shelf: current readings come before past ones.

    A book to be read again may be on `to-read` only if the date tells that it was read.
    """
    is_date_enough = not finished or (len(finished) == 1 and _day(finished[0].finished) != "")
    order = ("reading", "paused", *(("to-read",) if is_date_enough else ()), "finished", "abandoned", "to-read")
    return min((reading.status for reading in readings), key=order.index)


def _is_shelf_of(shelf: str, status: str) -> bool:
    try:
        return bool(shelf) and parse_status(shelf) == status
    except BadInput:
        return False


def _title(book: Book, original: str) -> str:
    """The title followed by its series; as Goodreads had it, if that means the same."""
    if original and not book.subtitle and parse_title(original) == (book.title, book.series, book.series_number):
        return original
    title = book.full_title
    return f"{title} ({book.series}, #{book.series_number})" if book.series and book.series_number else title


def _people(book: Book) -> tuple[str, str, str]:
    """The author, the author with the last name first, and all other people."""
    author = book.authors[0] if book.authors else ""
    first, _, last = author.rpartition(" ")
    others = dict.fromkeys(re.sub(r"\s*,\s*", " ", person.name) for person in book.contributors)
    return author, f"{last}, {first}" if first else last, ", ".join(name for name in others if name != author)


def _isbn10(isbn: str) -> str:
    """The ISBN-10 of an ISBN-13; empty for one that begins with 979, which has none."""
    return isbn[3:12] + check_digit_10(isbn[3:12]) if isbn.startswith("978") else ""


def _excel_text(number: str) -> str:
    """A number as a formula with a text, as Goodreads writes it for spreadsheets."""
    return '="' + number.replace('"', "") + '"'


def _stars(rating: float | None) -> int:
    """Whole stars, half rounded up; at least 1, because 0 is no rating."""
    return max(1, int(rating + 0.5)) if rating else 0


def _day(when: PartialDate | None) -> str:
    return when.edtf.replace("-", "/") if when and when.day and not when.is_approximate else ""


def _count(values: Iterable[object]) -> int:
    return sum(1 for value in values if value)


def _to_cell(column: str, text: str) -> str:
    """The text of a cell, which no spreadsheet takes for a formula; ISBNs are one, as in Goodreads."""
    if column.startswith("ISBN") or not _FORMULA_START.match(text) or _NUMBER.fullmatch(text):
        return text
    return f" {text}"
