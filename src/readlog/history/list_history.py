"""The operations of the journal and the versions of a reading, for `readlog history`."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from readlog.history.changelog import logged_row, undone_operations
from readlog.history.reading_versions import ReadingVersions
from readlog.history.results import History, OperationSummary, Version, changes_between
from readlog.query.id_list import IN_IDS, batches, to_json_array

_MAX_READINGS_WITH_TITLE = 10
"""An operation on more readings than this is summarised without a title."""

_OPERATIONS = f"SELECT id, at, command, added, changed, deleted FROM operations WHERE id {IN_IDS} ORDER BY id DESC"
_TOTAL = "SELECT ifnull((SELECT max(id) FROM operations) - (SELECT min(id) FROM operations) + 1, 0)"
"""The ids have no gaps, because an operation without effect is rolled back; count(*) would read all rows."""

_COUNT_READINGS = """
SELECT count(*) FILTER (WHERE begins AND NOT ends), count(*) FILTER (WHERE begins = ends),
    count(*) FILTER (WHERE ends AND NOT begins)
FROM (
    SELECT max(action = 'insert') AS begins, max(action = 'delete') AS ends FROM changes
    WHERE operation_id = ? AND +table_name = 'readings' GROUP BY +row_id)
"""
_LINES = f"""
SELECT operation_id, table_name, row_id, action, iif(action = 'update' OR table_name = 'contributions', before, NULL)
FROM changes WHERE operation_id {IN_IDS}
"""
_BOOKS = f"""
SELECT readings.id, book_id, title FROM readings JOIN books ON books.id = book_id WHERE readings.id {IN_IDS}
"""
_BOOKS_OF_DELETED = f"""
SELECT deletion.row_id, json_extract(deletion.before, '$.book_id'), coalesce(title, (
    SELECT json_extract(before, '$.title') FROM changes
    WHERE table_name = 'books' AND row_id = json_extract(deletion.before, '$.book_id') AND action = 'delete'
    ORDER BY id DESC LIMIT 1))
FROM changes AS deletion LEFT JOIN books ON books.id = json_extract(deletion.before, '$.book_id')
WHERE deletion.table_name = 'readings' AND deletion.action = 'delete' AND deletion.row_id {IN_IDS} ORDER BY deletion.id
"""
_KEY_OF_TABLE = {"quotes": "quotes", "book_tags": "tags", "tags": "tags", "people": "authors", "goals": "goal"}


def list_operations(connection: sqlite3.Connection, limit: int) -> History:
    """The newest `limit` operations, the newest first; 0 is all."""
    newest = "SELECT id FROM operations ORDER BY id DESC LIMIT ?"
    ids = [id_ for (id_,) in connection.execute(newest, (limit or -1,))]
    (total,) = connection.execute(_TOTAL).fetchone()
    undone = undone_operations(connection)
    rows = chain.from_iterable(_summaries(connection, batch, undone) for batch in batches(ids))
    return History(rows, len(ids), total)


def summarize_operation(connection: sqlite3.Connection, id_: int) -> OperationSummary:
    """The operation with this id, which must exist."""
    return next(_summaries(connection, [id_], undone_operations(connection)))


def list_versions(connection: sqlite3.Connection, id_: int) -> list[Version]:
    """The versions of a reading, the oldest first; empty if there never was a reading with this id."""
    versions: list[Version] = []
    before = None
    for operation, after in ReadingVersions(connection).by_operation(id_):
        changes = changes_between(before, after)
        if changes or (before is None) != (after is None):
            sql = "SELECT at, command FROM operations WHERE id = ?"
            at, command = connection.execute(sql, (operation,)).fetchone()
            versions.append(Version(operation, at, command, after, changes))
        before = after
    return versions


def _summaries(connection: sqlite3.Connection, ids: list[int], undone: set[int]) -> Iterator[OperationSummary]:
    rows = connection.execute(_OPERATIONS, (to_json_array(ids),)).fetchall()
    counts = {row[0]: _counts(connection, row) for row in rows}
    small = [id_ for id_, numbers in counts.items() if sum(numbers) <= _MAX_READINGS_WITH_TITLE]
    subjects, changed_keys = _details(connection, small)
    for id_, at, command, *_ in rows:
        reading, title = subjects.get(id_, (None, None))
        is_change = counts[id_] == (0, 1, 0)
        keys = tuple(sorted(changed_keys[id_])) if is_change or not any(counts[id_]) else ()
        yield OperationSummary(id_, at, command, *counts[id_], reading, title, keys, id_ in undone)


def _counts(connection: sqlite3.Connection, row: Sequence[Any]) -> tuple[int, int, int]:
    """The numbers of readings added, changed and deleted; another program does not store them, so they are counted."""
    numbers = row[3:] if row[3] is not None else connection.execute(_COUNT_READINGS, (row[0],)).fetchone()
    added, changed, deleted = map(int, numbers)
    return added, changed, deleted


def _details(
    connection: sqlite3.Connection, operations: list[int]
) -> tuple[dict[int, tuple[int | None, str | None]], dict[int, set[str]]]:
    """By operation: the reading and the title, each None unless there is only one; and the keys that were changed."""
    readings: dict[int, set[int]] = defaultdict(set)
    keys: dict[int, set[str]] = defaultdict(set)
    for operation, table, row_id, action, before in connection.execute(_LINES, (to_json_array(operations),)).fetchall():
        if table == "readings":
            readings[operation].add(row_id)
        if action == "update" and table in ("readings", "books"):
            keys[operation] |= logged_row(before).keys() - {"updated_at"}
        elif table == "contributions":
            is_author = logged_row(before).get("role", "author") == "author"
            keys[operation].add("authors" if is_author else "contributors")
        elif table in _KEY_OF_TABLE:
            keys[operation].add(_KEY_OF_TABLE[table])
    books = _books(connection, set().union(*readings.values()))
    return {operation: _subject(ids, books) for operation, ids in readings.items()}, keys


def _subject(ids: set[int], books: dict[int, tuple[int, str]]) -> tuple[int | None, str | None]:
    titles = {books[id_] for id_ in ids if id_ in books}
    return (min(ids) if len(ids) == 1 else None), (min(titles)[1] if len(titles) == 1 else None)


def _books(connection: sqlite3.Connection, ids: set[int]) -> dict[int, tuple[int, str]]:
    """Book id and title of each reading, deleted or not."""
    found = {id_: (book, title) for id_, book, title in connection.execute(_BOOKS, (to_json_array(ids),))}
    if deleted := ids - found.keys():
        rows = connection.execute(_BOOKS_OF_DELETED, (to_json_array(deleted),))
        found |= {id_: (book, title) for id_, book, title in rows if title}
    return found
