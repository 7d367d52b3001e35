"""Hits in the order of a list: by a date, a rating, a title; or of a query that has no words to rank by."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from readlog.query.id_list import batches, to_json_array
from readlog.query.query_fields import TEXT_FIELDS
from readlog.query.query_parser import And, Node, Substring, parse_query
from readlog.query.query_to_sql import to_sql
from readlog.readings import listing
from readlog.readings.results import ListedReading
from readlog.search.results import Hit, Hits, without_marks
from readlog.search.snippets import NOTED, PASSAGES, PLACES, QUOTED, hit, hit_inside

_BOOKS = "SELECT id, book_id FROM readings WHERE id IN (SELECT value FROM json_each(?))"
_READINGS_OF = """
SELECT readings.id, (SELECT count(*) FROM readings AS others WHERE others.book_id = readings.book_id)
FROM readings WHERE id IN (SELECT value FROM json_each(?))
"""


def sorted_hits(connection: sqlite3.Connection, node: Node, sort: str, limit: int, every: bool) -> Hits:
    """The hits of a query in the order of a list; a book once, unless `every` reading is wanted."""
    chosen = to_sql(node)
    parts = [part for part in (node.nodes if isinstance(node, And) else (node,)) if isinstance(part, Substring)]
    ids = listing.sorted_ids(connection, chosen, sort, titles_with=parts[0].text if parts else None)
    shown = ids[: limit or None] if every else list(_once_a_book(connection, ids, limit))
    rows = {row.id: row for row in listing.load_listed_readings(connection, shown, with_progress=False)}
    readings = dict(_of_these(connection, _READINGS_OF, shown))
    passages = _passages(connection, chosen.match, shown) if chosen.match else {}
    texts = _texts(connection, shown, parts) if parts else {}
    hits = [
        hit_inside(rows[id_], readings[id_], texts[id_], [part.text for part in parts])
        if parts
        else _hit(rows[id_], readings[id_], passages.get(id_))
        for id_ in shown
        if id_ in rows
    ]
    return Hits(hits, len(ids))


def _hit(row: ListedReading, readings: int, passages: tuple[str | None, ...] | None) -> Hit:
    return hit(row, 0.0, readings, passages) if passages else Hit(row, 0.0, None, None, readings)


def _once_a_book(connection: sqlite3.Connection, ids: list[int], limit: int) -> Iterator[int]:
    """The first reading of each book, of `limit` books."""
    seen: set[int] = set()
    for batch in batches(ids):
        books = dict(_of_these(connection, _BOOKS, batch))
        for id_ in batch:
            if books.get(id_, 0) not in seen:
                seen.add(books.get(id_, 0))
                yield id_
                if limit and len(seen) == limit:
                    return


def _passages(connection: sqlite3.Connection, match: str, ids: list[int]) -> dict[int, tuple[str | None, ...]]:
    sql = (
        f"SELECT search.rowid, {PASSAGES} FROM search JOIN readings ON readings.id = search.rowid "
        "WHERE search MATCH ? AND search.rowid IN (SELECT value FROM json_each(?))"
    )
    return {id_: tuple(cut) for id_, *cut in connection.execute(sql, (match, to_json_array(ids)))}


def _texts(connection: sqlite3.Connection, ids: list[int], parts: list[Substring]) -> dict[int, tuple[str | None, ...]]:
    """The texts that a passage can come from, where a field was asked for only that field's, `QUOTED` and `NOTED`."""
    fields = {TEXT_FIELDS[part.field] for part in parts if part.field}
    columns = [f"search.{column}" if not fields or column in fields else "NULL" for column in PLACES.values()]
    sql = (
        f"SELECT search.rowid, {', '.join(columns)}, {QUOTED}, {NOTED} FROM search "
        "JOIN readings ON readings.id = search.rowid WHERE search.rowid IN (SELECT value FROM json_each(?))"
    )
    return {id_: tuple(texts) for id_, *texts in connection.execute(sql, (to_json_array(ids),))}


def _of_these(connection: sqlite3.Connection, sql: str, ids: list[int]) -> list[tuple[int, int]]:
    return connection.execute(sql, (to_json_array(ids),)).fetchall()


def search_readings(
    connection: sqlite3.Connection, query: str, limit: int, *, sort: str | None, every: bool, exact: bool
) -> Hits:
    """The readings that fit `query`, the best first, or by `sort`; those without words to rank by, the newest first.

    A book stands once, unless `every` reading is wanted. Unless it shall be `exact`, a word that no
    reading has is looked for inside of words, and then corrected.
    """
    node = parse_query(query)
    hits = _search(connection, node, limit, sort, every)
    if hits.total or exact:
        return hits
    from readlog.search.spelling import correct_query

    forgiven = correct_query(connection, node)
    if not forgiven:
        return hits
    found = _search(connection, forgiven.node, limit, sort, every)
    return found._replace(corrections=forgiven.corrected) if found.total else hits


def hit_records(connection: sqlite3.Connection, hits: Hits) -> Iterator[dict[str, Any]]:
    """The record of each hit, with its `score` and its `passage` as text."""
    from readlog.core.record import to_record
    from readlog.readings.load_rows import load_readings

    found = {hit.reading.id: hit for hit in hits.hits}
    for batch in batches(list(found)):
        for reading in load_readings(connection, batch):
            hit = found[reading.id or 0]
            passage = without_marks(hit.passage_in_one_line or "")
            yield to_record(reading) | {"score": hit.score, "passage": passage or None}


def _search(connection: sqlite3.Connection, node: Node, limit: int, sort: str | None, every: bool) -> Hits:
    chosen = to_sql(node)
    if not chosen.match or sort:
        return sorted_hits(connection, node, sort or "when", limit, every)
    total = listing.count_matching(connection, chosen)
    if not total:
        return Hits([], 0)
    from readlog.search.ranking import best

    return Hits(best(connection, node, limit, every), total)
