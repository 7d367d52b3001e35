"""Deleted rows that come again, with what they need: their book, their people, their tags."""

import sqlite3

from readlog.history.log import Row, row_in
from readlog.storage.log_lines import is_line
from readlog.storage.triggers import COLUMNS

_GONE = """
SELECT operation_id, before FROM changes
WHERE table_name = ? AND row_id = ? AND action = 'delete' ORDER BY id DESC LIMIT 1
"""
_LINKS_GONE = """
SELECT table_name, before FROM changes
WHERE operation_id = ? AND action = 'delete' AND +table_name IN ('contributions', 'book_tags') ORDER BY id
"""
_NEEDS = {
    "contributions": {"person_id": "people"},
    "book_tags": {"tag_id": "tags"},
    "readings": {"book_id": "books"},
}
_ALIKE = {
    "people": "SELECT id FROM people WHERE name = :name",
    "tags": "SELECT id FROM tags WHERE name = :name",
    "contributions": "SELECT id FROM contributions WHERE (book_id, person_id, role) = (:book_id, :person_id, :role)",
    "book_tags": "SELECT id FROM book_tags WHERE (book_id, tag_id) = (:book_id, :tag_id)",
}
"""Where a table has a row only once: what is there already need not come again."""


class Returning:
    """Brings deleted rows again, under the numbers they had."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def row(self, table: str, row: Row) -> int:
        """Bring a row again; returns its number, or that of the one which is there in its place."""
        values = dict(row)
        for column, owner in _NEEDS.get(table, {}).items():
            values[column] = self._needed(owner, values[column])
        if there := self._there(table, values):
            return there
        names = [name for name in COLUMNS[table] if name in values]
        places = ", ".join(f":{name}" for name in names)
        self._connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", values)
        return int(values["id"])

    def is_taken(self, table: str, row: Row) -> bool:
        """Whether there is one in its place already."""
        return self._there(table, row) is not None

    def lacks(self, table: str, row: Row) -> tuple[str, int] | None:
        """A row that this one needs, and that has gone without a line in the log: another tool can do that."""
        for column, owner in _NEEDS.get(table, {}).items():
            if not self._is_known(owner, row[column]):
                return owner, row[column]
        return None

    def _is_known(self, table: str, id_: int) -> bool:
        """Whether a row is there, or was deleted and can come again."""
        there = f"SELECT 1 FROM {table} WHERE id = ?"
        if self._connection.execute(there, (id_,)).fetchone():
            return True
        gone = self._connection.execute(_GONE, (table, id_)).fetchone()
        return gone is not None and is_line("delete", table, gone[1])

    def _there(self, table: str, values: Row) -> int | None:
        found = self._connection.execute(f"SELECT id FROM {table} WHERE id = ?", (values["id"],)).fetchone()
        if not found and table in _ALIKE:
            found = self._connection.execute(_ALIKE[table], dict(values)).fetchone()
        return found[0] if found else None

    def _needed(self, table: str, id_: int) -> int:
        """The number of a row that another one needs; one that has gone since comes again."""
        if self._connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id_,)).fetchone():
            return id_
        operation, before = self._connection.execute(_GONE, (table, id_)).fetchone()
        there = self.row(table, row_in(before))
        if table == "books" and there == id_:
            self._links_of(id_, operation)
        return there

    def _links_of(self, book_id: int, operation: int) -> None:
        """The people and tags that a book had when it was deleted."""
        for table, before in self._connection.execute(_LINKS_GONE, (operation,)).fetchall():
            link = row_in(before)
            if link.get("book_id") == book_id:
                self.row(table, link)
