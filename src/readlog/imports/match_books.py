"""Find the stored book that an import row is about: certain, possible (reported, never merged), or none.

Certain is, in this order: the same uid or source id; the same ISBN with the same title or an author
in common; the same title with an author in common; the same main title with an author in common,
where only one of the two has a subtitle.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from readlog.core.domain_model import BOOK_FIELDS, Book, Reading
from readlog.core.import_row import READLOG
from readlog.identity.compare_books import (
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
from readlog.imports.import_history import ImportHistory
from readlog.imports.match_readings import own_source
from readlog.query.id_list import to_json_array
from readlog.readings.load_rows import load_readings
from readlog.readings.save_rows import RowInserter

_MANY_BOOKS = 8
"""Of more books than that with the same title, only those with a matching author are looked at."""
_MOST_DUPLICATES = 3
"""Possible duplicates that are reported for one row."""

_SEVERAL = "it can be one of several"
_SAME_NUMBER = "the same number at its source, but another title and author"
_SAME_MAIN_TITLE = "the same author and main title, but the file has both"

_TITLES = "SELECT id, title, subtitle FROM books"
_FORMER_TITLES = """
SELECT books.id, ifnull(json_extract(before, '$.title'), title), coalesce(json_extract(before, '$.subtitle'), subtitle)
FROM changes JOIN books ON books.id = row_id
WHERE table_name = 'books' AND action = 'update'
AND coalesce(json_extract(before, '$.title'), json_extract(before, '$.subtitle')) IS NOT NULL
"""
_PEOPLE = """
SELECT book_id, name FROM contributions JOIN people ON people.id = person_id
WHERE book_id IN (SELECT value FROM json_each(?))
"""
_READINGS = "SELECT id FROM readings WHERE book_id = ? ORDER BY moment, id"
_SOURCES = "SELECT json_each.value, book_id FROM readings, json_each(readings.sources) WHERE sources <> '[]'"
_WAS_INSERTED_BY = """
SELECT 1 FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'books' AND row_id = ? AND action = 'insert' AND command = ?
"""
_SAME_ISBN = "SELECT id FROM books WHERE isbn = ? LIMIT 3"


class BookWithReadings(NamedTuple):
    """A stored book: its row id, its fields, and all its readings, the earliest first."""

    id: int
    book: Book
    readings: list[Reading]


class Match(NamedTuple):
    """The stored book of a row, and whether its uid or source id says so; else what it may be, with the reasons."""

    found: BookWithReadings | None = None
    is_by_source: bool = False
    possible: tuple[tuple[BookWithReadings, str], ...] = ()


class BookMatcher:
    """Finds the books of a journal, including those that the running import adds."""

    def __init__(self, connection: sqlite3.Connection, history: ImportHistory, inserter: RowInserter) -> None:
        self._connection = connection
        self._history = history
        self._inserter = inserter
        self._ids_by_uid: dict[str, int] = {}
        self._ids_with_uid: set[int] = set()
        self._ids_of_this_import: set[int] = set()

    def match(self, incoming: Reading) -> Match:
        """Find the book of a reading of the file."""
        named = self._load(id_) if (id_ := self._find_by_uid_or_source(incoming)) else None
        if named and (incoming.uid or incoming.book.uid or self._has_same_title_or_author(named, incoming.book)):
            return Match(named, is_by_source=True)
        compared = [(book, self._compare(book, incoming)) for book in self._find_similar(incoming)]
        certain = self._most_confident(compared, incoming)
        if len(certain) == 1:
            return Match(certain[0])
        possible = [(book, _SEVERAL) for book in certain]
        possible = possible or [(book, comparison.doubt) for book, comparison in compared if comparison.doubt]
        possible = possible or ([(named, _SAME_NUMBER)] if named else [])
        return Match(possible=tuple(possible[:_MOST_DUPLICATES]))

    def remember(self, book_id: int, incoming: Reading, book: Book | None = None) -> None:
        """Record that a row is about this book. `book` are its new fields where it is new or has changed."""
        self._ids_of_this_import.add(book_id)
        for source in incoming.sources:
            self._ids_by_source[source] = book_id
        if incoming.book.uid:
            self._ids_by_uid[incoming.book.uid] = book_id
            self._ids_with_uid.add(book_id)
        if book and "_title_index" in vars(self):
            self._title_index.add(book_id, book)

    def _find_by_uid_or_source(self, incoming: Reading) -> int | None:
        """The id of the book that a uid or a source of the reading names."""
        if incoming.uid:
            id_ = self._id_by_reading_uid(incoming.uid) or self._ids_by_source.get(own_source(incoming))
            if id_:
                return id_
        for source in incoming.sources:
            if source.startswith(f"{READLOG}:") and (
                id_ := self._id_by_reading_uid(source.removeprefix(f"{READLOG}:"))
            ):
                return id_
        uid = incoming.book.uid
        if uid and (id_ := self._ids_by_uid.get(uid) or self._id_by_book_uid(uid)):
            return id_
        ids = (self._ids_by_source.get(source) for source in incoming.sources)
        return next((id_ for id_ in ids if id_ and not self._has_another_uid(id_, incoming)), None)

    def _find_similar(self, incoming: Reading) -> Iterator[BookWithReadings]:
        """The books that share the ISBN or a title."""
        ids: list[int] = []
        if incoming.book.isbn:
            self._flush_if_pending(incoming.book.isbn)
            ids += (row[0] for row in self._connection.execute(_SAME_ISBN, (incoming.book.isbn,)))
        ids += self._title_index.find(incoming.book)
        for id_ in dict.fromkeys(ids):
            if not self._has_another_uid(id_, incoming) and (book := self._load(id_)):
                yield book

    def _compare(self, stored: BookWithReadings, incoming: Reading) -> BookComparison:
        people = self._compare_people(stored, incoming.book)
        comparison = compare_books(stored.book, self._all_title_keys(stored), people, stored.readings, incoming)
        if comparison.confidence == Confidence.MAIN_TITLE and stored.id in self._ids_of_this_import:
            return BookComparison(Confidence.NONE, _SAME_MAIN_TITLE)
        return comparison

    def _most_confident(
        self, compared: Sequence[tuple[BookWithReadings, BookComparison]], incoming: Reading
    ) -> list[BookWithReadings]:
        """The books with the most confident comparison; of several the first that this service has added as it is."""
        best = max((comparison.confidence for _, comparison in compared), default=Confidence.NONE)
        books = [book for book, comparison in compared if best and comparison.confidence == best]
        if len(books) > 1:
            return [each for each in books if self._is_unchanged_import(each, incoming.book)][:1] or books
        return books

    def _has_same_title_or_author(self, stored: BookWithReadings, book: Book) -> bool:
        """Guards against ids that services use for two books, and users mistype."""
        keys = title_keys(book.title, book.subtitle)
        same_title = any({*keys} & {*known} for known in self._all_title_keys(stored))
        return same_title or self._compare_people(stored, book) is Similarity.SAME

    def _all_title_keys(self, stored: BookWithReadings) -> set[TitleKeys]:
        """The keys of the present and the former titles of the book."""
        present = title_keys(stored.book.title, stored.book.subtitle)
        return {present, *self._title_index.former_keys.get(stored.id, ())}

    def _compare_people(self, stored: BookWithReadings, book: Book) -> Similarity:
        """Compare the authors of both; those that the user has removed or renamed count for the stored one."""
        names, other_names = possible_authors(stored.book), possible_authors(book)
        similarity = compare_people(names, other_names)
        if similarity is not Similarity.SAME and (former := self._history.former_people(stored.id)):
            with_former = compare_people([*names, *former], other_names)
            return Similarity.SAME if with_former is Similarity.SAME else similarity
        return similarity

    def _has_another_uid(self, book_id: int, incoming: Reading) -> bool:
        """True if the file has had this book under another uid: two books of a file are not merged into one."""
        return bool(incoming.book.uid) and book_id in self._ids_with_uid

    def _is_unchanged_import(self, stored: BookWithReadings, book: Book) -> bool:
        """True if this service has added the book, and it has the same fields as the incoming one."""
        same = all(getattr(stored.book, key) == getattr(book, key) for key in BOOK_FIELDS)
        return same and bool(self._connection.execute(_WAS_INSERTED_BY, (stored.id, self._history.command)).fetchone())

    def _flush_if_pending(self, key: str) -> None:
        """Insert the collected rows if one of them has this uid or ISBN."""
        if key in self._inserter.pending_keys:
            self._inserter.flush()

    def _load(self, book_id: int) -> BookWithReadings | None:
        self._inserter.flush()
        ids = (row[0] for row in self._connection.execute(_READINGS, (book_id,)))
        readings = load_readings(self._connection, ids)
        return BookWithReadings(book_id, readings[0].book, readings) if readings else None

    def _id_by_reading_uid(self, uid: str) -> int | None:
        return self._select_id("SELECT book_id FROM readings WHERE uid = ?", uid)

    def _id_by_book_uid(self, uid: str) -> int | None:
        return self._select_id("SELECT id FROM books WHERE uid = ?", uid)

    def _select_id(self, statement: str, uid: str) -> int | None:
        self._flush_if_pending(uid)
        row = self._connection.execute(statement, (uid,)).fetchone()
        return row[0] if row else None

    @cached_property
    def _ids_by_source(self) -> dict[str, int]:
        return dict(self._connection.execute(_SOURCES))

    @cached_property
    def _title_index(self) -> "_TitleIndex":
        return _TitleIndex(self._connection, self._inserter.flush)


class _TitleIndex:
    """The ids of books by the keys of the titles that they have, or had before the user changed them.

    `flush` inserts collected rows, so that the tables are complete when they are read.
    """

    def __init__(self, connection: sqlite3.Connection, flush: Callable[[], None]) -> None:
        self._connection = connection
        self._flush = flush
        self._ids: dict[str, list[int]] = {}
        self._ids_by_author: dict[str, dict[str, list[int]]] = {}
        """For titles of many books: by title key and family name, which is empty for books without an author."""
        self.former_keys: dict[int, set[TitleKeys]] = {}
        for id_, title, subtitle in connection.execute(_TITLES):
            self._add_keys(id_, title_keys(title, subtitle))
        for id_, title, subtitle in connection.execute(_FORMER_TITLES):
            self.former_keys.setdefault(id_, set()).add(title_keys(title, subtitle))
            self._add_keys(id_, title_keys(title, subtitle))

    def add(self, book_id: int, book: Book) -> None:
        """Add a book, or the new title of one."""
        keys = title_keys(book.title, book.subtitle)
        self._add_keys(book_id, keys)
        for key in keys:
            if key in self._ids_by_author:
                _add_by_author(self._ids_by_author[key], book_id, possible_authors(book))

    def find(self, book: Book) -> Iterable[int]:
        """The books with the same full or main title; if they are many, only those with a similar author."""
        for key in dict.fromkeys(title_keys(book.title, book.subtitle)):
            ids = self._ids.get(key, [])
            yield from ids if len(ids) <= _MANY_BOOKS else self._find_by_author(key, ids, possible_authors(book))

    def _add_keys(self, book_id: int, keys: TitleKeys) -> None:
        for key in set(keys):
            ids = self._ids.setdefault(key, [])
            if book_id not in ids[-_MANY_BOOKS:]:
                ids.append(book_id)

    def _find_by_author(self, key: str, ids: list[int], names: list[str]) -> Iterable[int]:
        if key not in self._ids_by_author:
            by_author = self._ids_by_author[key] = {}
            people: dict[int, list[str]] = {id_: [] for id_ in ids}
            self._flush()
            for id_, name in self._connection.execute(_PEOPLE, (to_json_array(ids),)):
                people[id_].append(name)
            for id_ in ids:
                _add_by_author(by_author, id_, people[id_])
        by_author = self._ids_by_author[key]
        words = {word for name in names for word in (name_words(name)[0], name_words(name)[-1])}
        found = [id_ for word in words for id_ in by_author.get(word, ())]
        return sorted({*found, *by_author.get("", ())[:_MANY_BOOKS], *(() if names else ids[:_MANY_BOOKS])})


def _add_by_author(by_author: dict[str, list[int]], book_id: int, names: list[str]) -> None:
    """Add a book under the last word of each name; it is found by the first word too, for inverted names."""
    for word in {name_words(name)[-1] for name in names} or {""}:
        by_author.setdefault(word, []).append(book_id)
