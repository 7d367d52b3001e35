"""Checking that a copy is a complete and healthy journal before it is trusted."""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from readlog.storage.connection import APPLICATION_ID
from readlog.storage.integrity import index_is_broken, integrity_problems

_TABLES = """
SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT GLOB 'search_*'
"""
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'search_*' ORDER BY type, name"
_REQUIRED_TABLES = (
    "books",
    "people",
    "contributions",
    "tags",
    "book_tags",
    "readings",
    "quotes",
    "operations",
    "changes",
)
_CHECK_FAILED = "CHECK constraint failed"
"""A row that another tool wrote against a rule of its table is not damage of the file."""


class InvalidJournal(Exception):
    """A file is not a complete journal; the message is the reason, as the end of a sentence."""


class Contents(NamedTuple):
    """What a copy must have in common with its original; `counts` has the number of rows of each table."""

    version: int
    schema: list[tuple[str, str, str | None]]
    counts: Mapping[str, int]
    dangling_rows: int


def read_contents(connection: sqlite3.Connection) -> Contents:
    """The contents of a file; open a transaction first for one consistent state. Raises sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    schema = connection.execute(_SCHEMA).fetchall()
    names = [name for (name,) in connection.execute(_TABLES).fetchall()]
    counts = {name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0] for name in names}
    return Contents(version, schema, counts, len(connection.execute("PRAGMA foreign_key_check").fetchall()))


def check_journal_copy(connection: sqlite3.Connection) -> Contents:
    """The contents of a file that is a healthy journal of any version. Raises InvalidJournal.

    The search index is not checked, because it can be rebuilt.
    """
    try:
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise InvalidJournal("it is not a readlog journal")
        for problem in integrity_problems(connection):
            if not problem.startswith(_CHECK_FAILED):
                raise InvalidJournal(f"it is damaged ({problem})")
        contents = read_contents(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise InvalidJournal(describe_error(error)) from error
    if missing := [table for table in _REQUIRED_TABLES if table not in contents.counts]:
        raise InvalidJournal(f"it is damaged (there is no table {missing[0]})")
    return contents


def describe_error(error: Exception) -> str:
    """Why a file is not a healthy journal, from the error that checking it raised; the end of a sentence."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
        return "it is not a readlog journal, or its beginning is destroyed"
    return f"it is damaged ({error})"


def rebuild_index_if_broken(connection: sqlite3.Connection) -> bool:
    """Rebuild the search index if it is damaged; returns whether it was. Raises sqlite3.Error."""
    from readlog.storage.index_repair import rebuild_index

    if not index_is_broken(connection):
        return False
    rebuild_index(connection)
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
