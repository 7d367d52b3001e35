"""Load complete readings, in four statements however many they are."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from readlog.core.domain_model import Book, Contributor, ProgressNote, Quote, Reading
from readlog.core.errors import BadInput
from readlog.core.normalize_text import printable
from readlog.core.partial_date import PartialDate
from readlog.query.id_list import to_json_array
from readlog.query.query_fields import FOLD_SQL
from readlog.storage.transaction import corrupt_row_errors, read_transaction, read_with_fast_text

_MAX_JSON_DEPTH = 100
"""Levels of lists and mappings; the limit of Python's own parser varies."""
_MAX_JSON_DIGITS = 300
"""Digits of an integer; Python refuses to parse very long ones."""
_FIRST_BOOK_COLUMN = 15
_COLUMN_TYPES = "ITTttrtttTTTTTi" + "ITTtttttiit"
"""Types of the columns of a reading and its book: integer, text, real; lower case where NULL is allowed."""

_READINGS = """
SELECT readings.id, readings.uid, status, started, finished, rating, format, review, private_note,
    sources, extra, created_at, updated_at, progress, pile,
    books.id, books.uid, title, subtitle, series, series_number, isbn, publisher, published, pages, language
FROM readings JOIN books ON books.id = readings.book_id
WHERE readings.id IN (SELECT value FROM json_each(?))
"""
_PEOPLE = """
SELECT book_id, name, role FROM contributions JOIN people ON people.id = person_id
WHERE book_id IN (SELECT value FROM json_each(?)) ORDER BY book_id, position, contributions.id
"""
_TAGS = f"""
SELECT book_id, name FROM book_tags JOIN tags ON tags.id = tag_id
WHERE book_id IN (SELECT value FROM json_each(?)) ORDER BY book_id, {FOLD_SQL.format("name")}
"""
_QUOTES = """
SELECT reading_id, text, page, location, remark, marked_at, uid FROM quotes
WHERE reading_id IN (SELECT value FROM json_each(?)) ORDER BY reading_id, position, id
"""


def load_readings(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Reading]:
    """The readings with these ids, in this order, read in one transaction; missing ids are left out.

    Raises CorruptJournal for rows that cannot be readings.
    """
    ordered_ids = list(ids)
    with read_transaction(connection), corrupt_row_errors():
        readings = read_with_fast_text(connection, lambda: _load_by_id(connection, ordered_ids))
    return [readings[id_] for id_ in ordered_ids if id_ in readings]


def load_readings_of_book(connection: sqlite3.Connection, book_id: int) -> list[Reading]:
    """All readings of a book, the latest first."""
    ids = connection.execute("SELECT id FROM readings WHERE book_id = ? ORDER BY moment DESC, id DESC", (book_id,))
    return load_readings(connection, [id_ for (id_,) in ids.fetchall()])


def find_book_id(connection: sqlite3.Connection, reading: Reading) -> int:
    """The id of the book of a stored reading."""
    (id_,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (reading.id,)).fetchone()
    return int(id_)


def _load_by_id(connection: sqlite3.Connection, ids: list[int]) -> dict[int, Reading]:
    rows = connection.execute(_READINGS, (to_json_array(ids),)).fetchall()
    _check_types(rows)
    books = to_json_array(sorted({row[_FIRST_BOOK_COLUMN] for row in rows}))
    people: dict[int, list[Contributor]] = defaultdict(list)
    for book_id, name, role in connection.execute(_PEOPLE, (books,)):
        people[book_id].append(_person(name, role))
    tags: dict[int, list[str]] = defaultdict(list)
    for book_id, name in connection.execute(_TAGS, (books,)):
        tags[book_id].append(name)
    _check_texts(tags.values())
    _check_texts([person.name, person.role] for persons in people.values() for person in persons)
    quotes: dict[int, list[Quote]] = defaultdict(list)
    for id_, *quote in connection.execute(_QUOTES, (to_json_array(row[0] for row in rows),)):
        quotes[id_].append(Quote(*quote))
        _check_texts([[each or "" for each in quote]])
    return {row[0]: reading_from_rows(row, people, tags, quotes) for row in rows}


def _check_types(rows: Iterable[tuple[Any, ...]]) -> None:
    """Raise TypeError for rows of another table: after disk damage a page can have the content of another one."""
    for row in rows:
        if not _have_column_types(tuple(map(type, row))):
            raise TypeError


@lru_cache(maxsize=1_024)
def _have_column_types(types: tuple[type, ...]) -> bool:
    python_types = {"i": int, "t": str, "r": float}
    return all(
        type_ is python_types[letter.lower()] or (letter.islower() and type_ is type(None))
        for type_, letter in zip(types, _COLUMN_TYPES, strict=True)
    )


def _check_texts(groups: Iterable[Iterable[str]]) -> None:
    """Raise TypeError for values that are not text."""
    for group in groups:
        "".join(group)


@lru_cache(maxsize=4_096)
def _person(name: str, role: str) -> Contributor:
    """Cached, because most people have contributed to several books."""
    return Contributor(name, role)


def reading_from_rows(
    row: tuple[Any, ...],
    people: Mapping[int, list[Contributor]],
    tags: Mapping[int, list[str]],
    quotes: Mapping[int, list[Quote]],
) -> Reading:
    """A reading from a row of `readings` and its book, with people and tags by book id and quotes by reading id."""
    id_, uid, status, started, finished, rating, format_, review, note, *others = row[:_FIRST_BOOK_COLUMN]
    sources, extra, created, updated, progress, pile = others
    return Reading(
        book=_book(row[_FIRST_BOOK_COLUMN:], people, tags),
        status=status,
        started=_date(started),
        finished=_date(finished),
        rating=rating,
        format=format_,
        review=review,
        private_note=note,
        quotes=tuple(quotes.get(id_, ())),
        progress=() if progress == "[]" else tuple(_progress_notes(_decode_json(progress))),
        pile=pile,
        sources=tuple(_decode_json(sources)),
        extra=_decode_json(extra),
        id=id_,
        uid=uid,
        created_at=created,
        updated_at=updated,
    )


def _progress_notes(items: Any) -> Iterator[ProgressNote]:
    """The notes in the `progress` column; anything else that another tool stored there is shown as a comment."""
    for item in items if isinstance(items, list) else [items]:
        if not isinstance(item, dict) or not (item.get("at") or item.get("remark")):
            yield ProgressNote(remark=str(item) or "?")
            continue
        at, date, remark = (str(item[key]) if item.get(key) else None for key in ("at", "date", "remark"))
        try:
            yield ProgressNote(at, _date(date), remark)
        except BadInput:
            yield ProgressNote(at, None, "; ".join(each for each in (date, remark) if each))


def _book(row: tuple[Any, ...], people: Mapping[int, list[Contributor]], tags: Mapping[int, list[str]]) -> Book:
    id_, uid, title, subtitle, series, series_number, isbn, publisher, published, pages, language = row
    contributors, book_tags = tuple(people.get(id_, ())), tuple(tags.get(id_, ()))
    return Book(
        title,
        subtitle,
        contributors,
        series,
        series_number,
        isbn,
        publisher,
        published,
        pages,
        language,
        book_tags,
        uid,
    )


@lru_cache(maxsize=4_096)
def _date(text: str | None) -> PartialDate | None:
    return PartialDate.from_edtf(text) if text else None


def _decode_json(text: str) -> Any:
    if text == "[]":
        return []
    if text == "{}":
        return {}
    try:
        value = _json_decoder()(text)
        needs_no_cleaning = "\\u" not in text and text.count("[") + text.count("{") <= _MAX_JSON_DEPTH
        return value if needs_no_cleaning else _printable(value, 0)
    except RecursionError:
        return {"json": text}


@cache
def _json_decoder() -> Callable[[str], Any]:
    from json import JSONDecoder

    return JSONDecoder(parse_float=_parse_float, parse_constant=str, parse_int=_parse_int).decode


def _parse_float(text: str) -> float | str:
    """The number, or its text if it is too large for a float: another tool may have written 1e999."""
    number = float(text)
    return number if number - number == 0 else text


def _parse_int(text: str) -> int | str:
    return int(text) if len(text) < _MAX_JSON_DIGITS else text


def _printable(value: Any, depth: int) -> Any:
    """The value without control characters and lone surrogates, which JSON can escape. Raises RecursionError."""
    if depth > _MAX_JSON_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        return {printable(key): _printable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item, depth + 1) for item in value]
    return printable(value) if isinstance(value, str) else value
