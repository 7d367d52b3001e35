"""Any CSV table of books, with its columns mapped to fields by the user (`--map`) or by their names.

A column that is not mapped becomes a field only if its name is that of the field or one of the
synonyms below; capitals, spaces, hyphens and underscores do not matter.

- title: book title, name · authors: author, by, author name, author(s) · isbn: isbn13, isbn10
- rating: stars, my rating · review: my review · private_note: private notes · tags: tag, genre, genres
- status: read status, reading status, shelf, exclusive shelf
- started: start date, date started · finished: finish date, date finished, date read, read date, end date
- pages: page count, number of pages · published: publication year, year published, published year

Other columns go to `extra` unchanged. So does a cell that is not valid for its field, except a
title, a date of reading or a rating: then the row is rejected.
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
from readlog.core.domain_model import AUTHOR, Book, Contributor, Reading
from readlog.core.errors import BadField, BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.normalize_text import clean_line, clean_text, printable_line, remove_controls
from readlog.core.parse_fields import BOOK_KEYS, EMPTY_WORDS, parse_field, parse_format
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.formats.html_to_markdown import to_markdown
from readlog.formats.table_rows import DateColumns, Row, Table, cell_integer, cell_isbn, cell_text, column_key
from readlog.imports.sources.storygraph import check_width, known_status, parse_contributors

NAME = "CSV"
SERVICE = "csv"

SYNONYMS = {
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
_PSEUDO_FIELDS = ("ignore", "extra")
_REPEATABLE = frozenset(("authors", "contributors", "tags", "quotes", "source", *_ROLES, *_PSEUDO_FIELDS))
"""What more than one column can be."""
FIELDS = (*SYNONYMS, *_ROLES, *_PSEUDO_FIELDS)
_FIELD_BY_NAME = {name: field for field, names in SYNONYMS.items() for name in names.split("|")} | {
    name.replace("_", " "): name for name in FIELDS
}

_DATES = frozenset(("started", "finished", "created_at"))
_IGNORED_COLUMNS = frozenset(("line", "refused because"))
"""The columns of a file of rejected rows."""
_EMPTY_CELLS = EMPTY_WORDS | {"n/a", "nan", "?", "??", "???", "--", "–", "—"}
_DATE_IN_WORDS = re.compile(r"[0-9]{4}.*[A-Za-z~]|[A-Za-z~].*[0-9]{4}")
_NAME_SEPARATOR = re.compile(r"[;|\n]| & ")
_TAG_SEPARATOR = re.compile(r"[,;|\n]")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,4})?")
_RATING_WITH_SCALE = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,4})?)\s*(?:(?:/|out of)\s*([0-9]{1,3}))?(?:\s*stars?)?")
_RATING_TARGET = re.compile(r"rating\s*(?:/\s*([1-9][0-9]{0,2}))?\s*(~)?")
_ESCAPED_FORMULA = re.compile("'+[=+@-]")
_HTML = re.compile(
    r"\s*<(?:p|div)\b|<br\s*/?>|</(?:p|div|b|i|em|strong|a|ul|ol|li|blockquote|spoiler|span)>", re.IGNORECASE
)
_MAX_COLUMNS_SHOWN = 30
_MAX_DATE_LENGTH = 60


class Column(NamedTuple):
    """A column and its field; a rating is out of `scale`, and if it `rounds`, the nearest quarter of a star."""

    key: str
    label: str
    field: str
    scale: int | None = None
    rounds: bool = False


def check_mapping(table: Table, options: ImportOptions) -> None:
    """Raise BadInput for a mapping that cannot work; to be called before `read`.

    Rejected are unknown columns and fields, two columns for one field, a table without a title, and
    ratings without a scale of which the highest is over five.
    """
    plan = _map_columns(table, options)
    if "title" not in {column.field for column in plan}:
        raise BadInput(f"{table.name}: no column is the title. {suggest_mapping(table)}")
    for column in plan:
        if column.field == "rating" and not column.scale:
            _check_scale(table, column)


def read(table: Table, options: ImportOptions) -> Iterator[ImportRow | RejectedRow]:
    """The reading in each row, or the rejected row.

    Raises BadInput like `check_mapping`, except for ratings, and UnreadableInput where the rest of
    the file is not a table.
    """
    plan = _map_columns(table, options)
    days = DateColumns(table, [each.key for each in plan if each.field in _DATES], options.day_first)
    for row in table:
        try:
            check_width(row, table)
            yield _import_row(row, plan, days, options)
        except BadInput as error:
            yield RejectedRow(row.position, str(error), row.raw)


def suggest_mapping(table: Table) -> str:
    """A hint with likely `--map` options, guessed from the names: `Say what its columns are: --map "Titel=title"`."""
    columns = dict(zip(table.keys[:_MAX_COLUMNS_SHOWN], table.columns, strict=False))
    guessed = {column.key: column.field for column in _columns_by_name(table, {}) if column.key in columns}
    left = [key for key in columns if key and key not in _IGNORED_COLUMNS and key not in guessed]
    for key in left:
        near = get_close_matches(_normalize_name(key[:40]), _FIELD_BY_NAME, 1, 0.7)
        if near and (field := _FIELD_BY_NAME[near[0]]) not in {*guessed.values(), *_PSEUDO_FIELDS}:
            guessed[key] = field
    if "title" not in guessed.values():
        guessed[next((key for key in left if key not in guessed), "column")] = "title"
    options = (_map_option(columns.get(key, "COLUMN"), field) for key, field in guessed.items())
    return f"Say what its columns are: {' '.join(options)}"


def _map_option(column: str, field: str) -> str:
    text = f"{printable_line(column)}={field}"
    if not set('"$`\\!') & set(text):
        return f'--map "{text}"'
    from shlex import quote

    return f"--map {quote(text)}"


def _normalize_name(name: str) -> str:
    return " ".join(re.split(r"[\s_-]+", name.strip().casefold()))


def _map_columns(table: Table, options: ImportOptions) -> list[Column]:
    """A field for every column: as the user maps it, else by its name, else `extra`."""
    labels = dict(zip(table.keys, table.labels, strict=True))
    mapped: dict[str, Column] = {}
    for name, target in options.columns.items():
        key = column_key(name)
        if key not in labels:
            raise BadInput(f'{table.name} has no column "{printable_line(name)}". {_column_hint(table, key)}')
        mapped[key] = column = _parse_target(key, labels[key], target)
        rival = next((each for each in mapped.values() if each.field == column.field and each.key != key), None)
        if rival and column.field not in _REPEATABLE:
            raise BadInput(f'"{rival.label}" and "{column.label}" cannot both be {column.field}. Map one of them.')
    plan = [*mapped.values(), *_columns_by_name(table, mapped)]
    used = {column.key for column in plan} | _IGNORED_COLUMNS
    return plan + [Column(key, label, "extra") for key, label in labels.items() if key not in used]


def _columns_by_name(table: Table, mapped: dict[str, Column]) -> list[Column]:
    """Columns that the user has not mapped and whose names are those of fields."""
    labels = {
        _normalize_name(key): (key, label)
        for key, label in zip(table.keys, table.labels, strict=True)
        if key not in mapped
    }
    taken = {column.field for column in mapped.values()}
    found = []
    for field, names in SYNONYMS.items():
        name = next((name for name in names.replace("_", " ").split("|") if name in labels), None)
        if name and field not in taken:
            found.append(Column(*labels[name], field))
    return found


def _parse_target(key: str, label: str, target: str) -> Column:
    words = _normalize_name(target)
    if match := _RATING_TARGET.fullmatch(words):
        return Column(key, label, "rating", int(match[1]) if match[1] else None, bool(match[2]))
    if field := _FIELD_BY_NAME.get(words):
        return Column(key, label, field)
    near = get_close_matches(words[:40], _FIELD_BY_NAME, 1)
    hint = f"Did you mean {_FIELD_BY_NAME[near[0]]}? " if near else ""
    raise BadInput(f'"{printable_line(target)}" is not a field. {hint}There are: {", ".join(FIELDS)}, and rating/10.')


def _column_hint(table: Table, key: str) -> str:
    near = get_close_matches(key, table.keys, 1)
    hint = f'Did you mean "{printable_line(table.columns[table.keys.index(near[0])])}"? ' if near else ""
    shown = ", ".join(map(printable_line, table.columns[:_MAX_COLUMNS_SHOWN]))
    return f"{hint}There are: {shown}{', ...' if len(table.columns) > _MAX_COLUMNS_SHOWN else ''}."


def _check_scale(table: Table, column: Column) -> None:
    """Raise BadInput where a rating is over five: then the lower ones are not out of five either."""
    cells = (cell_text(row.cells.get(column.key, "")) for row in table)
    highest = max((_fraction(cell) for cell in cells if _PLAIN_NUMBER.fullmatch(cell)), default=Fraction())
    if highest > 5:
        scale = next((scale for scale in (10, 20) if highest <= scale), 100)
        raise BadInput(
            f'{table.name}: "{printable_line(column.label)}" goes up to {float(highest):g}, so it is not out of 5. '
            f"Say out of how many: {_map_option(column.label, f'rating/{scale}')}"
        )


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


class _RowValues:
    """The values of a row read so far: fields, people, and cells for `extra`."""

    def __init__(self, days: DateColumns, today: date) -> None:
        self.days = days
        self.today = today
        self.fields: dict[str, Any] = {}
        self.people: list[Contributor] = []
        self.extra: dict[str, str] = {}
        self.notes: list[str] = []
        self.status: tuple[str, str] | None = None

    def keep_in_extra(self, column: Column, text: str, why: str) -> None:
        """Put a cell that is not valid for its field into `extra`, and note why."""
        self.extra[column.label] = text
        self.notes.append(f"{column.label}: {why}")

    def add(self, key: str, items: Iterable[Any]) -> None:
        """Append items to a field that is a list."""
        self.fields[key] = [*self.fields.get(key, ()), *items]


def _import_row(row: Row, plan: list[Column], days: DateColumns, options: ImportOptions) -> ImportRow:
    values = _RowValues(days, options.today)
    for column in plan:
        cell = row.cells.get(column.key, "")
        if cell and not cell.isspace():
            text = cell_text(cell[1:] if _ESCAPED_FORMULA.match(cell) else cell)
            _CELL_READERS[column.field](values, column, text)
    has_status = any(column.field == "status" for column in plan)
    reading = _reading(values, _status(values, options, has_status))
    if reading.started and reading.finished and reading.finished.day_after <= reading.started.first_day:
        values.notes.append("finished before it was started: both dates kept as they stand")
    return ImportRow(row.position, (reading,), tuple(values.notes))


def _reading(values: _RowValues, status: str) -> Reading:
    fields = values.fields
    if "title" not in fields:
        raise BadField("title", "a book needs a title.")
    for key in ("tags", "quotes", "sources"):
        if key in fields:
            fields[key] = parse_field(key, fields[key], values.today)
    people = tuple(dict.fromkeys(sorted(values.people, key=lambda person: person.role != AUTHOR)))
    book = Book(contributors=people, **{key: fields[key] for key in BOOK_KEYS if key in fields})
    extra = {SERVICE: {label: remove_controls(values.extra[label]) for label in sorted(values.extra)}}
    rest = {key: fields[key] for key in fields if key not in BOOK_KEYS}
    return Reading(book, status, extra=extra if values.extra else {}, **rest)


def _status(values: _RowValues, options: ImportOptions, has_column: bool) -> str:
    """The status of the row, or a likely one, which is noted; `options.statuses` can have one for an empty word."""
    label, word = values.status or ("", "")
    if status := known_status(word, options):
        return status
    if word:
        values.extra[label] = word
    status = _likely_status(values.fields)
    problem = f'the status "{printable_line(word[:60])}" is unknown' if word else "there is no status"
    values.notes.append(f"{problem if has_column else 'no column is the status'}: taken as {status}")
    return status


def _likely_status(fields: Mapping[str, Any]) -> str:
    if any(fields.get(key) for key in ("finished", "rating", "review")):
        return "finished"
    return "reading" if fields.get("started") else "to-read"


def _line(values: _RowValues, column: Column, text: str) -> None:
    if line := clean_line(text):
        values.fields[column.field] = line


def _prose(values: _RowValues, column: Column, text: str) -> None:
    prose = clean_text(to_markdown(text, entities=True) if _HTML.search(text) else text)
    if prose:
        values.fields[column.field] = prose


def _person(values: _RowValues, column: Column, text: str) -> None:
    """Names separated by semicolons, bars, line breaks or ` & `; a comma can be part of a name."""
    role = AUTHOR if column.field == "authors" else column.field
    names = filter(None, map(clean_line, _NAME_SEPARATOR.split(text)))
    values.people.extend(Contributor(name, role) for name in names)
    if "," in text:
        values.notes.append(f"{column.label}: a name with a comma is one person; a semicolon parts two")


def _contributors(values: _RowValues, column: Column, text: str) -> None:
    for part in text.split(";"):
        values.people.extend(parse_contributors(part))


def _tags(values: _RowValues, column: Column, text: str) -> None:
    values.add("tags", _TAG_SEPARATOR.split(text))


def _quote(values: _RowValues, column: Column, text: str) -> None:
    values.add("quotes", [text] if clean_text(text) else [])


def _source(values: _RowValues, column: Column, text: str) -> None:
    values.add("sources", [f"{SERVICE}:{text}"] if clean_line(text) else [])


def _isbn(values: _RowValues, column: Column, text: str) -> None:
    if number := cell_isbn(text):
        values.fields["isbn"] = number
    else:
        values.keep_in_extra(column, text, "no valid ISBN; kept in extra")


def _series_number(values: _RowValues, column: Column, text: str) -> None:
    number = cell_integer(text)
    _line(values, column, text if number is None else str(number))


def _pages(values: _RowValues, column: Column, text: str) -> None:
    number = cell_integer(text)
    if number and 0 < number < 10**9:
        values.fields["pages"] = number
    else:
        values.keep_in_extra(column, text, "no number of pages; kept in extra")


def _published(values: _RowValues, column: Column, text: str) -> None:
    """A year, or the year of a date."""
    number = cell_integer(text)
    if number is None and (match := re.match(r"([0-9]{4})[-/.]|.*[-/. ]([0-9]{4})$", text)):
        number = int(match[1] or match[2])
    if number is not None and -10_000 < number < 10_000:
        values.fields["published"] = number
    else:
        values.keep_in_extra(column, text, "no year; kept in extra")


def _format(values: _RowValues, column: Column, text: str) -> None:
    try:
        values.fields["format"] = parse_format(clean_line(text))
    except BadInput:
        values.keep_in_extra(column, text, f'"{printable_line(text[:60])}" is not print, ebook or audio; kept in extra')


def _status_word(values: _RowValues, column: Column, text: str) -> None:
    values.status = (column.label, text)


def _date(values: _RowValues, column: Column, text: str) -> None:
    try:
        values.fields[column.field] = _day(text, values)
    except BadInput as error:
        raise BadField(printable_line(column.label), str(error)) from error


def _day(text: str, values: _RowValues) -> PartialDate | None:
    """A date in digits or in words; relative dates such as `last friday` make no sense in a file."""
    try:
        edtf = values.days.to_edtf(text)
    except BadInput:
        if len(text) <= _MAX_DATE_LENGTH and _DATE_IN_WORDS.search(text) and not text.casefold().endswith(" ago"):
            with suppress(BadInput):
                return parse_date(text, values.today)
        raise
    return PartialDate.from_edtf(edtf) if edtf else None


def _created_at(values: _RowValues, column: Column, text: str) -> None:
    """Midnight of a day; the cell is also kept in `extra`, because it may have a time."""
    values.extra[column.label] = text
    try:
        when = _day(text, values)
    except BadInput:
        values.notes.append(f"{column.label}: no date that can be read; kept in extra")
        return
    if when and when.day and when.year >= 1970:
        values.fields["created_at"] = start_of_day(when.first_day)


def _rating(values: _RowValues, column: Column, text: str) -> None:
    """Stars, or a number on the scale of the column; rounded to quarters only if the user asks for it."""
    if not text.partition("/")[0].strip("0.,☆✩ "):
        values.notes.append(f"{column.label}: a rating of 0 is none")
        return
    value = f"{text}/{column.scale}" if column.scale and _PLAIN_NUMBER.fullmatch(text) else text
    try:
        values.fields["rating"] = parse_rating(value)
    except BadInput as error:
        nearest = _nearest_quarter(value)
        if not nearest or not column.rounds:
            wish = _map_option(column.label, f"rating/{column.scale or 5}~")
            hint = f" {wish} takes the nearest." if nearest else ""
            raise BadField(printable_line(column.label), f"{error}{hint}") from error
        values.fields["rating"] = nearest
        values.keep_in_extra(column, text, "the nearest quarter of a star; the rating itself is kept in extra")


def _nearest_quarter(text: str) -> float | None:
    match = _RATING_WITH_SCALE.fullmatch(text.casefold())
    scale = int(match[2] or 5) if match else 0
    if not match or not scale:
        return None
    stars = _fraction(match[1]) * 5 / scale
    return max(1, int(stars * 4 + Fraction(1, 2))) / 4 if 0 < stars <= 5 else None


def _extra(values: _RowValues, column: Column, text: str) -> None:
    values.extra[column.label] = text


def _ignore(values: _RowValues, column: Column, text: str) -> None:
    """Skip a column that the user does not want."""


def _unless_empty(reader: "CellReader") -> "CellReader":
    """The reader for a field in which "none" and "n/a" mean that it is unknown."""

    def read_cell(values: _RowValues, column: Column, text: str) -> None:
        if text.casefold() not in _EMPTY_CELLS:
            reader(values, column, text)

    return read_cell


CellReader = Callable[[_RowValues, Column, str], None]
_CELL_READERS: dict[str, CellReader] = (
    dict.fromkeys(FIELDS, _line)
    | dict.fromkeys(("authors", *_ROLES), _person)
    | {"review": _prose, "private_note": _prose, "quotes": _quote}
    | {"contributors": _contributors, "tags": _tags, "source": _source}
    | {"isbn": _unless_empty(_isbn), "pages": _unless_empty(_pages), "published": _unless_empty(_published)}
    | {"started": _unless_empty(_date), "finished": _unless_empty(_date), "created_at": _unless_empty(_created_at)}
    | {"rating": _unless_empty(_rating), "format": _unless_empty(_format), "status": _unless_empty(_status_word)}
    | {"series_number": _series_number, "extra": _extra, "ignore": _ignore}
)
