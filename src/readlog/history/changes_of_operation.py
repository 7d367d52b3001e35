"""What an operation did to the rows of the journal, and what later operations did to the same rows."""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce

from readlog.history.changelog import LogLine, Row, current_row, log_lines, logged_row, row_before
from readlog.storage.triggers import LOGGED_COLUMNS, is_valid_change

Key = tuple[str, int]
"""A row: its table and its id."""

_INSERTED = "SELECT table_name, row_id FROM changes WHERE operation_id = ? AND action = 'insert'"
_UPDATED_OR_DELETED = """
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
_LAST_LINE = "SELECT ifnull(max(id), 0) FROM changes WHERE operation_id = ?"
_WRITTEN_AGAIN = """
SELECT table_name, row_id FROM changes AS mine WHERE operation_id = ? AND EXISTS (
    SELECT 1 FROM changes AS later
    WHERE later.table_name = mine.table_name AND later.row_id = mine.row_id AND later.id > ?)
"""

_NOT_LOADED: Row = {}


class OperationEffects:
    """The net effect of an operation: inserted ids by table, and updated and deleted rows as they were before.

    Changes that the operation made and reverted itself are ignored. `unknown` are rows that existed before, but whose
    former values are not in the log: an INSERT OR REPLACE of another program deletes without a trigger.
    """

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self.inserted: dict[str, set[int]] = defaultdict(set)
        self.updated: dict[Key, Row] = {}
        self.deleted = _DeletedRows(connection)
        self.unknown: set[Key] = set(connection.execute(_REPLACED, {"operation": operation}))
        for table, row_id in connection.execute(_INSERTED, (operation,)):
            if (table, row_id) not in self.unknown:
                self.inserted[table].add(row_id)
        lines_by_row: dict[Key, list[LogLine]] = defaultdict(list)
        for id_, by, action, row_id, before, table in connection.execute(_UPDATED_OR_DELETED, (operation,)):
            if is_valid_change(action, table, before):
                values = _NOT_LOADED if action == "delete" else logged_row(before)
                lines_by_row[table, row_id].append(LogLine(id_, by, action, row_id, values))
            elif row_id not in self.inserted[table]:
                self.unknown.add((table, row_id))
        for key, lines in lines_by_row.items():
            if key not in self.unknown:
                self._add(key, lines)

    def _add(self, key: Key, lines: list[LogLine]) -> None:
        """Add a row by its updates and deletions, the newest first."""
        table, row_id = key
        is_deleted = lines[0].action == "delete"
        deletions = sum(line.action == "delete" for line in lines)
        existed_before = deletions - (row_id in self.inserted[table]) == is_deleted
        if is_deleted or existed_before:
            self.inserted[table].discard(row_id)
        if not existed_before:
            return
        if is_deleted and len(lines) == 1:
            self.deleted.add(key, lines[0].id)
            return
        loaded = (
            line._replace(before=self.deleted.load(line.id)) if line.action == "delete" else line for line in lines
        )
        before = reduce(row_before, loaded, None) or {}
        if is_deleted:
            self.deleted.add(key, before)
        else:
            self.updated[key] = before


class _DeletedRows(Mapping[Key, Row]):
    """The deleted rows, each loaded from the log when it is needed: an import can have a hundred thousand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[Key, Row | int] = {}

    def add(self, key: Key, row: Row | int) -> None:
        """Add a row, or the id of the log line that has it."""
        self._rows[key] = row

    def load(self, line: int) -> Row:
        """The row before the log line with this id."""
        (before,) = self._connection.execute("SELECT before FROM changes WHERE id = ?", (line,)).fetchone()
        return logged_row(before)

    def __getitem__(self, key: Key) -> Row:
        row = self._rows[key]
        return self.load(row) if isinstance(row, int) else row

    def __iter__(self) -> Iterator[Key]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows


class LaterChanges:
    """What later operations did to the rows that an operation wrote."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self._connection = connection
        (self._last_line,) = connection.execute(_LAST_LINE, (operation,)).fetchone()
        self._written_again: set[Key] = set(connection.execute(_WRITTEN_AGAIN, (operation, self._last_line)))

    def written_again(self, table: str) -> set[int]:
        """The ids of the rows of a table that the operation wrote and a later one wrote again."""
        return {row_id for name, row_id in self._written_again if name == table}

    def row_after_operation(self, table: str, row_id: int) -> Row:
        """The row as the operation left it; empty if it left none."""
        row = current_row(self._connection, table, row_id)
        for line in log_lines(self._connection, table, row_id, self._last_line + 1):
            row = row_before(row, line)
        return row or {}

    def changed_columns(self, table: str, row_id: int, columns: Iterable[str] = ()) -> set[str]:
        """Those of the columns (default: all) whose value is not as the operation left it; all if the row is deleted.

        Ignores `updated_at` of a reading, which any change of its book sets.
        """
        asked = {*(columns or LOGGED_COLUMNS[table])} - {"updated_at"}
        if (table, row_id) not in self._written_again:
            return set()
        now, left = current_row(self._connection, table, row_id), self.row_after_operation(table, row_id)
        return {column for column in asked if now is None or now[column] != left.get(column)}

    def has_new_updated_at(self, reading_id: int) -> bool:
        """True if `updated_at` of the reading is not as the operation left it, or the reading is deleted."""
        now = current_row(self._connection, "readings", reading_id)
        left = self.row_after_operation("readings", reading_id)
        return not now or now["updated_at"] != left.get("updated_at")

    def operations(self, rows: Collection[Key]) -> list[int]:
        """The ids of the later operations that wrote these rows, in order."""
        found: set[int] = set()
        for table, row_id in rows:
            written = "SELECT operation_id FROM changes WHERE table_name = ? AND row_id = ? AND id > ?"
            found.update(id_ for (id_,) in self._connection.execute(written, (table, row_id, self._last_line)))
        return sorted(found)
