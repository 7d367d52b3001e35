"""What the rows of each table look like in a file, so that a row can be known by its looks alone."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import NamedTuple

from readlog.doctor.salvage.btree import Row, Value
from readlog.storage.create_journal import empty_journal
from readlog.storage.schema import TABLE_NAMES

ADDED_LATER = frozenset(("goals",))
"""Tables that the journal of an older readlog does not have."""

WORDS = "search_content"
"""The table in which the search index keeps its own copy of the words."""

_KINDS: Mapping[str, tuple[type, ...]] = {"INTEGER": (int,), "TEXT": (str,), "REAL": (int, float), "BLOB": (bytes,)}
_BEGINS = {"books": "b", "readings": "r", "quotes": "q", "goals": "g", "operations": r"\d{4}-\d\d-\d\d"}
"""How the value behind the number begins: a `uid` with a letter for its kind."""
_FEWEST = {"operations": 4, "readings": 14}
"""The columns of the first version, where a later one has more."""
_WORDS_KEPT = 8


class Column(NamedTuple):
    """A column as it is stored: `required` may not be NULL, `default` is what SQLite puts where nothing is said."""

    name: str
    kind: str
    required: bool
    default: str | None


class Shape(NamedTuple):
    """A table: the columns that are stored, and those of each of its indexes, by name."""

    name: str
    columns: tuple[Column, ...]
    indexes: Mapping[str, tuple[str | None, ...]]

    def needed(self) -> list[str]:
        """The columns without which there is no row."""
        return [each.name for each in self.columns if each.required and each.default is None]

    def values(self, row: Row) -> dict[str, Value]:
        """The row by its columns; those that an older schema did not have are not in it."""
        found = dict(zip((each.name for each in self.columns), row.values, strict=False))
        return found | {"id": row.id}

    def is_of(self, row: Row) -> bool:
        """Whether a row can be of this table."""
        fitting = zip(self.columns[1:], row.values[1:], strict=False)
        if len(row.values) > len(self.columns) or row.values[0] is not None or row.id < 1:
            return False
        if row.whole and len(row.values) < _FEWEST.get(self.name, len(self.columns)):
            return False
        begins = _BEGINS.get(self.name, "")
        second = str(row.values[1]) if row.values[1:] else ""
        return all(_fits(column, value) for column, value in fitting) and bool(re.match(begins, second))


def shapes() -> dict[str, Shape]:
    """The shape of each table whose rows are somebody's."""
    with closing(empty_journal()) as connection:
        return {table: _shape(connection, table) for table in TABLE_NAMES}


def is_of_words(row: Row) -> bool:
    """Whether a row can be one of the search index's own copy of the words."""
    return (
        len(row.values) == _WORDS_KEPT
        and row.values[0] is None
        and isinstance(row.values[1], str)
        and all(value is None or isinstance(value, str) for value in row.values[2:])
    )


def _shape(connection: sqlite3.Connection, table: str) -> Shape:
    columns = [
        Column(name, kind, bool(required), default)
        for _, name, kind, required, default, key, hidden in connection.execute(f"PRAGMA table_xinfo({table})")
        if not hidden
    ]
    names = [name for _, name, *_ in connection.execute(f"PRAGMA index_list({table})").fetchall()]
    indexes = {
        name: tuple(column for _, _, column, _, _, key in connection.execute(f"PRAGMA index_xinfo({name})") if key)
        for name in names
    }
    return Shape(table, tuple(columns), indexes)


def _fits(column: Column, value: Value) -> bool:
    return isinstance(value, _KINDS[column.kind]) if value is not None else not column.required
