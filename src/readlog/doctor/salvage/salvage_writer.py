"""Writing rows of a damaged journal into a new one, as far as its constraints allow, and counting the losses."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping

from readlog.core.normalize_text import CONTROL_CHARACTERS
from readlog.doctor.results import SavedTable
from readlog.doctor.salvage.btree import Row, Value
from readlog.doctor.salvage.identify_table import TableShape
from readlog.storage.schema import INDEX_COLUMNS, NOW, TABLE_NAMES
from readlog.storage.triggers import is_valid_change

_LAST_ACTION = """
SELECT action = 'delete' FROM changes WHERE table_name = ? AND row_id = ? ORDER BY id DESC LIMIT 1
"""
_TIMESTAMP_FROM_LOG = f"""
UPDATE readings SET {{column}} = coalesce((
    SELECT at FROM operations WHERE id = (
        SELECT {{line}}(operation_id) FROM changes WHERE table_name = 'readings' AND row_id = readings.id)), {NOW})
WHERE datetime({{column}}) IS NULL
"""
_MISSING_IDS = """
SELECT value FROM (
    WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < :highest)
    SELECT value FROM numbers)
WHERE value NOT IN (SELECT id FROM {0}) AND coalesce((
    SELECT action FROM changes WHERE table_name = :table AND row_id = value ORDER BY id DESC LIMIT 1), '') <> 'delete'
"""
_MAX_GAPS = 1_000_000
"""If more ids than these are missing, the highest one is not real."""
_TEXT_COLUMNS = {"review": 5, "private_note": 6}
"""The columns of a reading that the search index has unchanged, and their places in its rows."""
_CURRENT_TEXTS = """
SELECT review, private_note, books.id FROM readings LEFT JOIN books ON books.id = book_id WHERE readings.id = ?
"""


class SalvageWriter:
    """Fills a new journal. `connection` is in a transaction and has no triggers.

    Columns that another tool added to `tables_with_extra_columns` are not saved. `has_misplaced_rows` says that the
    tree of a table had a row of another table, or a row twice: one page is in the place of another.
    """

    def __init__(self, connection: sqlite3.Connection, shapes: Mapping[str, TableShape]) -> None:
        self.connection = connection
        self.shapes = shapes
        self.reconstructed: dict[str, list[int]] = defaultdict(list)
        self.lost: dict[str, set[int]] = defaultdict(set)
        self.tables_with_extra_columns: set[str] = set()
        self.has_misplaced_rows = False
        self._blank: list[tuple[str, int, str]] = []
        self._cut: dict[str, set[int]] = defaultdict(set)
        connection.execute(f"CREATE TEMP TABLE words (id INTEGER PRIMARY KEY, {', '.join(INDEX_COLUMNS)})")

    def save_row(self, table: str, row: Row) -> None:
        """Save a row as it was read from the tree of its table."""
        shape = self.shapes[table]
        if len(row.values) > len(shape.columns):
            self.tables_with_extra_columns.add(table)
        elif not shape.matches(row) or self.has_row(table, row.id):
            self.has_misplaced_rows = True
        if row.id > 0 and self.insert(table, shape.by_column(row)) and not row.complete:
            self._cut[table].add(row.id)

    def insert(self, table: str, values: Mapping[str, Value]) -> bool:
        """Save a row without values that violate a constraint; returns whether a row was added."""
        known = {name: value for name, value in values.items() if value is not None}
        if table == "changes" and not is_valid_change(*map(known.get, ("action", "table_name", "before"))):
            self.lost[table].add(int(str(known["id"])))
            return False
        if table == "readings":
            known = {"created_at": "", "updated_at": ""} | known
        try:
            return self._insert_row(table, known)
        except (sqlite3.Error, OverflowError):
            return self._insert_value_by_value(table, known)

    def save_words(self, row: Row) -> None:
        """Use a row of WORDS_TABLE for a reading that is lost or damaged, or whose book is lost."""
        if len(row.values) < 2 or row.id < 1:
            return
        words = [value if isinstance(value, str) else None for value in row.values[1:8]]
        words += [None] * (7 - len(words))
        there = self.connection.execute(_CURRENT_TEXTS, (row.id,)).fetchone()
        if there is None and self.was_deleted("readings", row.id):
            return
        if there is None or there[2] is None:
            self.connection.execute(
                "INSERT OR IGNORE INTO temp.words VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (row.id, *words)
            )
        for (column, place), text in zip(_TEXT_COLUMNS.items(), there or (), strict=False):
            better = row.values[place] if place < len(row.values) else None
            if isinstance(better, str) and text != better and self._is_better(row, column, better, text):
                self.connection.execute(f"UPDATE readings SET {column} = ? WHERE id = ?", (better, row.id))

    def was_deleted(self, table: str, id_: int) -> bool:
        """Whether the change log says that this row was deleted."""
        return bool(self.connection.execute(_LAST_ACTION, (table, id_)).fetchone() == (1,))

    def has_row(self, table: str, id_: Value) -> bool:
        """Whether the row was saved."""
        return self.connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id_,)).fetchone() is not None

    def row_counts(self) -> list[int]:
        """The number of saved rows of each table."""
        return [self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLE_NAMES]

    def report(self) -> list[SavedTable]:
        """How much of each table was saved."""
        return [
            SavedTable(
                table,
                saved,
                tuple(sorted(self.reconstructed[table])),
                tuple(sorted(self.lost[table])),
                tuple((id_, column) for name, id_, column in self._blank if name == table),
                tuple(sorted(self._cut[table])),
            )
            for table, saved in zip(TABLE_NAMES, self.row_counts(), strict=True)
        ]

    def fill_timestamps(self) -> None:
        """Give readings with lost timestamps the times of their first and last entry in the change log."""
        for column, line in (("created_at", "min"), ("updated_at", "max")):
            self.connection.execute(_TIMESTAMP_FROM_LOG.format(column=column, line=line))

    def find_gaps(self) -> None:
        """Count every id as lost that was used, is missing, and was not deleted according to the change log."""
        for table in TABLE_NAMES:
            query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
            (highest,) = self.connection.execute(query, (table,)).fetchone() or (0,)
            (there,) = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if there < highest < there + _MAX_GAPS:
                asked = {"table": table, "highest": highest}
                self.lost[table] |= {id_ for (id_,) in self.connection.execute(_MISSING_IDS.format(table), asked)}

    def _is_better(self, row: Row, column: str, better: str, text: str | None) -> bool:
        """Whether the index has the text and the row does not: it was cut, lost or damaged."""
        if "\ufffd" in better or CONTROL_CHARACTERS.search(better):
            return False
        if text is None:
            return ("readings", row.id, column) in self._blank or row.id in self._cut["readings"]
        is_cut = row.id in self._cut["readings"] and len(text) < len(better)
        return is_cut or "\ufffd" in text or bool(CONTROL_CHARACTERS.search(text))

    def _insert_row(self, table: str, values: Mapping[str, Value]) -> bool:
        if self.has_row(table, values["id"]):
            return False
        places = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", tuple(values.values()))
        return True

    def _insert_value_by_value(self, table: str, values: Mapping[str, Value]) -> bool:
        """Save the required values first, then one value after the other."""
        needed = {"id", *self.shapes[table].required_columns()}
        try:
            if not self._insert_row(table, {name: value for name, value in values.items() if name in needed}):
                return False
        except (sqlite3.Error, OverflowError):
            self.lost[table].add(int(str(values["id"])))
            return False
        for name, value in values.items():
            if name not in needed:
                self._set_value(table, int(str(values["id"])), name, value)
        return True

    def _set_value(self, table: str, id_: int, column: str, value: Value) -> None:
        try:
            self.connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, id_))
        except (sqlite3.Error, OverflowError):
            self._blank.append((table, id_, column))
