"""The readings that readers have deleted: an import does not bring them back, nor does it take others for them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from readlog.core.model import Book, Contributor, Reading
from readlog.core.partial_date import PartialDate
from readlog.identity.people import Likeness, likeness_of_people
from readlog.identity.similarity import makers, title_keys

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
        names = makers(Book("?", contributors=tuple(Contributor(*person) for person in people)))
        return likeness_of_people(names, makers(book)) is Likeness.SAME


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
