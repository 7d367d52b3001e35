"""Select, sort and list readings.

The ids are read first and the rows in batches, one statement per batch: a list that stays open in
a pager for an hour holds no lock, so writers need not wait.
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
"""SQL for the names of a book's authors, joined by `; `."""
_NTH_READING = """(SELECT count(*) FROM readings AS earlier WHERE earlier.book_id = readings.book_id
    AND earlier.status <> 'to-read' AND (earlier.moment, earlier.id) <= (readings.moment, readings.id))"""
LAST_PLACE = """CASE WHEN readings.progress <> '[]' THEN (
    SELECT at FROM (SELECT key, CASE type WHEN 'object' THEN json_extract(value, '$.at') END AS at
        FROM json_each(readings.progress)) WHERE at IS NOT NULL ORDER BY key DESC LIMIT 1) END"""
"""SQL for the last recorded place; the JSON may come from another tool and have any shape."""
_PLACE = f"CASE WHEN readings.status IN ('reading', 'paused', 'abandoned') THEN {LAST_PLACE} END"
"""The last place of a reading that has not reached the end of the book."""
_SORT_NAME = f"""(SELECT coalesce({FOLD_SQL.format("sort_name")}, last_word_first(CAST(name AS BLOB)))
    FROM contributions
    JOIN people ON people.id = person_id WHERE book_id = books.id ORDER BY position LIMIT 1)"""
"""The last word of the first author's name, unless the user has set `people.sort_name`."""

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
"""ORDER BY terms by sort key: unknown values come last, and the newest id first among equals."""


def list_readings(connection: sqlite3.Connection, query: str, sort: str, limit: int, with_progress: bool) -> Listing:
    """Readings matching `query`; `limit` 0 means all, `with_progress` as in `load_listed_readings`. Raises BadInput."""
    selection = to_sql(parse_query(query))
    ids = sorted_ids(connection, selection, sort, limit)
    total = count_matching(connection, selection) if len(ids) == limit else len(ids)
    return Listing(load_listed_readings(connection, ids, with_progress), len(ids), total)


def select_ids(connection: sqlite3.Connection, query: str, sort: str, limit: int) -> list[int]:
    """Sorted ids of the readings matching `query`; an empty query matches all. Raises BadInput."""
    return sorted_ids(connection, to_sql(parse_query(query)), sort, limit)


def sorted_ids(
    connection: sqlite3.Connection, selection: Filter, sort: str, limit: int = 0, titles_with: str | None = None
) -> list[int]:
    """Sorted ids of the selected readings; titles containing `titles_with` come first. Raises BadInput."""
    if sort not in SORTS:
        raise BadInput(f'"{sort}" is not something to sort by. One of: {", ".join(SORTS)}.')
    first, params = ("instr(lower(books.title), lower(?)) = 0, ", (titles_with,)) if titles_with else ("", ())
    order = f"{first}{SORTS[sort]}, readings.id DESC"
    sql = f"SELECT readings.id FROM {selection.from_where(order)} ORDER BY {order} LIMIT ?"
    return [id_ for (id_,) in connection.execute(sql, (*selection.all_params, *params, limit or -1))]


def random_id(connection: sqlite3.Connection, query: str) -> int | None:
    """The id of a random reading matching `query`, None if there is none. Raises BadInput."""
    selection = to_sql(parse_query(query))
    if total := count_matching(connection, selection):
        from random import randrange

        sql = f"SELECT readings.id FROM {selection.from_where()} LIMIT 1 OFFSET ?"
        row = connection.execute(sql, (*selection.all_params, randrange(total))).fetchone()  # noqa: S311 (for pleasure)
        return int(row[0]) if row else None
    return None


def count_matching(connection: sqlite3.Connection, selection: Filter) -> int:
    """Number of selected readings; uses the search index alone if nothing but words is searched for."""
    if selection.match and selection.where == "1":
        sql = "SELECT count(*) FROM search WHERE search MATCH ?"
        return int(connection.execute(sql, (selection.match,)).fetchone()[0])
    if selection.where == "1":
        return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])
    return int(connection.execute(f"SELECT count(*) FROM {selection.from_where()}", selection.all_params).fetchone()[0])


def load_listed_readings(
    connection: sqlite3.Connection, ids: list[int], with_progress: bool
) -> Iterator[ListedReading]:
    """One row per existing id, in the order of `ids`; `with_progress` fills in nth_reading, position and pages."""
    more = f"{_NTH_READING}, CAST({_PLACE} AS TEXT), pages" if with_progress else "1, NULL, NULL"
    sql = (
        f"SELECT readings.id, status, started, finished, rating, title, {AUTHORS}, {more} "
        "FROM readings JOIN books ON books.id = readings.book_id "
        "WHERE readings.id IN (SELECT value FROM json_each(?))"
    )
    for batch in batches(ids):
        rows = {row[0]: row for row in connection.execute(sql, (to_json_array(batch),))}
        yield from (ListedReading._make(rows[id_]) for id_ in batch if id_ in rows)
