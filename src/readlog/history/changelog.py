"""Reading the change log: the logged lines of a row, and which operations are undone or can be.

The triggers write a line for each inserted, updated or deleted row, with what the row was before.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from readlog.core.errors import AlreadyExists, NotFound
from readlog.query.id_list import to_json_array
from readlog.storage.triggers import ADDED_COLUMNS, LOGGED_COLUMNS

Row = Mapping[str, Any]
"""A row of a table: the values as SQLite stores them, by column."""

END_OF_LOG = 2**63 - 1
"""A line id after all others."""

_LINES_OF_ROW = """
SELECT changes.id, operation_id, action, row_id, before FROM changes
WHERE table_name = ? AND row_id = ? AND id >= ? AND id < ? ORDER BY id DESC
"""

_LAST_NOT_UNDONE = """
SELECT max(id) FROM operations WHERE undoes IS NULL AND id NOT IN (SELECT value FROM json_each(?))
"""
_LAST_UNDO = """
SELECT max(this.id) FROM operations AS this JOIN operations AS that ON that.id = this.undoes
WHERE that.undoes IS NULL AND this.id NOT IN (SELECT value FROM json_each(?))
"""
_OPERATION = "SELECT id FROM operations WHERE id = ? AND running = 0"
_UNDO_OF = "SELECT max(id) FROM operations WHERE undoes = ? AND id NOT IN (SELECT value FROM json_each(?))"


class LogLine(NamedTuple):
    """A line of the log. `before` has all columns for a delete, the changed ones for an update, none for an insert."""

    id: int
    operation: int
    action: str
    row_id: int
    before: Row


class UndoTarget(NamedTuple):
    """The operation to revert. If that is itself an undo, `original` is the operation that it undid in the end."""

    operation: int
    original: int
    original_command: str | None
    command: str
    """The command of the new operation, as `undo 41`."""


def logged_row(before: str | None) -> Row:
    """The JSON object in a line's `before`; empty for anything else, which other programs or disk errors can leave."""
    row = json.loads(before) if before else {}
    return row if isinstance(row, dict) else {}


def current_row(connection: sqlite3.Connection, table: str, id_: int) -> Row | None:
    """The row as it is now, None if it does not exist."""
    columns = LOGGED_COLUMNS[table]
    row = connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (id_,)).fetchone()
    return dict(zip(columns, row, strict=True)) if row else None


def log_lines(connection: sqlite3.Connection, table: str, row_id: int, first: int = 0) -> Iterator[LogLine]:
    """The lines about a row from the line id `first` on, the newest first; follows a row whose id was changed."""
    end = END_OF_LOG
    while True:
        for id_, operation, action, _, before in connection.execute(
            _LINES_OF_ROW, (table, row_id, first, end)
        ).fetchall():
            line = LogLine(id_, operation, action, row_id, _with_later_columns(table, action, logged_row(before)))
            yield line
            if action == "update" and "id" in line.before:
                row_id, end = line.before["id"], id_
                break
        else:
            return


def row_before(row: Row | None, line: LogLine) -> Row | None:
    """The row before a line of the log, given the `row` after it; None if it did not exist."""
    if line.action == "insert":
        return None
    return line.before if line.action == "delete" else {**(row or {}), **line.before}


def undone_operations(connection: sqlite3.Connection) -> set[int]:
    """The ids of the operations that are undone now; an undo that was itself undone does not count."""
    undone: set[int] = set()
    undos = "SELECT id, undoes FROM operations WHERE undoes IS NOT NULL AND running = 0 ORDER BY +id DESC"
    for id_, undoes in connection.execute(undos):
        if id_ not in undone:
            undone.add(undoes)
    return undone


def effective_operations(connection: sqlite3.Connection, operations: list[int]) -> list[int]:
    """The operations that are neither undone nor an undo; all of `operations` if there is none."""
    changes = "SELECT id FROM operations WHERE undoes IS NULL AND id IN (SELECT value FROM json_each(?)) ORDER BY id"
    undone = undone_operations(connection)
    found = [id_ for (id_,) in connection.execute(changes, (to_json_array(operations),)) if id_ not in undone]
    return found or operations


def find_operation_to_undo(connection: sqlite3.Connection, number: int | None) -> UndoTarget:
    """The operation with this number, by default the last that is not undone. Raises NotFound and AlreadyExists."""
    undone = undone_operations(connection)
    if number is None:
        found = connection.execute(_LAST_NOT_UNDONE, (to_json_array(undone),))
        return _undo_target(connection, found, "There is nothing to take back.")
    if number in undone:
        raise AlreadyExists(
            f"Operation {number} is taken back already. To put it back: readlog undo --redo {number}", ()
        )
    return _undo_target(connection, connection.execute(_OPERATION, (number,)), _no_operation(number))


def find_operation_to_redo(connection: sqlite3.Connection, number: int | None) -> UndoTarget:
    """The undo of the operation with this number, by default the last undo. Raises NotFound."""
    undone = to_json_array(undone_operations(connection))
    if number is None:
        found = connection.execute(_LAST_UNDO, (undone,))
        return _undo_target(connection, found, "Nothing is taken back that could be put back.")
    _undo_target(connection, connection.execute(_OPERATION, (number,)), _no_operation(number))
    found = connection.execute(_UNDO_OF, (number, undone))
    return _undo_target(connection, found, f"Operation {number} is not taken back.")


def _with_later_columns(table: str, action: str, before: Row) -> Row:
    """A deleted row with the columns that its table got after the line was written."""
    return {**ADDED_COLUMNS[table], **before} if action == "delete" and table in ADDED_COLUMNS else before


def _undo_target(connection: sqlite3.Connection, found: sqlite3.Cursor, error: str) -> UndoTarget:
    """Raises NotFound with `error` if nothing was found. To undo an undo is called redo."""
    row = found.fetchone()
    if not row or row[0] is None:
        raise NotFound(error)
    original, kind = row[0], "undo"
    while True:
        asked = connection.execute("SELECT command, undoes FROM operations WHERE id = ?", (original,))
        command, undoes = asked.fetchone()
        if undoes is None or undoes >= original:
            return UndoTarget(row[0], original, command, f"{kind} {original}")
        original, kind = undoes, "undo" if kind == "redo" else "redo"


def _no_operation(number: int) -> str:
    return f"There is no operation {number}. See them all with: readlog history"
