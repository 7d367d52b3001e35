"""From rows to readings: all that the journal knows of some readings, in four statements however many they are."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from readlog.ground.dates import PartialDate
from readlog.ground.model import Book, Contributor, Quote, Reading

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
_TAGS = """
SELECT book_id, name FROM book_tags JOIN tags ON tags.id = tag_id
WHERE book_id IN (SELECT value FROM json_each(?)) ORDER BY book_id, fold(name)
"""
_QUOTES = """
SELECT reading_id, text, page, location, remark, marked_at, uid FROM quotes
WHERE reading_id IN (SELECT value FROM json_each(?)) ORDER BY reading_id, position, id
"""


def load(connection: sqlite3.Connection, ids: Iterable[int]) -> list[Reading]:
    """The readings with these ids, in this order; an id that is not there is left out."""
    wanted = list(ids)
    rows = connection.execute(_READINGS, (_array(wanted),)).fetchall()
    books = _array(sorted({row[13] for row in rows}))
    people = _grouped(connection.execute(_PEOPLE, (books,)), Contributor)
    tags = _grouped(connection.execute(_TAGS, (books,)), str)
    quotes = _grouped(connection.execute(_QUOTES, (_array(row[0] for row in rows),)), Quote)
    readings = {row[0]: _reading(row, people, tags, quotes) for row in rows}
    return [readings[id_] for id_ in wanted if id_ in readings]


def _array(ids: Iterable[int]) -> str:
    return "[" + ",".join(map(str, ids)) + "]"


def _grouped(rows: Iterable[tuple[Any, ...]], make: Any) -> dict[int, tuple[Any, ...]]:
    """The rest of each row as one value, collected by the id in its first column."""
    groups: dict[int, tuple[Any, ...]] = {}
    for id_, *rest in rows:
        groups[id_] = (*groups.get(id_, ()), make(*rest))
    return groups


def _reading(
    row: tuple[Any, ...],
    people: Mapping[int, tuple[Contributor, ...]],
    tags: Mapping[int, tuple[str, ...]],
    quotes: Mapping[int, tuple[Quote, ...]],
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
        quotes=quotes.get(id_, ()),
        sources=tuple(_json(sources)),
        extra=_json(extra),
        id=id_,
        uid=uid,
        created_at=created,
        updated_at=updated,
    )


def _book(
    row: tuple[Any, ...], people: Mapping[int, tuple[Contributor, ...]], tags: Mapping[int, tuple[str, ...]]
) -> Book:
    id_, uid, title, subtitle, series, series_number, isbn, publisher, published, pages, language = row
    return Book(
        title=title,
        subtitle=subtitle,
        contributors=people.get(id_, ()),
        series=series,
        series_number=series_number,
        isbn=isbn,
        publisher=publisher,
        published=published,
        pages=pages,
        language=language,
        tags=tags.get(id_, ()),
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

    return json.loads(text)
