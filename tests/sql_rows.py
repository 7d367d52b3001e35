"""What tests of the file begin with, a book read twice, and what they ask of every journal."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from readlog.journal import Journal
from readlog.query.query_fields import SQL_FUNCTIONS
from readlog.storage.open_journal import open_for_writing
from readlog.storage.schema import INDEX_COLUMNS
from readlog.storage.triggers import TABLES_V3, Table

_COLUMNS = ", ".join(INDEX_COLUMNS)

BOOK = """
INSERT INTO books (title, subtitle, series) VALUES ('Memoirs', 'of a Revolutionary', 'Classics');
INSERT INTO people (name) VALUES ('Victor Serge'), ('Peter Sedgwick');
INSERT INTO contributions (book_id, person_id, role, position) VALUES (1, 1, 'author', 0), (1, 2, 'translator', 1);
INSERT INTO tags (name) VALUES ('history');
INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1);
INSERT INTO readings (book_id, review, private_note, updated_at) VALUES (1, 'Pétrograd', 'from Anna', '2020-01-01T00:00:00.000Z');
INSERT INTO readings (book_id, review, updated_at) VALUES (1, 'again', '2020-01-01T00:00:00.000Z');
INSERT INTO quotes (reading_id, text, remark) VALUES (1, 'the bread', 'p. 3');
INSERT INTO goals (year, books) VALUES (2026, 40);
UPDATE readings SET updated_at = '2020-01-01T00:00:00.000Z';
"""


@contextmanager
def open_file(journal: Journal) -> Iterator[sqlite3.Connection]:
    """The file of a journal, opened beside it for writing and with readlog's SQL functions, outside of any operation."""
    with closing(open_for_writing(journal.path)) as connection:
        for name, arguments, function in SQL_FUNCTIONS:
            connection.create_function(name, arguments, function, deterministic=True)
        yield connection


def run(connection: sqlite3.Connection, script: str) -> None:
    """Run a script inside the transaction that is open; sqlite3's own way would commit it first."""
    for statement in script.strip().split(";\n"):
        connection.execute(statement)


def count(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)


def contents(connection: sqlite3.Connection, tables: tuple[Table, ...] = TABLES_V3) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a reader can change, as far as `tables` had it."""
    return {
        table.name: connection.execute(
            f"SELECT {', '.join(table.columns.split())} FROM {table.name} ORDER BY id"
        ).fetchall()
        for table in tables
    }


def found(connection: sqlite3.Connection, word: str) -> set[int]:
    """The readings in which search finds a word."""
    return {id_ for (id_,) in connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (word,))}


def index_is_true(connection: sqlite3.Connection) -> None:
    """Assert that the index holds exactly what the rows say, is sound in itself, and waits for nothing."""
    said = connection.execute(f"SELECT id, {_COLUMNS} FROM search_text ORDER BY id").fetchall()
    held = connection.execute(f"SELECT rowid, {_COLUMNS} FROM search ORDER BY rowid").fetchall()
    assert held == said
    connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    assert count(connection, "stale") == 0


def last_line(connection: sqlite3.Connection) -> int:
    """The newest line of the change log."""
    (id_,) = connection.execute("SELECT coalesce(max(id), 0) FROM changes").fetchone()
    return int(id_)


def taken_back(connection: sqlite3.Connection, line: int) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables held when `line` was the newest of the log: a copy, in which all since is taken back."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    connection.backup(copy)
    for (trigger,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {trigger}")
    since = "SELECT action, table_name, row_id, before FROM changes WHERE id > ? ORDER BY id DESC"
    for action, table, row_id, before in copy.execute(since, (line,)).fetchall():
        _take_back(copy, action, table, row_id, json.loads(before or "{}"))
    then = contents(copy)
    copy.close()
    return then


def _take_back(connection: sqlite3.Connection, action: str, table: str, row_id: int, before: dict[str, object]) -> None:
    if action == "insert":
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))
    elif action == "delete":
        places = ", ".join("?" * len(before))
        connection.execute(f"INSERT INTO {table} ({', '.join(before)}) VALUES ({places})", tuple(before.values()))
    else:
        pairs = ", ".join(f"{column} = ?" for column in before)
        connection.execute(f"UPDATE {table} SET {pairs} WHERE id = ?", (*before.values(), row_id))
