"""Lists of readings: which ones, in which order, and one light row for each.

The ids are read first and the rows in batches, each batch one finished statement: a list that a
pager holds open for an hour keeps no lock, and nobody who writes meanwhile has to wait.
"""

import sqlite3
from collections.abc import Iterator

from readlog.core.errors import BadInput
from readlog.query.id_list import batches, to_json_array
from readlog.query.query_fields import FOLD_SQL
from readlog.query.query_parser import parse_query
from readlog.query.query_to_sql import Filter, to_sql
from readlog.readings.results import ListedReading, Listing

AUTHORS = """(SELECT group_concat(name, '; ') FROM (
    SELECT name FROM contributions JOIN people ON people.id = person_id
    WHERE book_id = books.id AND role = 'author' ORDER BY position))"""
"""The names of a book's authors as one text."""
_TIMES = """(SELECT count(*) FROM readings AS earlier WHERE earlier.book_id = readings.book_id
    AND earlier.status <> 'to-read' AND (earlier.moment, earlier.id) <= (readings.moment, readings.id))"""
LAST_PLACE = """CASE WHEN readings.progress <> '[]' THEN (
    SELECT at FROM (SELECT key, CASE type WHEN 'object' THEN json_extract(value, '$.at') END AS at
        FROM json_each(readings.progress)) WHERE at IS NOT NULL ORDER BY key DESC LIMIT 1) END"""
"""The place in the last note that has one; of another tool it can be anything."""
_PLACE = f"CASE WHEN readings.status IN ('reading', 'paused', 'abandoned') THEN {LAST_PLACE} END"
"""Where a reading is that has not come to its end."""
_SORT_NAME = f"""(SELECT coalesce({FOLD_SQL.format("sort_name")}, last_word_first(CAST(name AS BLOB)))
    FROM contributions
    JOIN people ON people.id = person_id WHERE book_id = books.id ORDER BY position LIMIT 1)"""
"""By the last word of the first author's name, unless the reader has given `people.sort_name`."""

SORTS = {
    "when": "readings.moment DESC",
    "started": "readings.started_first DESC, readings.started DESC",
    "added": "readings.created_at DESC",
    "updated": "readings.updated_at DESC",
    "rating": "readings.rating DESC",
    "title": FOLD_SQL.format("books.title"),
    "author": f"{_SORT_NAME} NULLS LAST, {FOLD_SQL.format('books.title')}",
    "series": f"{FOLD_SQL.format('books.series')} NULLS LAST, CAST(books.series_number AS REAL) NULLS LAST",
    "pages": "books.pages DESC",
    "published": "books.published DESC",
    "pile": "readings.pile DESC NULLS LAST, readings.id",
    "id": "readings.id",
}
"""What a list can be sorted by; what is unknown stands last, and the newest id first among equals."""


def list_readings(connection: sqlite3.Connection, query: str, sort: str, limit: int, times: bool) -> Listing:
    """The readings that fit `query`, at most `limit` (0 is no limit); `times` as in `listed`."""
    chosen = to_sql(parse_query(query))
    ids = sorted_ids(connection, chosen, sort, limit)
    total = count(connection, chosen) if len(ids) == limit else len(ids)
    return Listing(listed(connection, ids, times), len(ids), total)


def chosen_ids(connection: sqlite3.Connection, query: str, sort: str, limit: int) -> list[int]:
    """The ids of the readings that fit `query`, sorted; an empty query fits all. Raises BadInput."""
    return sorted_ids(connection, to_sql(parse_query(query)), sort, limit)


def sorted_ids(
    connection: sqlite3.Connection, chosen: Filter, sort: str, limit: int = 0, titles_with: str | None = None
) -> list[int]:
    """The ids of what was chosen, sorted; those whose title has a text in it stand first. Raises BadInput."""
    if sort not in SORTS:
        raise BadInput(f'"{sort}" is not something to sort by. One of: {", ".join(SORTS)}.')
    first, params = ("instr(lower(books.title), lower(?)) = 0, ", (titles_with,)) if titles_with else ("", ())
    order = f"{first}{SORTS[sort]}, readings.id DESC"
    sql = f"SELECT readings.id FROM {chosen.from_where(order)} ORDER BY {order} LIMIT ?"
    return [id_ for (id_,) in connection.execute(sql, (*chosen.all_params, *params, limit or -1))]


def any_id(connection: sqlite3.Connection, query: str) -> int | None:
    """The id of any one of the readings that fit `query`. Raises BadInput."""
    chosen = to_sql(parse_query(query))
    if total := count(connection, chosen):
        from random import randrange

        sql = f"SELECT readings.id FROM {chosen.from_where()} LIMIT 1 OFFSET ?"
        row = connection.execute(sql, (*chosen.all_params, randrange(total))).fetchone()  # noqa: S311 (for pleasure)
        return int(row[0]) if row else None
    return None


def count(connection: sqlite3.Connection, chosen: Filter) -> int:
    """How many readings were chosen; the index alone knows, where nothing but its words was asked for."""
    if chosen.match and chosen.where == "1":
        sql = "SELECT count(*) FROM search WHERE search MATCH ?"
        return int(connection.execute(sql, (chosen.match,)).fetchone()[0])
    if chosen.where == "1":
        return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])
    return int(connection.execute(f"SELECT count(*) FROM {chosen.from_where()}", chosen.all_params).fetchone()[0])


def listed(connection: sqlite3.Connection, ids: list[int], times: bool) -> Iterator[ListedReading]:
    """The rows of these readings, in their order; with `times`, each counts the re-reads and says where it is."""
    more = f"{_TIMES}, CAST({_PLACE} AS TEXT), pages" if times else "1, NULL, NULL"
    sql = (
        f"SELECT readings.id, status, started, finished, rating, title, {AUTHORS}, {more} "
        "FROM readings JOIN books ON books.id = readings.book_id "
        "WHERE readings.id IN (SELECT value FROM json_each(?))"
    )
    for batch in batches(ids):
        rows = {row[0]: row for row in connection.execute(sql, (to_json_array(batch),))}
        yield from (ListedReading._make(rows[id_]) for id_ in batch if id_ in rows)
