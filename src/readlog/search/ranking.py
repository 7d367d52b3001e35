"""The order of what a search finds: the title that was asked for, titles and names, whole words, beginnings of words.

Each of these is one statement of FTS5, which ranks by weighted bm25 and cuts passages out of no
more rows than are wanted; what an earlier one has given is passed over in a later one.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from readlog.core.text import match_key
from readlog.query.query_parser import And, Field, Node, Word
from readlog.query.query_to_sql import match_names, match_title_beginning, to_sql
from readlog.readings.listing import AUTHORS
from readlog.readings.results import ListedReading
from readlog.search.results import Hit
from readlog.search.snippets import PASSAGES, hit

_RANK = "bm25(10.0, 8.0, 4.0, 4.0, 1.0, 1.0, 1.0)"
"""How much a word counts in title, contributors, series, tags, review, note and quotes."""

_BEGINNING, _WHOLE, _NAMES, _TITLE = range(4)
"""The kinds of hits: beginnings of words, whole words, all of them in title and names, the title asked for."""
_STEP = 1_000.0
"""Between the scores of two kinds of hits: more than bm25 ever gives."""

_COLUMNS = f"""
SELECT readings.id, status, started, finished, rating, books.title, {AUTHORS},
    (SELECT count(*) FROM readings AS others WHERE others.book_id = readings.book_id), readings.book_id, moment,
    coalesce(books.subtitle, ''), {{relevance}}, {PASSAGES}
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ?
"""
_RANKED = _COLUMNS.format(relevance="-rank") + f" AND rank MATCH '{_RANK}'"
_CHOSEN = _COLUMNS.format(relevance="0.0")
"""Of readings that are known by their ids: to rank them, FTS5 would count all hits for each of them."""

_TITLES = """
SELECT search.rowid, books.title, coalesce(books.subtitle, '')
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? ORDER BY length(books.title), moment DESC, readings.id DESC LIMIT ?
"""
_MOST_TITLES = 100
"""Readings whose title begins as what was asked for, of which some may have no other title."""


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
    looking = _Looking(connection, match_key(_asked(node)), limit, every)
    stages = list(_stages(node))
    if named := next((stage for stage in stages if stage.kind == _NAMES), None):
        looking.look_for_title(_asked(node), named)
    for stage in stages:
        if not looking.has_enough:
            looking.look(stage)
    ranked = sorted(looking.found.values(), key=lambda one: one.moment, reverse=True)
    ranked = sorted(_by_book(ranked), key=lambda one: -one.hit.score)[: limit or None]
    return [one.hit for one in (looking.latest(ranked, named) if named and not every else ranked)]


def _by_book(found: list[Ranked]) -> Iterator[Ranked]:
    """By title and names all readings of a book fit as well as the best of them: they stand together."""
    best_of: dict[int, float] = {}
    for one in found:
        best_of[one.book] = max(one.hit.score, best_of.get(one.book, 0.0))
    return (one._replace(hit=one.hit._replace(score=best_of[one.book])) if _by_name(one) else one for one in found)


def _by_name(one: Ranked) -> bool:
    return one.hit.score >= _NAMES * _STEP


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

    def look_for_title(self, title: str, named: _Stage) -> None:
        """Add the readings of books with just that title: among those that begin so they are the shortest."""
        if begins := match_title_beginning(title):
            rows = self.connection.execute(_TITLES, (begins, _MOST_TITLES)).fetchall()
            ids = [str(id_) for id_, *names in rows if self.asked in _titles(*names)]
            if ids:
                self._keep(self._chosen(named, ", ".join(ids[: self.limit or None])))

    def look(self, stage: _Stage) -> None:
        """Add what a stage finds, until it is enough or there is no more."""
        most = 2 * self.limit + len(self.found) if self.limit else -1
        while self._keep(self._ranked(stage, most)) == most and not self.has_enough:
            most *= 8

    def _keep(self, found: Iterator[Ranked]) -> int:
        """Keep the best of each book, or of each reading; returns how many were found."""
        count = 0
        for one in found:
            count += 1
            key = one.hit.reading.id if self.every else one.book
            if key not in self.found or one.hit.score > self.found[key].hit.score:
                self.found[key] = one
        return count

    def latest(self, ranked: list[Ranked], stage: _Stage) -> list[Ranked]:
        """The same books, those that fit by title and names each by its latest reading of that stage."""
        books = [one.book for one in ranked if _by_name(one) and one.hit.readings > 1]
        if not books:
            return ranked
        ids = f"SELECT id FROM readings WHERE book_id IN ({', '.join(map(str, books))})"
        latest: dict[int, Ranked] = {}
        for one in self._chosen(stage, ids):
            if one.book not in latest or _when(one) > _when(latest[one.book]):
                latest[one.book] = one
        shown = (latest.get(one.book, one) for one in ranked)
        return [new._replace(hit=new.hit._replace(score=old.hit.score)) for new, old in zip(shown, ranked, strict=True)]

    def _ranked(self, stage: _Stage, most: int) -> Iterator[Ranked]:
        sql = f"{_RANKED} AND ({stage.where}) ORDER BY rank LIMIT ?"
        return self._hits(stage, self.connection.execute(sql, (stage.match, *stage.params, most)))

    def _chosen(self, stage: _Stage, ids: str) -> Iterator[Ranked]:
        sql = f"{_CHOSEN} AND ({stage.where}) AND search.rowid IN ({ids})"
        return self._hits(stage, self.connection.execute(sql, (stage.match, *stage.params)))

    def _hits(self, stage: _Stage, rows: Iterable[tuple[Any, ...]]) -> Iterator[Ranked]:
        for row in rows:
            *listed, readings, book, moment, subtitle, relevance = row[:12]
            is_title = stage.kind == _NAMES and self.asked in _titles(listed[5], subtitle)
            score = round((_TITLE if is_title else stage.kind) * _STEP + relevance, 3)
            yield Ranked(hit(ListedReading(*listed), score, readings, row[12:]), book, moment)


def _when(one: Ranked) -> tuple[str, int]:
    return one.moment, one.hit.reading.id


def _stages(node: Node) -> Iterator[_Stage]:
    """The ways to look, the best first. In each the whole query is asked, so that passages, too, are found."""
    loose, whole = to_sql(node), to_sql(node, prefix=False)
    assert loose.match
    assert whole.match
    if names := match_names(node):
        yield _Stage(_NAMES, f"({names}) AND ({whole.match})", whole.where, whole.params)
    yield _Stage(_WHOLE, whole.match, whole.where, whole.params)
    if loose.match != whole.match:
        yield _Stage(_BEGINNING, loose.match, loose.where, loose.params)


def _asked(node: Node) -> str:
    """The title that may be asked for: all plain words, else what a field says of the title."""
    nodes = node.nodes if isinstance(node, And) else (node,)
    words = [part.text for part in nodes if isinstance(part, Word)]
    return " ".join(words or [part.value for part in nodes if isinstance(part, Field) and part.name == "title"])


def _titles(title: str, subtitle: str) -> tuple[str, str]:
    return match_key(title), match_key(f"{title} {subtitle}")
