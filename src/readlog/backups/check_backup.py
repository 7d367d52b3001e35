"""Whether a file is a whole journal: asked of a copy, before it is trusted."""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from readlog.storage.connection import APPLICATION_ID
from readlog.storage.integrity import index_is_broken, integrity_problems

_TABLES = """
SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT GLOB 'search_*'
"""
_SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'search_*' ORDER BY type, name"
_NEEDED = ("books", "people", "contributions", "tags", "book_tags", "readings", "quotes", "operations", "changes")
_A_RULE_OF_A_TABLE = "CHECK constraint failed"
"""A row that another tool wrote past a rule is no damage of the file."""


class InvalidJournal(Exception):
    """A file is not a whole journal; the message is why, as the end of a sentence."""


class Contents(NamedTuple):
    """What a copy must have as its original has it."""

    version: int
    schema: list[tuple[str, str, str | None]]
    counts: Mapping[str, int]
    orphans: int


def read_contents(connection: sqlite3.Connection) -> Contents:
    """What is in the file, of one moment if a transaction is open. Raises sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    schema = connection.execute(_SCHEMA).fetchall()
    names = [name for (name,) in connection.execute(_TABLES).fetchall()]
    counts = {name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0] for name in names}
    return Contents(version, schema, counts, len(connection.execute("PRAGMA foreign_key_check").fetchall()))


def check_journal_copy(connection: sqlite3.Connection) -> Contents:
    """What is in a file that is a sound journal of any version. Raises Unsound.

    The search index is no part of this: what is wrong there can be made anew.
    """
    try:
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise InvalidJournal("it is not a readlog journal")
        for complaint in integrity_problems(connection):
            if not complaint.startswith(_A_RULE_OF_A_TABLE):
                raise InvalidJournal(f"it is damaged ({complaint})")
        found = read_contents(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise InvalidJournal(describe_error(error)) from error
    if missing := [table for table in _NEEDED if table not in found.counts]:
        raise InvalidJournal(f"it is damaged (there is no table {missing[0]})")
    return found


def describe_error(error: Exception) -> str:
    """Why a file is no sound journal, by the error of who has looked at it."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
        return "it is not a readlog journal, or its beginning is destroyed"
    return f"it is damaged ({error})"


def rebuild_index_if_broken(connection: sqlite3.Connection) -> bool:
    """Make the search index anew if it is damaged; whether it was. Raises sqlite3.Error."""
    from readlog.storage.index_repair import rebuild_index

    if not index_is_broken(connection):
        return False
    rebuild_index(connection)
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
