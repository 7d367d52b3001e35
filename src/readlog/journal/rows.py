"""From rows to readings: all that the journal knows of some readings, in four statements however many they are."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from readlog.ground.dates import PartialDate
from readlog.ground.model import Book, Contributor, Quote, Reading
from readlog.ground.text import printable
from readlog.journal.ids import array
from readlog.query.fields import FOLDED

T = TypeVar("T")

_DEEPEST = 100
"""Levels of lists and mappings; each Python gives up at another one."""
_MOST_DIGITS = 300
"""Of a whole number; Python refuses to read very long ones."""

_READINGS = """
SELECT readings.id, readings.uid, status, started, finished, rating, format, review, private_note, sources, extra,
    created_at, updated_at,
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
WHERE book_id IN (SELECT value FROM json_each(?)) ORDER BY book_id, {FOLDED.format("name")}
"""
_QUOTES = """
SELECT reading_id, text, page, location, remark, marked_at, uid FROM quotes
WHERE reading_id IN (SELECT value FROM json_each(?)) ORDER BY reading_id, position, id
"""


def load(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Reading]:
    """The readings with these ids, in this order; an id that is not there is left out.

    All of it is of one moment: nobody's commit can come between the statements.
    """
    wanted = list(ids)
    with _one_moment(connection):
        rows = connection.execute(_READINGS, (array(wanted),)).fetchall()
        books = array(sorted({row[13] for row in rows}))
        people = _grouped(connection.execute(_PEOPLE, (books,)), Contributor)
        tags = _grouped(connection.execute(_TAGS, (books,)), str)
        quotes = _grouped(connection.execute(_QUOTES, (array(row[0] for row in rows),)), Quote)
    readings = {row[0]: _reading(row, people, tags, quotes) for row in rows}
    return [readings[id_] for id_ in wanted if id_ in readings]


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def _grouped(rows: Iterable[tuple[Any, ...]], make: Callable[..., T]) -> dict[int, list[T]]:
    """The rest of each row as one value, collected by the id in its first column."""
    groups: dict[int, list[T]] = {}
    for id_, *rest in rows:
        groups.setdefault(id_, []).append(make(*rest))
    return groups


def _reading(
    row: tuple[Any, ...],
    people: Mapping[int, list[Contributor]],
    tags: Mapping[int, list[str]],
    quotes: Mapping[int, list[Quote]],
) -> Reading:
    id_, uid, status, started, finished, rating, format_, review, note, sources, extra, created, updated = row[:13]
    return Reading(
        book=_book(row[13:], people, tags),
        status=status,
        started=_date(started),
        finished=_date(finished),
        rating=rating,
        format=format_,
        review=review,
        private_note=note,
        quotes=tuple(quotes.get(id_, ())),
        sources=tuple(_json(sources)),
        extra=_json(extra),
        id=id_,
        uid=uid,
        created_at=created,
        updated_at=updated,
    )


def _book(row: tuple[Any, ...], people: Mapping[int, list[Contributor]], tags: Mapping[int, list[str]]) -> Book:
    id_, uid, title, subtitle, series, series_number, isbn, publisher, published, pages, language = row
    return Book(
        title=title,
        subtitle=subtitle,
        contributors=tuple(people.get(id_, ())),
        series=series,
        series_number=series_number,
        isbn=isbn,
        publisher=publisher,
        published=published,
        pages=pages,
        language=language,
        tags=tuple(tags.get(id_, ())),
        uid=uid,
    )


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.from_edtf(text) if text else None


def _json(text: str) -> Any:
    if text == "[]":
        return []
    if text == "{}":
        return {}
    import json

    try:
        value = json.loads(text, parse_float=_finite, parse_constant=str, parse_int=_short)
        harmless = "\\u" not in text and text.count("[") + text.count("{") <= _DEEPEST
        return value if harmless else _printable(value, 0)
    except RecursionError:
        return {"json": text}


def _finite(text: str) -> float | str:
    """A number that a float can hold, else its text: another tool may have written 1e999."""
    number = float(text)
    return number if number - number == 0 else text


def _short(text: str) -> int | str:
    return int(text) if len(text) < _MOST_DIGITS else text


def _printable(value: Any, depth: int) -> Any:
    """A value of JSON without what its escapes can hide: half of a character, a control. Raises RecursionError."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        return {printable(key): _printable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_printable(item, depth + 1) for item in value]
    return printable(value) if isinstance(value, str) else value
