"""New rows: books with their people and tags, readings with their quotes. Runs inside an `operation`.

Rows are collected and inserted a thousand at a time. Their ids are known before: whoever holds the
write lock gives the next ones.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from types import TracebackType
from typing import Any, Self

from readlog.core.clock import now
from readlog.core.model import Book, Contributor, Quote, Reading
from readlog.core.record import as_item
from readlog.core.text import fold

_COLUMNS = {
    "books": "id title subtitle series series_number isbn publisher published pages language",
    "people": "id name",
    "contributions": "book_id person_id role position",
    "tags": "id name",
    "book_tags": "book_id tag_id",
    "readings": "id book_id status started finished rating format review private_note progress pile "
    "sources extra created_at updated_at",
    "quotes": "reading_id position text page location remark marked_at",
}
"""What is inserted into each table, in the order in which rows need others; a uid that is brought stands behind it."""

_AT_ONCE = 100


class Inserting:
    """Rows to be inserted by one connection, from which nothing is read before they were, by `flush`.

    `pending` are the uids and ISBNs of such rows. What it knows of people, tags and the next ids is
    true as long as nobody else inserts or deletes; else it must `forget`. As a context manager it
    inserts the rest at the end.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.pending: set[str] = set()
        self._connection = connection
        self._instant = now()
        self._rows: dict[tuple[str, bool], list[Sequence[Any]]] = {}
        self._waiting = 0
        self._people: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not error:
            self.flush()

    def book(self, book: Book) -> int:
        """A new book with its people and tags; returns its id. A uid that it brings is kept if no other has it."""
        id_ = self._next("books")
        values = (
            id_,
            book.title,
            book.subtitle,
            book.series,
            book.series_number,
            book.isbn,
            book.publisher,
            book.published,
            book.pages,
            book.language,
        )
        if book.isbn:
            self.pending.add(book.isbn)
        self._put("books", values, self._free_uid("books", book.uid))
        for position, person in enumerate(book.contributors):
            self.contribution(id_, position, person)
        for tag in book.tags:
            self.tag(id_, tag)
        return id_

    def reading(self, reading: Reading, book_id: int, id_: int | None = None) -> int:
        """A new reading of the book, its quotes with it; returns its id, which is `id_` where one is given.

        `uid` and instants that it brings are kept.
        """
        id_ = self._next("readings", id_)
        started, finished = reading.started, reading.finished
        values = (
            id_,
            book_id,
            reading.status,
            started.edtf if started else None,
            finished.edtf if finished else None,
            reading.rating,
            reading.format,
            reading.review,
            reading.private_note,
            as_json([as_item(mark) for mark in reading.progress]),
            reading.pile,
            as_json(reading.sources),
            as_json(reading.extra),
            reading.created_at or self._instant,
            reading.updated_at or self._instant,
        )
        self._put("readings", values, reading.uid)
        for position, quote in enumerate(reading.quotes):
            self.quote(id_, position, quote)
        return id_

    def contribution(self, book_id: int, position: int, person: Contributor) -> None:
        """A person in a role; whoever is not there yet is made."""
        id_ = self._people.get(person.name)
        if id_ is None:
            row = self._connection.execute("SELECT id FROM people WHERE name = ?", (person.name,)).fetchone()
            id_ = self._people[person.name] = row[0] if row else self._named("people", person.name)
        self._put("contributions", (book_id, id_, person.role, position))

    def tag(self, book_id: int, tag: str) -> None:
        """A tag on a book, as the tag was first spelled; it is made if it is new."""
        id_ = self._tags.get(tag) or self._tags.get(fold(tag))
        if id_ is None:
            id_ = self._tags[fold(tag)] = self._named("tags", tag)
        self._put("book_tags", (book_id, id_))

    def quote(self, reading_id: int, position: int, quote: Quote) -> None:
        """A quote of a reading. A uid that it brings is kept if no other has it."""
        values = (reading_id, position, quote.text, quote.page, quote.location, quote.remark, quote.marked_at)
        self._put("quotes", values, self._free_uid("quotes", quote.uid))

    def flush(self) -> None:
        """Insert what was collected."""
        for table, columns in _COLUMNS.items():
            for with_uid in (False, True):
                if rows := self._rows.get((table, with_uid)):
                    names = f"{columns.replace(' ', ', ')}{', uid' if with_uid else ''}"
                    places = ", ".join("?" * len(rows[0]))
                    self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        self._rows.clear()
        self.pending.clear()
        self._waiting = 0

    def forget(self) -> None:
        """Insert what was collected, and ask again who and what there is."""
        self.flush()
        self._people.clear()
        for known in ("_tags", "_last"):
            vars(self).pop(known, None)

    @cached_property
    def _tags(self) -> dict[str, int]:
        """The ids of all tags, by their names and by their names without case and accents."""
        tags = self._connection.execute("SELECT name, id FROM tags ORDER BY id DESC").fetchall()
        return {fold(name): id_ for name, id_ in tags} | dict(tags)

    @cached_property
    def _last(self) -> dict[str, int]:
        """The highest id that each table has ever given."""
        return dict(self._connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def _next(self, table: str, id_: int | None = None) -> int:
        """The next id of a table, or the one that is given."""
        last = self._last.get(table, 0)
        id_ = id_ or last + 1
        self._last[table] = max(last, id_)
        return id_

    def _named(self, table: str, name: str) -> int:
        id_ = self._next(table)
        self._put(table, (id_, name))
        return id_

    def _put(self, table: str, values: tuple[Any, ...], uid: str | None = None) -> None:
        if uid:
            self.pending.add(uid)
            values = (*values, uid)
        self._rows.setdefault((table, uid is not None), []).append(values)
        self._waiting += 1
        if self._waiting >= _AT_ONCE * len(_COLUMNS):
            self.flush()

    def _free_uid(self, table: str, uid: str | None) -> str | None:
        """The uid that a row brings, if no other has it: what was copied is another, and gets a uid of its own."""
        if not uid or uid in self.pending:
            return None
        taken = self._connection.execute(f"SELECT 1 FROM {table} WHERE uid = ?", (uid,)).fetchone()
        return None if taken else uid


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A list or a mapping as a column holds it, the names of a mapping in their order: so does an import bring them."""
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    return _encoder()(value)


@cache
def _encoder() -> Callable[[Any], str]:
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=False, sort_keys=True).encode
