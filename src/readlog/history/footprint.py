"""What an operation did to the rows of the journal, and what has become of them since."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from readlog.history.log import Line, Row, lines, row_before, row_in, row_now
from readlog.storage.log_lines import is_line
from readlog.storage.triggers import COLUMNS

Key = tuple[str, int]
"""A row: its table and its number."""

_INSERTED = "SELECT table_name, row_id FROM changes WHERE operation_id = ? AND action = 'insert'"
_OTHER = """
SELECT id, operation_id, action, row_id, before, table_name FROM changes
WHERE operation_id = ? AND action <> 'insert' ORDER BY id DESC
"""
_REPLACED = """
SELECT mine.table_name, mine.row_id FROM changes AS mine JOIN changes AS earlier ON earlier.id = (
    SELECT max(id) FROM changes
    WHERE table_name = mine.table_name AND row_id = mine.row_id AND id < mine.id)
WHERE mine.operation_id = :operation AND mine.action = 'insert'
AND earlier.action <> 'delete' AND earlier.operation_id < :operation
"""
_LAST = "SELECT ifnull(max(id), 0) FROM changes WHERE operation_id = ?"
_CHANGED_AGAIN = """
SELECT table_name, row_id FROM changes AS mine WHERE operation_id = ? AND EXISTS (
    SELECT 1 FROM changes AS later
    WHERE later.table_name = mine.table_name AND later.row_id = mine.row_id AND later.id > ?)
"""


_NOT_READ: Row = {}


class Footprint:
    """The rows that an operation inserted, by table; and those it changed or deleted, as far as they were otherwise.

    What it did and took back itself it did not do. `unknown` are rows that were there before and of which the log does
    not say what they were: an INSERT OR REPLACE of another tool deletes without a trigger.
    """

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self.inserted: dict[str, set[int]] = defaultdict(set)
        self.updated: dict[Key, Row] = {}
        self.deleted = _Deleted(connection)
        self.unknown: set[Key] = set(connection.execute(_REPLACED, {"operation": operation}))
        for table, row_id in connection.execute(_INSERTED, (operation,)):
            if (table, row_id) not in self.unknown:
                self.inserted[table].add(row_id)
        groups: dict[Key, list[Line]] = defaultdict(list)
        for id_, by, action, row_id, before, table in connection.execute(_OTHER, (operation,)):
            if is_line(action, table, before):
                groups[table, row_id].append(
                    Line(id_, by, action, row_id, _NOT_READ if action == "delete" else row_in(before))
                )
            elif row_id not in self.inserted[table]:
                self.unknown.add((table, row_id))
        for key, group in groups.items():
            if key not in self.unknown:
                self._add(key, group)

    def _add(self, key: Key, group: list[Line]) -> None:
        """A row with other lines than that of its insertion, the newest first."""
        table, row_id = key
        is_gone = group[0].action == "delete"
        deletions = sum(line.action == "delete" for line in group)
        was_there = deletions - (row_id in self.inserted[table]) == is_gone
        if is_gone or was_there:
            self.inserted[table].discard(row_id)
        if was_there and is_gone and len(group) == 1:
            self.deleted.note(key, group[0].id)
        elif was_there:
            read = (
                line._replace(before=self.deleted.row(line.id)) if line.action == "delete" else line for line in group
            )
            before = reduce(row_before, read, None) or {}
            if is_gone:
                self.deleted.note(key, before)
            else:
                self.updated[key] = before


class _Deleted(Mapping[Key, Row]):
    """The rows that were deleted, each read when it is wanted: of an import they are a hundred thousand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[Key, Row | int] = {}

    def note(self, key: Key, row: Row | int) -> None:
        """A row, or the line of the log that says what it was."""
        self._rows[key] = row

    def row(self, line: int) -> Row:
        """What a line of the log says that a row was."""
        (before,) = self._connection.execute("SELECT before FROM changes WHERE id = ?", (line,)).fetchone()
        return row_in(before)

    def __getitem__(self, key: Key) -> Row:
        row = self._rows[key]
        return self.row(row) if isinstance(row, int) else row

    def __iter__(self) -> Iterator[Key]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows


class Since:
    """What later operations have done to the rows of an operation."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self._connection = connection
        (self.last,) = connection.execute(_LAST, (operation,)).fetchone()
        self._again: set[Key] = set(connection.execute(_CHANGED_AGAIN, (operation, self.last)))

    def again(self, table: str) -> set[int]:
        """The rows of a table that the operation wrote, and a later one wrote again."""
        return {row_id for name, row_id in self._again if name == table}

    def was_left(self, table: str, row_id: int) -> Row:
        """The row as the operation left it; empty where it left none."""
        row = row_now(self._connection, table, row_id)
        for line in lines(self._connection, table, row_id, self.last + 1):
            row = row_before(row, line)
        return row or {}

    def changed(self, table: str, row_id: int, columns: Iterable[str] = ()) -> set[str]:
        """Those of the columns, or of all, that say something else now than the operation left; all if the row is gone.

        When a reading was changed last does not count: that is so for any change of its book.
        """
        asked = {*(columns or COLUMNS[table])} - {"updated_at"}
        if (table, row_id) not in self._again:
            return set()
        now, left = row_now(self._connection, table, row_id), self.was_left(table, row_id)
        return {column for column in asked if now is None or now[column] != left.get(column)}

    def was_dated(self, reading_id: int) -> bool:
        """Whether the reading was changed at another time than the operation left it with."""
        now = row_now(self._connection, "readings", reading_id)
        left = self.was_left("readings", reading_id)
        return not now or now["updated_at"] != left.get("updated_at")

    def operations(self, rows: Collection[Key]) -> list[int]:
        """The later operations that wrote these rows."""
        found: set[int] = set()
        for table, row_id in rows:
            written = "SELECT operation_id FROM changes WHERE table_name = ? AND row_id = ? AND id > ?"
            found.update(id_ for (id_,) in self._connection.execute(written, (table, row_id, self.last)))
        return sorted(found)


def rows_of(connection: sqlite3.Connection, question: str, *values: Any) -> list[Any]:
    """The first column of what a question answers."""
    return [row[0] for row in connection.execute(question, values)]
