"""Search: the readings that fit a query, best first, each with the passage that was found."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

from readlog.ground.answers import MARK_OFF, MARK_ON, Hit, Hits, ListedReading
from readlog.journal.listing import AUTHORS, SORTS, batches, list_readings
from readlog.query.language import parse_query
from readlog.query.sql import Filter, to_sql

WEIGHTS = (10.0, 8.0, 4.0, 4.0, 1.0, 1.0, 1.0)
"""How much a word counts in title, contributors, series, tags, review, note and quotes."""

_PASSAGES = {"review": 4, "quote": 6, "note": 5, "tag": 3, "series": 2}
"""Where a passage can come from, the most telling first, with its column in the index."""

_WORDS_AROUND = 14


def search_readings(connection: sqlite3.Connection, query: str, limit: int) -> Hits:
    """The readings that fit `query`, the best first; those without words to rank by, the newest first."""
    chosen = to_sql(parse_query(query))
    if not chosen.match:
        listing = list_readings(connection, query, "when", limit, times=False)
        return Hits([Hit(row, 0.0, None, None) for row in listing.rows], listing.total)
    (total,) = connection.execute(f"SELECT count(*) FROM {chosen.source}", chosen.parameters).fetchone()
    return Hits([_hit(row) for row in _ranked(connection, chosen, limit)], total)


def with_scores(connection: sqlite3.Connection, hits: Hits) -> Iterator[dict[str, Any]]:
    """The record of each hit, with its `score` and its `passage` as text."""
    from readlog.ground.record import to_record
    from readlog.journal.rows import load

    found = {hit.reading.id: hit for hit in hits.hits}
    for batch in batches(list(found)):
        for reading in load(connection, batch):
            hit = found[reading.id or 0]
            passage = hit.passage.replace(MARK_ON, "").replace(MARK_OFF, "") if hit.passage else None
            yield to_record(reading) | {"score": hit.score, "passage": passage}


def _ranked(connection: sqlite3.Connection, chosen: Filter, limit: int) -> list[tuple[Any, ...]]:
    """The rows of the best, each with a passage from every column; only for those few is a passage cut out."""
    weights = ", ".join(map(str, WEIGHTS))
    best = (
        f"SELECT readings.id AS id, bm25(search, {weights}) AS rank FROM {chosen.source} "
        f"ORDER BY rank, {SORTS['when']}, readings.id DESC LIMIT ?"
    )
    cut = ", ".join(
        f"snippet(search, {column}, char(2), char(3), '...', {_WORDS_AROUND})" for column in _PASSAGES.values()
    )
    sql = (
        f"WITH best AS MATERIALIZED ({best}) "
        f"SELECT readings.id, status, started, finished, rating, books.title, {AUTHORS}, "
        f"-best.rank, readings.review, {cut} "
        "FROM best JOIN readings ON readings.id = best.id JOIN books ON books.id = readings.book_id "
        "JOIN search ON search.rowid = best.id "
        f"WHERE search MATCH ? ORDER BY best.rank, {SORTS['when']}, readings.id DESC"
    )
    return connection.execute(sql, (*chosen.parameters, limit or -1, chosen.match)).fetchall()


def _hit(row: tuple[Any, ...]) -> Hit:
    *reading, score, review = row[:9]
    for place, passage in zip(_PASSAGES, row[9:], strict=True):
        if passage and MARK_ON in passage:
            hides = place == "review" and "||" in review
            shown = _without_spoilers(passage, review) if hides else passage
            return Hit(ListedReading(*reading), score, place, _in_one_line(place, shown))
    return Hit(ListedReading(*reading), score, None, None)


def _in_one_line(place: str, passage: str) -> str:
    """A passage without its line breaks; where one quote ends and the next begins, a dot stands between them."""
    joint = " · " if place == "quote" else " "
    return joint.join(" ".join(line.split()) for line in passage.split("\n") if line.strip())


def _without_spoilers(passage: str, review: str) -> str:
    """A passage that FTS5 cut out of the review, with what is hidden there masked, even where it was cut in two."""
    from readlog.ground.spoilers import mask_spoilers_in

    ends = re.fullmatch(r"(\.\.\.)?(.*?)(\.\.\.)?", passage, re.DOTALL)
    assert ends
    before, middle, after = (part or "" for part in ends.groups())
    masked = iter(mask_spoilers_in(middle.replace(MARK_ON, "").replace(MARK_OFF, ""), review))
    marked = (character if character in (MARK_ON, MARK_OFF) else next(masked) for character in middle)
    return before + "".join(marked) + after
