"""The journal as it was: the change log read backwards, for single readings and in memory only.

A line of the log keeps what a row was before it. A state is therefore named by a line: all from
there on is taken back on the rows that a reading is made of, and nothing is written anywhere.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby, takewhile
from operator import attrgetter
from typing import Any, NamedTuple

from readlog.core.model import Contributor, Quote, Reading
from readlog.core.text import fold
from readlog.history.changelog import END_OF_LOG, LogLine, Row, current_row, log_lines, logged_row, row_before
from readlog.query.id_list import to_json_array
from readlog.readings.load_rows import _reading, load_readings
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
_LINKS = """
SELECT table_name, row_id, before FROM changes
WHERE operation_id = ? AND action <> 'insert' AND +table_name IN ('quotes', 'contributions', 'book_tags')
"""
_UIDS = """
SELECT row_id, action, json_extract(before, '$.uid') FROM changes
WHERE table_name = 'readings' AND action <> 'insert' AND instr(before, '"uid":') > 0
"""


class ColumnValue(NamedTuple):
    """A value that a column got: as SQLite stores it, by which command (None: by another tool), when."""

    value: Any
    command: str | None
    at: str


def reading_at(connection: sqlite3.Connection, uid: str, instant: str) -> Reading | None:
    """The reading as `load` would have given it at `instant` (UTC, as `now` writes it); None where it was not there.

    What happened at that very instant has happened. For many readings ask one `ReadingVersions`.
    """
    return ReadingVersions(connection).reading_at(uid, instant)


def column_history(connection: sqlite3.Connection, table: str, row_id: int, column: str) -> list[ColumnValue]:
    """The values that a column of a row has got, the newest first; the beginning of a row sets every column.

    What an operation leaves as it was, or sets back itself, it does not set. The row may be deleted by now.
    """
    assert column in LOGGED_COLUMNS[table]
    settings: list[ColumnValue] = []
    with read_transaction(connection):
        row = current_row(connection, table, row_id)
        for operation, group in groupby(log_lines(connection, table, row_id), attrgetter("operation")):
            after, row = row, reduce(row_before, group, row)
            if after is not None and (row is None or row.get(column) != after.get(column)):
                said = connection.execute("SELECT command, at FROM operations WHERE id = ?", (operation,))
                settings.append(ColumnValue(after.get(column), *said.fetchone()))
    return settings


class ReadingVersions:
    """The readings of a journal as they were. It remembers what it had to look for in the log: ask one for many."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._links: dict[int, _Links] = {}
        self._logged_uids: dict[str, set[tuple[int, str]]] | None = None

    def reading_at(self, uid: str, instant: str) -> Reading | None:
        """The reading as it was at `instant`, as `reading_at` tells it."""
        with read_transaction(self._connection):
            line = self._first_line_after(instant)
            return self._first_of(self._reading(id_, uid, line) for id_ in self._ids(uid))

    def reading_updated_at(self, uid: str, updated_at: str) -> Reading | None:
        """The reading as it was when it was last changed at `updated_at`, by its own account; None where it never was.

        This is what an export tells of itself. A reading that an import has brought may say a time
        at which it was not in this journal yet: here it is found, and by `at` it is not.
        """
        with read_transaction(self._connection):
            return self._first_of(self._dated(id_, uid, updated_at) for id_ in self._ids(uid))

    def by_operation(self, id_: int) -> list[tuple[int, Reading | None]]:
        """The reading of this number as each operation left it, in their order; None where that deleted it."""
        with read_transaction(self._connection):
            own = [line.operation for line in log_lines(self._connection, "readings", id_)]
            found = {operation for operation, _ in self._connection.execute(_SAME_TIME, (to_json_array(set(own)),))}
            known: _Known = {}
            return [(each, self._reading(id_, None, self._first_line_of(each + 1), known)) for each in sorted(found)]

    def deleted_uids(self, uids: Iterable[str]) -> set[str]:
        """Those of the uids whose readings were deleted, and have not come back."""
        asked = set(uids)
        with read_transaction(self._connection):
            gone = {uid for uid in asked if any(action == "delete" for _, action in self._uids_in_log().get(uid, ()))}
            there = "SELECT uid FROM readings WHERE uid IN (SELECT value FROM json_each(?))"
            return gone - {uid for (uid,) in self._connection.execute(there, (json.dumps(sorted(gone)),))}

    @staticmethod
    def _first_of(readings: Iterable[Reading | None]) -> Reading | None:
        return next((reading for reading in readings if reading), None)

    def _ids(self, uid: str) -> Iterator[int]:
        """The rows that may have had this uid: the one that has it, and those that had it by the log."""
        there = self._connection.execute("SELECT id FROM readings WHERE uid = ?", (uid,)).fetchone()
        if there:
            yield there[0]
        yield from sorted({id_ for id_, _ in self._uids_in_log().get(uid, ())} - set(there or ()), reverse=True)

    def _uids_in_log(self) -> dict[str, set[tuple[int, str]]]:
        if self._logged_uids is None:
            self._logged_uids = defaultdict(set)
            for id_, action, uid in self._connection.execute(_UIDS):
                self._logged_uids[uid].add((id_, action))
        return self._logged_uids

    def _first_line_after(self, instant: str) -> int:
        """The line with which the first operation after `instant` begins; the log is in the order of time."""
        low, high = 1, self._connection.execute("SELECT ifnull(max(id), 0) + 1 FROM operations").fetchone()[0]
        while low < high:
            middle = (low + high) // 2
            next_one = "SELECT id, at FROM operations WHERE id >= ? ORDER BY id LIMIT 1"
            id_, at = self._connection.execute(next_one, (middle,)).fetchone()
            low, high = (id_ + 1, high) if at <= instant else (low, middle)
        return self._first_line_of(low)

    def _first_line_of(self, operation: int) -> int:
        row = self._connection.execute(_FIRST_LINE, (operation,)).fetchone()
        return int(row[0]) if row else END_OF_LOG

    def _dated(self, id_: int, uid: str, updated_at: str) -> Reading | None:
        row = current_row(self._connection, "readings", id_)
        if row and row["updated_at"] == updated_at:
            return self._reading(id_, uid, END_OF_LOG)
        for operation, group in groupby(log_lines(self._connection, "readings", id_), attrgetter("operation")):
            row = reduce(row_before, group, row)
            if row and row.get("updated_at") == updated_at:
                return self._reading(id_, uid, self._first_line_of(operation))
        return None

    def _reading(self, id_: int, uid: str | None, first: int, known: "_Known | None" = None) -> Reading | None:
        """The reading of this row before the line `first`; None where it was not there, or had another uid."""
        if first == END_OF_LOG:
            return next(
                (reading for reading in load_readings(self._connection, [id_]) if uid in (None, reading.uid)), None
            )
        moment = _Moment(self._connection, first, self._links, known)
        return moment.reading(id_, uid)


class _Links:
    """The rows below a reading or a book of which an operation has a line, by table and by what they belonged to."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self.rows: dict[tuple[str, int], set[int]] = defaultdict(set)
        for table, row_id, before in connection.execute(_LINKS, (operation,)):
            if parent := logged_row(before).get(_PARENTS[table]):
                self.rows[table, parent].add(row_id)


_Known = dict[tuple[str, int], list[LogLine]]
"""All lines of a row, for whoever asks for many moments of it: to read them anew for each takes the square of them."""


class _Moment:
    """The rows as they were before the line `first` of the log."""

    def __init__(
        self, connection: sqlite3.Connection, first: int, links: dict[int, _Links], known: _Known | None
    ) -> None:
        self._connection = connection
        self._first = first
        self._links = links
        self._known = known
        self._touched: list[_Links] = []

    def reading(self, id_: int, uid: str | None) -> Reading | None:
        """The reading of this row; None where it was not there, or had another uid."""
        row = self._row("readings", id_)
        book = self._row("books", row["book_id"]) if row and uid in (None, row["uid"]) else None
        if not row or not book:
            return None
        self._touched = self._touching(id_, row)
        quotes = [Quote(*(each[key] for key in Quote._fields)) for each in self._below("quotes", row["id"])]
        values = tuple(row[column] for column in _OF_READING) + tuple(book.values())
        return _reading(values, {book["id"]: self._people(book)}, {book["id"]: self._tags(book)}, {row["id"]: quotes})

    def _people(self, book: Row) -> list[Contributor]:
        named = ((self._row("people", each["person_id"]), each) for each in self._below("contributions", book["id"]))
        return [Contributor(person["name"], each["role"]) for person, each in named if person]

    def _tags(self, book: Row) -> list[str]:
        tags = (self._row("tags", each["tag_id"]) for each in self._below("book_tags", book["id"]))
        return [tag["name"] for tag in sorted(filter(None, tags), key=lambda tag: (fold(tag["name"]), tag["id"]))]

    def _row(self, table: str, id_: int) -> Row | None:
        """The row as it was; None where it was not there, or where the log does not say all of it."""
        row = current_row(self._connection, table, id_)
        for line in self._lines(table, id_):
            row = row_before(row, line)
        return (
            {column: row[column] for column in LOGGED_COLUMNS[table]}
            if row and len(row) == len(LOGGED_COLUMNS[table])
            else None
        )

    def _lines(self, table: str, id_: int) -> Iterator[LogLine]:
        if self._known is None:
            return log_lines(self._connection, table, id_, self._first)
        if (table, id_) not in self._known:
            self._known[table, id_] = list(log_lines(self._connection, table, id_))
        return takewhile(lambda line: line.id >= self._first, self._known[table, id_])

    def _below(self, table: str, parent: int) -> list[Row]:
        """The rows that belonged to a reading or a book, in their order."""
        column = _PARENTS[table]
        there = self._connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (parent,))
        ids = {id_ for (id_,) in there}.union(*(links.rows.get((table, parent), ()) for links in self._touched))
        rows = [row for id_ in ids if (row := self._row(table, id_)) and row[column] == parent]
        return sorted(rows, key=lambda row: (row.get("position", 0), row["id"]))

    def _touching(self, id_: int, row: Row) -> list[_Links]:
        """What the operations since have lines of that can have changed what belongs to this reading or its book.

        Whatever changes there dates the reading, which leaves a line of the reading itself: but for an
        operation of the same time as another, and after the reading has left the book.
        """
        of_reading = list(self._lines("readings", id_))
        of_book = list(self._lines("books", row["book_id"]))
        book_went = {line.operation for line in of_book if line.action == "delete"}
        if any(_leaves_book(line) and line.operation not in book_went for line in of_reading):
            since = "SELECT id FROM operations WHERE id >= (SELECT operation_id FROM changes WHERE id = ?)"
            found = [operation for (operation,) in self._connection.execute(since, (self._first,))]
        else:
            found = [line.operation for line in of_reading + of_book]
        return [
            self._links_of(operation, running)
            for operation, running in self._connection.execute(_SAME_TIME, (to_json_array(found),)).fetchall()
        ]

    def _links_of(self, operation: int, running: int) -> _Links:
        """What an operation has lines of; one that is still going on is asked again the next time."""
        links = self._links.get(operation) or _Links(self._connection, operation)
        if not running:
            self._links[operation] = links
        return links


def _leaves_book(line: LogLine) -> bool:
    return line.action == "delete" or (line.action == "update" and bool(line.before.keys() & {"book_id", "id"}))
