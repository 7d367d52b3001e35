"""The operations in the log: which one is meant, and which are taken back."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from readlog.core.errors import AlreadyExists, NotFound
from readlog.query.id_list import to_json_array
from readlog.storage.triggers import ADDED_COLUMNS, LOGGED_COLUMNS

Row = Mapping[str, Any]

END_OF_LOG = 2**63 - 1
"""A line that is after all there are."""

_LINES = """
SELECT changes.id, operation_id, action, row_id, before FROM changes
WHERE table_name = ? AND row_id = ? AND id >= ? AND id < ? ORDER BY id DESC
"""


def logged_row(before: str | None) -> Row:
    """What a line of the log says that a row was; what says nothing, or is no row, is empty.

    No trigger writes such a line, but another tool can, or a byte that went wrong: `readlog doctor` finds it.
    """
    row = json.loads(before) if before else {}
    return row if isinstance(row, dict) else {}


class LogLine(NamedTuple):
    """A line of the log about one row."""

    id: int
    operation: int
    action: str
    row_id: int
    before: Row


def current_row(connection: sqlite3.Connection, table: str, id_: int) -> Row | None:
    """The row as it is; None where it is not there."""
    columns = LOGGED_COLUMNS[table]
    row = connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (id_,)).fetchone()
    return dict(zip(columns, row, strict=True)) if row else None


def log_lines(connection: sqlite3.Connection, table: str, row_id: int, first: int = 0) -> Iterator[LogLine]:
    """The lines of a row from the line `first` on, the newest first; a row that got another number is the same row."""
    below = END_OF_LOG
    while True:
        for id_, operation, action, _, before in connection.execute(_LINES, (table, row_id, first, below)).fetchall():
            line = LogLine(id_, operation, action, row_id, _of_today(table, action, logged_row(before)))
            yield line
            if action == "update" and "id" in line.before:
                row_id, below = line.before["id"], id_
                break
        else:
            return


def _of_today(table: str, action: str, before: Row) -> Row:
    """A whole row that was logged before the table had all its columns."""
    return {**ADDED_COLUMNS[table], **before} if action == "delete" and table in ADDED_COLUMNS else before


def row_before(row: Row | None, line: LogLine) -> Row | None:
    """What a row was before a line of the log, after which it was `row`."""
    if line.action == "insert":
        return None
    return line.before if line.action == "delete" else {**(row or {}), **line.before}


_LAST = """
SELECT max(id) FROM operations WHERE undoes IS NULL AND id NOT IN (SELECT value FROM json_each(?))
"""
_LAST_UNDONE = """
SELECT max(this.id) FROM operations AS this JOIN operations AS that ON that.id = this.undoes
WHERE that.undoes IS NULL AND this.id NOT IN (SELECT value FROM json_each(?))
"""
_NAMED = "SELECT id FROM operations WHERE id = ? AND running = 0"
_UNDONE_BY = "SELECT max(id) FROM operations WHERE undoes = ? AND id NOT IN (SELECT value FROM json_each(?))"


def undone_operations(connection: sqlite3.Connection) -> set[int]:
    """The operations that are taken back now. One that takes back can be taken back itself."""
    found: set[int] = set()
    every = "SELECT id, undoes FROM operations WHERE undoes IS NOT NULL AND running = 0 ORDER BY +id DESC"
    for id_, undoes in connection.execute(every):
        if id_ not in found:
            found.add(undoes)
    return found


def effective_operations(connection: sqlite3.Connection, operations: list[int]) -> list[int]:
    """Those of the operations that neither are taken back nor take back themselves; all, if there are none such."""
    own = "SELECT id FROM operations WHERE undoes IS NULL AND id IN (SELECT value FROM json_each(?)) ORDER BY id"
    undone = undone_operations(connection)
    return [id_ for (id_,) in connection.execute(own, (to_json_array(operations),)) if id_ not in undone] or operations


class UndoTarget(NamedTuple):
    """The operation that is to be taken back; if it has taken another one back itself, `meant` is that one."""

    operation: int
    meant: int
    command_meant: str | None
    command: str
    """What taking it back is called."""


def find_operation_to_undo(connection: sqlite3.Connection, named: int | None) -> UndoTarget:
    """The operation of this number, else the last that is not taken back. Raises NotFound and AlreadyExists."""
    undone = undone_operations(connection)
    if named is None:
        return _target(
            connection, connection.execute(_LAST, (to_json_array(undone),)), "There is nothing to take back."
        )
    if named in undone:
        raise AlreadyExists(f"Operation {named} is taken back already. To put it back: readlog undo --redo {named}", ())
    return _target(connection, connection.execute(_NAMED, (named,)), _no_operation(named))


def find_operation_to_redo(connection: sqlite3.Connection, named: int | None) -> UndoTarget:
    """The operation that has taken back the one of this number, else the last that took one back. Raises NotFound."""
    undone = to_json_array(undone_operations(connection))
    if named is None:
        found = connection.execute(_LAST_UNDONE, (undone,))
        return _target(connection, found, "Nothing is taken back that could be put back.")
    _target(connection, connection.execute(_NAMED, (named,)), _no_operation(named))
    found = connection.execute(_UNDONE_BY, (named, undone))
    return _target(connection, found, f"Operation {named} is not taken back.")


def _target(connection: sqlite3.Connection, found: sqlite3.Cursor, otherwise: str) -> UndoTarget:
    """What taking back a taking back is called, is putting back."""
    row = found.fetchone()
    if not row or row[0] is None:
        raise NotFound(otherwise)
    meant, kind = row[0], "undo"
    while True:
        asked = connection.execute("SELECT command, undoes FROM operations WHERE id = ?", (meant,))
        command, undoes = asked.fetchone()
        if undoes is None or undoes >= meant:
            return UndoTarget(row[0], meant, command, f"{kind} {meant}")
        meant, kind = undoes, "undo" if kind == "redo" else "redo"


def _no_operation(number: int) -> str:
    return f"There is no operation {number}. See them all with: readlog history"
