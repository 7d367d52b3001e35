"""Rows as they were: the lines of the change log about one row, read backwards."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from readlog.storage.triggers import COLUMNS, COLUMNS_SINCE

Row = Mapping[str, Any]

LATER = 2**63 - 1
"""A line that is after all there are."""

_LINES = """
SELECT changes.id, operation_id, action, row_id, before FROM changes
WHERE table_name = ? AND row_id = ? AND id >= ? AND id < ? ORDER BY id DESC
"""


def row_in(before: str | None) -> Row:
    """What a line of the log says that a row was; what says nothing, or is no row, is empty.

    No trigger writes such a line, but another tool can, or a byte that went wrong: `readlog doctor` finds it.
    """
    row = json.loads(before) if before else {}
    return row if isinstance(row, dict) else {}


class Line(NamedTuple):
    """A line of the log about one row."""

    id: int
    operation: int
    action: str
    row_id: int
    before: Row


def row_now(connection: sqlite3.Connection, table: str, id_: int) -> Row | None:
    """The row as it is; None where it is not there."""
    columns = COLUMNS[table]
    row = connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (id_,)).fetchone()
    return dict(zip(columns, row, strict=True)) if row else None


def lines(connection: sqlite3.Connection, table: str, row_id: int, first: int = 0) -> Iterator[Line]:
    """The lines of a row from the line `first` on, the newest first; a row that got another number is the same row."""
    below = LATER
    while True:
        for id_, operation, action, _, before in connection.execute(_LINES, (table, row_id, first, below)).fetchall():
            line = Line(id_, operation, action, row_id, _of_today(table, action, row_in(before)))
            yield line
            if action == "update" and "id" in line.before:
                row_id, below = line.before["id"], id_
                break
        else:
            return


def _of_today(table: str, action: str, before: Row) -> Row:
    """A whole row that was logged before the table had all its columns."""
    return {**COLUMNS_SINCE[table], **before} if action == "delete" and table in COLUMNS_SINCE else before


def row_before(row: Row | None, line: Line) -> Row | None:
    """What a row was before a line of the log, after which it was `row`."""
    if line.action == "insert":
        return None
    return line.before if line.action == "delete" else {**(row or {}), **line.before}
