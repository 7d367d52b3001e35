"""What an import has set before, and what a reader has taken out since: the change log knows both."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from readlog.core.model import Book, Contributor, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.text import fold
from readlog.history.reading_versions import ColumnValue, column_history
from readlog.identity.similarity import Similarity, compare_names, compare_people, possible_authors, title_keys
from readlog.imports.extra_fields import changed_values, deep_merge
from readlog.imports.match_readings import PreviousState

OWN = "readlog"
"""The service of files that readlog has written: what such a file says a reader has said."""

_IMPORT = "import "
_BACK_OR_AGAIN = ("undo", "redo")

_BY_A_READER = f"(command IS NULL OR command = '{_IMPORT}{OWN}' OR command NOT GLOB '{_IMPORT}*')"
_CHANGED = f"FROM changes JOIN operations ON operations.id = operation_id WHERE {_BY_A_READER} AND"
_NOT_UNDONE = "ifnull(command, '') NOT GLOB 'undo*'"
_TAKEN_OFF = f"""
SELECT table_name, json_extract(before, '$.book_id'), json_extract(before, '$.tag_id'),
    json_extract(before, '$.person_id')
{_CHANGED} table_name IN ('book_tags', 'contributions') AND action = 'delete' AND {_NOT_UNDONE}
"""
_FORMER_NAMES = """
SELECT row_id, json_extract(before, '$.name') FROM changes
WHERE table_name = ? AND json_extract(before, '$.name') IS NOT NULL
"""
_BOOKS_OF = {
    "tags": "SELECT tag_id, book_id FROM book_tags",
    "people": "SELECT person_id, book_id FROM contributions",
}
_GONE_PEOPLE = """
SELECT json_extract(before, '$.book_id'), json_extract(before, '$.person_id') FROM changes
WHERE table_name = 'contributions' AND action = 'delete'
"""
_FORMER_QUOTES = f"""
SELECT coalesce(json_extract(before, '$.reading_id'), reading_id), json_extract(before, '$.text')
FROM changes JOIN operations ON operations.id = operation_id LEFT JOIN quotes ON quotes.id = row_id
WHERE {_NOT_UNDONE} AND table_name = 'quotes' AND json_extract(before, '$.text') IS NOT NULL
"""
_PUT_BY = """
SELECT person_id, command FROM changes JOIN operations ON operations.id = operation_id
JOIN contributions ON contributions.id = row_id JOIN people ON people.id = person_id
WHERE table_name = 'contributions' AND action = 'insert' AND book_id = ? AND name = ?
"""

_TELLING = ("status", "finished", "rating", "review")
"""What tells a reading from the others of its book."""


class ImportHistory:
    """What the change log says of what came from one service."""

    def __init__(self, connection: sqlite3.Connection, service: str) -> None:
        self._connection = connection
        self.service = service
        self.command = command_of(service)

    def history(self, table: str, id_: int, column: str) -> list[ColumnValue]:
        """The values that a column of `readings` or `books` has got, the newest first, as if nothing was undone."""
        settings = column_history(self._connection, table, id_, column)
        kept, place = [], 0
        while place < len(settings):
            back = _back(settings, place)
            kept += [] if back else [settings[place]]
            place += back or 1
        return kept

    def former(self, reading_id: int) -> PreviousState:
        """What a reading was before."""
        settings = {key: self.history("readings", reading_id, key) for key in _TELLING}
        was_told = any(each.command == self.command for key in ("status", "finished") for each in settings[key])
        dates = frozenset(each.value for each in settings["finished"] if each.value)
        by_hand = not any((each.command or "").startswith(_IMPORT) for each in settings["status"][-1:])
        status, finished, rating, review = map(self._last, settings.values())
        return PreviousState((status, finished, rating, review) if was_told else None, dates, by_hand)

    def _last(self, settings: Sequence[ColumnValue]) -> Any:
        """The value that the service has set last; where it has set none, the first one."""
        said = [each.value for each in settings if each.command == self.command]
        return (said or [each.value for each in settings[-1:]] or [None])[0]

    def last_extra(self, reading_id: int) -> Mapping[str, Any]:
        """What the service has put into `extra` of a reading, as it put it there last."""
        left: dict[str, Any] = {}
        before: Mapping[str, Any] = {}
        for setting in reversed(self.history("readings", reading_id, "extra")):
            extra = json.loads(setting.value)
            if setting.command == self.command:
                left = deep_merge(left, changed_values(before, extra))
            before = extra
        return left

    def tag_was_removed(self, book_id: int, tag: str) -> bool:
        """Whether a reader has taken this tag off the book, or has called it otherwise."""
        return fold(tag) in map(fold, self._former("book_tags", "tags", book_id))

    def person_was_removed(self, book_id: int, name: str) -> bool:
        """Whether a reader has taken this person off the book, in any role, or has respelled the name."""
        return any(compare_names(each, name) is Similarity.SAME for each in self.former_people(book_id))

    def former_people(self, book_id: int) -> list[str]:
        """The names that readers have taken off a book, or spelled otherwise."""
        return self._former("contributions", "people", book_id)

    def put_person(self, book_id: int, name: str) -> bool:
        """Whether it was this service that brought this person into the book, under this name."""
        found = self._connection.execute(_PUT_BY, (book_id, name)).fetchall()
        return len(found) == 1 and found[0][1] == self.command and (book_id, found[0][0]) not in self._gone_people

    def quote_was_there(self, reading_id: int, text: str) -> bool:
        """Whether a reading had a quote of this text that was removed or respelled."""
        return (reading_id, text) in self._former_quotes

    def _former(self, links: str, table: str, book_id: int) -> list[str]:
        return self._removed.get((links, book_id), []) + self._renamed.get((table, book_id), [])

    @cached_property
    def _removed(self) -> defaultdict[tuple[str, int], list[str]]:
        names = {table: self._names(table) for table in ("tags", "people")}
        removed: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for table, book_id, tag_id, person_id in self._connection.execute(_TAKEN_OFF):
            removed[table, book_id] += names["tags"][tag_id] if table == "book_tags" else names["people"][person_id]
        return removed

    @cached_property
    def _renamed(self) -> defaultdict[tuple[str, int], list[str]]:
        renamed: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for table, books in _BOOKS_OF.items():
            former = self._former_names(table)
            for id_, book_id in self._connection.execute(books) if former else ():
                renamed[table, book_id] += former.get(id_, ())
        return renamed

    def _names(self, table: str) -> defaultdict[int, list[str]]:
        """The names that each tag or person has or had."""
        names = defaultdict(list, self._former_names(table))
        for id_, name in self._connection.execute(f"SELECT id, name FROM {table}"):
            names[id_].append(name)
        return names

    def _former_names(self, table: str) -> dict[int, list[str]]:
        names = defaultdict(list)
        for id_, name in self._connection.execute(_FORMER_NAMES, (table,)):
            names[id_].append(name)
        return names

    @cached_property
    def _gone_people(self) -> set[tuple[int, int]]:
        return set(self._connection.execute(_GONE_PEOPLE))

    @cached_property
    def _former_quotes(self) -> set[tuple[int, str]]:
        return set(self._connection.execute(_FORMER_QUOTES))


def command_of(service: str) -> str:
    """How the operation of an import is called in the log."""
    return f"{_IMPORT}{service}"


def _back(settings: Sequence[ColumnValue], place: int) -> int:
    """How many values an undo or redo has gone back: over the value it took back, or only over a deletion."""
    if not (settings[place].command or "").startswith(_BACK_OR_AGAIN):
        return 0
    steps = (step for step in (1, 2) if place + step < len(settings))
    return next((step for step in steps if settings[place + step].value == settings[place].value), 0)


_DELETED = """
SELECT row_id, at, before FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND action = 'delete' AND ifnull(command, '') NOT GLOB 'undo*' ORDER BY changes.id
"""
_WAS_IMPORTED = """
SELECT 1 FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND row_id = ? AND action = 'insert' AND command GLOB 'import *'
"""
_BOOK = """
SELECT title, subtitle FROM books WHERE id = :id
UNION ALL SELECT json_extract(before, '$.title'), json_extract(before, '$.subtitle') FROM changes
WHERE table_name = 'books' AND row_id = :id AND action = 'delete'
"""
_PEOPLE = """
SELECT name, role FROM contributions JOIN people ON people.id = person_id WHERE book_id = :id
UNION SELECT ifnull(name, json_extract(gone.before, '$.name')), json_extract(links.before, '$.role')
FROM changes AS links
LEFT JOIN people ON people.id = json_extract(links.before, '$.person_id')
LEFT JOIN changes AS gone
    ON gone.table_name = 'people' AND gone.row_id = json_extract(links.before, '$.person_id') AND gone.action = 'delete'
WHERE links.table_name = 'contributions' AND links.action = 'delete' AND json_extract(links.before, '$.book_id') = :id
"""


class _Gone(NamedTuple):
    """A deleted reading: as much of it as it is known again by, its row, and when it was deleted."""

    reading: Reading
    id: int
    book_id: int
    at: str


class Deleted:
    """The readings that were deleted and have not come back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of(self, said: Reading) -> list[Reading]:
        """Those of which the source of a row has told; without a source, those of such a book.

        They are without their books, and their ids are negative.
        """
        if said.sources:
            return [each for source in said.sources for each in self._of_sources.get(source, ())]
        keys = title_keys(said.book.title, said.book.subtitle)
        found = self._of_titles.get(keys.full, ()) if self._all else ()
        return [each.reading for each in found if self._is_of(each, said.book)]

    def was(self, said: Reading) -> bool:
        """Whether this very reading was deleted, and not changed elsewhere since."""
        at = self._moments.get(said.uid or "")
        return bool(at and (said.updated_at or "") <= at)

    @cached_property
    def _all(self) -> list[_Gone]:
        gone = [_gone(*row) for row in self._connection.execute(_DELETED)]
        there = {uid for (uid,) in self._connection.execute("SELECT uid FROM readings")} if gone else set()
        return [each for each in gone if each.reading.uid not in there]

    @cached_property
    def _moments(self) -> Mapping[str, str]:
        return {each.reading.uid or "": each.at for each in self._all}

    @cached_property
    def _of_sources(self) -> Mapping[str, list[Reading]]:
        found: dict[str, list[Reading]] = {}
        for each in self._all:
            for source in each.reading.sources:
                found.setdefault(source, []).append(each.reading)
        return found

    @cached_property
    def _of_titles(self) -> Mapping[str, list[_Gone]]:
        """Those that an import has brought, by the titles of their books."""
        found: dict[str, list[_Gone]] = {}
        for each in self._all:
            if self._connection.execute(_WAS_IMPORTED, (each.id,)).fetchone():
                for title in self._connection.execute(_BOOK, {"id": each.book_id}):
                    found.setdefault(title_keys(*title).full, []).append(each)
        return found

    def _is_of(self, gone: _Gone, book: Book) -> bool:
        people = self._connection.execute(_PEOPLE, {"id": gone.book_id})
        names = possible_authors(Book("?", contributors=tuple(Contributor(*person) for person in people)))
        return compare_people(names, possible_authors(book)) is Similarity.SAME


def is_gone(reading: Reading) -> bool:
    """Whether this is one of those that were deleted."""
    return reading.id is not None and reading.id < 0


def _gone(id_: int, at: str, before: str) -> _Gone:
    row: Mapping[str, Any] = json.loads(before)
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
    return _Gone(reading, id_, row["book_id"], at)
