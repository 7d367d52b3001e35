"""StoryGraph's CSV: one row an edition, with all the times that it was read.

Its statuses, quarter stars and dates are readlog's own; moods, pace and whatever else readlog has
no field for stay as they stand under `extra`, with the latest reading.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from readlog.core.clock import start_of_day
from readlog.core.errors import BadField, BadInput
from readlog.core.fields import parse_field
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.model import AUTHOR, Book, Contributor, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.core.status import parse_status
from readlog.core.text import clean_line, clean_text, fold, printable_line, remove_controls
from readlog.formats.html_to_markdown import to_markdown
from readlog.formats.table_rows import Days, Row, Table, isbn, names, plain, whole

NAME = "StoryGraph"
SERVICE = "storygraph"

_FIELDS = frozenset(
    (
        "title|authors|author|contributors|isbn/uid|isbn|format|read status|dates read|last date read|read count|"
        "star rating|review|tags|line|refused because"
    ).split("|")
)
"""The columns that become fields, in both generations of the header, and the two of a file of refused rows."""

_FORMATS = {"paperback": "print", "hardcover": "print", "digital": "ebook", "audio": "audio"}
_ENDED = ("finished", "abandoned")
_MOST_READS = 100
"""A Read Count above is a slip of the finger: nobody gets a thousand readings without a date."""

_TAG_FIRST = re.compile(r"\s*</?[A-Za-z][A-Za-z0-9]*[\s/>]")
_POWER_OF_TEN = re.compile(r"[0-9][.,0-9]*E\+?[0-9]+", re.IGNORECASE)
_PERSON = re.compile(r"(?:[^,(]|\([^()]*\)|\()+")


class Span(NamedTuple):
    """One time through a book, as far as it is known: from when, to when."""

    started: PartialDate | None = None
    finished: PartialDate | None = None


def recognises(table: Table) -> bool:
    """Whether the columns are those of an export of StoryGraph, of any year."""
    return {"read status", "star rating"} <= set(table.keys)


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


def contributors(cell: str) -> list[Contributor]:
    """The people in `Peter Sedgwick (Translator), Adam Hochschild`; whose role is not said is a contributor."""
    people = (_contributor(part.strip()) for part in _PERSON.findall(plain(cell)))
    return list(dict.fromkeys(person for person in people if person.name))


def known_status(word: str, wishes: ImportOptions) -> str | None:
    """The status that a word stands for: as the reader wishes, or else for readlog; None where neither knows it."""
    if wished := wishes.statuses.get(fold(word)):
        return wished
    try:
        return parse_status(word)
    except BadInput:
        return None


def check_width(row: Row, table: Table) -> None:
    """Raise BadInput for a row with more cells than the header: a comma has parted one, and moved all the others."""
    if any(cell.strip() for cell in row.raw[len(table.keys) :]):
        raise BadInput(
            f"the row has {len(row.raw)} cells and the header {len(table.keys)}. "
            "A text with a comma in it needs quotation marks."
        )


class _Export:
    """A file that is being read, and the dates that were understood so far: most stand in many rows."""

    def __init__(self, table: Table, wishes: ImportOptions) -> None:
        self._table = table
        self._wishes = wishes
        self._days = Days(table, ("dates read", "last date read", "date added"), wishes.day_first)
        self._known: dict[str, PartialDate | None] = {}
        columns = zip(table.labels, table.keys, range(len(table.keys)), strict=True)
        self._others = [(label, place) for label, key, place in columns if key not in _FIELDS]

    def incoming(self, row: Row) -> ImportRow:
        """What one row tells; raises BadInput."""
        cells, notes, extra = row.cells, list[str](), self._extra(row)
        spans = self._spans(cells)
        status = self._status(row, spans, notes)
        earlier, own = _parted(spans, status)
        undated = max(0, _count(cells, notes) - 1 - len(earlier))
        if undated and status != "finished":
            notes.append(f"a Read Count on a book that is {status}: taken to count that reading too")
        self._keep_times(cells, [*earlier, own], len(spans), undated + (status == "finished"), extra)
        times = [*[Span()] * undated, *earlier, own]
        facts: list[dict[str, Any]] = [{"started": span.started, "finished": span.finished} for span in times]
        facts[-1] |= {"status": status, "format": _format(cells, extra)}
        facts[-1 if status in _ENDED or not times[1:] else -2] |= {"rating": _rating(cells), "review": _review(cells)}
        book, added = _book(cells, extra), self._added(cells, notes)
        facts[-1]["extra"] = {SERVICE: dict(sorted(extra.items()))} if extra else {}
        sources = _sources(cells, book.isbn)
        _note_oddities(status, book, times, notes)
        readings = (Reading(book, sources=sources, created_at=added, **fact) for fact in facts)
        return ImportRow(row.position, tuple(readings), tuple(notes))

    def _extra(self, row: Row) -> dict[str, str]:
        """The cells for which there is no field, by the names of their columns, and those beyond the header."""
        raw, width = row.raw, len(self._table.keys)
        extra = {label: plain(raw[place]) for label, place in self._others if place < len(raw)}
        extra |= {f"column {place}": plain(cell) for place, cell in enumerate(raw[width:], width + 1)}
        return {label: remove_controls(text) for label, text in extra.items() if text}

    def _spans(self, cells: Mapping[str, str]) -> list[Span]:
        """The times that the book was read, the earliest first, what is not over last: those listed, or the last."""
        if listed := names(cells.get("dates read", "")):
            spans = dict.fromkeys(self._span(item) for item in listed)
            return sorted(filter(any, spans), key=lambda span: (not span.finished, span.finished or span.started))
        finished = self._day(cells.get("last date read", ""), "Last Date Read")
        return [Span(None, finished)] if finished else []

    def _span(self, item: str) -> Span:
        """A span from `2024/01/02-2024/01/09`; a single date is the end, and an end that is missing is to come."""
        parts = item.replace("–", "-").split("-")
        half = len(parts) // 2
        if len(parts) not in (2, 6):
            return Span(None, self._day(item, "Dates Read"))
        first, last = "-".join(parts[:half]), "-".join(parts[half:])
        return Span(self._day(first, "Dates Read"), self._day(last, "Dates Read"))

    def _day(self, cell: str, column: str) -> PartialDate | None:
        if cell not in self._known:
            try:
                edtf = self._days.edtf(cell)
            except BadInput as error:
                raise BadField(column, str(error)) from error
            self._known[cell] = PartialDate.from_edtf(edtf) if edtf else None
        return self._known[cell]

    def _status(self, row: Row, spans: list[Span], notes: list[str]) -> str:
        """The status that the row says, or the one that its dates suggest, and then a note of it."""
        word = plain(row.cells.get("read status", ""))
        if status := known_status(word, self._wishes):
            return status
        check_width(row, self._table)
        counted = _is_rated(row.cells) and whole(row.cells.get("read count", ""))
        status = "finished" if counted or any(span.finished for span in spans) else "to-read"
        said = f'the status "{printable_line(word[:60])}" is unknown' if word else "there is no status"
        notes.append(f"{said}: taken as {status}")
        return status

    def _keep_times(
        self, cells: Mapping[str, str], told: list[Span], listed: int, others: int, extra: dict[str, str]
    ) -> None:
        """Put the dates and the count into `extra` where the readings do not say the same."""
        finished = {span.finished for span in told}
        last = plain(cells.get("last date read", ""))
        with suppress(BadInput):
            last = "" if self._day(last, "") in finished else last
        over = len(told) - 1 + others
        texts = {
            "Dates Read": plain(cells.get("dates read", "")) if listed > sum(map(any, told)) else "",
            "Last Date Read": last,
            "Read Count": plain(cells.get("read count", "")) if whole(cells.get("read count", "")) != over else "",
        }
        extra |= {name: remove_controls(text) for name, text in texts.items() if text}

    def _added(self, cells: Mapping[str, str], notes: list[str]) -> str | None:
        """The moment at which the book came onto the shelf, where the whole day is known."""
        try:
            when = self._day(cells.get("date added", ""), "Date Added")
        except BadInput:
            notes.append("a Date Added that is no date, or can be two: kept in extra as it stands")
            return None
        return _midnight(when) if when and when.day and when.year >= 1970 else None


def _parted(spans: list[Span], status: str) -> tuple[list[Span], Span]:
    """The spans of the readings before, and that of the reading with `status`.

    What was finished or given up has the latest. What goes on has one that is not over, and what
    is over was read before.
    """
    if status in _ENDED:
        return spans[:-1], spans[-1] if spans else Span()
    over = [span for span in spans if span.finished]
    return over, spans[-1] if len(spans) > len(over) else Span()


def _count(cells: Mapping[str, str], notes: list[str]) -> int:
    count = whole(cells.get("read count", "")) or 0
    if count > _MOST_READS:
        notes.append(f"a Read Count over {_MOST_READS}: kept in extra, and no undated readings made of it")
        return 0
    return count


def _book(cells: Mapping[str, str], extra: dict[str, str]) -> Book:
    title = clean_line(plain(cells.get("title", "")))
    if not title:
        raise BadField("title", "a book needs a title.")
    uid = _uid(cells)
    number = isbn(uid)
    if uid and not number:
        extra["ISBN/UID"] = uid
    tags: tuple[str, ...] = parse_field("tags", names(cells.get("tags", "")), date.min)
    return Book(title, contributors=_people(cells), isbn=number, tags=tags)


def _sources(cells: Mapping[str, str], number: str | None) -> tuple[str, ...]:
    """What the row is known by at the next import; digits that a spreadsheet has rounded would be many books."""
    uid = _uid(cells)
    return (f"{SERVICE}:{number or uid}",) if uid and not _POWER_OF_TEN.fullmatch(uid) else ()


def _uid(cells: Mapping[str, str]) -> str:
    return clean_line(plain(cells.get("isbn/uid") or cells.get("isbn", "")))


def _format(cells: Mapping[str, str], extra: dict[str, str]) -> str | None:
    """The format; what StoryGraph says more precisely stays in `extra` too."""
    said = plain(cells.get("format", ""))
    format_ = _FORMATS.get(said.casefold())
    if said and said.casefold() != format_:
        extra["Format"] = remove_controls(said)
    return format_


def _people(cells: Mapping[str, str]) -> tuple[Contributor, ...]:
    """The authors and everybody else.

    StoryGraph lists translators among the authors, often first, as well as among the contributors:
    they are no authors unless nobody else is, and who did something else too comes behind those
    who only wrote.
    """
    authors: dict[str, str] = {}
    for name in map(clean_line, names(cells.get("authors") or cells.get("author", ""))):
        authors.setdefault(fold(name), name)
    authors.pop("", None)
    said = cells.get("contributors", "")
    if not said or said.isspace():
        return tuple(map(Contributor, authors.values()))
    others = [each for each in contributors(said) if each.role != "contributor" or fold(each.name) not in authors]
    busy = {fold(person.name) for person in others if person.role != AUTHOR}
    translators = {fold(person.name) for person in others if person.role == "translator"}
    ordered = sorted(authors, key=busy.__contains__)
    writers = [key for key in ordered if key not in translators] or ordered
    people = [Contributor(authors[key]) for key in writers] + others
    return tuple(dict.fromkeys(sorted(people, key=lambda person: person.role != AUTHOR)))


def _contributor(text: str) -> Contributor:
    name, role = text, ""
    if text.endswith(")") and "(" in text:
        name, _, role = text[:-1].rpartition("(")
    role = clean_line(role.replace(":", " ")).casefold()
    return Contributor(clean_line(name), role or "contributor")


def _is_rated(cells: Mapping[str, str]) -> bool:
    return bool(plain(cells.get("star rating", "")).strip("0.,"))


def _rating(cells: Mapping[str, str]) -> float | None:
    try:
        return parse_rating(plain(cells["star rating"])) if _is_rated(cells) else None
    except BadInput as error:
        raise BadField("Star Rating", str(error)) from error


def _review(cells: Mapping[str, str]) -> str | None:
    text = cells.get("review", "")
    if _TAG_FIRST.match(text):
        text = to_markdown(text, entities=True)
    return clean_text(text) or None


def _note_oddities(status: str, book: Book, times: list[Span], notes: list[str]) -> None:
    if any(span.started and span.finished and span.finished.day_after <= span.started.first_day for span in times):
        notes.append("finished before it was started: both dates kept as they stand")
    if status != "abandoned":
        tags = filter(_says_abandoned, book.tags)
        notes.extend(f'tagged "{tag}", while the status is {status}: the status was taken' for tag in tags)


@lru_cache(maxsize=10_000)
def _says_abandoned(tag: str) -> bool:
    try:
        return parse_status(tag) == "abandoned"
    except BadInput:
        return False


@lru_cache(maxsize=10_000)
def _midnight(when: PartialDate) -> str:
    return start_of_day(when.first_day)
