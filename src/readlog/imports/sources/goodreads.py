"""The library export of Goodreads (CSV): one row per book, with its shelf, last date read and read count.

There is no specification; columns changed over the years, so they are read by name. A row can stand
for several readings, of which at most one has a date. Cells without a field in readlog go to `extra`
of the last one, unchanged.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple

from readlog.core.clock import start_of_day
from readlog.core.domain_model import AUTHOR, Book, Contributor, Reading
from readlog.core.errors import BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.isbn import check_digit_10
from readlog.core.normalize_text import clean_line, clean_text, fold, remove_controls
from readlog.core.parse_fields import EMPTY_WORDS, add_tags
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.core.spoilers import spoiler_spans
from readlog.core.status import parse_status
from readlog.formats.html_to_markdown import to_markdown, to_spoiler
from readlog.formats.table_rows import (
    DateColumns,
    Row,
    Table,
    cell_integer,
    cell_isbn,
    cell_names,
    cell_text,
    column_key,
)

NAME = "Goodreads"
SERVICE = "goodreads"

_COLUMNS_31 = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,"
    "Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,"
    "Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Recommended For,"
    "Recommended By,Owned Copies,Original Purchase Date,Original Purchase Location,Condition,Condition Description,BCID"
).split(",")

_COLUMNS_REMOVED_2022 = (
    "Recommended For,Recommended By,Original Purchase Date,Original Purchase Location,Condition,"
    "Condition Description,BCID"
).split(",")

_COLUMNS_24 = [name for name in _COLUMNS_31 if name not in _COLUMNS_REMOVED_2022]
_COLUMNS_23 = [name for name in _COLUMNS_24 if name != "Average Rating"]
_HEADERS_BY_WIDTH = {len(columns): tuple(columns) for columns in (_COLUMNS_31, _COLUMNS_24, _COLUMNS_23)}
_FIELDS = frozenset(
    (
        "book id|title|author|additional authors|isbn|isbn13|my rating|publisher|number of pages|year published|"
        "date read|bookshelves|exclusive shelf|my review|spoiler|private notes|read count"
    ).split("|")
)
"""The columns that become fields; all others go to `extra`."""

_IGNORED_COLUMNS = frozenset(("average rating", "author l-f", "line", "refused because", ""))
"""Columns that Goodreads computes, and those of a file of rejected rows."""

_SPELLINGS = {column_key(name): name for name in _COLUMNS_31}
_STANDARD_SHELVES = ("read", "to-read", "currently-reading")

_KNOWN_CUSTOM_SHELVES = {
    "wont-finish": "abandoned",
    "trashed": "abandoned",
    "want-to-finish-eventually": "paused",
    "reading-soon": "to-read",
    "not-interested-for-now": "to-read",
}
"""Shelves that users create and that mean a status, in addition to the synonyms of `parse_status`."""

_LIKELY_SHELVES = (
    (re.compile(r"(?:.*[-_])?(?:to[-_]read|tbr)(?:[-_].*)?|leseliste(?:[-_].*)?"), "to-read"),
    (re.compile(r"(?:.*[-_])?(?:dnf|did[-_]not[-_]finish)(?:[-_].*)?"), "abandoned"),
)

_SHELF_PATTERN = re.compile(r"(?=.*[^\W\d_])[\w-]{2,60}")
_DATE_PATTERN = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T].{0,20})?")
_MAX_SHOWN = 60

_FORMATS = {
    "audio": "audi podiobook mp3 hörbuch cassette",
    "ebook": "kindle ebook e-book nook epub digital",
    "print": "print paperback hardcover hardback softcover mass taschenbuch gebunden broschiert tapa brossura poche "
    "broché relié binding board leather spiral",
}

_BINDINGS_WITHOUT_DETAIL = frozenset(("ebook", "e-book", "audiobook", "print", "unknown binding"))
"""Bindings that say no more than the format."""

_ENDED_STATUSES = ("finished", "abandoned")
_MAX_READ_COUNT = 100
"""A higher count is taken for a typing error: it would create a reading without a date for each."""

_FIRST_CREDIBLE_DAY = "1970-01-01"
_STARS = frozenset("12345")
_ZERO = re.compile(r"0+(?:[.,]0*)?")
_GUESS_PREFIX = "shelf"
"""The beginning of a note about a guessed status."""

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});")
_SERIES_NUMBER = r"\d+(?:\.\d+)?"
_NUMBER_RANGE = rf"{_SERIES_NUMBER}(?: ?[-–] ?#?{_SERIES_NUMBER})?"
_SERIES = re.compile(rf",? ?#({_NUMBER_RANGE}(?:(?:, ?| ?& ?|, ?& ?)#?{_NUMBER_RANGE}(?![^\s,;&]))*(?: of \d+)?)")
_NEXT_NUMBER = re.compile(r"#\d")


class TitleParts(NamedTuple):
    """A title, and the series with its number in it, if known."""

    title: str
    series: str | None = None
    number: str | None = None


def recognises(table: Table) -> bool:
    """Whether a table was exported by Goodreads, in any year and with its columns in any order."""
    return {"exclusive shelf", "bookshelves"} <= set(table.keys)


def add_missing_header(table: Table) -> Table | None:
    """The table with a header, if it was exported by Goodreads and has lost its own; None for other tables."""
    first = table.columns
    columns = _HEADERS_BY_WIDTH.get(len(first))
    if not columns or (cell_integer(first[0]) or 0) < 1:
        return None
    shelf, added = (cell_text(first[columns.index(name)]) for name in ("Exclusive Shelf", "Date Added"))
    return table.with_header(columns) if _SHELF_PATTERN.fullmatch(shelf) and _DATE_PATTERN.fullmatch(added) else None


def read(table: Table, options: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
    """The readings in each row, or the rejected row, in the order of the file.

    Raises UnreadableInput where the rest of the file is not a table.
    """
    export = _Export(table, options)
    for row in table:
        try:
            yield export.import_row(row)
        except BadInput as error:
            yield RejectedRow(row.position, str(error), row.raw)


def parse_title(cell: str) -> TitleParts:
    """The title and the series in a cell, both clean: `Dune (Dune Chronicles, #1)`.

    Only brackets at the end with `#` and a number are a series: most others, as `(Penguin Modern
    Classics)`, are not, and remain in the title. Of two series the first is taken. Text after the
    number, as `Part 2 of 2`, distinguishes books and remains too.
    """
    title = clean_line(decode_entities(cell))
    if not title.endswith(")") or "#" not in title:
        return TitleParts(title)
    start = _start_of_last_bracket(title)
    name = title[:start].rstrip()
    for part in title[start + 1 : -1].split("; "):
        match = _SERIES.search(part, 1)
        series = clean_line(part[: match.start()].rstrip(" ,")) if match else ""
        if match and series and name:
            rest = part[match.end() :].strip(" ,")
            full_title = f"{name} ({rest})" if rest and not _NEXT_NUMBER.search(rest) else name
            return TitleParts(full_title, series, _ascii_digits(match[1]))
    return TitleParts(title)


def decode_entities(cell: str) -> str:
    """A cell with HTML entities decoded: some titles and publishers have `&quot;`."""
    return _ENTITY.sub(lambda match: unescape(match[0]), cell) if "&" in cell else cell


class _Export:
    """The state of reading one file: options, date columns and caches."""

    def __init__(self, table: Table, options: ImportOptions) -> None:
        self._keys = table.keys
        self._days = DateColumns(table, ("date read", "date added"), options.day_first)
        self._options = options
        self._dates: dict[str, PartialDate | None] = {}
        self._moments: dict[str, str | None] = {}
        self._kept = [
            (key, _SPELLINGS.get(key, label))
            for key, label in zip(table.keys, table.labels, strict=True)
            if key not in _FIELDS | _IGNORED_COLUMNS and not key.startswith("unnamed:")
        ]

    def import_row(self, row: Row) -> ImportRow:
        """The readings in one row; raises BadInput."""
        self._check_width(row)
        cells, notes = _Cells(row.cells), list[str]()
        book, rating, read_on = _book(cells), _rating(cells), self._read_on(cells)
        count = cell_integer(cells["read count"]) or 0
        status = self._status(cells, bool(read_on or (count > 0 and rating)), notes)
        earlier = _count_earlier_readings(status, bool(read_on), count, notes)
        facts: list[dict[str, Any]] = [{"status": "finished"} for _ in range(earlier)]
        facts.append({"status": status, "format": _format(cells), "extra": self._extra(cells, book, earlier + 1)})
        dated = facts[-2] if earlier and status not in _ENDED_STATUSES else facts[-1]
        dated |= {"finished": read_on, "rating": rating, "review": _review(cells)}
        dated["private_note"] = _markdown(cells["private notes"])
        added, sources = self._added(cells, notes), _sources(cells)
        readings = (Reading(book, sources=sources, created_at=added, **fact) for fact in facts)
        is_guessed = any(note.startswith(_GUESS_PREFIX) for note in notes)
        return ImportRow(row.position, tuple(readings), tuple(notes), is_guessed=is_guessed)

    def _check_width(self, row: Row) -> None:
        """Raise BadInput for a row with missing or surplus cells: it is unknown which cell belongs to which column."""
        there, width = len(row.raw), len(self._keys)
        is_cut = "exclusive shelf" in self._keys and "exclusive shelf" not in row.cells
        if is_cut or (there > width and any(cell.strip() for cell in row.raw[width:])):
            raise BadInput(f"has {there} {'cell' if there == 1 else 'cells'} where the header has {width}.")

    def _read_on(self, cells: "_Cells") -> PartialDate | None:
        cell = cells["date read"]
        if cell not in self._dates:
            try:
                edtf = self._days.to_edtf(cell)
            except BadInput as error:
                raise BadInput(f"Date Read: {error}") from error
            self._dates[cell] = PartialDate.from_edtf(edtf) if edtf else None
        return self._dates[cell]

    def _added(self, cells: "_Cells", notes: list[str]) -> str | None:
        """When the book was added, if the day is known."""
        cell = cells["date added"]
        if cell not in self._moments:
            try:
                edtf = self._days.to_edtf(cell) or ""
            except BadInput:
                notes.append("a Date Added that is no date, or can be two: kept in extra as it stands")
                return None
            is_day = len(edtf) == len(_FIRST_CREDIBLE_DAY) and edtf >= _FIRST_CREDIBLE_DAY
            self._moments[cell] = start_of_day(date.fromisoformat(edtf)) if is_day else None
        return self._moments[cell]

    def _status(self, cells: "_Cells", was_read: bool, notes: list[str]) -> str:
        """The status that the user maps the shelf to, or that its name means, or else a likely one with a note."""
        shelf = _shelf(cells)
        if mapped := self._options.statuses.get(fold(shelf)):
            return parse_status(mapped)
        if status := _status_of_shelf(shelf):
            return status
        likely = next((status for pattern, status in _LIKELY_SHELVES if pattern.fullmatch(shelf)), None)
        status = likely or ("finished" if was_read else "to-read")
        name = clean_line(shelf[:_MAX_SHOWN])
        guess = f'{_GUESS_PREFIX} "{name}" ' + ("looks like" if likely else "is not one that readlog knows: taken as")
        other = "paused" if status == "abandoned" else "abandoned"
        hint = f"--status {name}={other} says otherwise"
        notes.append(f"{guess} {status}. {hint}" if shelf else f"a book on no shelf: taken as {status}")
        return status

    def _extra(self, cells: "_Cells", book: Book, readings: int) -> dict[str, Any]:
        """The cells without a field and those that did not fit into one, by column name."""
        extra = {name: cells[key] for key, name in self._kept}
        if cell_integer(extra.get("Owned Copies", "")) == 0:
            del extra["Owned Copies"]
        if extra.get("Binding", "").casefold() in _BINDINGS_WITHOUT_DETAIL:
            del extra["Binding"]
        extra |= {name: cells[column_key(name)] for name in _lossy_columns(cells, book, readings)}
        clean = {name: remove_controls(extra[name]) for name in sorted(extra) if extra[name]}
        return {SERVICE: clean} if clean else {}


class _Cells(dict[str, str]):
    """The cells of a row, stripped and without spreadsheet formulas; empty for a missing column."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        for key, cell in cells.items():
            text = cell.strip()
            self[key] = cell_text(text) if text[:1] == "=" else text

    def __missing__(self, key: str) -> str:
        return ""


def _lossy_columns(cells: "_Cells", book: Book, readings: int) -> Iterator[str]:
    """The columns whose cells contain more than the book and its number of readings express."""
    if book.title != clean_line(cells["title"]):
        yield "Title"
    if not book.contributors:
        yield "Author l-f"
    if not _sources(cells):
        yield "Book Id"
    for name, digits in (("ISBN", cells["isbn"]), ("ISBN13", cells["isbn13"])):
        if digits and not _is_same_isbn(digits, book.isbn):
            yield name
    if book.pages is None and cell_integer(cells["number of pages"]) != 0:
        yield "Number of Pages"
    if book.published is None:
        yield "Year Published"
    if _shelf(cells) not in _STANDARD_SHELVES:
        yield "Exclusive Shelf"
    if (cell_integer(cells["read count"]) or 0) not in (0, 1, readings):
        yield "Read Count"


def _is_same_isbn(digits: str, known: str | None) -> bool:
    """Whether `digits`, of an ISBN-10 or ISBN-13, belong to the `known` ISBN-13."""
    if not known:
        return False
    body = known[3:12]
    return digits == known or (digits[:9] == body and digits[9:] == check_digit_10(body)) or cell_isbn(digits) == known


def _count_earlier_readings(status: str, dated: bool, count: int, notes: list[str]) -> int:
    """The number of finished readings before the one that the shelf stands for.

    Date Read is the date of a finished reading; Read Count includes a book that is being read.
    """
    if status == "to-read" and dated:
        notes.append("a book to read that has a Date Read: taken as finished then, and to be read again")
    if count > _MAX_READ_COUNT:
        notes.append(f"a Read Count over {_MAX_READ_COUNT}: kept in extra, and no undated readings made of it")
        count = 1
    if status == "finished":
        return max(count - 1, 0)
    if status in ("reading", "paused"):
        return max(count - 1, int(dated))
    return int(dated and status == "to-read")


def _shelf(cells: "_Cells") -> str:
    """The exclusive shelf, or if that is empty, a standard shelf among the others."""
    shelf = cells["exclusive shelf"].casefold()
    shelves = () if shelf else cell_names(cells["bookshelves"])
    return shelf or next((name for name in shelves if name in _STANDARD_SHELVES), "")


@lru_cache(maxsize=1000)
def _status_of_shelf(shelf: str) -> str | None:
    """The status that the name of a shelf certainly means."""
    try:
        return _KNOWN_CUSTOM_SHELVES.get(shelf) or parse_status(shelf)
    except BadInput:
        return None


def _book(cells: "_Cells") -> Book:
    parts = parse_title(cells["title"])
    if not parts.title:
        raise BadInput("has no title.")
    return Book(
        parts.title,
        contributors=_people(cells),
        series=parts.series,
        series_number=parts.number,
        isbn=cell_isbn(cells["isbn13"]) or cell_isbn(cells["isbn"]),
        publisher=_publisher(cells["publisher"]),
        published=_in_range(cell_integer(cells["year published"]), -9999, 9999),
        pages=_in_range(cell_integer(cells["number of pages"]), 1, 10**9),
        tags=_tags(cells),
    )


@lru_cache(maxsize=1_000)
def _publisher(cell: str) -> str | None:
    return clean_line(decode_entities(cell)) or None


def _people(cells: "_Cells") -> tuple[Contributor, ...]:
    """The author, and the others, whose roles Goodreads does not export."""
    author = _person(cells["author"], AUTHOR)
    if not (more := cells["additional authors"]):
        return (author,) if author.name else ()
    others = dict.fromkeys(_person(name, "contributor") for name in cell_names(more))
    people = tuple(person for person in others if person.name not in ("", author.name))
    return (author, *people) if author.name else people


@lru_cache(maxsize=10_000)
def _person(name: str, role: str) -> Contributor:
    """A contributor by the name in a cell; cached, because most have several books."""
    return Contributor(clean_line(name), role)


def _tags(cells: "_Cells") -> tuple[str, ...]:
    """The shelves, without those that only mean a status."""
    cell = cells["bookshelves"]
    if not cell or cell in _STANDARD_SHELVES:
        return ()
    exclusive = _shelf(cells)
    statuses = (*_STANDARD_SHELVES, exclusive) if _status_of_shelf(exclusive) else _STANDARD_SHELVES
    shelves = [name for name in cell_names(cell) if name.casefold() not in statuses]
    labels = (clean_line(name).removeprefix("#").strip() for name in shelves)
    return add_tags((), tuple(label for label in labels if label))


def _in_range(number: int | None, low: int, high: int) -> int | None:
    """`number` if it is in the range and not 0, which means "unknown"."""
    return number if number and low <= number <= high else None


def _rating(cells: "_Cells") -> float | None:
    text = cells["my rating"]
    if text in _STARS:
        return float(text)
    if text.casefold() in EMPTY_WORDS or _ZERO.fullmatch(text):
        return None
    try:
        return parse_rating(text)
    except BadInput as error:
        raise BadInput(f"My Rating: {error}") from error


def _format(cells: "_Cells") -> str | None:
    """The format of the binding; None if it is unknown."""
    return _format_of(cells["binding"].casefold()[:_MAX_SHOWN])


@lru_cache(maxsize=1000)
def _format_of(binding: str) -> str | None:
    formats = (name for name, words in _FORMATS.items() if any(word in binding for word in words.split()))
    return None if binding == "unknown binding" else next(formats, None)


def _review(cells: "_Cells") -> str | None:
    """The review; one spoiler if Goodreads hides all of it."""
    html = cells["my review"]
    review = _markdown(html)
    if not review or cells["spoiler"].casefold() not in ("true", "yes", "1"):
        return review
    return review if spoiler_spans(review) == [(0, len(review))] else clean_text(to_spoiler(html))


def _markdown(html: str) -> str | None:
    return clean_text(to_markdown(html)) or None if html else None


def _sources(cells: "_Cells") -> tuple[str, ...]:
    number = cell_integer(cells["book id"]) or 0
    return (f"{SERVICE}:{number}",) if number > 0 else ()


def _start_of_last_bracket(title: str) -> int:
    """The index of the bracket that the last character of a title closes; 0 if there is none."""
    last = title.rfind("(")
    if title.find(")", last) == len(title) - 1:
        return max(last, 0)
    depth = 0
    for place in range(len(title) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(title[place], 0)
        if not depth:
            return place
    return 0


def _ascii_digits(number: str) -> str:
    """A number without `#`, in ASCII digits."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in number.replace("#", ""))
