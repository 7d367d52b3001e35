"""The best hits of a query: first the title that was asked for, then titles and names, complete words, word beginnings.

Each stage is one FTS5 query, which ranks by weighted bm25 and makes snippets for no more rows than
are needed. A later stage adds what an earlier one did not find.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from readlog.core.normalize_text import match_key
from readlog.query.query_parser import And, Field, Node, Word
from readlog.query.query_to_sql import match_names, match_title_beginning, to_sql
from readlog.readings.listing import AUTHORS
from readlog.readings.results import ListedReading
from readlog.search.results import Hit
from readlog.search.snippets import SNIPPETS, hit_from_snippets

_RANK = "bm25(10.0, 8.0, 4.0, 4.0, 1.0, 1.0, 1.0)"
"""The weight of a word in title, contributors, series, tags, review, note and quotes."""

_WORD_BEGINNINGS, _COMPLETE_WORDS, _TITLE_AND_NAMES, _EXACT_TITLE = range(4)
"""The kinds of hits, each better than the one before."""
_SCORE_STEP = 1_000.0
"""The difference between the scores of two kinds of hits: more than any bm25 value."""

_COLUMNS = f"""
SELECT readings.id, status, started, finished, rating, books.title, {AUTHORS},
    (SELECT count(*) FROM readings AS others WHERE others.book_id = readings.book_id), readings.book_id, moment,
    coalesce(books.subtitle, ''), {{relevance}}, {SNIPPETS}
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ?
"""
_RANKED = _COLUMNS.format(relevance="-rank") + f" AND rank MATCH '{_RANK}'"
_UNRANKED = _COLUMNS.format(relevance="0.0")
"""For readings with known ids: to rank those, FTS5 would count all hits for each of them."""

_TITLES = """
SELECT search.rowid, books.title, coalesce(books.subtitle, '')
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? ORDER BY length(books.title), moment DESC, readings.id DESC LIMIT ?
"""
_MAX_TITLES = 100
"""Readings whose title begins with the query, among which are those that have exactly this title."""


class _RankedHit(NamedTuple):
    """A hit with what decides its place: its book, and when it was read."""

    hit: Hit
    book: int
    moment: str


class _Stage(NamedTuple):
    """One FTS5 query: the kind of its hits, and the conditions that follow `_COLUMNS`."""

    kind: int
    match: str
    where: str = "1"
    params: tuple[object, ...] = ()


def best_hits(connection: sqlite3.Connection, node: Node, limit: int, every: bool) -> list[Hit]:
    """The best hits for a query with words; of each book the best reading, unless `every`. `limit` 0 is all."""
    title = _asked_title(node)
    ranking = _Ranking(connection, match_key(title), limit, every)
    stages = list(_stages(node))
    names_stage = next((stage for stage in stages if stage.kind == _TITLE_AND_NAMES), None)
    if names_stage:
        ranking.add_exact_titles(title, names_stage)
    for stage in stages:
        if not ranking.is_full:
            ranking.add(stage)
    newest_first = sorted(ranking.found.values(), key=lambda one: one.moment, reverse=True)
    ranked = sorted(_level_readings_of_book(newest_first), key=lambda one: -one.hit.score)[: limit or None]
    if names_stage and not every:
        ranked = ranking.use_latest_readings(ranked, names_stage)
    return [one.hit for one in ranked]


def _level_readings_of_book(found: list[_RankedHit]) -> Iterator[_RankedHit]:
    """Give all readings found by title and names the best score of their book, so that they stay together."""
    best_score: dict[int, float] = {}
    for one in found:
        best_score[one.book] = max(one.hit.score, best_score.get(one.book, 0.0))
    for one in found:
        yield one._replace(hit=one.hit._replace(score=best_score[one.book])) if _is_found_by_name(one) else one


def _is_found_by_name(one: _RankedHit) -> bool:
    return one.hit.score >= _TITLE_AND_NAMES * _SCORE_STEP


class _Ranking:
    """The hits found so far, by book or, with `every`, by reading; `title_key` is the folded title asked for."""

    def __init__(self, connection: sqlite3.Connection, title_key: str, limit: int, every: bool) -> None:
        self._connection = connection
        self._title_key = title_key
        self._limit = limit
        self._every = every
        self.found: dict[int, _RankedHit] = {}

    @property
    def is_full(self) -> bool:
        return bool(self._limit) and len(self.found) >= self._limit

    def add_exact_titles(self, title: str, stage: _Stage) -> None:
        """Add the readings of books with exactly this title: the shortest of those that begin with it."""
        if match := match_title_beginning(title):
            rows = self._connection.execute(_TITLES, (match, _MAX_TITLES)).fetchall()
            ids = [str(id_) for id_, *names in rows if self._title_key in _title_keys(*names)]
            if ids:
                self._add_best(self._unranked_hits(stage, ", ".join(ids[: self._limit or None])))

    def add(self, stage: _Stage) -> None:
        """Add the hits of a stage until there are enough, or no more."""
        most = 2 * self._limit + len(self.found) if self._limit else -1
        while self._add_best(self._ranked_hits(stage, most)) == most and not self.is_full:
            most *= 8

    def use_latest_readings(self, ranked: list[_RankedHit], stage: _Stage) -> list[_RankedHit]:
        """The same books in the same order; those found by name each by its latest reading that the stage finds."""
        books = [one.book for one in ranked if _is_found_by_name(one) and one.hit.readings > 1]
        if not books:
            return ranked
        ids = f"SELECT id FROM readings WHERE book_id IN ({', '.join(map(str, books))})"
        latest: dict[int, _RankedHit] = {}
        for one in self._unranked_hits(stage, ids):
            if one.book not in latest or _moment_and_id(one) > _moment_and_id(latest[one.book]):
                latest[one.book] = one
        shown = (latest.get(one.book, one) for one in ranked)
        return [new._replace(hit=new.hit._replace(score=old.hit.score)) for new, old in zip(shown, ranked, strict=True)]

    def _add_best(self, hits: Iterator[_RankedHit]) -> int:
        """Keep the best hit of each book or reading; returns the number of `hits`."""
        count = 0
        for one in hits:
            count += 1
            key = one.hit.reading.id if self._every else one.book
            if key not in self.found or one.hit.score > self.found[key].hit.score:
                self.found[key] = one
        return count

    def _ranked_hits(self, stage: _Stage, most: int) -> Iterator[_RankedHit]:
        sql = f"{_RANKED} AND ({stage.where}) ORDER BY rank LIMIT ?"
        return self._hits(stage, self._connection.execute(sql, (stage.match, *stage.params, most)))

    def _unranked_hits(self, stage: _Stage, ids: str) -> Iterator[_RankedHit]:
        sql = f"{_UNRANKED} AND ({stage.where}) AND search.rowid IN ({ids})"
        return self._hits(stage, self._connection.execute(sql, (stage.match, *stage.params)))

    def _hits(self, stage: _Stage, rows: Iterable[tuple[Any, ...]]) -> Iterator[_RankedHit]:
        for row in rows:
            *listed, reading_count, book, moment, subtitle, relevance = row[:12]
            is_exact = stage.kind == _TITLE_AND_NAMES and self._title_key in _title_keys(listed[5], subtitle)
            score = round((_EXACT_TITLE if is_exact else stage.kind) * _SCORE_STEP + relevance, 3)
            hit = hit_from_snippets(ListedReading(*listed), score, reading_count, row[12:])
            yield _RankedHit(hit, book, moment)


def _moment_and_id(one: _RankedHit) -> tuple[str, int]:
    return one.moment, one.hit.reading.id


def _stages(node: Node) -> Iterator[_Stage]:
    """The stages, the best first. Each has the whole query, so that its words are marked in the snippets."""
    prefixes, words = to_sql(node), to_sql(node, prefix=False)
    assert prefixes.match
    assert words.match
    if names := match_names(node):
        yield _Stage(_TITLE_AND_NAMES, f"({names}) AND ({words.match})", words.where, words.params)
    yield _Stage(_COMPLETE_WORDS, words.match, words.where, words.params)
    if prefixes.match != words.match:
        yield _Stage(_WORD_BEGINNINGS, prefixes.match, prefixes.where, prefixes.params)


def _asked_title(node: Node) -> str:
    """The title that may be asked for: all plain words, else the values of `title:`."""
    nodes = node.nodes if isinstance(node, And) else (node,)
    words = [part.text for part in nodes if isinstance(part, Word)]
    return " ".join(words or [part.value for part in nodes if isinstance(part, Field) and part.name == "title"])


def _title_keys(title: str, subtitle: str) -> tuple[str, str]:
    return match_key(title), match_key(f"{title} {subtitle}")
