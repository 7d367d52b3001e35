"""Undo an operation: every row becomes what it was before, except where later operations changed it.

- What the operation inserted is deleted, unless something else needs it by now: a book stays while
  it has readings, an author or a tag while it has books.
- What it updated is set back column by column, and what it deleted is restored under its old id.
- The contributors of a book are set back all together or not at all.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from readlog.core.clock import now
from readlog.core.errors import ConflictingChange
from readlog.history.changelog import Row, UndoTarget, current_row, effective_operations, undone_operations
from readlog.history.changes_of_operation import Key, LaterChanges, OperationEffects
from readlog.history.results import UndoResult
from readlog.history.row_restorer import RowRestorer
from readlog.query.id_list import IN_IDS, to_json_array
from readlog.readings.save_rows import delete_unused
from readlog.storage.transaction import logged_operation

_OWNERS = {
    "quotes": ("readings", "reading_id"),
    "contributions": ("books", "book_id"),
    "book_tags": ("books", "book_id"),
}
"""The table whose row must exist for a row of this table to be restored, and the column that names it."""


def undo_operation(connection: sqlite3.Connection, target: UndoTarget, *, force: bool) -> UndoResult:
    """Revert an operation, in an operation of its own.

    Raises ConflictingChange if later operations changed the same rows, unless `force`: then those
    changes stay and the rest is reverted. Also raises it if nothing is left to revert.
    """
    with logged_operation(connection, target.command, undoes=target.operation):
        return _revert(connection, target, force)


def _revert(connection: sqlite3.Connection, target: UndoTarget, force: bool) -> UndoResult:
    if target.operation in undone_operations(connection):
        raise ConflictingChange(f"Operation {target.operation} was taken back in another terminal meanwhile.")
    plan = _UndoPlan(connection, target.operation)
    later = effective_operations(connection, plan.later.operations(plan.kept))
    if plan.kept and not force:
        raise _incomplete(target.operation, later)
    before = connection.total_changes
    try:
        plan.apply()
    except sqlite3.IntegrityError as error:
        raise ConflictingChange(
            f"Operation {target.operation} cannot be taken back: what is there now does not allow it ({error})."
        ) from error
    if connection.total_changes == before:
        raise ConflictingChange(
            f"Of operation {target.operation} there is nothing left to take back. "
            "Name another one by its number: readlog history"
        )
    (by,) = connection.execute("SELECT max(id) FROM operations").fetchone()
    return UndoResult(target.original, by, target.original_command, len(plan.kept), later)


def _incomplete(operation: int, later: list[int]) -> ConflictingChange:
    """The error for an undo that would keep some rows. Without later operations, the log has too little about them."""
    message = f"Operation {operation} cannot be taken back whole: "
    if not later:
        return ConflictingChange(
            f"{message}another tool has changed rows in a way that the log does not tell.\n"
            "With --force all that it does tell is taken back."
        )
    numbers = ", ".join(map(str, later[:10])) + (f" and {len(later) - 10} more" if len(later) > 10 else "")
    return ConflictingChange(
        f"{message}the same was changed later, by operation{'' if len(later) == 1 else 's'} {numbers}.\n"
        "Take back those first, or with --force what they left untouched."
    )


class _UndoPlan:
    """What to delete, update and restore to undo an operation; `kept` are the rows that later operations changed."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self._connection = connection
        self._effects = OperationEffects(connection, operation)
        self._restorer = RowRestorer(connection)
        self.later = LaterChanges(connection, operation)
        self.kept: set[Key] = set(self._effects.unknown)
        self._to_delete: dict[str, set[int]] = defaultdict(set)
        self._to_update: dict[Key, dict[str, object]] = {}
        self._to_restore: dict[str, list[int]] = defaultdict(list)
        self._to_date: set[int] = set()
        self._plan()

    def _plan(self) -> None:
        self._to_delete["readings"] = self._inserted_readings()
        self._plan_quotes()
        self._plan_links()
        self._plan_goals()
        books = self._books_with_changed_contributors()
        for key in self._effects.updated:
            self._plan_update(key, books)
        for key in self._effects.deleted:
            self._plan_restoration(key, books)

    def apply(self) -> None:
        """Write the changes, in an order in which every row that another one refers to exists."""
        changes_before = self._connection.total_changes
        people, tags = self._linked_names()
        books = {
            *self._select_ids("SELECT book_id FROM readings WHERE id", self._to_delete["readings"]),
            *self._effects.inserted["books"],
        }
        for table in ("quotes", "book_tags", "contributions", "readings", "goals"):
            ids = to_json_array(self._to_delete[table])
            self._connection.execute(f"DELETE FROM {table} WHERE id {IN_IDS}", (ids,))
        delete_unused(self._connection, books, people, tags)
        for table in ("people", "tags", "books"):
            self._restore(table)
        for (table, row_id), values in self._to_update.items():
            columns = ", ".join(f"{column} = ?" for column in values)
            self._connection.execute(f"UPDATE {table} SET {columns} WHERE id = ?", (*values.values(), row_id))
        for table in ("contributions", "book_tags", "readings", "quotes", "goals"):
            self._restore(table)
        if self._connection.total_changes > changes_before:
            self._set_updated_at()
        delete_unused(self._connection, books, people, tags)

    def _restore(self, table: str) -> None:
        for row_id in sorted(self._to_restore[table]):
            self._restorer.restore(table, self._effects.deleted[table, row_id])

    def _set_updated_at(self) -> None:
        """Date the readings that are neither as they were before the operation nor as they are now."""
        timestamp = now()
        for row_id in self._to_date:
            self._connection.execute("UPDATE readings SET updated_at = ? WHERE id = ?", (timestamp, row_id))

    def _linked_names(self) -> tuple[set[int], set[int]]:
        """The people and tags that may be without a book after the undo."""
        books = f"SELECT book_id FROM readings WHERE id {IN_IDS}"
        readings = to_json_array(self._to_delete["readings"])
        found = []
        for links, column, table in (("contributions", "person_id", "people"), ("book_tags", "tag_id", "tags")):
            of_links = self._select_ids(f"SELECT {column} FROM {links} WHERE id", self._to_delete[links])
            of_books = self._first_column(f"SELECT {column} FROM {links} WHERE book_id IN ({books})", readings)
            found.append({*of_links, *of_books, *self._effects.inserted[table]})
        return found[0], found[1]

    # Rows that the operation inserted.

    def _inserted_readings(self) -> set[int]:
        """The inserted readings that can be deleted: no later change of themselves, their quotes or their book."""
        inserted_quotes = self._effects.inserted["quotes"]
        existing = set(self._select_ids("SELECT id FROM readings WHERE id", self._effects.inserted["readings"]))
        changed = {
            id_
            for id_ in existing & self.later.written_again("readings")
            if self.later.changed_columns("readings", id_)
        }
        for id_ in self.later.written_again("quotes") & inserted_quotes:
            if self.later.changed_columns("quotes", id_):
                self._keep(("quotes", id_), changed, self.later.row_after_operation("quotes", id_).get("reading_id"))
        for id_, reading_id in self._select("SELECT id, reading_id FROM quotes WHERE reading_id", existing):
            if id_ not in inserted_quotes:
                self._keep(("quotes", id_), changed, reading_id)
        changed &= existing
        self.kept |= {("readings", id_) for id_ in changed}
        return existing - changed - self._readings_of_changed_books(existing - changed)

    def _readings_of_changed_books(self, readings: set[int]) -> set[int]:
        """Those of the readings whose book would be deleted with them, although it was changed later."""
        book_ids = f"SELECT book_id FROM readings WHERE id {IN_IDS}"
        readings_of: dict[int, set[int]] = defaultdict(set)
        for id_, book_id in self._connection.execute(
            f"SELECT id, book_id FROM readings WHERE book_id IN ({book_ids})", (to_json_array(readings),)
        ):
            readings_of[book_id].add(id_)
        emptied = {book for book, ids in readings_of.items() if ids <= readings} & self._effects.inserted["books"]
        changed: set[int] = set()
        for id_ in emptied & self.later.written_again("books"):
            if self.later.changed_columns("books", id_):
                self._keep(("books", id_), changed, id_)
        for table in ("contributions", "book_tags"):
            self._keep_books_with_changed_links(table, emptied, changed)
        return {id_ for book in changed & emptied for id_ in readings_of[book]}

    def _keep_books_with_changed_links(self, table: str, books: set[int], changed: set[int]) -> None:
        inserted = self._effects.inserted[table]
        for id_ in self.later.written_again(table) & inserted:
            book = self.later.row_after_operation(table, id_).get("book_id")
            if book in books and self.later.changed_columns(table, id_):
                self._keep((table, id_), changed, book)
        for id_, book in self._select(f"SELECT id, book_id FROM {table} WHERE book_id", books):
            if id_ not in inserted:
                self._keep((table, id_), changed, book)

    def _keep(self, key: Key, changed: set[int], owner: int | None) -> None:
        """Keep a row, and add the reading or book that it belongs to to `changed`."""
        if owner is not None:
            self.kept.add(key)
            changed.add(owner)

    def _plan_quotes(self) -> None:
        """Delete the quotes that were added to readings which existed before."""
        quotes = self._select("SELECT id, reading_id FROM quotes WHERE id", self._effects.inserted["quotes"])
        for id_, reading_id in quotes:
            if reading_id not in self._effects.inserted["readings"]:
                self._delete_unless_changed("quotes", id_)

    def _plan_links(self) -> None:
        """Delete the contributors and tags that were added to books which existed before."""
        for table in ("contributions", "book_tags"):
            rows = self._select(f"SELECT id, book_id FROM {table} WHERE id", self._effects.inserted[table])
            self._to_delete[table] = {id_ for id_, book in rows if book not in self._effects.inserted["books"]}

    def _plan_goals(self) -> None:
        for id_ in self._select_ids("SELECT id FROM goals WHERE id", self._effects.inserted["goals"]):
            self._delete_unless_changed("goals", id_)

    def _delete_unless_changed(self, table: str, row_id: int) -> None:
        if self.later.changed_columns(table, row_id):
            self.kept.add((table, row_id))
        else:
            self._to_delete[table].add(row_id)

    def _books_with_changed_contributors(self) -> set[int]:
        """The books whose contributors are not as the operation left them; nothing about these is undone."""
        inserted = self._effects.inserted["contributions"] & self.later.written_again("contributions")
        rows = [("contributions", id_) for id_ in inserted]
        rows += [key for key in self._effects.updated if key[0] == "contributions"]
        changed = [
            (key, int(self.later.row_after_operation(*key)["book_id"]))
            for key in rows
            if self.later.changed_columns(*key)
        ]
        books = {book for _, book in changed if book not in self._effects.inserted["books"]}
        self.kept |= {key for key, book in changed if book in books}
        self._to_delete["contributions"] -= set(self._select_ids("SELECT id FROM contributions WHERE book_id", books))
        return books

    # Rows that the operation updated or deleted.

    def _plan_update(self, key: Key, books_with_changed_contributors: set[int]) -> None:
        table, row_id = key
        before = {column: value for column, value in self._effects.updated[key].items() if column != "updated_at"}
        current = current_row(self._connection, table, row_id)
        if current is None:
            # Unused people and tags are deleted by themselves, and contributions are checked by book.
            if before and table not in ("people", "tags", "contributions"):
                self.kept.add(key)
            return
        if table == "contributions" and current["book_id"] in books_with_changed_contributors:
            return
        values = self._values_to_set_back(key, before)
        if table == "readings":
            if self.later.has_new_updated_at(row_id):
                self._to_date.add(row_id)
            else:
                values["updated_at"] = self._effects.updated[key]["updated_at"]
        if values:
            self._to_update[key] = values

    def _values_to_set_back(self, key: Key, before: Row) -> dict[str, object]:
        """The values of `before` that no later operation changed. Keeps the row if it changed any, or took the name."""
        changed = self.later.changed_columns(*key, before) if before else set()
        if changed:
            self.kept.add(key)
            return {column: value for column, value in before.items() if column not in changed}
        if self._is_name_taken(key, before):
            self.kept.add(key)
            return {}
        return dict(before)

    def _is_name_taken(self, key: Key, values: Row) -> bool:
        """True if another person or tag has the name that would be set back."""
        table, row_id = key
        if table not in ("people", "tags") or "name" not in values:
            return False
        ids = self._first_column(f"SELECT id FROM {table} WHERE name = ? AND id <> ?", values["name"], row_id)
        return any(id_ not in self._effects.inserted[table] for id_ in ids)

    def _plan_restoration(self, key: Key, books_with_changed_contributors: set[int]) -> None:
        table, row_id = key
        before = self._effects.deleted[key]
        if current_row(self._connection, table, row_id) is not None:
            return
        if table == "contributions" and before["book_id"] in books_with_changed_contributors:
            return
        if blocking := self._blocking_row(table, before):
            self.kept.add(blocking)
        elif not self._restorer.exists(table, before):
            self._to_restore[table].append(row_id)

    def _blocking_row(self, table: str, before: Row) -> Key | None:
        """The row that prevents a restoration: the same one under another id, or one that it needs and is missing."""
        same = self._row_with_same_uid(table, before)
        if same is not None:
            return table, same
        if table == "goals":
            return None
        missing = self._restorer.missing_reference(table, before)
        if missing and missing not in self._effects.deleted:
            return missing
        if table not in _OWNERS:
            return None
        owner, column = _OWNERS[table]
        owner_key = owner, before[column]
        exists = current_row(self._connection, *owner_key) is not None or owner_key in self._effects.deleted
        return None if exists else owner_key

    def _row_with_same_uid(self, table: str, before: Row) -> int | None:
        """The id of the row that has the uid of a deleted one, or, for a goal, its year."""
        if table in ("readings", "quotes", "books"):
            ids = self._first_column(f"SELECT id FROM {table} WHERE uid = ?", before["uid"])
        elif table == "goals":
            goals = "SELECT id FROM goals WHERE year = ? OR uid = ?"
            ids = self._first_column(goals, before["year"], before["uid"])
        else:
            return None
        return ids[0] if ids else None

    # Queries.

    def _select(self, sql: str, ids: Iterable[int]) -> sqlite3.Cursor:
        return self._connection.execute(f"{sql} {IN_IDS}", (to_json_array(ids),))

    def _select_ids(self, sql: str, ids: Iterable[int]) -> list[int]:
        return [row[0] for row in self._select(sql, ids)]

    def _first_column(self, sql: str, *values: object) -> list[int]:
        return [row[0] for row in self._connection.execute(sql, values)]
