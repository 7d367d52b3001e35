"""The export of StoryGraph (CSV): one row per edition, with the dates of all its readings.

There is no specification; columns are read by name, because the header has changed. Statuses, quarter stars and
dates are like readlog's; moods, pace and other cells without a field go to `extra` of the latest
reading, unchanged.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from readlog.core.clock import start_of_day
from readlog.core.domain_model import AUTHOR, Book, Contributor, Reading
from readlog.core.errors import BadField, BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.normalize_text import clean_line, clean_text, fold, printable_line, remove_controls
from readlog.core.parse_fields import parse_field
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.core.status import parse_status
from readlog.formats.html_to_markdown import to_markdown
from readlog.formats.table_rows import DateColumns, Row, Table, cell_integer, cell_isbn, cell_names, cell_text

NAME = "StoryGraph"
SERVICE = "storygraph"

_FIELDS = frozenset(
    (
        "title|authors|author|contributors|isbn/uid|isbn|format|read status|dates read|last date read|read count|"
        "star rating|review|tags|line|refused because"
    ).split("|")
)
"""The columns that become fields, in both versions of the header, and those of a file of rejected rows."""

_FORMATS = {"paperback": "print", "hardcover": "print", "digital": "ebook", "audio": "audio"}
_ENDED_STATUSES = ("finished", "abandoned")
_MAX_READ_COUNT = 100
"""A higher Read Count is taken for a typing error: it would create a reading without a date for each."""

_BEGINS_WITH_TAG = re.compile(r"\s*</?[A-Za-z][A-Za-z0-9]*[\s/>]")
_POWER_OF_TEN = re.compile(r"[0-9][.,0-9]*E\+?[0-9]+", re.IGNORECASE)
_PERSON_PATTERN = re.compile(r"(?:[^,(]|\([^()]*\)|\()+")


class DateSpan(NamedTuple):
    """The known dates of one reading."""

    started: PartialDate | None = None
    finished: PartialDate | None = None


def recognises(table: Table) -> bool:
    """Whether a table was exported by StoryGraph, in any year."""
    return {"read status", "star rating"} <= set(table.keys)


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


def parse_contributors(cell: str) -> list[Contributor]:
    """The people in `Peter Sedgwick (Translator), Adam Hochschild`; without a role, a contributor."""
    people = (_contributor(part.strip()) for part in _PERSON_PATTERN.findall(cell_text(cell)))
    return list(dict.fromkeys(person for person in people if person.name))


def known_status(word: str, options: ImportOptions) -> str | None:
    """The status that a word means, in `options.statuses` or else for readlog; None if it is unknown."""
    if mapped := options.statuses.get(fold(word)):
        return mapped
    try:
        return parse_status(word)
    except BadInput:
        return None


def check_width(row: Row, table: Table) -> None:
    """Raise BadInput for a row with more cells than the header: a comma has split a cell and shifted the others."""
    if any(cell.strip() for cell in row.raw[len(table.keys) :]):
        raise BadInput(
            f"the row has {len(row.raw)} cells and the header {len(table.keys)}. "
            "A text with a comma in it needs quotation marks."
        )


class _Export:
    """The state of reading one file; parsed dates are cached, because many rows have the same."""

    def __init__(self, table: Table, options: ImportOptions) -> None:
        self._table = table
        self._options = options
        self._days = DateColumns(table, ("dates read", "last date read", "date added"), options.day_first)
        self._known: dict[str, PartialDate | None] = {}
        columns = zip(table.labels, table.keys, range(len(table.keys)), strict=True)
        self._others = [(label, place) for label, key, place in columns if key not in _FIELDS]

    def import_row(self, row: Row) -> ImportRow:
        """The readings in one row; raises BadInput."""
        cells, notes, extra = row.cells, list[str](), self._extra(row)
        spans = self._spans(cells)
        status = self._status(row, spans, notes)
        earlier, own = _split_spans(spans, status)
        undated = max(0, _read_count(cells, notes) - 1 - len(earlier))
        if undated and status != "finished":
            notes.append(f"a Read Count on a book that is {status}: taken to count that reading too")
        self._keep_times(cells, [*earlier, own], len(spans), undated + (status == "finished"), extra)
        times = [*[DateSpan()] * undated, *earlier, own]
        facts: list[dict[str, Any]] = [{"started": span.started, "finished": span.finished} for span in times]
        facts[-1] |= {"status": status, "format": _format(cells, extra)}
        facts[-1 if status in _ENDED_STATUSES or not times[1:] else -2] |= {
            "rating": _rating(cells),
            "review": _review(cells),
        }
        book, added = _book(cells, extra), self._added(cells, notes)
        facts[-1]["extra"] = {SERVICE: dict(sorted(extra.items()))} if extra else {}
        sources = _sources(cells, book.isbn)
        _note_oddities(status, book, times, notes)
        readings = (Reading(book, sources=sources, created_at=added, **fact) for fact in facts)
        return ImportRow(row.position, tuple(readings), tuple(notes))

    def _extra(self, row: Row) -> dict[str, str]:
        """The cells without a field, by column name, and those beyond the header."""
        raw, width = row.raw, len(self._table.keys)
        extra = {label: cell_text(raw[place]) for label, place in self._others if place < len(raw)}
        extra |= {f"column {place}": cell_text(cell) for place, cell in enumerate(raw[width:], width + 1)}
        return {label: remove_controls(text) for label, text in extra.items() if text}

    def _spans(self, cells: Mapping[str, str]) -> list[DateSpan]:
        """The dates of the readings: those listed, or the last one; earliest first, unfinished last."""
        if listed := cell_names(cells.get("dates read", "")):
            spans = dict.fromkeys(self._span(item) for item in listed)
            return sorted(filter(any, spans), key=lambda span: (not span.finished, span.finished or span.started))
        finished = self._day(cells.get("last date read", ""), "Last Date Read")
        return [DateSpan(None, finished)] if finished else []

    def _span(self, item: str) -> DateSpan:
        """The dates in `2024/01/02-2024/01/09`; a single date is the end, and a missing end is unfinished."""
        parts = item.replace("–", "-").split("-")
        half = len(parts) // 2
        if len(parts) not in (2, 6):
            return DateSpan(None, self._day(item, "Dates Read"))
        first, last = "-".join(parts[:half]), "-".join(parts[half:])
        return DateSpan(self._day(first, "Dates Read"), self._day(last, "Dates Read"))

    def _day(self, cell: str, column: str) -> PartialDate | None:
        if cell not in self._known:
            try:
                edtf = self._days.to_edtf(cell)
            except BadInput as error:
                raise BadField(column, str(error)) from error
            self._known[cell] = PartialDate.from_edtf(edtf) if edtf else None
        return self._known[cell]

    def _status(self, row: Row, spans: list[DateSpan], notes: list[str]) -> str:
        """The status of the row, or the one that its dates suggest, with a note."""
        word = cell_text(row.cells.get("read status", ""))
        if status := known_status(word, self._options):
            return status
        check_width(row, self._table)
        counted = _is_rated(row.cells) and cell_integer(row.cells.get("read count", ""))
        status = "finished" if counted or any(span.finished for span in spans) else "to-read"
        problem = f'the status "{printable_line(word[:60])}" is unknown' if word else "there is no status"
        notes.append(f"{problem}: taken as {status}")
        return status

    def _keep_times(
        self, cells: Mapping[str, str], spans: list[DateSpan], listed: int, others: int, extra: dict[str, str]
    ) -> None:
        """Put the dates and the count into `extra` where the readings do not express them."""
        finished = {span.finished for span in spans}
        last = cell_text(cells.get("last date read", ""))
        with suppress(BadInput):
            last = "" if self._day(last, "") in finished else last
        over = len(spans) - 1 + others
        texts = {
            "Dates Read": cell_text(cells.get("dates read", "")) if listed > sum(map(any, spans)) else "",
            "Last Date Read": last,
            "Read Count": cell_text(cells.get("read count", ""))
            if cell_integer(cells.get("read count", "")) != over
            else "",
        }
        extra |= {name: remove_controls(text) for name, text in texts.items() if text}

    def _added(self, cells: Mapping[str, str], notes: list[str]) -> str | None:
        """When the book was added, if the day is known."""
        try:
            when = self._day(cells.get("date added", ""), "Date Added")
        except BadInput:
            notes.append("a Date Added that is no date, or can be two: kept in extra as it stands")
            return None
        return _start_of_day(when) if when and when.day and when.year >= 1970 else None


def _split_spans(spans: list[DateSpan], status: str) -> tuple[list[DateSpan], DateSpan]:
    """The spans of earlier readings, and that of the reading with `status`.

    A finished or abandoned reading has the latest span. Any other has one without an end, if there
    is one, and all spans with an end are earlier.
    """
    if status in _ENDED_STATUSES:
        return spans[:-1], spans[-1] if spans else DateSpan()
    over = [span for span in spans if span.finished]
    return over, spans[-1] if len(spans) > len(over) else DateSpan()


def _read_count(cells: Mapping[str, str], notes: list[str]) -> int:
    count = cell_integer(cells.get("read count", "")) or 0
    if count > _MAX_READ_COUNT:
        notes.append(f"a Read Count over {_MAX_READ_COUNT}: kept in extra, and no undated readings made of it")
        return 0
    return count


def _book(cells: Mapping[str, str], extra: dict[str, str]) -> Book:
    title = clean_line(cell_text(cells.get("title", "")))
    if not title:
        raise BadField("title", "a book needs a title.")
    uid = _uid(cells)
    number = cell_isbn(uid)
    if uid and not number:
        extra["ISBN/UID"] = uid
    tags: tuple[str, ...] = parse_field("tags", cell_names(cells.get("tags", "")), date.min)
    return Book(title, contributors=_people(cells), isbn=number, tags=tags)


def _sources(cells: Mapping[str, str], number: str | None) -> tuple[str, ...]:
    """The id of the row for later imports; none if a spreadsheet has rounded it, because many books would share it."""
    uid = _uid(cells)
    return (f"{SERVICE}:{number or uid}",) if uid and not _POWER_OF_TEN.fullmatch(uid) else ()


def _uid(cells: Mapping[str, str]) -> str:
    return clean_line(cell_text(cells.get("isbn/uid") or cells.get("isbn", "")))


def _format(cells: Mapping[str, str], extra: dict[str, str]) -> str | None:
    """The format; a more precise one also goes to `extra`."""
    name = cell_text(cells.get("format", ""))
    format_ = _FORMATS.get(name.casefold())
    if name and name.casefold() != format_:
        extra["Format"] = remove_controls(name)
    return format_


def _people(cells: Mapping[str, str]) -> tuple[Contributor, ...]:
    """The authors, then the other contributors.

    StoryGraph lists translators among the authors, often first, and again among the contributors:
    they only count as authors if nobody else is one. Authors with a second role come after those
    without.
    """
    authors: dict[str, str] = {}
    for name in map(clean_line, cell_names(cells.get("authors") or cells.get("author", ""))):
        authors.setdefault(fold(name), name)
    authors.pop("", None)
    cell = cells.get("contributors", "")
    if not cell or cell.isspace():
        return tuple(map(Contributor, authors.values()))
    others = [each for each in parse_contributors(cell) if each.role != "contributor" or fold(each.name) not in authors]
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
    return bool(cell_text(cells.get("star rating", "")).strip("0.,"))


def _rating(cells: Mapping[str, str]) -> float | None:
    try:
        return parse_rating(cell_text(cells["star rating"])) if _is_rated(cells) else None
    except BadInput as error:
        raise BadField("Star Rating", str(error)) from error


def _review(cells: Mapping[str, str]) -> str | None:
    text = cells.get("review", "")
    if _BEGINS_WITH_TAG.match(text):
        text = to_markdown(text, entities=True)
    return clean_text(text) or None


def _note_oddities(status: str, book: Book, times: list[DateSpan], notes: list[str]) -> None:
    if any(span.started and span.finished and span.finished.day_after <= span.started.first_day for span in times):
        notes.append("finished before it was started: both dates kept as they stand")
    if status != "abandoned":
        tags = filter(_means_abandoned, book.tags)
        notes.extend(f'tagged "{tag}", while the status is {status}: the status was taken' for tag in tags)


@lru_cache(maxsize=10_000)
def _means_abandoned(tag: str) -> bool:
    try:
        return parse_status(tag) == "abandoned"
    except BadInput:
        return False


@lru_cache(maxsize=10_000)
def _start_of_day(when: PartialDate) -> str:
    return start_of_day(when.first_day)
