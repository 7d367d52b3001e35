"""Search: the readings that fit a query, best first, each with the passage that was found."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from readlog.query.id_list import batches
from readlog.query.query_parser import Node, parse_query
from readlog.query.query_to_sql import to_sql
from readlog.readings import listing
from readlog.search.results import MARK_OFF, MARK_ON, Hits


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
    from readlog.search.spelling import forgive

    forgiven = forgive(connection, node)
    if not forgiven:
        return hits
    found = _search(connection, forgiven.node, limit, sort, every)
    return found._replace(corrections=forgiven.corrected) if found.total else hits


def with_scores(connection: sqlite3.Connection, hits: Hits) -> Iterator[dict[str, Any]]:
    """The record of each hit, with its `score` and its `passage` as text."""
    from readlog.core.record import to_record
    from readlog.readings.load_rows import load

    found = {hit.reading.id: hit for hit in hits.hits}
    for batch in batches(list(found)):
        for reading in load(connection, batch):
            hit = found[reading.id or 0]
            passage = (hit.in_one_line or "").replace(MARK_ON, "").replace(MARK_OFF, "")
            yield to_record(reading) | {"score": hit.score, "passage": passage or None}


def _search(connection: sqlite3.Connection, node: Node, limit: int, sort: str | None, every: bool) -> Hits:
    chosen = to_sql(node)
    if not chosen.match or sort:
        from readlog.search.run_search import sorted_hits

        return sorted_hits(connection, node, sort or "when", limit, every)
    total = listing.count(connection, chosen)
    if not total:
        return Hits([], 0)
    from readlog.search.ranking import best

    return Hits(best(connection, node, limit, every), total)
