"""What SQLite knows of the state of a file, and what it does not: whether the search index says what the rows say."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from readlog.storage.create_journal import empty_journal
from readlog.storage.schema import INDEX_COLUMNS, TABLE_NAMES
from readlog.storage.sqlite_errors import is_corruption

_MOST = 100
"""Lines of a check: a hundred say enough."""
_HELD = ", ".join(f"c{place}" for place in range(len(INDEX_COLUMNS)))
_UNLIKE = f"""
SELECT search_text.id FROM search_text LEFT JOIN search_content ON search_content.id = search_text.id
WHERE search_content.id IS NULL OR ({_HELD}) IS NOT ({", ".join(INDEX_COLUMNS)})
UNION ALL SELECT id FROM search_content
WHERE id NOT IN (SELECT readings.id FROM readings JOIN books ON books.id = book_id)
UNION ALL SELECT reading_id FROM stale
"""
_OURS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'search_[cdi]*'"


class SchemaObject(NamedTuple):
    """A table, an index, a trigger or a view that is `missing`, or else other than it was made."""

    kind: str
    name: str
    missing: bool
    sql: str


class DanglingRow(NamedTuple):
    """A row that belongs to a row of another table which is not there."""

    table: str
    id: int
    parent: str


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """Everything that keeps a file from being a whole journal, in a line each; none of a sound one."""
    loose = [f"{each.table} {each.id} belongs to nothing in {each.parent}" for each in dangling_rows(connection)]
    parts = [f"{each.kind} {each.name} is not as it was made" for each in altered_schema_objects(connection)]
    index = "the search index does not say what the rows say"
    unlike = [index] if index_is_broken(connection) or outdated_index_entries(connection) else []
    return [*integrity_problems(connection), *loose, *parts, *unlike]


def integrity_problems(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong in the file itself, but for the search index, which has a check of its own."""
    try:
        found = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    except sqlite3.DatabaseError as error:
        if not is_corruption(error):
            raise
        return [str(error)]
    lines = [line for text in found for line in text.splitlines()]
    return [line for line in lines if line != "ok" and "fts5" not in line.lower() and not line.startswith("***")]


def damaged_tables(connection: sqlite3.Connection) -> set[str]:
    """The tables in which SQLite finds something wrong."""
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    return {name for (name,) in connection.execute(names).fetchall() if not _is_whole(connection, name)}


def _is_whole(connection: sqlite3.Connection, table: str) -> bool:
    try:
        return connection.execute(f"PRAGMA integrity_check('{table}')").fetchall() == [("ok",)]
    except sqlite3.DatabaseError as error:
        if not is_corruption(error):
            raise
        return False


def dangling_rows(connection: sqlite3.Connection) -> list[DanglingRow]:
    """Rows that belong to nothing, which no foreign key forbids while it is off."""
    found = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [DanglingRow(table, id_, parent) for table, id_, parent, _ in found if table in TABLE_NAMES]


def index_is_broken(connection: sqlite3.Connection) -> bool:
    """Whether FTS5 finds its own tables at odds. Raises sqlite3.Error where it cannot be asked, being read-only."""
    with _may_write(connection):
        try:
            connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
        except sqlite3.Error as error:
            if not is_corruption(error):
                raise
            return True
    return False


def outdated_index_entries(connection: sqlite3.Connection) -> list[int]:
    """The readings of which the index has other words than the rows, or none, or too many."""
    return sorted({id_ for (id_,) in connection.execute(_UNLIKE).fetchall()})


def altered_schema_objects(connection: sqlite3.Connection) -> list[SchemaObject]:
    """What a tool has dropped, or made otherwise, of the tables, indexes, triggers and views that readlog made."""
    with closing(empty_journal()) as fresh:
        made = {(kind, name): sql for kind, name, _, sql in fresh.execute(_OURS)}
    there = {(kind, name): sql for kind, name, _, sql in connection.execute(_OURS)}
    return [
        SchemaObject(kind, name, (kind, name) not in there, sql)
        for (kind, name), sql in made.items()
        if there.get((kind, name)) != sql
    ]


def extra_columns(connection: sqlite3.Connection, table: str) -> list[str] | None:
    """The columns that another tool has added to a table; None where its own are not as they were."""
    with closing(empty_journal()) as fresh:
        ours = [tuple(row[1:]) for row in fresh.execute(f"PRAGMA table_xinfo({table})")]
    there = [tuple(row[1:]) for row in connection.execute(f"PRAGMA table_xinfo('{table}')")]
    return [str(row[0]) for row in there[len(ours) :]] if there[: len(ours)] == ours and there != ours else None


@contextmanager
def _may_write(connection: sqlite3.Connection) -> Iterator[None]:
    """To ask FTS5 anything is to write, to SQLite; nothing of it stays."""
    (reading_only,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA query_only = {reading_only}")
