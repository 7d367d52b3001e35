"""Run a search: parse the query, rank or sort the hits, and correct misspelt words if nothing is found."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from readlog.query.id_list import IN_IDS, batches, to_json_array
from readlog.query.query_fields import TEXT_FIELDS
from readlog.query.query_parser import And, Node, Substring, parse_query
from readlog.query.query_to_sql import Filter, to_sql
from readlog.readings import listing
from readlog.search.results import Hit, Hits, without_marks
from readlog.search.snippets import (
    NOTES_WITH_SPOILERS,
    PLACES,
    QUOTES_WITH_SPOILERS,
    SNIPPETS,
    hit_from_snippets,
    hit_from_substrings,
)

_BOOKS = f"SELECT id, book_id FROM readings WHERE id {IN_IDS}"
_READING_COUNTS = f"""
SELECT readings.id, (SELECT count(*) FROM readings AS others WHERE others.book_id = readings.book_id)
FROM readings WHERE id {IN_IDS}
"""


def search_readings(
    connection: sqlite3.Connection, query: str, limit: int, *, sort: str | None, every: bool, exact: bool
) -> Hits:
    """The hits of a query: the best first, or by `sort`; without words to rank by, the newest first.

    Of each book the best reading, unless `every`. Unless `exact`, a word that no reading has is
    searched for inside of words, and then corrected. Raises BadInput.
    """
    node = parse_query(query)
    hits = _search(connection, node, limit, sort, every)
    if hits.total or exact:
        return hits
    from readlog.search.spelling import correct_query

    corrected = correct_query(connection, node)
    if not corrected:
        return hits
    found = _search(connection, corrected.node, limit, sort, every)
    return found._replace(corrections=corrected.corrected) if found.total else hits


def hit_records(connection: sqlite3.Connection, hits: Hits) -> Iterator[dict[str, Any]]:
    """The record of each hit, with its `score` and its `passage` as plain text."""
    from readlog.core.reading_record import to_record
    from readlog.readings.load_rows import load_readings

    hits_by_id = {hit.reading.id: hit for hit in hits.hits}
    for batch in batches(list(hits_by_id)):
        for reading in load_readings(connection, batch):
            hit = hits_by_id[reading.id or 0]
            passage = without_marks(hit.passage_in_one_line or "")
            yield to_record(reading) | {"score": hit.score, "passage": passage or None}


def _search(connection: sqlite3.Connection, node: Node, limit: int, sort: str | None, every: bool) -> Hits:
    selection = to_sql(node)
    if not selection.match or sort:
        return _sorted_hits(connection, node, selection, sort or "when", limit, every=every)
    total = listing.count_matching(connection, selection)
    if not total:
        return Hits([], 0)
    from readlog.search.ranking import best_hits

    return Hits(best_hits(connection, node, limit, every), total)


def _sorted_hits(
    connection: sqlite3.Connection, node: Node, selection: Filter, sort: str, limit: int, *, every: bool
) -> Hits:
    """The hits in the order of `readlog list`."""
    nodes = node.nodes if isinstance(node, And) else (node,)
    substrings = [part for part in nodes if isinstance(part, Substring)]
    titles_with = substrings[0].text if substrings else None
    ids = listing.sorted_ids(connection, selection, sort, titles_with=titles_with)
    shown = ids[: limit or None] if every else list(_once_per_book(connection, ids, limit))
    rows = {row.id: row for row in listing.load_listed_readings(connection, shown, with_progress=False)}
    reading_counts = dict(_pairs(connection, _READING_COUNTS, shown))
    snippets = _load_snippets(connection, selection.match, shown) if selection.match else {}
    texts = _load_texts(connection, shown, substrings) if substrings else {}
    hits: list[Hit] = []
    for id_ in shown:
        if id_ not in rows:
            continue
        if substrings:
            parts = [part.text for part in substrings]
            hits.append(hit_from_substrings(rows[id_], reading_counts[id_], texts[id_], parts))
        elif id_ in snippets:
            hits.append(hit_from_snippets(rows[id_], 0.0, reading_counts[id_], snippets[id_]))
        else:
            hits.append(Hit(rows[id_], 0.0, None, None, reading_counts[id_]))
    return Hits(hits, len(ids))


def _once_per_book(connection: sqlite3.Connection, ids: list[int], limit: int) -> Iterator[int]:
    """The first reading of each book, for the first `limit` books; 0 is all."""
    seen: set[int] = set()
    for batch in batches(ids):
        books = dict(_pairs(connection, _BOOKS, batch))
        for id_ in batch:
            if books.get(id_, 0) not in seen:
                seen.add(books.get(id_, 0))
                yield id_
                if limit and len(seen) == limit:
                    return


def _load_snippets(connection: sqlite3.Connection, match: str, ids: list[int]) -> dict[int, tuple[str | None, ...]]:
    sql = (
        f"SELECT search.rowid, {SNIPPETS} FROM search JOIN readings ON readings.id = search.rowid "
        f"WHERE search MATCH ? AND search.rowid {IN_IDS}"
    )
    return {id_: tuple(snippets) for id_, *snippets in connection.execute(sql, (match, to_json_array(ids)))}


def _load_texts(
    connection: sqlite3.Connection, ids: list[int], substrings: list[Substring]
) -> dict[int, tuple[str | None, ...]]:
    """The texts of `PLACES` (only of the searched field, if there is one), then those with spoilers."""
    fields = {TEXT_FIELDS[part.field] for part in substrings if part.field}
    columns = [f"search.{column}" if not fields or column in fields else "NULL" for column in PLACES.values()]
    sql = (
        f"SELECT search.rowid, {', '.join(columns)}, {QUOTES_WITH_SPOILERS}, {NOTES_WITH_SPOILERS} FROM search "
        f"JOIN readings ON readings.id = search.rowid WHERE search.rowid {IN_IDS}"
    )
    return {id_: tuple(texts) for id_, *texts in connection.execute(sql, (to_json_array(ids),))}


def _pairs(connection: sqlite3.Connection, sql: str, ids: list[int]) -> list[tuple[int, int]]:
    return connection.execute(sql, (to_json_array(ids),)).fetchall()
