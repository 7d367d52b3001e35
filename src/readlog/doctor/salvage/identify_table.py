"""The columns and types of each table, by which a row can be recognised without knowing its table."""

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import NamedTuple

from readlog.doctor.salvage.btree import Row, Value
from readlog.storage.create_journal import empty_journal
from readlog.storage.schema import TABLE_NAMES

TABLES_OF_LATER_VERSIONS = frozenset(("goals",))
"""Tables that are missing in the journal of an older readlog."""

WORDS_TABLE = "search_content"
"""The table of the search index that has a copy of the indexed texts."""

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "INTEGER": (int,),
    "TEXT": (str,),
    "REAL": (int, float),
    "BLOB": (bytes,),
}
_SECOND_VALUE_PATTERNS = {"books": "b", "readings": "r", "quotes": "q", "goals": "g", "operations": r"\d{4}-\d\d-\d\d"}
"""How the value after the id begins: for most tables the letter of the `uid`."""
_FIRST_VERSION_COLUMNS = {"operations": 4, "readings": 14}
"""The number of columns in version 1 of the file, if a later version has more."""
_WORDS_TABLE_COLUMNS = 8


class Column(NamedTuple):
    """A stored column: a `required` one may not be NULL, `default` is the SQL of its default value."""

    name: str
    kind: str
    required: bool
    default: str | None


class TableShape(NamedTuple):
    """A table with its stored columns, and with the columns of each index by its name."""

    name: str
    columns: tuple[Column, ...]
    indexes: Mapping[str, tuple[str | None, ...]]

    def required_columns(self) -> list[str]:
        """The columns without which a row cannot be inserted."""
        return [each.name for each in self.columns if each.required and each.default is None]

    def by_column(self, row: Row) -> dict[str, Value]:
        """The values of a row by column, without columns that an older schema did not have."""
        found = dict(zip((each.name for each in self.columns), row.values, strict=False))
        return found | {"id": row.id}

    def matches(self, row: Row) -> bool:
        """Whether a row can belong to this table."""
        fitting = zip(self.columns[1:], row.values[1:], strict=False)
        if len(row.values) > len(self.columns) or row.values[0] is not None or row.id < 1:
            return False
        if row.complete and len(row.values) < _FIRST_VERSION_COLUMNS.get(self.name, len(self.columns)):
            return False
        begins = _SECOND_VALUE_PATTERNS.get(self.name, "")
        second = str(row.values[1]) if row.values[1:] else ""
        return all(_fits(column, value) for column, value in fitting) and bool(re.match(begins, second))


def current_shapes() -> dict[str, TableShape]:
    """The shapes of the tables that are salvaged, in the current schema."""
    with closing(empty_journal()) as connection:
        return {table: _shape(connection, table) for table in TABLE_NAMES}


def is_words_row(row: Row) -> bool:
    """Whether a row can belong to WORDS_TABLE."""
    return (
        len(row.values) == _WORDS_TABLE_COLUMNS
        and row.values[0] is None
        and isinstance(row.values[1], str)
        and all(value is None or isinstance(value, str) for value in row.values[2:])
    )


def _shape(connection: sqlite3.Connection, table: str) -> TableShape:
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
    return TableShape(table, tuple(columns), indexes)


def _fits(column: Column, value: Value) -> bool:
    return isinstance(value, _PYTHON_TYPES[column.kind]) if value is not None else not column.required
