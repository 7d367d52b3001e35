"""What earlier imports have set, and what the user has changed, removed or deleted since, from the change log."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from readlog.core.domain_model import Book, Contributor, Reading
from readlog.core.import_row import READLOG
from readlog.core.normalize_text import fold
from readlog.core.partial_date import PartialDate
from readlog.history.reading_versions import ColumnValue, column_history
from readlog.identity.compare_books import Similarity, compare_names, compare_people, possible_authors, title_keys
from readlog.imports.extra_fields import changed_values, deep_merge
from readlog.imports.match_readings import PreviousState

_IMPORT = "import "
_UNDO_OR_REDO = ("undo", "redo")

_BY_USER = f"(command IS NULL OR command = '{_IMPORT}{READLOG}' OR command NOT GLOB '{_IMPORT}*')"
"""An import of our own files counts as an edit by the user."""
_NOT_UNDO = "ifnull(command, '') NOT GLOB 'undo*'"
_REMOVED_LINKS = f"""
SELECT table_name, json_extract(before, '$.book_id'), json_extract(before, '$.tag_id'),
    json_extract(before, '$.person_id')
FROM changes JOIN operations ON operations.id = operation_id
WHERE {_BY_USER} AND table_name IN ('book_tags', 'contributions') AND action = 'delete' AND {_NOT_UNDO}
"""
_FORMER_NAMES = """
SELECT row_id, json_extract(before, '$.name') FROM changes
WHERE table_name = ? AND json_extract(before, '$.name') IS NOT NULL
"""
_BOOKS_BY_NAME = {
    "tags": "SELECT tag_id, book_id FROM book_tags",
    "people": "SELECT person_id, book_id FROM contributions",
}
_REMOVED_PEOPLE = """
SELECT json_extract(before, '$.book_id'), json_extract(before, '$.person_id') FROM changes
WHERE table_name = 'contributions' AND action = 'delete'
"""
_FORMER_QUOTES = f"""
SELECT coalesce(json_extract(before, '$.reading_id'), reading_id), json_extract(before, '$.text')
FROM changes JOIN operations ON operations.id = operation_id LEFT JOIN quotes ON quotes.id = row_id
WHERE {_NOT_UNDO} AND table_name = 'quotes' AND json_extract(before, '$.text') IS NOT NULL
"""
_ADDED_BY = """
SELECT person_id, command FROM changes JOIN operations ON operations.id = operation_id
JOIN contributions ON contributions.id = row_id JOIN people ON people.id = person_id
WHERE table_name = 'contributions' AND action = 'insert' AND book_id = ? AND name = ?
"""
_KEY_COLUMNS = ("status", "finished", "rating", "review")
"""The columns of `match_readings.KeyValues`."""

_DELETED_READINGS = f"""
SELECT row_id, at, before FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND action = 'delete' AND {_NOT_UNDO} ORDER BY changes.id
"""
_WAS_IMPORTED = """
SELECT 1 FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND row_id = ? AND action = 'insert' AND command GLOB 'import *'
"""
_TITLES_OF_BOOK = """
SELECT title, subtitle FROM books WHERE id = :id
UNION ALL SELECT json_extract(before, '$.title'), json_extract(before, '$.subtitle') FROM changes
WHERE table_name = 'books' AND row_id = :id AND action = 'delete'
"""
_PEOPLE_OF_BOOK = """
SELECT name, role FROM contributions JOIN people ON people.id = person_id WHERE book_id = :id
UNION SELECT ifnull(name, json_extract(gone.before, '$.name')), json_extract(links.before, '$.role')
FROM changes AS links
LEFT JOIN people ON people.id = json_extract(links.before, '$.person_id')
LEFT JOIN changes AS gone
    ON gone.table_name = 'people' AND gone.row_id = json_extract(links.before, '$.person_id') AND gone.action = 'delete'
WHERE links.table_name = 'contributions' AND links.action = 'delete' AND json_extract(links.before, '$.book_id') = :id
"""


class ImportHistory:
    """Queries on the change log for the imports of one service."""

    def __init__(self, connection: sqlite3.Connection, service: str) -> None:
        self._connection = connection
        self.command = import_command_name(service)

    def column_values(self, table: str, row_id: int, column: str) -> list[ColumnValue]:
        """The values that a column of `readings` or `books` has had, newest first, without undone ones."""
        values = column_history(self._connection, table, row_id, column)
        remaining, index = [], 0
        while index < len(values):
            undone = _undone_count(values, index)
            remaining += [] if undone else [values[index]]
            index += undone or 1
        return remaining

    def previous_state(self, reading_id: int) -> PreviousState:
        """What a reading was before, for matching."""
        values = {column: self.column_values("readings", reading_id, column) for column in _KEY_COLUMNS}
        was_imported = any(each.command == self.command for key in ("status", "finished") for each in values[key])
        dates = frozenset(each.value for each in values["finished"] if each.value)
        is_added_by_hand = not any((each.command or "").startswith(_IMPORT) for each in values["status"][-1:])
        status, finished, rating, review = map(self._last_set, values.values())
        return PreviousState((status, finished, rating, review) if was_imported else None, dates, is_added_by_hand)

    def last_extra(self, reading_id: int) -> Mapping[str, Any]:
        """The entries in `extra` of a reading that this service has set, with the values that it set last."""
        of_service: dict[str, Any] = {}
        before: Mapping[str, Any] = {}
        for each in reversed(self.column_values("readings", reading_id, "extra")):
            extra = json.loads(each.value)
            if each.command == self.command:
                of_service = deep_merge(of_service, changed_values(before, extra))
            before = extra
        return of_service

    def was_tag_removed(self, book_id: int, tag: str) -> bool:
        """True if the user has removed this tag from the book, or has renamed it."""
        return fold(tag) in map(fold, self._former_names("book_tags", "tags", book_id))

    def was_person_removed(self, book_id: int, name: str) -> bool:
        """True if the user has removed this person from the book, in any role, or has renamed them."""
        return any(compare_names(each, name) is Similarity.SAME for each in self.former_people(book_id))

    def former_people(self, book_id: int) -> list[str]:
        """The names that users have removed from a book, or changed."""
        return self._former_names("contributions", "people", book_id)

    def has_added_person(self, book_id: int, name: str) -> bool:
        """True if only this service has added the person of this name to the book."""
        found = self._connection.execute(_ADDED_BY, (book_id, name)).fetchall()
        return len(found) == 1 and found[0][1] == self.command and (book_id, found[0][0]) not in self._removed_people

    def was_quote_removed(self, reading_id: int, text: str) -> bool:
        """True if a reading had a quote of this text that was deleted or changed."""
        return (reading_id, text) in self._former_quotes

    def _last_set(self, values: Sequence[ColumnValue]) -> Any:
        """The value that the service has set last; if it has set none, the first one."""
        of_service = [each.value for each in values if each.command == self.command]
        return (of_service or [each.value for each in values[-1:]] or [None])[0]

    def _former_names(self, links: str, table: str, book_id: int) -> list[str]:
        return self._removed_names.get((links, book_id), []) + self._replaced_names.get((table, book_id), [])

    @cached_property
    def _removed_names(self) -> defaultdict[tuple[str, int], list[str]]:
        """The names that the user has removed, by the table of the link and the id of the book."""
        names = {table: self._all_names(table) for table in ("tags", "people")}
        removed: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for table, book_id, tag_id, person_id in self._connection.execute(_REMOVED_LINKS):
            removed[table, book_id] += names["tags"][tag_id] if table == "book_tags" else names["people"][person_id]
        return removed

    @cached_property
    def _replaced_names(self) -> defaultdict[tuple[str, int], list[str]]:
        """The names that tags or people of a book had before they were renamed, by table and id of the book."""
        replaced: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for table, books in _BOOKS_BY_NAME.items():
            former = self._names_before(table)
            for id_, book_id in self._connection.execute(books) if former else ():
                replaced[table, book_id] += former.get(id_, ())
        return replaced

    def _all_names(self, table: str) -> defaultdict[int, list[str]]:
        """The names that each tag or person has or had, by id."""
        names = defaultdict(list, self._names_before(table))
        for id_, name in self._connection.execute(f"SELECT id, name FROM {table}"):
            names[id_].append(name)
        return names

    def _names_before(self, table: str) -> dict[int, list[str]]:
        names = defaultdict(list)
        for id_, name in self._connection.execute(_FORMER_NAMES, (table,)):
            names[id_].append(name)
        return names

    @cached_property
    def _removed_people(self) -> set[tuple[int, int]]:
        return set(self._connection.execute(_REMOVED_PEOPLE))

    @cached_property
    def _former_quotes(self) -> set[tuple[int, str]]:
        return set(self._connection.execute(_FORMER_QUOTES))


class DeletedReadings:
    """The readings that were deleted and have not been restored, from the change log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def candidates(self, incoming: Reading) -> list[Reading]:
        """The deleted readings with a source of this one; if it has none, imported ones of the same book.

        They have a placeholder for their book, and negative ids, see `is_deleted`.
        """
        if incoming.sources:
            return [each for source in incoming.sources for each in self._by_source.get(source, ())]
        keys = title_keys(incoming.book.title, incoming.book.subtitle)
        found = self._by_title.get(keys.full, ()) if self._all else ()
        return [each.reading for each in found if self._is_of_book(each, incoming.book)]

    def contains(self, record: Reading) -> bool:
        """True if the reading of this uid was deleted, and the record was not updated elsewhere after that."""
        deleted_at = self._deletion_times.get(record.uid or "")
        return bool(deleted_at and (record.updated_at or "") <= deleted_at)

    @cached_property
    def _all(self) -> list["_DeletedReading"]:
        deleted = [_parse_deleted(*row) for row in self._connection.execute(_DELETED_READINGS)]
        existing = {uid for (uid,) in self._connection.execute("SELECT uid FROM readings")} if deleted else set()
        return [each for each in deleted if each.reading.uid not in existing]

    @cached_property
    def _deletion_times(self) -> Mapping[str, str]:
        return {each.reading.uid or "": each.deleted_at for each in self._all}

    @cached_property
    def _by_source(self) -> Mapping[str, list[Reading]]:
        found: dict[str, list[Reading]] = {}
        for each in self._all:
            for source in each.reading.sources:
                found.setdefault(source, []).append(each.reading)
        return found

    @cached_property
    def _by_title(self) -> Mapping[str, list["_DeletedReading"]]:
        """The deleted readings that an import had added, by the full title keys of their books."""
        found: dict[str, list[_DeletedReading]] = {}
        for each in self._all:
            if self._connection.execute(_WAS_IMPORTED, (each.id,)).fetchone():
                for title in self._connection.execute(_TITLES_OF_BOOK, {"id": each.book_id}):
                    found.setdefault(title_keys(*title).full, []).append(each)
        return found

    def _is_of_book(self, deleted: "_DeletedReading", book: Book) -> bool:
        people = self._connection.execute(_PEOPLE_OF_BOOK, {"id": deleted.book_id})
        names = possible_authors(Book("?", contributors=tuple(Contributor(*person) for person in people)))
        return compare_people(names, possible_authors(book)) is Similarity.SAME


def import_command_name(service: str) -> str:
    """The command under which an import of this service is in the change log."""
    return f"{_IMPORT}{service}"


def is_deleted(reading: Reading) -> bool:
    """True for a reading that comes from `DeletedReadings`."""
    return reading.id is not None and reading.id < 0


def _undone_count(values: Sequence[ColumnValue], index: int) -> int:
    """How many values from `index` on cancel out: those that an undo or redo went back over, 0 if it is none.

    That is its own value and the one that it took back, or its own alone where it restored a deleted row.
    """
    if not (values[index].command or "").startswith(_UNDO_OR_REDO):
        return 0
    steps = (step for step in (1, 2) if index + step < len(values))
    return next((step for step in steps if values[index + step].value == values[index].value), 0)


class _DeletedReading(NamedTuple):
    reading: Reading
    id: int
    book_id: int
    deleted_at: str


def _parse_deleted(id_: int, deleted_at: str, row_json: str) -> _DeletedReading:
    """A deleted reading from the row that the change log has kept, with the fields that matching needs."""
    row: Mapping[str, Any] = json.loads(row_json)
    sources: Iterable[Any] = json.loads(row["sources"])
    reading = Reading(
        Book("?"),
        row["status"],
        started=PartialDate.from_edtf(row["started"]) if row["started"] else None,
        finished=PartialDate.from_edtf(row["finished"]) if row["finished"] else None,
        rating=row["rating"],
        review=row["review"],
        private_note=row["private_note"],
        format=row["format"],
        sources=tuple(source for source in sources if isinstance(source, str)),
        id=-id_,
        extra=json.loads(row["extra"]),
        uid=row["uid"],
    )
    return _DeletedReading(reading, id_, row["book_id"], deleted_at)
