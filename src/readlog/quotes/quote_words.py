"""Which quotes the words of a query choose: those in which they stand, and all of a book that is named by them."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from readlog.query.id_list import array
from readlog.query.query_fields import Condition, is_field
from readlog.query.query_parser import Either, Every, Field, No, Node, Word
from readlog.query.query_to_sql import match_text, to_sql

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
    if isinstance(node, (Every, Either)):
        for part in node.nodes:
            yield from words(part)
    elif isinstance(node, No):
        yield from words(node.node)
    elif word := _word(node):
        yield word


def _word(node: Node) -> Word | Field | None:
    """A word, or what is asked of `quote:`; a title such as `dune: messiah` only looks like a field."""
    if isinstance(node, Word):
        return node
    if isinstance(node, Field) and node.name == "quote" and match_text(node):
        return node
    return Word(node.name) if isinstance(node, Field) and not node.value and not is_field(node.name) else None


def _condition(node: Node, having: Having) -> Condition:
    if isinstance(node, (Every, Either)):
        parts = [_condition(part, having) for part in node.nodes]
        joint, empty = (" AND ", "1") if isinstance(node, Every) else (" OR ", "0")
        return joint.join(f"({where})" for where, _ in parts) or empty, tuple(p for _, params in parts for p in params)
    if isinstance(node, No):
        where, params = _condition(node.node, having)
        return f"NOT coalesce({where}, 0)", params
    word = _word(node)
    if isinstance(word, Word):
        return f"({_AMONG} OR {_IN_INDEX})", (having[word], f"{_NAMES} : {match_text(word)}")
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
        return {word: array(id_ for (id_,) in memory.execute(sql, (match,))) for word, match in matches.items()}


def _in_quotes(word: Word | Field) -> str:
    match = match_text(word)
    return f"{{quotes}} : {match}" if isinstance(word, Word) else str(match)
