"""Quotes: those that a query chooses, book by book; any one of them; the one of a day; where a hit was quoted from."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from readlog.core.spoilers import MASK, mask_spoilers_in
from readlog.query.id_list import to_json_array
from readlog.query.query_fields import Condition, is_field
from readlog.query.query_parser import And, Field, Node, Not, Or, Word, parse_query
from readlog.query.query_to_sql import match_word_or_field, to_sql
from readlog.quotes.quote_of_the_day import id_of_the_day
from readlog.quotes.results import QuoteOf, Quotes
from readlog.search.results import MARK_OFF, MARK_ON, Hit
from readlog.storage.transaction import read_with_fast_text

if TYPE_CHECKING:
    from readlog.core.model import Quote


_NAMES = "{title contributors series tags}"
_IN_INDEX = "quotes.reading_id IN (SELECT rowid FROM search WHERE search MATCH ?)"
_AMONG = "quotes.id IN (SELECT value FROM json_each(?))"
_TEXTS = """
SELECT id, text || coalesce(char(10) || remark, '') FROM quotes
WHERE reading_id IN (SELECT rowid FROM search WHERE search MATCH ?)
"""

Having = Mapping[Word | Field, str]
"""The ids of the quotes in which each word stands, as a JSON array."""


def choosing(connection: sqlite3.Connection, node: Node) -> Condition:
    """The condition on `quotes`, `readings` and `books`, joined, that a query is for quotes. Raises BadInput.

    A word is one of the passage or the remark, or of the book's title, people, series and tags;
    every other condition is on the reading, as in a list.
    """
    return _condition(node, _having(connection, list(words(node))))


def words(node: Node) -> Iterator[Word | Field]:
    """The parts of a query that can be found in a quote."""
    if isinstance(node, (And, Or)):
        for part in node.nodes:
            yield from words(part)
    elif isinstance(node, Not):
        yield from words(node.node)
    elif word := _word(node):
        yield word


def _word(node: Node) -> Word | Field | None:
    """A word, or what is asked of `quote:`; a title such as `dune: messiah` only looks like a field."""
    if isinstance(node, Word):
        return node
    if isinstance(node, Field) and node.name == "quote" and match_word_or_field(node):
        return node
    return Word(node.name) if isinstance(node, Field) and not node.value and not is_field(node.name) else None


def _condition(node: Node, having: Having) -> Condition:
    if isinstance(node, (And, Or)):
        parts = [_condition(part, having) for part in node.nodes]
        joint, empty = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
        return joint.join(f"({where})" for where, _ in parts) or empty, tuple(p for _, params in parts for p in params)
    if isinstance(node, Not):
        where, params = _condition(node.node, having)
        return f"NOT coalesce({where}, 0)", params
    word = _word(node)
    if isinstance(word, Word):
        return f"({_AMONG} OR {_IN_INDEX})", (having[word], f"{_NAMES} : {match_word_or_field(word)}")
    if word:
        return _AMONG, (having[word],)
    chosen = to_sql(node)
    return (_IN_INDEX, (chosen.match,)) if chosen.match else (chosen.where, chosen.params)


def _having(connection: sqlite3.Connection, asked: list[Word | Field]) -> Having:
    """For each word the quotes in which it stands.

    The index knows the quotes of a reading only together. So those that can be meant are put into
    an index of the same kind in memory, one by one: a word is the same there.
    """
    matches = {word: _in_quotes(word) for word in asked}
    if not matches:
        return {}
    candidates = connection.execute(_TEXTS, (" OR ".join(f"({match})" for match in matches.values()),))
    (index,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'search'").fetchone()
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(index)
        memory.executemany("INSERT INTO search (rowid, quotes) VALUES (?, ?)", candidates)
        sql = "SELECT rowid FROM search WHERE search MATCH ?"
        return {word: to_json_array(id_ for (id_,) in memory.execute(sql, (match,))) for word, match in matches.items()}


def _in_quotes(word: Word | Field) -> str:
    match = match_word_or_field(word)
    return f"{{quotes}} : {match}" if isinstance(word, Word) else str(match)


_FROM = """
FROM quotes JOIN readings ON readings.id = quotes.reading_id JOIN books ON books.id = readings.book_id WHERE ({})
"""
_FOUND = f"""
SELECT quotes.id, readings.book_id {_FROM}
ORDER BY readings.moment DESC, quotes.reading_id DESC, quotes.position, quotes.id
"""
_KEPT = """
SELECT id, reading_id, text, page, location, remark, marked_at, uid FROM quotes
WHERE id IN (SELECT value FROM json_each(?))
"""
_TITLES = "SELECT id, title FROM books WHERE id IN (SELECT value FROM json_each(?))"
_NAMED_BOOKS = """
SELECT book_id, name FROM contributions JOIN people ON people.id = person_id
WHERE role = 'author' AND book_id IN (SELECT value FROM json_each(?)) ORDER BY position, contributions.id
"""
_AT_ONCE = 10_000
"""Quotes: in the order of their ids they stand together in the file, in any other they lie far apart."""
_ONE = "quotes.id = ?"
_ANY = "quotes.id = (SELECT id FROM quotes LIMIT 1 OFFSET ?)"


class _Chosen(NamedTuple):
    """Quotes in their order, book by book: the id of each, and of its book.

    `elsewhere` says that the words that were asked for stand in no quote, but in these readings.
    """

    books: dict[int, int]
    elsewhere: bool = False


def choose_quotes(connection: sqlite3.Connection, query: str, limit: int) -> Quotes:
    """The quotes that a query chooses, at most `limit` (0 is no limit); the newest reading first. Raises BadInput.

    All quotes of a book stand together, in the order in which they were marked.
    """
    chosen = _choose(connection, parse_query(query))
    total = len(chosen.books)
    shown = min(limit or total, total)
    books = dict(islice(chosen.books.items(), shown))
    return Quotes(_loaded(connection, books), shown, total, chosen.elsewhere)


def any_quote(connection: sqlite3.Connection, query: str) -> Quotes:
    """Any one of the quotes that a query chooses, or none of none. Raises BadInput."""
    from random import choice, randrange

    if not query.strip():
        (count,) = connection.execute("SELECT count(*) FROM quotes").fetchone()
        books = _found(connection, _ANY, (randrange(count),)) if count else {}  # noqa: S311 (for pleasure)
        return Quotes(_loaded(connection, books), len(books), count)
    chosen = _choose(connection, parse_query(query))
    books = dict([choice(list(chosen.books.items()))]) if chosen.books else {}  # noqa: S311
    return Quotes(_loaded(connection, books), len(books), len(chosen.books), chosen.elsewhere)


def quote_of_the_day(connection: sqlite3.Connection, today: date) -> QuoteOf | None:
    """The quote for `today`, the same all day, whatever is kept meanwhile; None where there is none.

    It is one of those that were there when the day began; on the first day it is the first.
    """
    id_ = id_of_the_day(connection, today)
    return _one(connection, _ONE, id_) if id_ else None


def quoted(connection: sqlite3.Connection, hits: list[Hit]) -> list[Hit]:
    """The hits, those that were found in a quote with that quote, and a passage of nothing else."""
    ids = [hit.reading.id for hit in hits if hit.place == "quote"]
    if not ids:
        return hits
    from readlog.readings.load_rows import load

    quotes = {reading.id: reading.quotes for reading in load(connection, ids)}
    return [_quoted(hit, quotes.get(hit.reading.id, ())) if hit.place == "quote" else hit for hit in hits]


def _choose(connection: sqlite3.Connection, node: Node) -> _Chosen:
    """The quotes that fit; where none does by its own words, all of the readings that do."""
    chosen = _Chosen(_found(connection, *choosing(connection, node)))
    if chosen.books or not any(words(node)):
        return chosen
    fitting = to_sql(node)
    where = f"readings.id IN (SELECT readings.id FROM {fitting.from_where()})"
    books = _found(connection, where, fitting.all_params)
    return _Chosen(books, elsewhere=bool(books))


def _found(connection: sqlite3.Connection, where: str, params: tuple[object, ...]) -> dict[int, int]:
    """Such quotes, each with its book, in the order of the newest reading of each book."""
    books: dict[int, list[int]] = {}
    for quote, book in connection.execute(_FOUND.format(where), params):
        books.setdefault(book, []).append(quote)
    return {quote: book for book, quotes in books.items() for quote in quotes}


def _loaded(connection: sqlite3.Connection, books: dict[int, int]) -> Iterator[QuoteOf]:
    """These quotes; one that has gone meanwhile is left out. The readings, which are large, are not looked at again."""
    ids = list(books)
    for batch in (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)):
        rows, titles, names = read_with_fast_text(
            connection, partial(_read, connection, batch, {books[id_] for id_ in batch})
        )
        _check_texts([titles.values(), (own[2] for own in rows.values())])
        for id_ in batch:
            if id_ in rows and (book := books[id_]) in titles:
                own = rows[id_]
                yield QuoteOf(own[1], titles[book], names.get(book, ()), *own[2:])


def _read(
    connection: sqlite3.Connection, quotes: list[int], books: set[int]
) -> tuple[dict[int, tuple[Any, ...]], dict[int, str], dict[int, tuple[str, ...]]]:
    """The rows of quotes, and the titles and authors of books, each by its id."""
    wanted = to_json_array(books)
    rows = {row[0]: row for row in connection.execute(_KEPT, (to_json_array(quotes),))}
    titles = dict(connection.execute(_TITLES, (wanted,)).fetchall())
    names: dict[int, tuple[str, ...]] = {}
    for book, name in connection.execute(_NAMED_BOOKS, (wanted,)):
        names[book] = (*names.get(book, ()), name)
    return rows, titles, names


def _check_texts(groups: Iterable[Iterable[object]]) -> None:
    """Raise an error of a damaged file where a text is none."""
    if not all(type(text) is str for group in groups for text in group):
        from readlog.storage.transaction import corrupt_row_errors

        with corrupt_row_errors():
            raise TypeError


def _one(connection: sqlite3.Connection, where: str, *params: int) -> QuoteOf | None:
    return next(_loaded(connection, _found(connection, where, params)), None)


def _quoted(hit: Hit, quotes: "Iterable[Quote]") -> Hit:
    """The hit with the quote out of which its first marked word is; as it is where a spoiler hides which one."""
    lines = (hit.passage or "").split("\n")
    marked = next((line for line in lines if MARK_ON in line), "")
    own = {quote: _as_shown(quote) for quote in quotes}
    found = [quote for quote in own if any(_bare(marked) in line for line in own[quote])]
    if not found or (len(found) > 1 and MASK in marked):
        return hit
    passage = "\n".join(line for line in lines if line is marked or line in own[found[0]])
    return hit._replace(quote=found[0], passage=passage)


def _as_shown(quote: "Quote") -> list[str]:
    """The lines of a quote and its remark as they stand in a passage: what is hidden is masked."""
    texts = (quote.text, quote.remark or "")
    return [" ".join(line.split()) for line in mask_spoilers_in("\n".join(texts), *texts).split("\n")]


def _bare(line: str) -> str:
    """A line of a passage as it stands in the quote."""
    return line.replace(MARK_ON, "").replace(MARK_OFF, "").removeprefix("...").removesuffix("...").strip()
