"""Taking an operation back: every row as it was before it, but for what later operations have changed since.

What the operation inserted goes, unless something else has come to need it: a book stays while it
has readings, an author or a tag while it has books. What it changed is set back column by
column, and what it deleted comes again under its old number. The authors of a book are set back
together or not at all.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from readlog.core.clock import now
from readlog.core.errors import ConflictingChange
from readlog.history.changelog import (
    LogLine,
    Row,
    UndoTarget,
    current_row,
    effective_operations,
    log_lines,
    logged_row,
    row_before,
    undone_operations,
)
from readlog.history.results import UndoResult
from readlog.query.id_list import IN_IDS, to_json_array
from readlog.readings.save_rows import delete_unused
from readlog.storage.transaction import logged_operation
from readlog.storage.triggers import LOGGED_COLUMNS, is_valid_change

Key = tuple[str, int]
"""A row: its table and its number."""

_INSERTED = "SELECT table_name, row_id FROM changes WHERE operation_id = ? AND action = 'insert'"
_OTHER = """
SELECT id, operation_id, action, row_id, before, table_name FROM changes
WHERE operation_id = ? AND action <> 'insert' ORDER BY id DESC
"""
_REPLACED = """
SELECT mine.table_name, mine.row_id FROM changes AS mine JOIN changes AS earlier ON earlier.id = (
    SELECT max(id) FROM changes
    WHERE table_name = mine.table_name AND row_id = mine.row_id AND id < mine.id)
WHERE mine.operation_id = :operation AND mine.action = 'insert'
AND earlier.action <> 'delete' AND earlier.operation_id < :operation
"""
_LAST = "SELECT ifnull(max(id), 0) FROM changes WHERE operation_id = ?"
_CHANGED_AGAIN = """
SELECT table_name, row_id FROM changes AS mine WHERE operation_id = ? AND EXISTS (
    SELECT 1 FROM changes AS later
    WHERE later.table_name = mine.table_name AND later.row_id = mine.row_id AND later.id > ?)
"""


_NOT_READ: Row = {}


class OperationEffects:
    """The rows that an operation inserted, by table; and those it changed or deleted, as far as they were otherwise.

    What it did and took back itself it did not do. `unknown` are rows that were there before and of which the log does
    not say what they were: an INSERT OR REPLACE of another tool deletes without a trigger.
    """

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self.inserted: dict[str, set[int]] = defaultdict(set)
        self.updated: dict[Key, Row] = {}
        self.deleted = _Deleted(connection)
        self.unknown: set[Key] = set(connection.execute(_REPLACED, {"operation": operation}))
        for table, row_id in connection.execute(_INSERTED, (operation,)):
            if (table, row_id) not in self.unknown:
                self.inserted[table].add(row_id)
        groups: dict[Key, list[LogLine]] = defaultdict(list)
        for id_, by, action, row_id, before, table in connection.execute(_OTHER, (operation,)):
            if is_valid_change(action, table, before):
                groups[table, row_id].append(
                    LogLine(id_, by, action, row_id, _NOT_READ if action == "delete" else logged_row(before))
                )
            elif row_id not in self.inserted[table]:
                self.unknown.add((table, row_id))
        for key, group in groups.items():
            if key not in self.unknown:
                self._add(key, group)

    def _add(self, key: Key, group: list[LogLine]) -> None:
        """A row with other lines than that of its insertion, the newest first."""
        table, row_id = key
        is_gone = group[0].action == "delete"
        deletions = sum(line.action == "delete" for line in group)
        was_there = deletions - (row_id in self.inserted[table]) == is_gone
        if is_gone or was_there:
            self.inserted[table].discard(row_id)
        if was_there and is_gone and len(group) == 1:
            self.deleted.note(key, group[0].id)
        elif was_there:
            read = (
                line._replace(before=self.deleted.row(line.id)) if line.action == "delete" else line for line in group
            )
            before = reduce(row_before, read, None) or {}
            if is_gone:
                self.deleted.note(key, before)
            else:
                self.updated[key] = before


class _Deleted(Mapping[Key, Row]):
    """The rows that were deleted, each read when it is wanted: of an import they are a hundred thousand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[Key, Row | int] = {}

    def note(self, key: Key, row: Row | int) -> None:
        """A row, or the line of the log that says what it was."""
        self._rows[key] = row

    def row(self, line: int) -> Row:
        """What a line of the log says that a row was."""
        (before,) = self._connection.execute("SELECT before FROM changes WHERE id = ?", (line,)).fetchone()
        return logged_row(before)

    def __getitem__(self, key: Key) -> Row:
        row = self._rows[key]
        return self.row(row) if isinstance(row, int) else row

    def __iter__(self) -> Iterator[Key]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows


class LaterChanges:
    """What later operations have done to the rows of an operation."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self._connection = connection
        (self.last,) = connection.execute(_LAST, (operation,)).fetchone()
        self._again: set[Key] = set(connection.execute(_CHANGED_AGAIN, (operation, self.last)))

    def again(self, table: str) -> set[int]:
        """The rows of a table that the operation wrote, and a later one wrote again."""
        return {row_id for name, row_id in self._again if name == table}

    def was_left(self, table: str, row_id: int) -> Row:
        """The row as the operation left it; empty where it left none."""
        row = current_row(self._connection, table, row_id)
        for line in log_lines(self._connection, table, row_id, self.last + 1):
            row = row_before(row, line)
        return row or {}

    def changed(self, table: str, row_id: int, columns: Iterable[str] = ()) -> set[str]:
        """Those of the columns, or of all, that say something else now than the operation left; all if the row is gone.

        When a reading was changed last does not count: that is so for any change of its book.
        """
        asked = {*(columns or LOGGED_COLUMNS[table])} - {"updated_at"}
        if (table, row_id) not in self._again:
            return set()
        now, left = current_row(self._connection, table, row_id), self.was_left(table, row_id)
        return {column for column in asked if now is None or now[column] != left.get(column)}

    def was_dated(self, reading_id: int) -> bool:
        """Whether the reading was changed at another time than the operation left it with."""
        now = current_row(self._connection, "readings", reading_id)
        left = self.was_left("readings", reading_id)
        return not now or now["updated_at"] != left.get("updated_at")

    def operations(self, rows: Collection[Key]) -> list[int]:
        """The later operations that wrote these rows."""
        found: set[int] = set()
        for table, row_id in rows:
            written = "SELECT operation_id FROM changes WHERE table_name = ? AND row_id = ? AND id > ?"
            found.update(id_ for (id_,) in self._connection.execute(written, (table, row_id, self.last)))
        return sorted(found)


def rows_of(connection: sqlite3.Connection, question: str, *values: Any) -> list[Any]:
    """The first column of what a question answers."""
    return [row[0] for row in connection.execute(question, values)]


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


class RowRestorer:
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
        names = [name for name in LOGGED_COLUMNS[table] if name in values]
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
        return gone is not None and is_valid_change("delete", table, gone[1])

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
        there = self.row(table, logged_row(before))
        if table == "books" and there == id_:
            self._links_of(id_, operation)
        return there

    def _links_of(self, book_id: int, operation: int) -> None:
        """The people and tags that a book had when it was deleted."""
        for table, before in self._connection.execute(_LINKS_GONE, (operation,)).fetchall():
            link = logged_row(before)
            if link.get("book_id") == book_id:
                self.row(table, link)


_OWNERS = {
    "quotes": ("readings", "reading_id"),
    "contributions": ("books", "book_id"),
    "book_tags": ("books", "book_id"),
}


def undo_operation(connection: sqlite3.Connection, target: UndoTarget, *, force: bool) -> UndoResult:
    """Revert an operation, in an operation of its own.

    Raises ConflictingChange where later operations changed the same; with `force` what they changed stays.
    """
    with logged_operation(connection, target.command, undoes=target.operation):
        return _take_back(connection, target, force)


def _take_back(connection: sqlite3.Connection, target: UndoTarget, force: bool) -> UndoResult:
    if target.operation in undone_operations(connection):
        raise ConflictingChange(f"Operation {target.operation} was taken back in another terminal meanwhile.")
    undoing = _Undoing(connection, target.operation)
    undoing.plan()
    later = effective_operations(connection, undoing.since.operations(undoing.kept))
    if undoing.kept and not force:
        raise _not_whole(target.operation, later)
    before = connection.total_changes
    try:
        undoing.apply()
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
    return UndoResult(target.meant, by, target.command_meant, len(undoing.kept), later)


def _not_whole(operation: int, later: list[int]) -> ConflictingChange:
    """What is said where some of it must be kept; without later operations it is the log that knows too little."""
    said = f"Operation {operation} cannot be taken back whole: "
    if not later:
        return ConflictingChange(
            f"{said}another tool has changed rows in a way that the log does not tell.\n"
            "With --force all that it does tell is taken back."
        )
    return ConflictingChange(
        f"{said}the same was changed later, by {_listed(later)}.\n"
        "Take back those first, or with --force what they left untouched."
    )


def _listed(operations: list[int]) -> str:
    shown = ", ".join(map(str, operations[:10]))
    more = f" and {len(operations) - 10} more" if len(operations) > 10 else ""
    return f"operation{'' if len(operations) == 1 else 's'} {shown}{more}"


class _Undoing:
    """What is to be done to take an operation back, and `kept`: the rows that later operations have changed."""

    def __init__(self, connection: sqlite3.Connection, operation: int) -> None:
        self._connection = connection
        self._did = OperationEffects(connection, operation)
        self._returning = RowRestorer(connection)
        self.since = LaterChanges(connection, operation)
        self.kept: set[Key] = set(self._did.unknown)
        self._going: dict[str, set[int]] = defaultdict(set)
        self._set_back: dict[Key, dict[str, object]] = {}
        self._coming: dict[str, list[int]] = defaultdict(list)
        self._dated_again: set[int] = set()

    def plan(self) -> None:
        """Find out what goes, what is set back and what comes again."""
        readings = self._readings_that_go()
        self._going["readings"] = readings
        self._quotes_that_go()
        self._links_that_go()
        self._goals_that_go()
        touched_authors = self._books_with_other_authors()
        for key in self._did.updated:
            self._plan_update(key, touched_authors)
        for key in self._did.deleted:
            self._plan_restoration(key, touched_authors)

    def apply(self) -> None:
        """Do it, in an order in which no row is missed by another one."""
        before = self._connection.total_changes
        people, tags = self._linked()
        books = {
            *self._ids("SELECT book_id FROM readings WHERE id", self._going["readings"]),
            *self._did.inserted["books"],
        }
        for table in ("quotes", "book_tags", "contributions", "readings", "goals"):
            self._connection.execute(f"DELETE FROM {table} WHERE id {IN_IDS}", (to_json_array(self._going[table]),))
        delete_unused(self._connection, books, people, tags)
        for table in ("people", "tags", "books"):
            self._restore(table)
        for key, values in self._set_back.items():
            self._update(key, values)
        for table in ("contributions", "book_tags", "readings", "quotes", "goals"):
            self._restore(table)
        if self._connection.total_changes > before:
            self._date_again()
        delete_unused(self._connection, books, people, tags)

    def _readings_that_go(self) -> set[int]:
        """The inserted readings that nothing has touched since, neither themselves nor the books that go with them."""
        there = set(self._ids("SELECT id FROM readings WHERE id", self._did.inserted["readings"]))
        touched = {id_ for id_ in there & self.since.again("readings") if self.since.changed("readings", id_)}
        for id_ in self.since.again("quotes") & self._did.inserted["quotes"]:
            if self.since.changed("quotes", id_):
                self._keep(("quotes", id_), touched, self.since.was_left("quotes", id_).get("reading_id"))
        foreign = f"SELECT id, reading_id FROM quotes WHERE reading_id {IN_IDS}"
        for id_, reading_id in self._connection.execute(foreign, (to_json_array(there),)):
            if id_ not in self._did.inserted["quotes"]:
                self._keep(("quotes", id_), touched, reading_id)
        touched &= there
        self.kept |= {("readings", id_) for id_ in touched}
        return there - touched - self._readings_of_touched_books(there - touched)

    def _readings_of_touched_books(self, going: set[int]) -> set[int]:
        """Those of the readings whose books would go with them, although something was done to these since."""
        asked = f"SELECT id, book_id FROM readings WHERE book_id IN (SELECT book_id FROM readings WHERE id {IN_IDS})"
        readings: dict[int, set[int]] = defaultdict(set)
        for id_, book_id in self._connection.execute(asked, (to_json_array(going),)):
            readings[book_id].add(id_)
        emptied = {book for book, ids in readings.items() if ids <= going} & self._did.inserted["books"]
        touched: set[int] = set()
        for id_ in emptied & self.since.again("books"):
            if self.since.changed("books", id_):
                self._keep(("books", id_), touched, id_)
        for table in ("contributions", "book_tags"):
            self._keep_books_of_changed_links(table, emptied, touched)
        return {id_ for book in touched & emptied for id_ in readings[book]}

    def _keep_books_of_changed_links(self, table: str, books: set[int], touched: set[int]) -> None:
        inserted = self._did.inserted[table]
        for id_ in self.since.again(table) & inserted:
            book = self.since.was_left(table, id_).get("book_id")
            if book in books and self.since.changed(table, id_):
                self._keep((table, id_), touched, book)
        for id_, book in self._connection.execute(
            f"SELECT id, book_id FROM {table} WHERE book_id {IN_IDS}", (to_json_array(books),)
        ):
            if id_ not in inserted:
                self._keep((table, id_), touched, book)

    def _keep(self, key: Key, touched: set[int], owner: int | None) -> None:
        if owner is not None:
            self.kept.add(key)
            touched.add(owner)

    def _quotes_that_go(self) -> None:
        """The quotes that were added to readings which were there before."""
        there = self._connection.execute(
            f"SELECT id, reading_id FROM quotes WHERE id {IN_IDS}", (to_json_array(self._did.inserted["quotes"]),)
        ).fetchall()
        for id_, reading_id in there:
            if reading_id not in self._did.inserted["readings"]:
                if self.since.changed("quotes", id_):
                    self.kept.add(("quotes", id_))
                else:
                    self._going["quotes"].add(id_)

    def _links_that_go(self) -> None:
        """People and tags that books got which were there before."""
        for table in ("contributions", "book_tags"):
            asked = f"SELECT id, book_id FROM {table} WHERE id {IN_IDS}"
            rows = self._connection.execute(asked, (to_json_array(self._did.inserted[table]),)).fetchall()
            self._going[table] = {id_ for id_, book in rows if book not in self._did.inserted["books"]}

    def _goals_that_go(self) -> None:
        """The goals that nobody has changed since they were set."""
        for id_ in self._ids("SELECT id FROM goals WHERE id", self._did.inserted["goals"]):
            if self.since.changed("goals", id_):
                self.kept.add(("goals", id_))
            else:
                self._going["goals"].add(id_)

    def _books_with_other_authors(self) -> set[int]:
        """The books whose contributors are not as the operation left them; what it did to these stays."""
        inserted = self._did.inserted["contributions"] & self.since.again("contributions")
        parts = [("contributions", id_) for id_ in inserted]
        parts += [key for key in self._did.updated if key[0] == "contributions"]
        changed = [(key, int(self.since.was_left(*key)["book_id"])) for key in parts if self.since.changed(*key)]
        books = {book for _, book in changed if book not in self._did.inserted["books"]}
        self.kept |= {key for key, book in changed if book in books}
        rows = self._connection.execute(f"SELECT id FROM contributions WHERE book_id {IN_IDS}", (to_json_array(books),))
        self._going["contributions"] -= {id_ for (id_,) in rows}
        return books

    def _plan_update(self, key: Key, touched_authors: set[int]) -> None:
        table, row_id = key
        there = current_row(self._connection, table, row_id)
        before = {column: value for column, value in self._did.updated[key].items() if column != "updated_at"}
        if there is None:
            if before and table not in ("people", "tags", "contributions"):
                self.kept.add(key)
            return
        if table == "contributions" and there["book_id"] in touched_authors:
            return
        changed = self.since.changed(table, row_id, before) if before else set()
        values: dict[str, object] = {column: value for column, value in before.items() if column not in changed}
        if changed or self._is_taken(table, row_id, values):
            self.kept.add(key)
            values = values if changed else {}
        if table == "readings" and self.since.was_dated(row_id):
            self._dated_again.add(row_id)
        elif table == "readings":
            values["updated_at"] = self._did.updated[key]["updated_at"]
        if values:
            self._set_back[key] = values

    def _is_taken(self, table: str, row_id: int, values: dict[str, object]) -> bool:
        """Whether a name that would come back is another row's by now."""
        if table not in ("people", "tags") or "name" not in values:
            return False
        twin = f"SELECT id FROM {table} WHERE name = ? AND id <> ?"
        ids = rows_of(self._connection, twin, values["name"], row_id)
        return any(id_ not in self._did.inserted[table] for id_ in ids)

    def _plan_restoration(self, key: Key, touched_authors: set[int]) -> None:
        table, row_id = key
        before = self._did.deleted[key]
        if current_row(self._connection, table, row_id) is not None:
            return
        if table == "contributions" and before["book_id"] in touched_authors:
            return
        rival = self._rival(table, before)
        if rival:
            self.kept.add(rival)
        elif not self._returning.is_taken(table, before):
            self._coming[table].append(row_id)

    def _rival(self, table: str, before: object) -> Key | None:
        """The row because of which a deleted one cannot come again: the same under another number, or one it needs."""
        assert isinstance(before, dict)
        if table in ("readings", "quotes", "books"):
            same = rows_of(self._connection, f"SELECT id FROM {table} WHERE uid = ?", before["uid"])
            if same:
                return table, same[0]
        if table == "goals":
            same = rows_of(
                self._connection, "SELECT id FROM goals WHERE year = ? OR uid = ?", before["year"], before["uid"]
            )
            return (table, same[0]) if same else None
        lacks = self._returning.lacks(table, before)
        if lacks and lacks not in self._did.deleted:
            return lacks
        if table not in _OWNERS:
            return None
        owner, column = _OWNERS[table]
        id_ = before[column]
        is_there = current_row(self._connection, owner, id_) is not None or (owner, id_) in self._did.deleted
        return None if is_there else (owner, id_)

    def _date_again(self) -> None:
        """What is neither as it was before nor as it is now is a third state, of today."""
        moment = now()
        for row_id in self._dated_again:
            self._connection.execute("UPDATE readings SET updated_at = ? WHERE id = ?", (moment, row_id))

    def _restore(self, table: str) -> None:
        for row_id in sorted(self._coming[table]):
            self._returning.row(table, self._did.deleted[table, row_id])

    def _update(self, key: Key, values: dict[str, object]) -> None:
        pairs = ", ".join(f"{column} = ?" for column in values)
        self._connection.execute(f"UPDATE {key[0]} SET {pairs} WHERE id = ?", (*values.values(), key[1]))

    def _linked(self) -> tuple[set[int], set[int]]:
        """People and tags that may be of no book any more when all is done."""
        books = f"SELECT book_id FROM readings WHERE id {IN_IDS}"
        found = []
        for links, column, table in (("contributions", "person_id", "people"), ("book_tags", "tag_id", "tags")):
            of_links = self._ids(f"SELECT {column} FROM {links} WHERE id", self._going[links])
            of_books = rows_of(
                self._connection,
                f"SELECT {column} FROM {links} WHERE book_id IN ({books})",
                to_json_array(self._going["readings"]),
            )
            found.append({*of_links, *of_books, *self._did.inserted[table]})
        return found[0], found[1]

    def _ids(self, question: str, ids: Iterable[int]) -> list[int]:
        return rows_of(self._connection, f"{question} {IN_IDS}", to_json_array(ids))
