"""Goodreads' export of a library: a row a book, with a shelf, the last date of reading and how often it was read.

Columns came and went over the years, so they are read by their names. One row can tell of several
readings, of which at most one has a date. What readlog has no field for stays under `extra`, as it
stands, with the last of them.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple

from readlog.core.clock import start_of_day
from readlog.core.errors import BadInput
from readlog.core.fields import EMPTY_WORDS, add_tags
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.isbn import check_digit_10
from readlog.core.model import AUTHOR, Book, Contributor, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.core.spoilers import spoiler_spans
from readlog.core.status import parse_status
from readlog.core.text import clean_line, clean_text, fold, remove_controls
from readlog.formats.html_to_markdown import hidden, to_markdown
from readlog.formats.table_rows import Days, Row, Table, column_key, isbn, names, plain, whole

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});")
_ONE = r"\d+(?:\.\d+)?"
_RANGE = rf"{_ONE}(?: ?[-–] ?#?{_ONE})?"
_NUMBER = re.compile(rf",? ?#({_RANGE}(?:(?:, ?| ?& ?|, ?& ?)#?{_RANGE}(?![^\s,;&]))*(?: of \d+)?)")
_NEXT_NUMBER = re.compile(r"#\d")


class Titled(NamedTuple):
    """A title, and the series in which it has a number, if it has."""

    title: str
    series: str | None = None
    number: str | None = None


def parse_title(cell: str) -> Titled:
    """The title and the series that a cell tells of, both clean.

    Only what is in brackets at the end and has a number sign with a number is a series: most other
    things in brackets, as `(Penguin Modern Classics)`, are none, and stay. Of two series the first
    counts. What stands behind the number, as `Part 2 of 2`, tells two books apart and stays too.
    """
    title = clean_line(without_entities(cell))
    if not title.endswith(")") or "#" not in title:
        return Titled(title)
    start = _last_bracket(title)
    name = title[:start].rstrip()
    for part in title[start + 1 : -1].split("; "):
        match = _NUMBER.search(part, 1)
        series = clean_line(part[: match.start()].rstrip(" ,")) if match else ""
        if match and series and name:
            rest = part[match.end() :].strip(" ,")
            kept = f"{name} ({rest})" if rest and not _NEXT_NUMBER.search(rest) else name
            return Titled(kept, series, _digits(match[1]))
    return Titled(title)


def without_entities(cell: str) -> str:
    """A cell in which `&quot;` and such, as some titles and publishers have, are the signs that they stand for."""
    return _ENTITY.sub(lambda match: unescape(match[0]), cell) if "&" in cell else cell


def _last_bracket(title: str) -> int:
    """Where the bracket is opened that the last sign of a title closes; 0 where there is none."""
    last = title.rfind("(")
    if title.find(")", last) == len(title) - 1:
        return max(last, 0)
    depth = 0
    for place in range(len(title) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(title[place], 0)
        if not depth:
            return place
    return 0


def _digits(number: str) -> str:
    """A number without number signs, in the digits 0 to 9 whatever the script."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in number.replace("#", ""))


NAME = "Goodreads"
SERVICE = "goodreads"

_G31 = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,"
    "Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,"
    "Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Recommended For,"
    "Recommended By,Owned Copies,Original Purchase Date,Original Purchase Location,Condition,Condition Description,BCID"
).split(",")
_GONE_IN_2022 = (
    "Recommended For,Recommended By,Original Purchase Date,Original Purchase Location,Condition,"
    "Condition Description,BCID"
).split(",")
_G24 = [name for name in _G31 if name not in _GONE_IN_2022]
_G23 = [name for name in _G24 if name != "Average Rating"]
_GENERATIONS = {len(columns): tuple(columns) for columns in (_G31, _G24, _G23)}

_FIELDS = frozenset(
    (
        "book id|title|author|additional authors|isbn|isbn13|my rating|publisher|number of pages|year published|"
        "date read|bookshelves|exclusive shelf|my review|spoiler|private notes|read count"
    ).split("|")
)
"""The columns that become fields; of every other one what stands in it is kept."""
_NOT_KEPT = frozenset(("average rating", "author l-f", "line", "refused because", ""))
"""What Goodreads reckons itself, and the columns of a file of refused rows."""
_SPELLINGS = {column_key(name): name for name in _G31}

_STANDARD_SHELVES = ("read", "to-read", "currently-reading")
_OWN_SHELVES = {
    "wont-finish": "abandoned",
    "trashed": "abandoned",
    "want-to-finish-eventually": "paused",
    "reading-soon": "to-read",
    "not-interested-for-now": "to-read",
}
"""Shelves that readers have made and that say what they mean, beside those that readlog knows anyway."""
_LIKELY = (
    (re.compile(r"(?:.*[-_])?(?:to[-_]read|tbr)(?:[-_].*)?|leseliste(?:[-_].*)?"), "to-read"),
    (re.compile(r"(?:.*[-_])?(?:dnf|did[-_]not[-_]finish)(?:[-_].*)?"), "abandoned"),
)
_A_SHELF = re.compile(r"(?=.*[^\W\d_])[\w-]{2,60}")
_A_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T].{0,20})?")
_LONGEST_SHOWN = 60

_FORMATS = {
    "audio": "audi podiobook mp3 hörbuch cassette",
    "ebook": "kindle ebook e-book nook epub digital",
    "print": "print paperback hardcover hardback softcover mass taschenbuch gebunden broschiert tapa brossura poche "
    "broché relié binding board leather spiral",
}
_PLAIN_BINDINGS = frozenset(("ebook", "e-book", "audiobook", "print", "unknown binding"))
"""Bindings that say no more than the format does, and the one that says nothing."""

_ENDED = ("finished", "abandoned")
_MOST_READINGS = 100
"""A count above is a slip of the finger: nobody gets a thousand readings without a date."""
_FIRST_DAY = "1970-01-01"
_STARS = frozenset("12345")
_ZERO = re.compile(r"0+(?:[.,]0*)?")


def recognises(table: Table) -> bool:
    """Whether the columns of a table are those of Goodreads, of whatever year and in whatever order."""
    return {"exclusive shelf", "bookshelves"} <= set(table.keys)


def headless(table: Table) -> Table | None:
    """The table with a header, where it is Goodreads' and has lost its own; None where it is something else."""
    first = table.columns
    columns = _GENERATIONS.get(len(first))
    if not columns or (whole(first[0]) or 0) < 1:
        return None
    shelf, added = (plain(first[columns.index(name)]) for name in ("Exclusive Shelf", "Date Added"))
    return table.with_header(columns) if _A_SHELF.fullmatch(shelf) and _A_DATE.fullmatch(added) else None


def read(table: Table, wishes: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
    """What every row tells, in the order of the file: the readings of its book, or why it was not understood.

    Raises UnreadableInput where the file is no table any more.
    """
    export = _Export(table, wishes)
    for row in table:
        try:
            yield export.incoming(row)
        except BadInput as error:
            yield RejectedRow(row.position, str(error), row.raw)


_GUESS = "shelf"
"""How a note begins that tells of a status that was guessed."""


class _Export:
    """A file that is being read, with what is the same for all of its rows."""

    def __init__(self, table: Table, wishes: ImportOptions) -> None:
        self._keys = table.keys
        self._days = Days(table, ("date read", "date added"), wishes.day_first)
        self._wishes = wishes
        self._dates: dict[str, PartialDate | None] = {}
        self._moments: dict[str, str | None] = {}
        self._kept = [
            (key, _SPELLINGS.get(key, label))
            for key, label in zip(table.keys, table.labels, strict=True)
            if key not in _FIELDS | _NOT_KEPT and not key.startswith("unnamed:")
        ]

    def incoming(self, row: Row) -> ImportRow:
        """What one row tells; raises BadInput."""
        self._check_width(row)
        cells, notes = _Cells(row.cells), list[str]()
        book, rating, read_on = _book(cells), _rating(cells), self._read_on(cells)
        count = whole(cells["read count"]) or 0
        status = self._status(cells, bool(read_on or (count > 0 and rating)), notes)
        earlier = _earlier(status, bool(read_on), count, notes)
        facts: list[dict[str, Any]] = [{"status": "finished"} for _ in range(earlier)]
        facts.append({"status": status, "format": _format(cells), "extra": self._extra(cells, book, earlier + 1)})
        told = facts[-2] if earlier and status not in _ENDED else facts[-1]
        told |= {"finished": read_on, "rating": rating, "review": _review(cells)}
        told["private_note"] = _markdown(cells["private notes"])
        added, sources = self._added(cells, notes), _sources(cells)
        readings = (Reading(book, sources=sources, created_at=added, **fact) for fact in facts)
        is_guessed = any(note.startswith(_GUESS) for note in notes)
        return ImportRow(row.position, tuple(readings), tuple(notes), is_guessed=is_guessed)

    def _check_width(self, row: Row) -> None:
        """Raise BadInput where cells are missing, or too many: what stands where is not known then."""
        there, width = len(row.raw), len(self._keys)
        is_cut = "exclusive shelf" in self._keys and "exclusive shelf" not in row.cells
        if is_cut or (there > width and any(cell.strip() for cell in row.raw[width:])):
            raise BadInput(f"has {there} {'cell' if there == 1 else 'cells'} where the header has {width}.")

    def _read_on(self, cells: "_Cells") -> PartialDate | None:
        cell = cells["date read"]
        if cell not in self._dates:
            try:
                edtf = self._days.edtf(cell)
            except BadInput as error:
                raise BadInput(f"Date Read: {error}") from error
            self._dates[cell] = PartialDate.from_edtf(edtf) if edtf else None
        return self._dates[cell]

    def _added(self, cells: "_Cells", notes: list[str]) -> str | None:
        """The moment at which the book came onto its shelf, where the whole day is known."""
        cell = cells["date added"]
        if cell not in self._moments:
            try:
                edtf = self._days.edtf(cell) or ""
            except BadInput:
                notes.append("a Date Added that is no date, or can be two: kept in extra as it stands")
                return None
            is_day = len(edtf) == len(_FIRST_DAY) and edtf >= _FIRST_DAY
            self._moments[cell] = start_of_day(date.fromisoformat(edtf)) if is_day else None
        return self._moments[cell]

    def _status(self, cells: "_Cells", was_read: bool, notes: list[str]) -> str:
        """The status that the reader wishes for a shelf, or that its name says, or else a likely one with a note."""
        shelf = _shelf(cells)
        if wished := self._wishes.statuses.get(fold(shelf)):
            return parse_status(wished)
        if status := _meaning(shelf):
            return status
        likely = next((status for pattern, status in _LIKELY if pattern.fullmatch(shelf)), None)
        status = likely or ("finished" if was_read else "to-read")
        name = clean_line(shelf[:_LONGEST_SHOWN])
        said = f'{_GUESS} "{name}" ' + ("looks like" if likely else "is not one that readlog knows: taken as")
        other = "paused" if status == "abandoned" else "abandoned"
        hint = f"--status {name}={other} says otherwise"
        notes.append(f"{said} {status}. {hint}" if shelf else f"a book on no shelf: taken as {status}")
        return status

    def _extra(self, cells: "_Cells", book: Book, readings: int) -> dict[str, Any]:
        """What has no field, and what did not fit into one, by the names of the columns."""
        kept = {name: cells[key] for key, name in self._kept}
        if whole(kept.get("Owned Copies", "")) == 0:
            del kept["Owned Copies"]
        if kept.get("Binding", "").casefold() in _PLAIN_BINDINGS:
            del kept["Binding"]
        kept |= {name: cells[column_key(name)] for name in _not_told(cells, book, readings)}
        clean = {name: remove_controls(kept[name]) for name in sorted(kept) if kept[name]}
        return {SERVICE: clean} if clean else {}


class _Cells(dict[str, str]):
    """The cells of a row without what spreadsheets put around them; empty where there is no such column."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        for key, cell in cells.items():
            text = cell.strip()
            self[key] = plain(text) if text[:1] == "=" else text

    def __missing__(self, key: str) -> str:
        return ""


def _not_told(cells: "_Cells", book: Book, readings: int) -> Iterator[str]:
    """The columns of which a book and a number of its readings do not say all that stands there."""
    if book.title != clean_line(cells["title"]):
        yield "Title"
    if not book.contributors:
        yield "Author l-f"
    if not _sources(cells):
        yield "Book Id"
    for name, digits in (("ISBN", cells["isbn"]), ("ISBN13", cells["isbn13"])):
        if digits and not _is_same_isbn(digits, book.isbn):
            yield name
    if book.pages is None and whole(cells["number of pages"]) != 0:
        yield "Number of Pages"
    if book.published is None:
        yield "Year Published"
    if _shelf(cells) not in _STANDARD_SHELVES:
        yield "Exclusive Shelf"
    if (whole(cells["read count"]) or 0) not in (0, 1, readings):
        yield "Read Count"


def _is_same_isbn(digits: str, known: str | None) -> bool:
    """Whether digits are those of an ISBN that is known; ten of them have another check digit and no prefix."""
    if not known:
        return False
    body = known[3:12]
    return digits == known or (digits[:9] == body and digits[9:] == check_digit_10(body)) or isbn(digits) == known


def _earlier(status: str, dated: bool, count: int, notes: list[str]) -> int:
    """How many readings were finished before the one that a shelf tells of.

    A date of reading is that of a finished one; a book that is being read is counted already.
    """
    if status == "to-read" and dated:
        notes.append("a book to read that has a Date Read: taken as finished then, and to be read again")
    if count > _MOST_READINGS:
        notes.append(f"a Read Count over {_MOST_READINGS}: kept in extra, and no undated readings made of it")
        count = 1
    if status == "finished":
        return max(count - 1, 0)
    if status in ("reading", "paused"):
        return max(count - 1, int(dated))
    return int(dated and status == "to-read")


def _shelf(cells: "_Cells") -> str:
    """The exclusive shelf; where it says none, one that is left among the others."""
    shelf = cells["exclusive shelf"].casefold()
    shelves = () if shelf else names(cells["bookshelves"])
    return shelf or next((name for name in shelves if name in _STANDARD_SHELVES), "")


@lru_cache(maxsize=1000)
def _meaning(shelf: str) -> str | None:
    """The status that the name of a shelf says without doubt."""
    try:
        return _OWN_SHELVES.get(shelf) or parse_status(shelf)
    except BadInput:
        return None


def _book(cells: "_Cells") -> Book:
    titled = parse_title(cells["title"])
    if not titled.title:
        raise BadInput("has no title.")
    return Book(
        titled.title,
        contributors=_people(cells),
        series=titled.series,
        series_number=titled.number,
        isbn=isbn(cells["isbn13"]) or isbn(cells["isbn"]),
        publisher=_publisher(cells["publisher"]),
        published=_within(whole(cells["year published"]), -9999, 9999),
        pages=_within(whole(cells["number of pages"]), 1, 10**9),
        tags=_tags(cells),
    )


@lru_cache(maxsize=1_000)
def _publisher(cell: str) -> str | None:
    return clean_line(without_entities(cell)) or None


def _people(cells: "_Cells") -> tuple[Contributor, ...]:
    """The author, and the others, of whom Goodreads does not say what they did."""
    author = _person(cells["author"], AUTHOR)
    if not (more := cells["additional authors"]):
        return (author,) if author.name else ()
    others = dict.fromkeys(_person(name, "contributor") for name in names(more))
    people = tuple(person for person in others if person.name not in ("", author.name))
    return (author, *people) if author.name else people


@lru_cache(maxsize=10_000)
def _person(name: str, role: str) -> Contributor:
    """Someone by a name as it stands in a cell; most write more than one book."""
    return Contributor(clean_line(name), role)


def _tags(cells: "_Cells") -> tuple[str, ...]:
    """The shelves but for those that are no more than a status."""
    cell = cells["bookshelves"]
    if not cell or cell in _STANDARD_SHELVES:
        return ()
    exclusive = _shelf(cells)
    statuses = (*_STANDARD_SHELVES, exclusive) if _meaning(exclusive) else _STANDARD_SHELVES
    shelves = [name for name in names(cell) if name.casefold() not in statuses]
    labels = (clean_line(name).removeprefix("#").strip() for name in shelves)
    return add_tags((), tuple(label for label in labels if label))


def _within(number: int | None, low: int, high: int) -> int | None:
    """A number that is one of these, and not zero, which is what stands where nothing is known."""
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
    """The format that a binding is of; None where its words are not known."""
    return _format_of(cells["binding"].casefold()[:_LONGEST_SHOWN])


@lru_cache(maxsize=1000)
def _format_of(binding: str) -> str | None:
    formats = (name for name, words in _FORMATS.items() if any(word in binding for word in words.split()))
    return None if binding == "unknown binding" else next(formats, None)


def _review(cells: "_Cells") -> str | None:
    """The review; where Goodreads hides all of it, as one spoiler."""
    html = cells["my review"]
    review = _markdown(html)
    if not review or cells["spoiler"].casefold() not in ("true", "yes", "1"):
        return review
    return review if spoiler_spans(review) == [(0, len(review))] else clean_text(hidden(html))


def _markdown(html: str) -> str | None:
    return clean_text(to_markdown(html)) or None if html else None


def _sources(cells: "_Cells") -> tuple[str, ...]:
    number = whole(cells["book id"]) or 0
    return (f"{SERVICE}:{number}",) if number > 0 else ()
