"""Rows of a damaged journal, put into a new one as far as they are true to its rules, and counted."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping

from readlog.core.text import CONTROL_CHARACTERS
from readlog.doctor.results import SavedTable
from readlog.doctor.salvage.btree import Row, Value
from readlog.doctor.salvage.row_shapes import Shape
from readlog.storage.schema import INDEX_COLUMNS, NOW, TABLE_NAMES
from readlog.storage.triggers import is_valid_change

_LAST_ACTION = """
SELECT action = 'delete' FROM changes WHERE table_name = ? AND row_id = ? ORDER BY id DESC LIMIT 1
"""
_BY_LOG = f"""
UPDATE readings SET {{column}} = coalesce((
    SELECT at FROM operations WHERE id = (
        SELECT {{line}}(operation_id) FROM changes WHERE table_name = 'readings' AND row_id = readings.id)), {NOW})
WHERE datetime({{column}}) IS NULL
"""
_GAPS = """
SELECT value FROM (
    WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < :highest)
    SELECT value FROM numbers)
WHERE value NOT IN (SELECT id FROM {0}) AND coalesce((
    SELECT action FROM changes WHERE table_name = :table AND row_id = value ORDER BY id DESC LIMIT 1), '') <> 'delete'
"""
_MOST_GAPS = 1_000_000
"""More numbers than these were never given: the highest is broken."""
_TEXTS = {"review": 5, "private_note": 6}
"""The columns of a reading whose words the index has as they are, and their places there."""
_TEXTS_OF = """
SELECT review, private_note, books.id FROM readings LEFT JOIN books ON books.id = book_id WHERE readings.id = ?
"""


class SalvageWriter:
    """A new journal that is being filled. `connection` is in a transaction, and no trigger is at work.

    `wider` are the tables to which another tool has added columns, which are not saved. `misplaced` says that a
    table led to a row that is none of its own, or to one a second time: a page stands where another one belongs.
    """

    def __init__(self, connection: sqlite3.Connection, shapes: Mapping[str, Shape]) -> None:
        self.connection = connection
        self.shapes = shapes
        self.pieced: dict[str, list[int]] = defaultdict(list)
        self.lost: dict[str, set[int]] = defaultdict(set)
        self.wider: set[str] = set()
        self.misplaced = False
        self._blank: list[tuple[str, int, str]] = []
        self._cut: dict[str, set[int]] = defaultdict(set)
        connection.execute(f"CREATE TEMP TABLE words (id INTEGER PRIMARY KEY, {', '.join(INDEX_COLUMNS)})")

    def put(self, table: str, row: Row) -> None:
        """Save a row as it was read."""
        shape = self.shapes[table]
        if len(row.values) > len(shape.columns):
            self.wider.add(table)
        elif not shape.is_of(row) or self.has(table, row.id):
            self.misplaced = True
        if row.id > 0 and self.add(table, shape.values(row)) and not row.whole:
            self._cut[table].add(row.id)

    def add(self, table: str, values: Mapping[str, Value]) -> bool:
        """Save a row; what of it breaks a rule is left out. Whether there is such a row now that was not."""
        known = {name: value for name, value in values.items() if value is not None}
        if table == "changes" and not is_valid_change(*map(known.get, ("action", "table_name", "before"))):
            self.lost[table].add(int(str(known["id"])))
            return False
        if table == "readings":
            known = {"created_at": "", "updated_at": ""} | known
        try:
            return self._insert(table, known)
        except (sqlite3.Error, OverflowError):
            return self._add_bit_by_bit(table, known)

    def put_words(self, row: Row) -> None:
        """Keep what the index says of a reading that is lost, or broken, or whose book is lost."""
        if len(row.values) < 2 or row.id < 1:
            return
        words = [value if isinstance(value, str) else None for value in row.values[1:8]]
        words += [None] * (7 - len(words))
        there = self.connection.execute(_TEXTS_OF, (row.id,)).fetchone()
        if there is None and self.was_deleted("readings", row.id):
            return
        if there is None or there[2] is None:
            self.connection.execute(
                "INSERT OR IGNORE INTO temp.words VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (row.id, *words)
            )
        for (column, place), text in zip(_TEXTS.items(), there or (), strict=False):
            better = row.values[place] if place < len(row.values) else None
            if isinstance(better, str) and text != better and self._is_better(row, column, better, text):
                self.connection.execute(f"UPDATE readings SET {column} = ? WHERE id = ?", (better, row.id))

    def was_deleted(self, table: str, id_: int) -> bool:
        """Whether by the log this row was deleted."""
        return bool(self.connection.execute(_LAST_ACTION, (table, id_)).fetchone() == (1,))

    def has(self, table: str, id_: Value) -> bool:
        """Whether the row is saved."""
        return self.connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id_,)).fetchone() is not None

    def counts(self) -> list[int]:
        """How many rows of each table are saved."""
        return [self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLE_NAMES]

    def account(self) -> list[SavedTable]:
        """What became of each table."""
        return [
            SavedTable(
                table,
                saved,
                tuple(sorted(self.pieced[table])),
                tuple(sorted(self.lost[table])),
                tuple((id_, column) for name, id_, column in self._blank if name == table),
                tuple(sorted(self._cut[table])),
            )
            for table, saved in zip(TABLE_NAMES, self.counts(), strict=True)
        ]

    def date_by_log(self) -> None:
        """Say of readings whose times are lost when the log has the first and the last line of them."""
        for column, line in (("created_at", "min"), ("updated_at", "max")):
            self.connection.execute(_BY_LOG.format(column=column, line=line))

    def look_for_gaps(self) -> None:
        """Count as lost every number that was given, is not there, and was not deleted by the log."""
        for table in TABLE_NAMES:
            query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
            (highest,) = self.connection.execute(query, (table,)).fetchone() or (0,)
            (there,) = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if there < highest < there + _MOST_GAPS:
                asked = {"table": table, "highest": highest}
                self.lost[table] |= {id_ for (id_,) in self.connection.execute(_GAPS.format(table), asked)}

    def _is_better(self, row: Row, column: str, better: str, text: str | None) -> bool:
        """Whether the index has the words and the row has not: it was cut, lost its value, or is broken."""
        if "\ufffd" in better or CONTROL_CHARACTERS.search(better):
            return False
        if text is None:
            return ("readings", row.id, column) in self._blank or row.id in self._cut["readings"]
        is_cut = row.id in self._cut["readings"] and len(text) < len(better)
        return is_cut or "\ufffd" in text or bool(CONTROL_CHARACTERS.search(text))

    def _insert(self, table: str, values: Mapping[str, Value]) -> bool:
        if self.has(table, values["id"]):
            return False
        places = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", tuple(values.values()))
        return True

    def _add_bit_by_bit(self, table: str, values: Mapping[str, Value]) -> bool:
        """Save what is needed, then one value after the other."""
        needed = {"id", *self.shapes[table].needed()}
        try:
            if not self._insert(table, {name: value for name, value in values.items() if name in needed}):
                return False
        except (sqlite3.Error, OverflowError):
            self.lost[table].add(int(str(values["id"])))
            return False
        for name, value in values.items():
            if name not in needed:
                self._set(table, int(str(values["id"])), name, value)
        return True

    def _set(self, table: str, id_: int, column: str, value: Value) -> None:
        try:
            self.connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, id_))
        except (sqlite3.Error, OverflowError):
            self._blank.append((table, id_, column))
