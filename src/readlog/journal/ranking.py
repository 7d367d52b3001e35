"""The order of what a search finds: the title that was asked for, titles and names, whole words, beginnings of words.

Each of these is one statement of FTS5, which ranks by weighted bm25 and cuts passages out of no
more rows than are wanted; what an earlier one has given is passed over in a later one.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from readlog.ground.answers import Hit, ListedReading
from readlog.ground.text import match_key
from readlog.journal.hits import PASSAGES, hit
from readlog.journal.listing import AUTHORS
from readlog.query.language import Every, Node, Word
from readlog.query.sql import match_names, to_sql

_RANK = "bm25(10.0, 8.0, 4.0, 4.0, 1.0, 1.0, 1.0)"
"""How much a word counts in title, contributors, series, tags, review, note and quotes."""

_BEGINNING, _WHOLE, _NAMES, _TITLE = range(4)
"""The kinds of hits: beginnings of words, whole words, all of them in title and names, the title asked for."""
_STEP = 1_000.0
"""Between the scores of two kinds of hits: more than bm25 ever gives."""

_COLUMNS = f"""
SELECT readings.id, status, started, finished, rating, books.title, {AUTHORS},
    (SELECT count(*) FROM readings AS others WHERE others.book_id = readings.book_id), readings.book_id, moment,
    coalesce(books.subtitle, ''), -rank, {PASSAGES}
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? AND rank MATCH '{_RANK}'
"""


class Ranked(NamedTuple):
    """A hit with what decides about its place: its book, and when it was read."""

    hit: Hit
    book: int
    moment: str


class _Stage(NamedTuple):
    """One way to look: how good a hit of it is, and the conditions behind `_COLUMNS`."""

    kind: int
    match: str
    where: str = "1"
    params: tuple[object, ...] = ()


def best(connection: sqlite3.Connection, node: Node, limit: int, every: bool) -> list[Hit]:
    """The best hits for a query that has text to be found; a book once, unless `every` reading is wanted."""
    looking = _Looking(connection, match_key(" ".join(_words(node))), limit, every)
    for stage in _stages(node):
        if not looking.has_enough:
            looking.look(stage)
    ranked = sorted(_by_book(list(looking.found.values())), key=lambda one: one.moment, reverse=True)
    ranked.sort(key=lambda one: -one.hit.score)
    return [one.hit for one in ranked[: limit or None]]


def _by_book(found: list[Ranked]) -> Iterator[Ranked]:
    """By title and names all readings of a book fit as well as the best of them: they stand together."""
    best_of: dict[int, float] = {}
    for one in found:
        best_of[one.book] = max(one.hit.score, best_of.get(one.book, 0.0))
    for one in found:
        by_name = one.hit.score >= _NAMES * _STEP
        yield one._replace(hit=one.hit._replace(score=best_of[one.book])) if by_name else one


class _Looking:
    """What was found so far, by book or by reading; `asked` is the key of the title that may be meant."""

    def __init__(self, connection: sqlite3.Connection, asked: str, limit: int, every: bool) -> None:
        self.connection = connection
        self.asked = asked
        self.limit = limit
        self.every = every
        self.found: dict[int, Ranked] = {}

    @property
    def has_enough(self) -> bool:
        return bool(self.limit) and len(self.found) >= self.limit

    def look(self, stage: _Stage) -> None:
        """Add what a stage finds, until it is enough or there is no more."""
        most = 2 * self.limit + len(self.found) if self.limit else -1
        while True:
            rows = 0
            for one in self._ranked(stage, most):
                rows += 1
                key = one.hit.reading.id if self.every else one.book
                self.found[key] = _better(one, self.found.get(key, one))
            if rows != most or self.has_enough:
                return
            most *= 8

    def _ranked(self, stage: _Stage, most: int) -> Iterator[Ranked]:
        sql = f"{_COLUMNS} AND ({stage.where}) ORDER BY rank LIMIT ?"
        for row in self.connection.execute(sql, (stage.match, *stage.params, most)):
            *listed, readings, book, moment, subtitle, relevance = row[:12]
            is_title = stage.kind == _NAMES and self.asked in _titles(listed[5], subtitle)
            score = round((_TITLE if is_title else stage.kind) * _STEP + relevance, 3)
            yield Ranked(hit(ListedReading(*listed), score, readings, row[12:]), book, moment)


def _better(one: Ranked, other: Ranked) -> Ranked:
    """Of two readings of a book the one that fits better; by title and names both do, and the later one is shown."""
    first, second = sorted((one, other), key=lambda each: each.hit.score, reverse=True)
    if second.hit.score < _NAMES * _STEP or second.moment <= first.moment:
        return first
    return second._replace(hit=second.hit._replace(score=first.hit.score))


def _stages(node: Node) -> Iterator[_Stage]:
    loose, whole = to_sql(node), to_sql(node, star="")
    assert loose.match
    assert whole.match
    if names := match_names(node):
        same = "books.title = ? COLLATE NOCASE"
        both = f"{names} AND {whole.match}"  # so that passages, too, are found
        yield _Stage(_TITLE, both, f"books.id IN (SELECT id FROM books WHERE {same})", (" ".join(_words(node)),))
        yield _Stage(_NAMES, both)
    yield _Stage(_WHOLE, whole.match, whole.where, whole.params)
    if loose.match != whole.match:
        yield _Stage(_BEGINNING, loose.match, loose.where, loose.params)


def _words(node: Node) -> list[str]:
    nodes = node.nodes if isinstance(node, Every) else (node,)
    return [word.text for word in nodes if isinstance(word, Word)]


def _titles(title: str, subtitle: str) -> tuple[str, str]:
    return match_key(title), match_key(f"{title} {subtitle}")
