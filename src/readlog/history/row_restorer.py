"""Restoring deleted rows of the database under their old ids."""

import sqlite3

from readlog.history.changelog import Row, logged_row
from readlog.storage.triggers import LOGGED_COLUMNS, is_valid_change

_REFERENCES = {
    "contributions": {"person_id": "people"},
    "book_tags": {"tag_id": "tags"},
    "readings": {"book_id": "books"},
}
"""Rows that are restored together with a row that refers to them: the table by the column of the reference."""

_SAME_ROW = {
    "people": "SELECT id FROM people WHERE name = :name",
    "tags": "SELECT id FROM tags WHERE name = :name",
    "contributions": "SELECT id FROM contributions WHERE (book_id, person_id, role) = (:book_id, :person_id, :role)",
    "book_tags": "SELECT id FROM book_tags WHERE (book_id, tag_id) = (:book_id, :tag_id)",
}
"""Tables that have a row only once: if an equal row exists, the deleted one is not restored."""

_LAST_DELETION = """
SELECT operation_id, before FROM changes
WHERE table_name = ? AND row_id = ? AND action = 'delete' ORDER BY id DESC LIMIT 1
"""
_DELETED_LINKS = """
SELECT table_name, before FROM changes
WHERE operation_id = ? AND action = 'delete' AND +table_name IN ('contributions', 'book_tags') ORDER BY id
"""


class RowRestorer:
    """Restores deleted rows under their old ids, together with the rows that they refer to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def restore(self, table: str, row: Row) -> int:
        """Insert the row; returns its id, or that of an equal row that exists."""
        values = dict(row)
        for column, referenced in _REFERENCES.get(table, {}).items():
            values[column] = self._restore_referenced(referenced, values[column])
        if existing := self._find(table, values):
            return existing
        names = [name for name in LOGGED_COLUMNS[table] if name in values]
        places = ", ".join(f":{name}" for name in names)
        self._connection.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", values)
        return int(values["id"])

    def exists(self, table: str, row: Row) -> bool:
        """True if the row, or an equal one, exists."""
        return self._find(table, row) is not None

    def missing_reference(self, table: str, row: Row) -> tuple[str, int] | None:
        """Table and id of a row that this one refers to and that cannot be restored.

        Another program can delete a row without a line in the log.
        """
        for column, referenced in _REFERENCES.get(table, {}).items():
            if not self._can_be_restored(referenced, row[column]):
                return referenced, row[column]
        return None

    def _can_be_restored(self, table: str, id_: int) -> bool:
        if self._has_id(table, id_):
            return True
        deletion = self._connection.execute(_LAST_DELETION, (table, id_)).fetchone()
        return deletion is not None and is_valid_change("delete", table, deletion[1])

    def _find(self, table: str, values: Row) -> int | None:
        if self._has_id(table, values["id"]):
            return int(values["id"])
        if table not in _SAME_ROW:
            return None
        found = self._connection.execute(_SAME_ROW[table], dict(values)).fetchone()
        return found[0] if found else None

    def _has_id(self, table: str, id_: int) -> bool:
        return self._connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id_,)).fetchone() is not None

    def _restore_referenced(self, table: str, id_: int) -> int:
        """The id of a row that another one refers to; restores the row if it is deleted."""
        if self._has_id(table, id_):
            return id_
        operation, before = self._connection.execute(_LAST_DELETION, (table, id_)).fetchone()
        restored = self.restore(table, logged_row(before))
        if table == "books" and restored == id_:
            self._restore_links(id_, operation)
        return restored

    def _restore_links(self, book_id: int, operation: int) -> None:
        """Restore the people and tags that a book had when it was deleted."""
        for table, before in self._connection.execute(_DELETED_LINKS, (operation,)).fetchall():
            link = logged_row(before)
            if link.get("book_id") == book_id:
                self.restore(table, link)
