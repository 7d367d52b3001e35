"""Checks of a file: those that SQLite has, and whether schema and search index are what readlog expects."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from readlog.storage.create_journal import empty_journal
from readlog.storage.schema import INDEX_COLUMNS, TABLE_NAMES
from readlog.storage.sqlite_errors import is_corruption

_MAX_PROBLEMS = 100
_INDEXED_TEXTS = ", ".join(f"c{place}" for place in range(len(INDEX_COLUMNS)))
_OUTDATED = f"""
SELECT search_text.id FROM search_text LEFT JOIN search_content ON search_content.id = search_text.id
WHERE search_content.id IS NULL OR ({_INDEXED_TEXTS}) IS NOT ({", ".join(INDEX_COLUMNS)})
UNION ALL SELECT id FROM search_content
WHERE id NOT IN (SELECT readings.id FROM readings JOIN books ON books.id = book_id)
UNION ALL SELECT reading_id FROM stale
"""
_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'search_[cdi]*'"


class SchemaObject(NamedTuple):
    """A table, index, trigger or view that is `missing` or differs from the `sql` that readlog creates it with."""

    kind: str
    name: str
    missing: bool
    sql: str


class DanglingRow(NamedTuple):
    """A row whose foreign key refers to a missing row of the table `parent`."""

    table: str
    id: int
    parent: str


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """Everything that keeps a file from being a complete and healthy journal, in a line each."""
    dangling = [f"{each.table} {each.id} belongs to nothing in {each.parent}" for each in dangling_rows(connection)]
    altered = [f"{each.kind} {each.name} is not as it was made" for each in altered_schema_objects(connection)]
    is_outdated = index_is_broken(connection) or outdated_index_entries(connection)
    index = ["the search index does not say what the rows say"] if is_outdated else []
    return [*integrity_problems(connection), *dangling, *altered, *index]


def integrity_problems(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's integrity check finds, without the search index, which has a check of its own."""
    try:
        found = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({_MAX_PROBLEMS})")]
    except sqlite3.DatabaseError as error:
        if not is_corruption(error):
            raise
        return [str(error)]
    lines = [line for text in found for line in text.splitlines()]
    return [line for line in lines if line != "ok" and "fts5" not in line.lower() and not line.startswith("***")]


def damaged_tables(connection: sqlite3.Connection) -> set[str]:
    """The tables in which SQLite's integrity check finds something."""
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    return {name for (name,) in connection.execute(names).fetchall() if not _is_intact(connection, name)}


def _is_intact(connection: sqlite3.Connection, table: str) -> bool:
    try:
        return connection.execute(f"PRAGMA integrity_check('{table}')").fetchall() == [("ok",)]
    except sqlite3.DatabaseError as error:
        if not is_corruption(error):
            raise
        return False


def dangling_rows(connection: sqlite3.Connection) -> list[DanglingRow]:
    """Rows whose parent is missing: most tools have foreign keys turned off."""
    found = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [DanglingRow(table, id_, parent) for table, id_, parent, _ in found if table in TABLE_NAMES]


def index_is_broken(connection: sqlite3.Connection) -> bool:
    """Whether FTS5's own check fails. Raises sqlite3.Error if it cannot run because the file is read-only."""
    with _write_allowed(connection):
        try:
            connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
        except sqlite3.Error as error:
            if not is_corruption(error):
                raise
            return True
    return False


def outdated_index_entries(connection: sqlite3.Connection) -> list[int]:
    """The ids of readings for which the index has other words than the rows, has no entry, or should have none."""
    return sorted({id_ for (id_,) in connection.execute(_OUTDATED).fetchall()})


def altered_schema_objects(connection: sqlite3.Connection) -> list[SchemaObject]:
    """The tables, indexes, triggers and views of readlog that another tool has dropped or changed."""
    with closing(empty_journal()) as fresh:
        expected = {(kind, name): sql for kind, name, sql in fresh.execute(_SCHEMA)}
    actual = {(kind, name): sql for kind, name, sql in connection.execute(_SCHEMA)}
    return [
        SchemaObject(kind, name, (kind, name) not in actual, sql)
        for (kind, name), sql in expected.items()
        if actual.get((kind, name)) != sql
    ]


def extra_columns(connection: sqlite3.Connection, table: str) -> list[str] | None:
    """The columns that another tool has added to a table; None if something else differs."""
    with closing(empty_journal()) as fresh:
        expected = [tuple(row[1:]) for row in fresh.execute(f"PRAGMA table_xinfo({table})")]
    actual = [tuple(row[1:]) for row in connection.execute(f"PRAGMA table_xinfo('{table}')")]
    added = actual[len(expected) :]
    return [str(row[0]) for row in added] if added and actual[: len(expected)] == expected else None


@contextmanager
def _write_allowed(connection: sqlite3.Connection) -> Iterator[None]:
    """To SQLite, FTS5's check is a write; it is rolled back."""
    (was_read_only,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA query_only = {was_read_only}")
