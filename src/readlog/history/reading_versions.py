"""Earlier versions of a reading, rebuilt in memory from the change log.

A line of the log has what a row was before it. So a state of the journal is named by a line: on the
rows of a reading, that line and all later ones are reverted. Nothing is written.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby, takewhile
from operator import attrgetter
from typing import Any, NamedTuple

from readlog.core.domain_model import Contributor, Quote, Reading
from readlog.core.normalize_text import fold
from readlog.history.changelog import END_OF_LOG, LogLine, Row, current_row, log_lines, logged_row, row_before
from readlog.query.id_list import to_json_array
from readlog.readings.load_rows import load_readings, reading_from_rows
from readlog.storage.transaction import read_transaction
from readlog.storage.triggers import LOGGED_COLUMNS

_PARENTS = {"quotes": "reading_id", "contributions": "book_id", "book_tags": "book_id"}
_OF_READING = [column for column in LOGGED_COLUMNS["readings"] if column != "book_id"]

_FIRST_LINE = "SELECT id FROM changes WHERE operation_id >= ? ORDER BY operation_id, id LIMIT 1"
_SAME_TIME = """
WITH RECURSIVE found (id) AS (
    SELECT value FROM json_each(?)
    UNION SELECT next.id FROM found JOIN operations AS this ON this.id = found.id
    JOIN operations AS next ON next.id = this.id + 1 AND next.at = this.at)
SELECT id, running FROM found JOIN operations USING (id)
"""
_CHILDREN = """
SELECT table_name, row_id, before FROM changes
WHERE operation_id = ? AND action <> 'insert' AND +table_name IN ('quotes', 'contributions', 'book_tags')
"""
_UIDS = """
SELECT row_id, action, json_extract(before, '$.uid') FROM changes
WHERE table_name = 'readings' AND action <> 'insert' AND instr(before, '"uid":') > 0
"""


class ColumnValue(NamedTuple):
    """A value that a column was set to, as SQLite stores it, with the command (None: another program) and the time."""

    value: Any
    command: str | None
    at: str


def column_history(connection: sqlite3.Connection, table: str, row_id: int, column: str) -> list[ColumnValue]:
    """The values that a column of a row was set to, the newest first. The row may be deleted.

    An insert sets every column. An operation that leaves a value as it was, or sets it back itself, does not count.
    """
    assert column in LOGGED_COLUMNS[table]
    values: list[ColumnValue] = []
    with read_transaction(connection):
        row = current_row(connection, table, row_id)
        for operation, group in groupby(log_lines(connection, table, row_id), attrgetter("operation")):
            after, row = row, reduce(row_before, group, row)
            if after is not None and (row is None or row.get(column) != after.get(column)):
                found = connection.execute("SELECT command, at FROM operations WHERE id = ?", (operation,))
                values.append(ColumnValue(after.get(column), *found.fetchone()))
    return values


class ReadingVersions:
    """The readings of a journal as they were. Use one object for many readings: it caches what it finds in the log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cache: dict[int, _ChangedChildren] = {}
        self._logged_uids: dict[str, set[tuple[int, str]]] | None = None

    def reading_at(self, uid: str, instant: str) -> Reading | None:
        """The reading as `load_readings` would have returned it at `instant`; None if it did not exist.

        `instant` is in UTC, in the format of `now`. An operation at that very instant counts.
        """
        with read_transaction(self._connection):
            line = self._first_line_after(instant)
            return self._first_of(self._reading(id_, uid, line) for id_ in self._ids(uid))

    def reading_updated_at(self, uid: str, updated_at: str) -> Reading | None:
        """The version of the reading with this `updated_at`, which is what an export says; None if there was none.

        An imported reading can have an `updated_at` from before it came into this journal. This method
        finds it; `reading_at` does not.
        """
        with read_transaction(self._connection):
            return self._first_of(self._with_updated_at(id_, uid, updated_at) for id_ in self._ids(uid))

    def by_operation(self, id_: int) -> list[tuple[int, Reading | None]]:
        """The reading with this id as each operation left it, in order; None if the operation deleted it."""
        with read_transaction(self._connection):
            own = [line.operation for line in log_lines(self._connection, "readings", id_)]
            found = {operation for operation, _ in self._connection.execute(_SAME_TIME, (to_json_array(set(own)),))}
            lines_by_row: _LinesByRow = {}
            return [
                (operation, self._reading(id_, None, self._first_line_of(operation + 1), lines_by_row))
                for operation in sorted(found)
            ]

    def deleted_uids(self, uids: Iterable[str]) -> set[str]:
        """Those of the uids whose readings were deleted and not restored."""
        asked = set(uids)
        with read_transaction(self._connection):
            deleted = {
                uid for uid in asked if any(action == "delete" for _, action in self._uids_in_log().get(uid, ()))
            }
            existing = "SELECT uid FROM readings WHERE uid IN (SELECT value FROM json_each(?))"
            return deleted - {uid for (uid,) in self._connection.execute(existing, (json.dumps(sorted(deleted)),))}

    @staticmethod
    def _first_of(readings: Iterable[Reading | None]) -> Reading | None:
        return next((reading for reading in readings if reading), None)

    def _ids(self, uid: str) -> Iterator[int]:
        """The ids of the row that has this uid, and of those that had it according to the log."""
        current = self._connection.execute("SELECT id FROM readings WHERE uid = ?", (uid,)).fetchone()
        if current:
            yield current[0]
        yield from sorted({id_ for id_, _ in self._uids_in_log().get(uid, ())} - set(current or ()), reverse=True)

    def _uids_in_log(self) -> dict[str, set[tuple[int, str]]]:
        if self._logged_uids is None:
            self._logged_uids = defaultdict(set)
            for id_, action, uid in self._connection.execute(_UIDS):
                self._logged_uids[uid].add((id_, action))
        return self._logged_uids

    def _first_line_after(self, instant: str) -> int:
        """The first line of the first operation after `instant`, by binary search: the log is in order of time."""
        low, high = 1, self._connection.execute("SELECT ifnull(max(id), 0) + 1 FROM operations").fetchone()[0]
        while low < high:
            middle = (low + high) // 2
            next_operation = "SELECT id, at FROM operations WHERE id >= ? ORDER BY id LIMIT 1"
            id_, at = self._connection.execute(next_operation, (middle,)).fetchone()
            low, high = (id_ + 1, high) if at <= instant else (low, middle)
        return self._first_line_of(low)

    def _first_line_of(self, operation: int) -> int:
        row = self._connection.execute(_FIRST_LINE, (operation,)).fetchone()
        return int(row[0]) if row else END_OF_LOG

    def _with_updated_at(self, id_: int, uid: str, updated_at: str) -> Reading | None:
        row = current_row(self._connection, "readings", id_)
        if row and row["updated_at"] == updated_at:
            return self._reading(id_, uid, END_OF_LOG)
        for operation, group in groupby(log_lines(self._connection, "readings", id_), attrgetter("operation")):
            row = reduce(row_before, group, row)
            if row and row.get("updated_at") == updated_at:
                return self._reading(id_, uid, self._first_line_of(operation))
        return None

    def _reading(
        self, id_: int, uid: str | None, first: int, lines_by_row: "_LinesByRow | None" = None
    ) -> Reading | None:
        """The reading of this row before the line `first`; None if it did not exist or had another uid."""
        if first == END_OF_LOG:
            readings = load_readings(self._connection, [id_])
            return readings[0] if readings and uid in (None, readings[0].uid) else None
        return _JournalState(self._connection, first, self._cache, lines_by_row).reading(id_, uid)


class _ChangedChildren:
    """Ids of the quotes, contributions and tags that an operation changed, by table and id of reading or book."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self.ids: dict[tuple[str, int], set[int]] = defaultdict(set)
        for table, row_id, before in connection.execute(_CHILDREN, (operation,)):
            if parent := logged_row(before).get(_PARENTS[table]):
                self.ids[table, parent].add(row_id)


_LinesByRow = dict[tuple[str, int], list[LogLine]]
"""All lines of a row, read once for many states: reading them for each state would take quadratic time."""


class _JournalState:
    """The rows as they were before the line `first` of the log."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        first: int,
        cache: dict[int, _ChangedChildren],
        lines_by_row: _LinesByRow | None,
    ) -> None:
        self._connection = connection
        self._first = first
        self._cache = cache
        self._lines_by_row = lines_by_row
        self._touched: list[_ChangedChildren] = []

    def reading(self, id_: int, uid: str | None) -> Reading | None:
        """The reading of this row; None if it did not exist or had another uid."""
        row = self._row("readings", id_)
        book = self._row("books", row["book_id"]) if row and uid in (None, row["uid"]) else None
        if not row or not book:
            return None
        self._touched = self._changed_since(id_, row)
        quotes = [Quote(*(each[key] for key in Quote._fields)) for each in self._children("quotes", row["id"])]
        values = tuple(row[column] for column in _OF_READING) + tuple(book.values())
        return reading_from_rows(
            values, {book["id"]: self._people(book)}, {book["id"]: self._tags(book)}, {row["id"]: quotes}
        )

    def _people(self, book: Row) -> list[Contributor]:
        named = ((self._row("people", each["person_id"]), each) for each in self._children("contributions", book["id"]))
        return [Contributor(person["name"], each["role"]) for person, each in named if person]

    def _tags(self, book: Row) -> list[str]:
        tags = (self._row("tags", each["tag_id"]) for each in self._children("book_tags", book["id"]))
        return [tag["name"] for tag in sorted(filter(None, tags), key=lambda tag: (fold(tag["name"]), tag["id"]))]

    def _row(self, table: str, id_: int) -> Row | None:
        """The row as it was; None if it did not exist, or if the log does not have all of it."""
        row = current_row(self._connection, table, id_)
        for line in self._lines(table, id_):
            row = row_before(row, line)
        columns = LOGGED_COLUMNS[table]
        return {column: row[column] for column in columns} if row and len(row) == len(columns) else None

    def _lines(self, table: str, id_: int) -> Iterator[LogLine]:
        if self._lines_by_row is None:
            return log_lines(self._connection, table, id_, self._first)
        if (table, id_) not in self._lines_by_row:
            self._lines_by_row[table, id_] = list(log_lines(self._connection, table, id_))
        return takewhile(lambda line: line.id >= self._first, self._lines_by_row[table, id_])

    def _children(self, table: str, parent: int) -> list[Row]:
        """The rows that belonged to a reading or a book, in order of position."""
        column = _PARENTS[table]
        current = self._connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (parent,))
        ids = {id_ for (id_,) in current}.union(*(children.ids.get((table, parent), ()) for children in self._touched))
        rows = [row for id_ in ids if (row := self._row(table, id_)) and row[column] == parent]
        return sorted(rows, key=lambda row: (row.get("position", 0), row["id"]))

    def _changed_since(self, id_: int, row: Row) -> list[_ChangedChildren]:
        """What was changed below this reading or its book by the operations since this state.

        Such a change also sets `updated_at` of the reading, which logs a line of the reading itself. The
        exceptions: an operation at the same time as another one, and changes after the reading left the book.
        """
        of_reading = list(self._lines("readings", id_))
        of_book = list(self._lines("books", row["book_id"]))
        book_deleted_by = {line.operation for line in of_book if line.action == "delete"}
        if any(_leaves_book(line) and line.operation not in book_deleted_by for line in of_reading):
            since = "SELECT id FROM operations WHERE id >= (SELECT operation_id FROM changes WHERE id = ?)"
            found = [operation for (operation,) in self._connection.execute(since, (self._first,))]
        else:
            found = [line.operation for line in of_reading + of_book]
        return [
            self._children_of(operation, running)
            for operation, running in self._connection.execute(_SAME_TIME, (to_json_array(found),)).fetchall()
        ]

    def _children_of(self, operation: int, running: int) -> _ChangedChildren:
        """What an operation changed, from the cache unless the operation is still running."""
        children = self._cache.get(operation) or _ChangedChildren(self._connection, operation)
        if not running:
            self._cache[operation] = children
        return children


def _leaves_book(line: LogLine) -> bool:
    return line.action == "delete" or (line.action == "update" and bool(line.before.keys() & {"book_id", "id"}))
