"""Any table of books, read as its reader says: this column is the title, that one the rating out of ten.

A column that nobody speaks of is a field only where its name says so beyond doubt: it is called as
a field is, or as one of these. What has capitals, blanks, hyphens or underscores is the same name.

- title: book title, name · authors: author, by, author name, author(s) · isbn: isbn13, isbn10
- rating: stars, my rating · review: my review · private_note: private notes · tags: tag, genre, genres
- status: read status, reading status, shelf, exclusive shelf
- started: start date, date started · finished: finish date, date finished, date read, read date, end date
- pages: page count, number of pages · published: publication year, year published, published year

Every other column stays as it is, in `extra`, and so does a cell that is no value of its field,
unless a title, a date of reading or a rating would be lost: then the row is refused.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, NamedTuple

from readlog.core.clock import start_of_day
from readlog.core.date_parser import parse_date
from readlog.core.errors import BadField, BadInput
from readlog.core.fields import BOOK_KEYS, EMPTY_WORDS, parse_field, parse_format
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.model import AUTHOR, Book, Contributor, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.core.text import clean_line, clean_text, printable_line, remove_controls
from readlog.formats.html_to_markdown import to_markdown
from readlog.formats.table_rows import Days, Row, Table, column_key, isbn, plain, whole
from readlog.imports.sources.storygraph import check_width, contributors, known_status

NAME = "CSV"
SERVICE = "csv"

_SYNONYMS = {
    "title": "title|book title|name",
    "authors": "authors|author|by|author name|author(s)",
    "rating": "rating|stars|my rating",
    "status": "status|read status|reading status|shelf|exclusive shelf",
    "started": "started|start date|date started",
    "finished": "finished|finish date|date finished|date read|read date|end date",
    "review": "review|my review",
    "private_note": "private note|private notes",
    "tags": "tags|tag|genre|genres",
    "isbn": "isbn|isbn13|isbn 13|isbn10|isbn 10",
    "pages": "pages|page count|number of pages",
    "published": "published|publication year|year published|published year",
    "quotes": "quotes|quote",
    "source": "source|sources",
} | {
    field: field for field in "subtitle contributors series series_number publisher language format created_at".split()
}
"""The fields that a column can be, each with the names by which it is known; the first one there is taken."""

_ROLES = "translator editor illustrator narrator".split()
_NOT_FIELDS = ("ignore", "extra")
_SEVERAL = frozenset(("authors", "contributors", "tags", "quotes", "source", *_ROLES, *_NOT_FIELDS))
"""What more than one column can be."""
_ALL = (*_SYNONYMS, *_ROLES, *_NOT_FIELDS)
_FIELD_OF = {name: field for field, names in _SYNONYMS.items() for name in names.split("|")} | {
    name.replace("_", " "): name for name in _ALL
}

_DATES = frozenset(("started", "finished", "created_at"))
_OURS = frozenset(("line", "refused because"))
"""Columns of the file in which an import keeps the rows that it refused."""
_SAYS_NOTHING = EMPTY_WORDS | {"n/a", "nan", "?", "??", "???", "--", "–", "—"}
_IN_WORDS = re.compile(r"[0-9]{4}.*[A-Za-z~]|[A-Za-z~].*[0-9]{4}")
_BETWEEN_NAMES = re.compile(r"[;|\n]| & ")
_BETWEEN_TAGS = re.compile(r"[,;|\n]")
_BARE = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,4})?")
_COUNTED = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,4})?)\s*(?:(?:/|out of)\s*([0-9]{1,3}))?(?:\s*stars?)?")
_RATING = re.compile(r"rating\s*(?:/\s*([1-9][0-9]{0,2}))?\s*(~)?")
_GUARDED = re.compile("'+[=+@-]")
_HTML = re.compile(
    r"\s*<(?:p|div)\b|<br\s*/?>|</(?:p|div|b|i|em|strong|a|ul|ol|li|blockquote|spoiler|span)>", re.IGNORECASE
)
_MOST_SHOWN = 30
_LONGEST_DATE = 60


class Column(NamedTuple):
    """A column and the field that it is; a rating is out of `scale`, and the nearest quarter where it `rounds`."""

    key: str
    label: str
    field: str
    scale: int | None = None
    rounds: bool = False


def check(table: Table, wishes: ImportOptions) -> None:
    """Raise BadInput where the columns are no fields that make a book; to be asked before `read`.

    That is a field or a column that is not there, two columns for one field, no title, and a rating
    of which the highest shows that it is not out of five.
    """
    plan = _plan(table, wishes)
    if "title" not in {column.field for column in plan}:
        raise BadInput(f"{table.name}: no column is the title. {suggests(table)}")
    for column in plan:
        if column.field == "rating" and not column.scale:
            _check_scale(table, column)


def read(table: Table, wishes: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
    """The reading in each row, or why it was not understood; raises BadInput, but for a scale, where `check` does.

    Raises UnreadableInput where the file is no table any more.
    """
    plan = _plan(table, wishes)
    days = Days(table, [each.key for each in plan if each.field in _DATES], wishes.day_first)
    for row in table:
        try:
            check_width(row, table)
            yield _incoming(row, plan, days, wishes)
        except BadInput as error:
            yield RejectedRow(row.position, str(error), row.raw)


def suggests(table: Table) -> str:
    """How to map the columns, as far as their names let guess: `Say what its columns are: --map "Titel=title"`."""
    columns = dict(zip(table.keys[:_MOST_SHOWN], table.columns, strict=False))
    guessed = {column.key: column.field for column in _by_name(table, {}) if column.key in columns}
    left = [key for key in columns if key and key not in _OURS and key not in guessed]
    for key in left:
        near = get_close_matches(_words(key[:40]), _FIELD_OF, 1, 0.7)
        if near and (field := _FIELD_OF[near[0]]) not in {*guessed.values(), *_NOT_FIELDS}:
            guessed[key] = field
    if "title" not in guessed.values():
        guessed[next((key for key in left if key not in guessed), "column")] = "title"
    options = (_option(columns.get(key, "COLUMN"), field) for key, field in guessed.items())
    return f"Say what its columns are: {' '.join(options)}"


def _option(column: str, field: str) -> str:
    text = f"{printable_line(column)}={field}"
    if not set('"$`\\!') & set(text):
        return f'--map "{text}"'
    from shlex import quote

    return f"--map {quote(text)}"


def _words(name: str) -> str:
    return " ".join(re.split(r"[\s_-]+", name.strip().casefold()))


def _plan(table: Table, wishes: ImportOptions) -> list[Column]:
    """What every column is: what the reader says, then what its name says, and the rest is kept."""
    labels = dict(zip(table.keys, table.labels, strict=True))
    said: dict[str, Column] = {}
    for name, target in wishes.columns.items():
        key = column_key(name)
        if key not in labels:
            raise BadInput(f'{table.name} has no column "{printable_line(name)}". {_columns_of(table, key)}')
        said[key] = column = _column(key, labels[key], target)
        rival = next((each for each in said.values() if each.field == column.field and each.key != key), None)
        if rival and column.field not in _SEVERAL:
            raise BadInput(f'"{rival.label}" and "{column.label}" cannot both be {column.field}. Map one of them.')
    plan = [*said.values(), *_by_name(table, said)]
    told = {column.key for column in plan} | _OURS
    return plan + [Column(key, label, "extra") for key, label in labels.items() if key not in told]


def _by_name(table: Table, said: dict[str, Column]) -> list[Column]:
    """The columns that are called as a field is, which the reader has not mapped."""
    labels = {_words(key): (key, label) for key, label in zip(table.keys, table.labels, strict=True) if key not in said}
    taken = {column.field for column in said.values()}
    found = []
    for field, names in _SYNONYMS.items():
        name = next((name for name in names.replace("_", " ").split("|") if name in labels), None)
        if name and field not in taken:
            found.append(Column(*labels[name], field))
    return found


def _column(key: str, label: str, target: str) -> Column:
    words = _words(target)
    if match := _RATING.fullmatch(words):
        return Column(key, label, "rating", int(match[1]) if match[1] else None, bool(match[2]))
    if field := _FIELD_OF.get(words):
        return Column(key, label, field)
    near = get_close_matches(words[:40], _FIELD_OF, 1)
    hint = f"Did you mean {_FIELD_OF[near[0]]}? " if near else ""
    raise BadInput(f'"{printable_line(target)}" is not a field. {hint}There are: {", ".join(_ALL)}, and rating/10.')


def _columns_of(table: Table, key: str) -> str:
    near = get_close_matches(key, table.keys, 1)
    hint = f'Did you mean "{printable_line(table.columns[table.keys.index(near[0])])}"? ' if near else ""
    shown = ", ".join(map(printable_line, table.columns[:_MOST_SHOWN]))
    return f"{hint}There are: {shown}{', ...' if len(table.columns) > _MOST_SHOWN else ''}."


def _check_scale(table: Table, column: Column) -> None:
    """Raise BadInput where a rating is over five: then those below are not out of five either."""
    cells = (plain(row.cells.get(column.key, "")) for row in table)
    highest = max((_fraction(cell) for cell in cells if _BARE.fullmatch(cell)), default=Fraction())
    if highest > 5:
        scale = next((scale for scale in (10, 20) if highest <= scale), 100)
        raise BadInput(
            f'{table.name}: "{printable_line(column.label)}" goes up to {float(highest):g}, so it is not out of 5. '
            f"Say out of how many: {_option(column.label, f'rating/{scale}')}"
        )


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


class _Told:
    """What a row says, as far as it has been read: values of fields, people, and cells that are kept as they stand."""

    def __init__(self, days: Days, today: date) -> None:
        self.days = days
        self.today = today
        self.fields: dict[str, Any] = {}
        self.people: list[Contributor] = []
        self.extra: dict[str, str] = {}
        self.notes: list[str] = []
        self.status: tuple[str, str] | None = None

    def keep(self, column: Column, text: str, why: str) -> None:
        """Put a cell that is no value of its field into `extra`, and note why."""
        self.extra[column.label] = text
        self.notes.append(f"{column.label}: {why}")

    def add(self, key: str, items: Iterable[Any]) -> None:
        """Put more items into a field that is a list."""
        self.fields[key] = [*self.fields.get(key, ()), *items]


def _incoming(row: Row, plan: list[Column], days: Days, wishes: ImportOptions) -> ImportRow:
    told = _Told(days, wishes.today)
    for column in plan:
        cell = row.cells.get(column.key, "")
        if cell and not cell.isspace():
            text = plain(cell[1:] if _GUARDED.match(cell) else cell)
            _READERS[column.field](told, column, text)
    has_status = any(column.field == "status" for column in plan)
    reading = _reading(told, _status(told, wishes, has_status))
    if reading.started and reading.finished and reading.finished.day_after <= reading.started.first_day:
        told.notes.append("finished before it was started: both dates kept as they stand")
    return ImportRow(row.position, (reading,), tuple(told.notes))


def _reading(told: _Told, status: str) -> Reading:
    fields = told.fields
    if "title" not in fields:
        raise BadField("title", "a book needs a title.")
    for key in ("tags", "quotes", "sources"):
        if key in fields:
            fields[key] = parse_field(key, fields[key], told.today)
    people = tuple(dict.fromkeys(sorted(told.people, key=lambda person: person.role != AUTHOR)))
    book = Book(contributors=people, **{key: fields[key] for key in BOOK_KEYS if key in fields})
    extra = {SERVICE: {label: remove_controls(told.extra[label]) for label in sorted(told.extra)}}
    rest = {key: fields[key] for key in fields if key not in BOOK_KEYS}
    return Reading(book, status, extra=extra if told.extra else {}, **rest)


def _status(told: _Told, wishes: ImportOptions, has_column: bool) -> str:
    """The status that the row says, or the one that its other fields suggest, and then a note of it.

    What the reader wishes for no word at all is what stands for it.
    """
    label, word = told.status or ("", "")
    if status := known_status(word, wishes):
        return status
    if word:
        told.extra[label] = word
    status = _likely_status(told.fields)
    said = f'the status "{printable_line(word[:60])}" is unknown' if word else "there is no status"
    told.notes.append(f"{said if has_column else 'no column is the status'}: taken as {status}")
    return status


def _likely_status(fields: Mapping[str, Any]) -> str:
    if any(fields.get(key) for key in ("finished", "rating", "review")):
        return "finished"
    return "reading" if fields.get("started") else "to-read"


def _line(told: _Told, column: Column, text: str) -> None:
    if line := clean_line(text):
        told.fields[column.field] = line


def _prose(told: _Told, column: Column, text: str) -> None:
    prose = clean_text(to_markdown(text, entities=True) if _HTML.search(text) else text)
    if prose:
        told.fields[column.field] = prose


def _person(told: _Told, column: Column, text: str) -> None:
    """Names parted by semicolons, bars, line breaks or ` & `; a comma may stand inside a name."""
    role = AUTHOR if column.field == "authors" else column.field
    names = filter(None, map(clean_line, _BETWEEN_NAMES.split(text)))
    told.people.extend(Contributor(name, role) for name in names)
    if "," in text:
        told.notes.append(f"{column.label}: a name with a comma is one person; a semicolon parts two")


def _contributors(told: _Told, column: Column, text: str) -> None:
    for part in text.split(";"):
        told.people.extend(contributors(part))


def _tags(told: _Told, column: Column, text: str) -> None:
    told.add("tags", _BETWEEN_TAGS.split(text))


def _quote(told: _Told, column: Column, text: str) -> None:
    told.add("quotes", [text] if clean_text(text) else [])


def _source(told: _Told, column: Column, text: str) -> None:
    told.add("sources", [f"{SERVICE}:{text}"] if clean_line(text) else [])


def _isbn(told: _Told, column: Column, text: str) -> None:
    if number := isbn(text):
        told.fields["isbn"] = number
    else:
        told.keep(column, text, "no valid ISBN; kept in extra")


def _series_number(told: _Told, column: Column, text: str) -> None:
    number = whole(text)
    _line(told, column, text if number is None else str(number))


def _pages(told: _Told, column: Column, text: str) -> None:
    number = whole(text)
    if number and 0 < number < 10**9:
        told.fields["pages"] = number
    else:
        told.keep(column, text, "no number of pages; kept in extra")


def _published(told: _Told, column: Column, text: str) -> None:
    """A year; of a date, no more than its year."""
    number = whole(text)
    if number is None and (match := re.match(r"([0-9]{4})[-/.]|.*[-/. ]([0-9]{4})$", text)):
        number = int(match[1] or match[2])
    if number is not None and -10_000 < number < 10_000:
        told.fields["published"] = number
    else:
        told.keep(column, text, "no year; kept in extra")


def _format(told: _Told, column: Column, text: str) -> None:
    try:
        told.fields["format"] = parse_format(clean_line(text))
    except BadInput:
        told.keep(column, text, f'"{printable_line(text[:60])}" is not print, ebook or audio; kept in extra')


def _state(told: _Told, column: Column, text: str) -> None:
    told.status = (column.label, text)


def _date(told: _Told, column: Column, text: str) -> None:
    try:
        told.fields[column.field] = _day(text, told)
    except BadInput as error:
        raise BadField(printable_line(column.label), str(error)) from error


def _day(text: str, told: _Told) -> PartialDate | None:
    """A date in digits or in words; `last friday` counts from nothing that a file has."""
    try:
        edtf = told.days.edtf(text)
    except BadInput:
        if len(text) <= _LONGEST_DATE and _IN_WORDS.search(text) and not text.casefold().endswith(" ago"):
            with suppress(BadInput):
                return parse_date(text, told.today)
        raise
    return PartialDate.from_edtf(edtf) if edtf else None


def _created_at(told: _Told, column: Column, text: str) -> None:
    """The beginning of a day; kept as it stands besides, for it may have had an hour."""
    told.extra[column.label] = text
    try:
        when = _day(text, told)
    except BadInput:
        told.notes.append(f"{column.label}: no date that can be read; kept in extra")
        return
    if when and when.day and when.year >= 1970:
        told.fields["created_at"] = start_of_day(when.first_day)


def _rating(told: _Told, column: Column, text: str) -> None:
    """Stars, or a number out of the scale; what lies between two quarters is only rounded where that is wished."""
    if not text.partition("/")[0].strip("0.,☆✩ "):
        told.notes.append(f"{column.label}: a rating of 0 is none")
        return
    value = f"{text}/{column.scale}" if column.scale and _BARE.fullmatch(text) else text
    try:
        told.fields["rating"] = parse_rating(value)
    except BadInput as error:
        nearest = _nearest_quarter(value)
        if not nearest or not column.rounds:
            wish = _option(column.label, f"rating/{column.scale or 5}~")
            hint = f" {wish} takes the nearest." if nearest else ""
            raise BadField(printable_line(column.label), f"{error}{hint}") from error
        told.fields["rating"] = nearest
        told.keep(column, text, "the nearest quarter of a star; the rating itself is kept in extra")


def _nearest_quarter(text: str) -> float | None:
    match = _COUNTED.fullmatch(text.casefold())
    scale = int(match[2] or 5) if match else 0
    if not match or not scale:
        return None
    stars = _fraction(match[1]) * 5 / scale
    return max(1, int(stars * 4 + Fraction(1, 2))) / 4 if 0 < stars <= 5 else None


def _extra(told: _Told, column: Column, text: str) -> None:
    told.extra[column.label] = text


def _nothing(told: _Told, column: Column, text: str) -> None:
    """A column that is not wanted."""


def _if_said(reader: "Reader") -> "Reader":
    """The reader of a field in which "none" and "n/a" say that it is not known."""

    def read_cell(told: _Told, column: Column, text: str) -> None:
        if text.casefold() not in _SAYS_NOTHING:
            reader(told, column, text)

    return read_cell


Reader = Callable[[_Told, Column, str], None]
_READERS: dict[str, Reader] = (
    dict.fromkeys(_ALL, _line)
    | dict.fromkeys(("authors", *_ROLES), _person)
    | {"review": _prose, "private_note": _prose, "quotes": _quote}
    | {"contributors": _contributors, "tags": _tags, "source": _source}
    | {"isbn": _if_said(_isbn), "pages": _if_said(_pages), "published": _if_said(_published)}
    | {"started": _if_said(_date), "finished": _if_said(_date), "created_at": _if_said(_created_at)}
    | {"rating": _if_said(_rating), "format": _if_said(_format), "status": _if_said(_state)}
    | {"series_number": _series_number, "extra": _extra, "ignore": _nothing}
)
