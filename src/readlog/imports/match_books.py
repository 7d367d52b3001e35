"""Which book of the journal a row of a file is about: surely, perhaps, or none of them.

Sure is the same reading, the same source, the same uid, an ISBN that goes with the title or an
author, and the same title with an author in common; last the same main title, where only one of
the two has a subtitle. Perhaps is what comes close: it is told, and never merged.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from readlog.core.model import BOOK_FIELDS, Book, Reading
from readlog.identity.similarity import (
    BookComparison,
    Confidence,
    Similarity,
    TitleKeys,
    compare_books,
    compare_people,
    name_words,
    possible_authors,
    title_keys,
)
from readlog.imports.import_history import OWN, ImportHistory
from readlog.imports.match_readings import own_source
from readlog.query.id_list import to_json_array
from readlog.readings.load_rows import load_readings
from readlog.readings.save_rows import RowInserter

_CROWD = 8
"""Books of one title from which on they are told apart by their authors before one looks at them."""

_TITLES = "SELECT id, title, subtitle FROM books"
_FORMER_TITLES = """
SELECT books.id, ifnull(json_extract(before, '$.title'), title), coalesce(json_extract(before, '$.subtitle'), subtitle)
FROM changes JOIN books ON books.id = row_id
WHERE table_name = 'books' AND action = 'update'
AND coalesce(json_extract(before, '$.title'), json_extract(before, '$.subtitle')) IS NOT NULL
"""
_MAKERS = """
SELECT book_id, name FROM contributions JOIN people ON people.id = person_id
WHERE book_id IN (SELECT value FROM json_each(?))
"""


class Titles:
    """The ids of books by the keys of the titles that they have, or had before a reader respelled them.

    `flush` has everything in the tables that is to be read from them.
    """

    def __init__(self, connection: sqlite3.Connection, flush: Callable[[], None]) -> None:
        self._connection = connection
        self._flush = flush
        self._books: dict[str, list[int]] = {}
        self._crowded: dict[str, dict[str, list[int]]] = {}
        self.former: dict[int, set[TitleKeys]] = {}
        for id_, title, subtitle in connection.execute(_TITLES):
            self._add(id_, title_keys(title, subtitle))
        for id_, title, subtitle in connection.execute(_FORMER_TITLES):
            self.former.setdefault(id_, set()).add(title_keys(title, subtitle))
            self._add(id_, title_keys(title, subtitle))

    def add(self, id_: int, book: Book) -> None:
        """Know a book, or a title that it has got."""
        keys = title_keys(book.title, book.subtitle)
        self._add(id_, keys)
        for key in keys:
            if key in self._crowded:
                _enter(self._crowded[key], id_, possible_authors(book))

    def alike(self, book: Book) -> Iterable[int]:
        """The books that have this title, or that of one without its subtitle; of very many those by such an author."""
        for key in dict.fromkeys(title_keys(book.title, book.subtitle)):
            ids = self._books.get(key, [])
            yield from ids if len(ids) <= _CROWD else self._of_authors(key, ids, possible_authors(book))

    def _add(self, id_: int, keys: TitleKeys) -> None:
        for key in set(keys):
            ids = self._books.setdefault(key, [])
            if id_ not in ids[-_CROWD:]:
                ids.append(id_)

    def _of_authors(self, key: str, ids: list[int], names: list[str]) -> Iterable[int]:
        if key not in self._crowded:
            crowd = self._crowded[key] = {}
            people: dict[int, list[str]] = {id_: [] for id_ in ids}
            self._flush()
            for id_, name in self._connection.execute(_MAKERS, (to_json_array(ids),)):
                people[id_].append(name)
            for id_ in ids:
                _enter(crowd, id_, people[id_])
        crowd = self._crowded[key]
        words = {word for name in names for word in (name_words(name)[0], name_words(name)[-1])}
        found = [id_ for word in words for id_ in crowd.get(word, ())]
        return sorted({*found, *crowd.get("", ())[:_CROWD], *(() if names else ids[:_CROWD])})


def _enter(crowd: dict[str, list[int]], id_: int, names: list[str]) -> None:
    """Put a book under the last word of each name; it is looked for by the first as well, for names that are turned."""
    for word in {name_words(name)[-1] for name in names} or {""}:
        crowd.setdefault(word, []).append(id_)


_READINGS = "SELECT id FROM readings WHERE book_id = ? ORDER BY moment, id"
_SOURCES = "SELECT json_each.value, book_id FROM readings, json_each(readings.sources) WHERE sources <> '[]'"
_BROUGHT = """
SELECT 1 FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'books' AND row_id = ? AND action = 'insert' AND command = ?
"""
_SAME_ISBN = "SELECT id FROM books WHERE isbn = ? LIMIT 3"

_SEVERAL = "it can be one of several"
_SAME_NUMBER = "the same number at its source, but another title and author"
_SAME_MAIN_TITLE = "the same author and main title, but the file has both"
_MOST_DOUBTS = 3
"""Books that a row is told to be about perhaps."""


class BookWithReadings(NamedTuple):
    """A book of the journal with all its readings, the earliest first."""

    id: int
    book: Book
    readings: list[Reading]


class Match(NamedTuple):
    """The book that a reading is of, if it is there; whether its source says so; else what it may be, and why."""

    shelved: BookWithReadings | None = None
    by_source: bool = False
    perhaps: tuple[tuple[BookWithReadings, str], ...] = ()


class BookMatcher:
    """The books of a journal, and those that an import adds while it goes on."""

    def __init__(self, connection: sqlite3.Connection, told: ImportHistory, inserter: RowInserter) -> None:
        self._connection = connection
        self._told = told
        self._inserter = inserter
        self._of_uid: dict[str, int] = {}
        self._taken: set[int] = set()
        self._of_this_file: set[int] = set()

    def match(self, said: Reading) -> Match:
        """The book that this reading is of."""
        named = self._shelved(id_) if (id_ := self._named(said)) else None
        if named and (said.uid or said.book.uid or self._goes_with(named, said)):
            return Match(named, by_source=True)
        alike = [(shelved, self._liken(shelved, said)) for shelved in self._alike(said)]
        best = max((comparison.confidence for _, comparison in alike), default=Confidence.NONE)
        found = [shelved for shelved, comparison in alike if best and comparison.confidence == best]
        if len(found) > 1:
            found = [each for each in found if self._is_its_own(each, said)][:1] or found
        if len(found) == 1:
            return Match(found[0])
        perhaps = [(each, _SEVERAL) for each in found] or [(each, why) for each, (_, why) in alike if why]
        perhaps = perhaps or ([(named, _SAME_NUMBER)] if named else [])
        return Match(perhaps=tuple(perhaps[:_MOST_DOUBTS]))

    def remember(self, id_: int, said: Reading, book: Book | None = None) -> None:
        """Know what a row has told: the uid of a book and its sources; and the book, where it is new or has changed."""
        self._of_this_file.add(id_)
        for source in said.sources:
            self._sources[source] = id_
        if said.book.uid:
            self._of_uid[said.book.uid] = id_
            self._taken.add(id_)
        if book and "_titles" in vars(self):
            self._titles.add(id_, book)

    def _named(self, said: Reading) -> int | None:
        """The book that a uid or a source names. Where a file knows two books apart they are not made one."""
        if said.uid and (id_ := self._of_reading(said.uid) or self._sources.get(own_source(said))):
            return id_
        own = (source.removeprefix(f"{OWN}:") for source in said.sources if source.startswith(f"{OWN}:"))
        uid = said.book.uid
        named = (self._of_reading(each) for each in own)
        found = next(filter(None, named), None) or (uid and (self._of_uid.get(uid) or self._of_book(uid)))
        if found:
            return found
        ids = (self._sources.get(source) for source in said.sources)
        return next((id_ for id_ in ids if id_ and not self._is_of_another_uid(id_, said)), None)

    def _alike(self, said: Reading) -> Iterator[BookWithReadings]:
        """The books that share an ISBN or a title."""
        ids: list[int] = []
        if said.book.isbn:
            self._flush(said.book.isbn)
            ids += (row[0] for row in self._connection.execute(_SAME_ISBN, (said.book.isbn,)))
        ids += self._titles.alike(said.book)
        for id_ in dict.fromkeys(ids):
            if not self._is_of_another_uid(id_, said) and (shelved := self._shelved(id_)):
                yield shelved

    def _liken(self, shelved: BookWithReadings, said: Reading) -> BookComparison:
        book, known = said.book, shelved.book
        comparison = compare_books(known, self._keys(shelved), self._people(shelved, book), shelved.readings, said)
        if comparison.confidence == Confidence.MAIN_TITLE and shelved.id in self._of_this_file:
            return BookComparison(Confidence.NONE, _SAME_MAIN_TITLE)
        return comparison

    def _goes_with(self, shelved: BookWithReadings, said: Reading) -> bool:
        """Whether a title or an author is the same: services give some numbers twice, and readers too."""
        title = title_keys(said.book.title, said.book.subtitle)
        same_title = any({*title} & {*keys} for keys in self._keys(shelved))
        return same_title or self._people(shelved, said.book) is Similarity.SAME

    def _keys(self, shelved: BookWithReadings) -> set[TitleKeys]:
        """The titles that the book has or had."""
        own = title_keys(shelved.book.title, shelved.book.subtitle)
        return {own, *self._titles.former.get(shelved.id, ())}

    def _people(self, shelved: BookWithReadings, said: Book) -> Similarity:
        """Whether the book has, or had, a maker that is said."""
        known = shelved.book
        people = compare_people(possible_authors(known), possible_authors(said))
        if people is not Similarity.SAME and (former := self._told.former_people(shelved.id)):
            names = compare_people([*possible_authors(known), *former], possible_authors(said))
            people = Similarity.SAME if names is Similarity.SAME else people
        return people

    def _is_of_another_uid(self, id_: int, said: Reading) -> bool:
        """Whether the file has told of this book by another uid: then it is another book."""
        return bool(said.book.uid) and id_ in self._taken

    def _is_its_own(self, shelved: BookWithReadings, said: Reading) -> bool:
        """Whether the book says just what the row says, and it was this service that brought it in."""
        same = all(getattr(shelved.book, key) == getattr(said.book, key) for key in BOOK_FIELDS)
        return same and bool(self._connection.execute(_BROUGHT, (shelved.id, self._told.command)).fetchone())

    def _flush(self, name: str) -> None:
        """Have everything in the tables, if a uid or an ISBN is still to be inserted."""
        if name in self._inserter.pending_keys:
            self._inserter.flush()

    def _shelved(self, id_: int) -> BookWithReadings | None:
        self._inserter.flush()
        readings = load_readings(self._connection, (row[0] for row in self._connection.execute(_READINGS, (id_,))))
        return BookWithReadings(id_, readings[0].book, readings) if readings else None

    def _of_reading(self, uid: str) -> int | None:
        return self._one("SELECT book_id FROM readings WHERE uid = ?", uid)

    def _of_book(self, uid: str) -> int | None:
        return self._one("SELECT id FROM books WHERE uid = ?", uid)

    def _one(self, statement: str, value: str) -> int | None:
        self._flush(value)
        row = self._connection.execute(statement, (value,)).fetchone()
        return row[0] if row else None

    @cached_property
    def _sources(self) -> dict[str, int]:
        return dict(self._connection.execute(_SOURCES))

    @cached_property
    def _titles(self) -> Titles:
        return Titles(self._connection, self._inserter.flush)
