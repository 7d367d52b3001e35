"""Quotes: those that a query chooses, book by book; any one of them; the one of a day; where a hit was quoted from."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from readlog.ground.answers import MARK_OFF, MARK_ON, Hit, QuoteOf, Quotes
from readlog.journal.day_quote import id_of_the_day
from readlog.journal.ids import array, batches
from readlog.journal.quote_words import choosing, words
from readlog.query.language import Node, parse_query
from readlog.query.sql import to_sql

if TYPE_CHECKING:
    from readlog.ground.model import Quote

_FROM = """
FROM quotes JOIN readings ON readings.id = quotes.reading_id JOIN books ON books.id = readings.book_id WHERE ({})
"""
_READINGS = f"""
SELECT quotes.reading_id, readings.book_id, count(*) {_FROM}
GROUP BY quotes.reading_id ORDER BY readings.moment DESC, quotes.reading_id DESC
"""
"""By the columns of an index: what is grouped by them need not be sorted before."""
_COLUMNS = "SELECT readings.id, books.id, title, quotes.text, page, location, remark, marked_at, quotes.uid"
_KEPT = f"""
{_COLUMNS} {_FROM} AND quotes.reading_id IN (SELECT value FROM json_each(?))
ORDER BY quotes.reading_id, quotes.position, quotes.id
"""
_NAMES = """
SELECT book_id, name FROM contributions JOIN people ON people.id = person_id
WHERE role = 'author' AND book_id IN (SELECT value FROM json_each(?)) ORDER BY position, contributions.id
"""
_IS = "quotes.id = {}"
_ANY = _IS.format("(SELECT id FROM quotes LIMIT 1 OFFSET ?)")


class _Chosen(NamedTuple):
    """A condition on quotes, and the readings that have such, book by book, each with how many.

    `elsewhere` says that the words that were asked for stand in no quote, but in these readings.
    """

    where: str
    params: tuple[object, ...]
    readings: dict[int, int]
    elsewhere: bool = False


def choose_quotes(connection: sqlite3.Connection, query: str, limit: int) -> Quotes:
    """The quotes that a query chooses, at most `limit` (0 is no limit); the newest reading first. Raises BadInput.

    All quotes of a book stand together, in the order in which they were marked.
    """
    chosen = _choose(connection, parse_query(query))
    total = sum(chosen.readings.values())
    shown = min(limit or total, total)
    return Quotes(islice(_loaded(connection, chosen), shown), shown, total, chosen.elsewhere)


def any_quote(connection: sqlite3.Connection, query: str) -> QuoteOf | None:
    """Any one of the quotes that a query chooses, None where there is none. Raises BadInput."""
    from random import choices, randrange

    if not query.strip():
        (count,) = connection.execute("SELECT count(*) FROM quotes").fetchone()
        return _one(connection, _ANY, randrange(count)) if count else None  # noqa: S311 (for pleasure)
    chosen = _choose(connection, parse_query(query))
    if not chosen.readings:
        return None
    ((reading, count),) = choices(list(chosen.readings.items()), list(chosen.readings.values()))  # noqa: S311
    quotes = _loaded(connection, chosen._replace(readings={reading: count}))
    return next(islice(quotes, randrange(count), None), None)  # noqa: S311


def quote_of_the_day(connection: sqlite3.Connection, today: date) -> QuoteOf | None:
    """The quote for `today`, the same all day, whatever is kept meanwhile; None where there is none.

    It is one of those that were there when the day began; on the first day it is the first.
    """
    id_ = id_of_the_day(connection, today)
    return _one(connection, _IS.format("?"), id_) if id_ else None


def quoted(connection: sqlite3.Connection, hits: list[Hit]) -> list[Hit]:
    """The hits, those that were found in a quote with that quote, and a passage of nothing else."""
    ids = [hit.reading.id for hit in hits if hit.place == "quote"]
    if not ids:
        return hits
    from readlog.journal.rows import load

    quotes = {reading.id: reading.quotes for reading in load(connection, ids)}
    return [_quoted(hit, quotes.get(hit.reading.id, ())) if hit.place == "quote" else hit for hit in hits]


def _choose(connection: sqlite3.Connection, node: Node) -> _Chosen:
    """The quotes that fit; where none does by its own words, all of the readings that do."""
    where, params = choosing(connection, node)
    chosen = _Chosen(where, params, _readings(connection, where, params))
    if chosen.readings or not any(words(node)):
        return chosen
    fitting = to_sql(node)
    where, params = f"readings.id IN (SELECT readings.id FROM {fitting.source()})", fitting.parameters
    readings = _readings(connection, where, params)
    return _Chosen(where, params, readings, elsewhere=bool(readings))


def _readings(connection: sqlite3.Connection, where: str, params: tuple[object, ...]) -> dict[int, int]:
    """The readings that have such quotes, and how many, in the order of the newest reading of each book."""
    books: dict[int, dict[int, int]] = {}
    for reading, book, count in connection.execute(_READINGS.format(where), params):
        books.setdefault(book, {})[reading] = count
    return {reading: count for readings in books.values() for reading, count in readings.items()}


def _loaded(connection: sqlite3.Connection, chosen: _Chosen) -> Iterator[QuoteOf]:
    """The quotes that were chosen; one that has gone meanwhile is left out."""
    for batch in batches(list(chosen.readings)):
        rows = connection.execute(_KEPT.format(chosen.where), (*chosen.params, array(batch))).fetchall()
        quotes: dict[int | None, list[QuoteOf]] = {}
        for quote in _quotes(connection, rows):
            quotes.setdefault(quote.id, []).append(quote)
        for reading in batch:
            yield from quotes.get(reading, ())


def _quotes(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> Iterator[QuoteOf]:
    if not all(type(title) is type(text) is str for _, _, title, text, *_ in rows):
        from readlog.journal.steady import damage_told

        with damage_told():
            raise TypeError
    names: dict[int, list[str]] = {}
    for book, name in connection.execute(_NAMES, (array({row[1] for row in rows}),)):
        names.setdefault(book, []).append(name)
    for id_, book, title, *own in rows:
        yield QuoteOf(id_, title, tuple(names.get(book, ())), *own)


def _one(connection: sqlite3.Connection, where: str, *params: int) -> QuoteOf | None:
    rows = connection.execute(f"{_COLUMNS} {_FROM.format(where)}", params).fetchall()
    return next(_quotes(connection, rows), None)


def _quoted(hit: Hit, quotes: "Iterable[Quote]") -> Hit:
    """The hit with the quote out of which its first marked word is; as it is where a spoiler hides which one."""
    lines = (hit.passage or "").split(" · ")
    marked = next((line for line in lines if MARK_ON in line), "")
    for quote in quotes:
        own = [" ".join(line.split()) for line in f"{quote.text}\n{quote.remark or ''}".split("\n")]
        if any(_bare(marked) in line for line in own):
            return hit._replace(
                quote=quote, passage=" · ".join(line for line in lines if line is marked or line in own)
            )
    return hit


def _bare(line: str) -> str:
    """A line of a passage as it stands in the quote."""
    return line.replace(MARK_ON, "").replace(MARK_OFF, "").removeprefix("...").removesuffix("...").strip()
