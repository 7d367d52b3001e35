"""From rows to readings: all that the journal knows of some readings, in four statements however many they are."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from readlog.core.errors import BadInput
from readlog.core.model import Book, Contributor, ProgressNote, Quote, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.text import printable
from readlog.query.id_list import to_json_array
from readlog.query.query_fields import FOLD_SQL
from readlog.storage.transaction import corrupt_row_errors, read_transaction, read_with_fast_text

_DEEPEST = 100
"""Levels of lists and mappings; each Python gives up at another one."""
_MOST_DIGITS = 300
"""Of a whole number; Python refuses to read very long ones."""

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
    """The readings with these ids, in this order; an id that is not there is left out.

    All of it is of one moment: nobody's commit can come between the statements.
    """
    wanted = list(ids)
    with read_transaction(connection), corrupt_row_errors():
        readings = read_with_fast_text(connection, lambda: _readings(connection, wanted))
    return [readings[id_] for id_ in wanted if id_ in readings]


def load_readings_of_book(connection: sqlite3.Connection, book_id: int) -> list[Reading]:
    """All readings of a book, the latest first."""
    ids = connection.execute("SELECT id FROM readings WHERE book_id = ? ORDER BY moment DESC, id DESC", (book_id,))
    return load_readings(connection, [id_ for (id_,) in ids.fetchall()])


def find_book_id(connection: sqlite3.Connection, reading: Reading) -> int:
    """The id of the book of a stored reading."""
    (id_,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (reading.id,)).fetchone()
    return int(id_)


def _readings(connection: sqlite3.Connection, wanted: list[int]) -> dict[int, Reading]:
    rows = connection.execute(_READINGS, (to_json_array(wanted),)).fetchall()
    _check_kinds(rows, _KINDS)
    books = to_json_array(sorted({row[_BOOK] for row in rows}))
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


_BOOK = 15
"""The place of the first column of the book."""
_KINDS = "ITTttrtttTTTTTi" + "ITTtttttiit"
"""Of the columns of a reading and its book: integer, text, real; in capitals where something must stand."""


def _check_kinds(rows: Iterable[tuple[Any, ...]], kinds: str) -> None:
    """Raise TypeError where a row is none of its table: on a damaged disk a page can be another one's."""
    for row in rows:
        if not _can_be(tuple(map(type, row)), kinds):
            raise TypeError


@lru_cache(maxsize=1_024)
def _can_be(types: tuple[type, ...], kinds: str) -> bool:
    """Whether values of these types fit: a letter for each type, a small one where nothing may stand for it."""
    wanted = {"i": int, "t": str, "r": float}
    fitting = (
        type_ is wanted[kind.lower()] or (kind.islower() and type_ is type(None))
        for type_, kind in zip(types, kinds, strict=True)
    )
    return all(fitting)


def _check_texts(groups: Iterable[Iterable[str]]) -> None:
    """Raise TypeError where a text is none."""
    for group in groups:
        "".join(group)


@lru_cache(maxsize=4_096)
def _person(name: str, role: str) -> Contributor:
    """Someone; most made more than one book."""
    return Contributor(name, role)


def reading_from_rows(
    row: tuple[Any, ...],
    people: Mapping[int, list[Contributor]],
    tags: Mapping[int, list[str]],
    quotes: Mapping[int, list[Quote]],
) -> Reading:
    """A reading from a row of `readings` and its book, with people and tags by book id and quotes by reading id."""
    id_, uid, status, started, finished, rating, format_, review, note, *others = row[:_BOOK]
    sources, extra, created, updated, progress, pile = others
    return Reading(
        book=_book(row[_BOOK:], people, tags),
        status=status,
        started=_date(started),
        finished=_date(finished),
        rating=rating,
        format=format_,
        review=review,
        private_note=note,
        quotes=tuple(quotes.get(id_, ())),
        progress=() if progress == "[]" else tuple(_marks(_json(progress))),
        pile=pile,
        sources=tuple(_json(sources)),
        extra=_json(extra),
        id=id_,
        uid=uid,
        created_at=created,
        updated_at=updated,
    )


def _marks(items: Any) -> Iterator[ProgressNote]:
    """The marks of a reading; what another tool has put there and is none is a remark, so that it is seen."""
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
    makers, labels = tuple(people.get(id_, ())), tuple(tags.get(id_, ()))
    return Book(
        title, subtitle, makers, series, series_number, isbn, publisher, published, pages, language, labels, uid
    )


@lru_cache(maxsize=4_096)
def _date(text: str | None) -> PartialDate | None:
    return PartialDate.from_edtf(text) if text else None


def _json(text: str) -> Any:
    if text == "[]":
        return []
    if text == "{}":
        return {}
    try:
        value = _decoder()(text)
        harmless = "\\u" not in text and text.count("[") + text.count("{") <= _DEEPEST
        return value if harmless else _printable(value, 0)
    except RecursionError:
        return {"json": text}


@cache
def _decoder() -> Callable[[str], Any]:
    from json import JSONDecoder

    return JSONDecoder(parse_float=_finite, parse_constant=str, parse_int=_short).decode


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
