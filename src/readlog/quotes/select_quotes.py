"""Quotes that match a query, book by book, or one of them at random."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

from readlog.query.id_list import to_json_array
from readlog.query.query_fields import Condition, is_field
from readlog.query.query_parser import And, Field, Node, Not, Or, Word, parse_query
from readlog.query.query_to_sql import match_word_or_field, to_sql
from readlog.quotes.results import BookQuote, QuoteSelection
from readlog.storage.transaction import read_with_fast_text

_FROM = """
FROM quotes JOIN readings ON readings.id = quotes.reading_id JOIN books ON books.id = readings.book_id WHERE ({})
"""
_IDS_AND_BOOKS = f"""
SELECT quotes.id, readings.book_id {_FROM}
ORDER BY readings.moment DESC, quotes.reading_id DESC, quotes.position, quotes.id
"""
_WITH_ID = "quotes.id = ?"
_AT_OFFSET = "quotes.id = (SELECT id FROM quotes LIMIT 1 OFFSET ?)"

_QUOTES = """
SELECT id, reading_id, text, page, location, remark, marked_at, uid FROM quotes
WHERE id IN (SELECT value FROM json_each(?))
"""
_TITLES = "SELECT id, title FROM books WHERE id IN (SELECT value FROM json_each(?))"
_AUTHORS = """
SELECT book_id, name FROM contributions JOIN people ON people.id = person_id
WHERE role = 'author' AND book_id IN (SELECT value FROM json_each(?)) ORDER BY position, contributions.id
"""
_BATCH_SIZE = 10_000
"""Larger than elsewhere: sorted by id, quotes are adjacent in the file; in the order of a list they are scattered."""

_BOOK_COLUMNS = "{title contributors series tags}"
_IN_SEARCH_INDEX = "quotes.reading_id IN (SELECT rowid FROM search WHERE search MATCH ?)"
_IN_IDS = "quotes.id IN (SELECT value FROM json_each(?))"
_TEXTS = """
SELECT id, text || coalesce(char(10) || remark, '') FROM quotes
WHERE reading_id IN (SELECT rowid FROM search WHERE search MATCH ?)
"""

_QuoteBooks = dict[int, int]
"""The book id of each quote id, in the order in which the quotes are shown: all quotes of a book together."""


def select_quotes(connection: sqlite3.Connection, query: str, limit: int) -> QuoteSelection:
    """At most `limit` (0 is no limit) quotes that match `query`, those of the newest reading first.

    All quotes of a book stand together, in the order in which they were saved. A word matches in
    the passage and the remark, and in the title, contributors, series and tags of the book; any
    other condition applies to the reading, as in a list. Raises BadInput.
    """
    books, elsewhere = _find_quotes(connection, parse_query(query))
    shown = dict(islice(books.items(), limit)) if limit else books
    return QuoteSelection(_load(connection, shown), len(shown), len(books), elsewhere)


def random_quote(connection: sqlite3.Connection, query: str) -> QuoteSelection:
    """One random quote of those that match `query`, or an empty selection if none does. Raises BadInput."""
    from random import choice, randrange

    if not query.strip():
        (count,) = connection.execute("SELECT count(*) FROM quotes").fetchone()
        books = _select(connection, _AT_OFFSET, (randrange(count),)) if count else {}  # noqa: S311 (for pleasure)
        return QuoteSelection(_load(connection, books), len(books), count)
    books, elsewhere = _find_quotes(connection, parse_query(query))
    chosen = dict([choice(list(books.items()))]) if books else {}  # noqa: S311
    return QuoteSelection(_load(connection, chosen), len(chosen), len(books), elsewhere)


def load_quote(connection: sqlite3.Connection, id_: int) -> BookQuote | None:
    """The quote with this id, or None."""
    return next(_load(connection, _select(connection, _WITH_ID, (id_,))), None)


def _find_quotes(connection: sqlite3.Connection, query: Node) -> tuple[_QuoteBooks, bool]:
    """The matching quotes; if none contains the words, all quotes of the matching readings, and True."""
    words = list(_words(query))
    books = _select(connection, *_condition(query, _quotes_with_words(connection, words)))
    if books or not words:
        return books, False
    matching = to_sql(query)
    in_matching = f"readings.id IN (SELECT readings.id FROM {matching.from_where()})"
    books = _select(connection, in_matching, matching.all_params)
    return books, bool(books)


def _select(connection: sqlite3.Connection, where: str, params: tuple[object, ...]) -> _QuoteBooks:
    """The quotes for which a condition on `quotes`, `readings` and `books` holds."""
    quotes_of_book: dict[int, list[int]] = {}
    for quote, book in connection.execute(_IDS_AND_BOOKS.format(where), params):
        quotes_of_book.setdefault(book, []).append(quote)
    return {quote: book for book, quotes in quotes_of_book.items() for quote in quotes}


def _load(connection: sqlite3.Connection, books: _QuoteBooks) -> Iterator[BookQuote]:
    """Load quotes in batches; one that was deleted meanwhile is left out.

    Does not read `readings` again, whose rows are large.
    """
    ids = list(books)
    for batch in (ids[start : start + _BATCH_SIZE] for start in range(0, len(ids), _BATCH_SIZE)):
        read_batch = partial(_read_rows, connection, batch, {books[id_] for id_ in batch})
        quotes, titles, authors = read_with_fast_text(connection, read_batch)
        _check_texts([titles.values(), (quote[2] for quote in quotes.values())])
        for id_ in batch:
            if id_ in quotes and (book := books[id_]) in titles:
                _, reading_id, *own = quotes[id_]
                yield BookQuote(reading_id, titles[book], authors.get(book, ()), *own)


def _read_rows(
    connection: sqlite3.Connection, quotes: list[int], books: set[int]
) -> tuple[dict[int, tuple[Any, ...]], dict[int, str], dict[int, tuple[str, ...]]]:
    """The rows of `quotes`, and the titles and the authors of `books`, each by id."""
    book_ids = to_json_array(books)
    rows = {row[0]: row for row in connection.execute(_QUOTES, (to_json_array(quotes),))}
    titles = dict(connection.execute(_TITLES, (book_ids,)).fetchall())
    authors: dict[int, tuple[str, ...]] = {}
    for book, name in connection.execute(_AUTHORS, (book_ids,)):
        authors[book] = (*authors.get(book, ()), name)
    return rows, titles, authors


def _check_texts(groups: Iterable[Iterable[object]]) -> None:
    """Raise the error of a damaged file if a value is not text."""
    if not all(type(text) is str for group in groups for text in group):
        from readlog.storage.transaction import corrupt_row_errors

        with corrupt_row_errors():
            raise TypeError


# The words of a query. The search index has one row for each reading and knows its quotes only together.


def _words(query: Node) -> Iterator[Word | Field]:
    """The parts of a query that can be found in the text of a quote."""
    if isinstance(query, (And, Or)):
        for part in query.nodes:
            yield from _words(part)
    elif isinstance(query, Not):
        yield from _words(query.node)
    elif word := _as_word(query):
        yield word


def _as_word(node: Node) -> Word | Field | None:
    """A word or a `quote:` field, else None. A title such as `dune: messiah` only looks like a field."""
    if isinstance(node, Word):
        return node
    if isinstance(node, Field) and node.name == "quote" and match_word_or_field(node):
        return node
    return Word(node.name) if isinstance(node, Field) and not node.value and not is_field(node.name) else None


def _quotes_with_words(connection: sqlite3.Connection, words: list[Word | Field]) -> Mapping[Word | Field, str]:
    """The ids of the quotes that contain each word, as a JSON array.

    The quotes of all readings that match any of the words are indexed one by one in memory, with
    the definition of the search index, so that words are compared in the same way.
    """
    matches = {word: _match_in_quotes(word) for word in words}
    if not matches:
        return {}
    candidates = connection.execute(_TEXTS, (" OR ".join(f"({match})" for match in matches.values()),))
    (index,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'search'").fetchone()
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(index)
        memory.executemany("INSERT INTO search (rowid, quotes) VALUES (?, ?)", candidates)
        sql = "SELECT rowid FROM search WHERE search MATCH ?"
        return {word: to_json_array(id_ for (id_,) in memory.execute(sql, (match,))) for word, match in matches.items()}


def _match_in_quotes(word: Word | Field) -> str:
    match = match_word_or_field(word)
    return f"{{quotes}} : {match}" if isinstance(word, Word) else str(match)


def _condition(node: Node, quotes_with: Mapping[Word | Field, str]) -> Condition:
    """The condition on `quotes`, `readings` and `books`, joined, for a node of a query. Raises BadInput."""
    if isinstance(node, (And, Or)):
        parts = [_condition(part, quotes_with) for part in node.nodes]
        joint, empty = (" AND ", "1") if isinstance(node, And) else (" OR ", "0")
        return joint.join(f"({where})" for where, _ in parts) or empty, tuple(p for _, params in parts for p in params)
    if isinstance(node, Not):
        where, params = _condition(node.node, quotes_with)
        return f"NOT coalesce({where}, 0)", params
    word = _as_word(node)
    if isinstance(word, Word):
        return f"({_IN_IDS} OR {_IN_SEARCH_INDEX})", (
            quotes_with[word],
            f"{_BOOK_COLUMNS} : {match_word_or_field(word)}",
        )
    if word:
        return _IN_IDS, (quotes_with[word],)
    on_reading = to_sql(node)
    return (_IN_SEARCH_INDEX, (on_reading.match,)) if on_reading.match else (on_reading.where, on_reading.params)
