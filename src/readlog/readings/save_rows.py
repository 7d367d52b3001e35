"""New rows: books with their people and tags, readings with their quotes. Runs inside an `operation`.

Rows are collected and inserted a thousand at a time. Their ids are known before: whoever holds the
write lock gives the next ones.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from types import TracebackType
from typing import Any, Self

from readlog.core.clock import now
from readlog.core.fields import READING_KEYS
from readlog.core.model import BOOK_FIELDS, Book, Contributor, Quote, Reading
from readlog.core.record import progress_note_to_record, to_record
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

_BATCH_SIZE = 100


class RowInserter:
    """Rows to be inserted by one connection, from which nothing is read before they were, by `flush`.

    `pending_keys` are the uids and ISBNs of such rows. What it knows of people, tags and the next ids is
    true as long as nobody else inserts or deletes; else it must `reset`. As a context manager it
    inserts the rest at the end.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.pending_keys: set[str] = set()
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

    def add_book(self, book: Book) -> int:
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
            self.pending_keys.add(book.isbn)
        self._put("books", values, self._free_uid("books", book.uid))
        for position, person in enumerate(book.contributors):
            self.add_contribution(id_, position, person)
        for tag in book.tags:
            self.add_tag(id_, tag)
        return id_

    def add_reading(self, reading: Reading, book_id: int, id_: int | None = None) -> int:
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
            to_json_column([progress_note_to_record(note) for note in reading.progress]),
            reading.pile,
            to_json_column(reading.sources),
            to_json_column(reading.extra),
            reading.created_at or self._instant,
            reading.updated_at or self._instant,
        )
        self._put("readings", values, reading.uid)
        for position, quote in enumerate(reading.quotes):
            self.add_quote(id_, position, quote)
        return id_

    def add_contribution(self, book_id: int, position: int, person: Contributor) -> None:
        """A person in a role; whoever is not there yet is made."""
        id_ = self._people.get(person.name)
        if id_ is None:
            row = self._connection.execute("SELECT id FROM people WHERE name = ?", (person.name,)).fetchone()
            id_ = self._people[person.name] = row[0] if row else self._named("people", person.name)
        self._put("contributions", (book_id, id_, person.role, position))

    def add_tag(self, book_id: int, tag: str) -> None:
        """A tag on a book, as the tag was first spelled; it is made if it is new."""
        id_ = self._tags.get(tag) or self._tags.get(fold(tag))
        if id_ is None:
            id_ = self._tags[fold(tag)] = self._named("tags", tag)
        self._put("book_tags", (book_id, id_))

    def add_quote(self, reading_id: int, position: int, quote: Quote) -> None:
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
        self.pending_keys.clear()
        self._waiting = 0

    def reset(self) -> None:
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
            self.pending_keys.add(uid)
            values = (*values, uid)
        self._rows.setdefault((table, uid is not None), []).append(values)
        self._waiting += 1
        if self._waiting >= _BATCH_SIZE * len(_COLUMNS):
            self.flush()

    def _free_uid(self, table: str, uid: str | None) -> str | None:
        """The uid that a row brings, if no other has it: what was copied is another, and gets a uid of its own."""
        if not uid or uid in self.pending_keys:
            return None
        taken = self._connection.execute(f"SELECT 1 FROM {table} WHERE uid = ?", (uid,)).fetchone()
        return None if taken else uid


def to_json_column(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A list or a mapping as a column holds it, the names of a mapping in their order: so does an import bring them."""
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    return _encoder()(value)


@cache
def _encoder() -> Callable[[Any], str]:
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=False, sort_keys=True).encode


_READING_COLUMNS = [key for key in READING_KEYS if key != "quotes"]
_QUOTE_COLUMNS = ("text", "page", "location", "remark", "marked_at")

_WITHOUT_READINGS = "NOT EXISTS (SELECT 1 FROM readings WHERE book_id = books.id)"
_WITHOUT_BOOKS = "NOT EXISTS (SELECT 1 FROM contributions WHERE person_id = people.id)"
_WITHOUT_TAGGED_BOOKS = "NOT EXISTS (SELECT 1 FROM book_tags WHERE tag_id = tags.id)"
"""Books, people and tags that nothing needs any more go, so that nothing offers them."""


def update_book(connection: sqlite3.Connection, book_id: int, old: Book, new: Book) -> None:
    """Make the rows of the book, which are `old`, say `new`; all its readings are dated now."""
    if new == old:
        return
    changed = {name: getattr(new, name) for name in BOOK_FIELDS if getattr(new, name) != getattr(old, name)}
    _update(connection, "books", book_id, changed)
    _update_people(connection, book_id, old.contributors, new.contributors)
    _update_tags(connection, book_id, old.tags, new.tags)
    connection.execute("UPDATE readings SET updated_at = ? WHERE book_id = ?", (now(), book_id))


def update_reading(connection: sqlite3.Connection, old: Reading, new: Reading) -> None:
    """Make the rows of the reading, which are `old`, say `new`; its book is not touched."""
    assert old.id is not None
    before, after = _reading_values(old), _reading_values(new)
    changed = {column: value for column, value in after.items() if value != before[column]}
    if changed or new.quotes != old.quotes:
        _update(connection, "readings", old.id, changed | {"updated_at": now()})
    _update_quotes(connection, old.id, old.quotes, new.quotes)


def delete_reading(connection: sqlite3.Connection, id_: int) -> None:
    """Delete the reading with its quotes, and the book where it was the only one."""
    (book_id,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (id_,)).fetchone()
    connection.execute("DELETE FROM readings WHERE id = ?", (id_,))
    delete_book(connection, book_id)


def move_reading(connection: sqlite3.Connection, old: Reading, new: Reading, book_id: int) -> None:
    """Make the rows of the reading, which are `old`, say `new`, as a reading of another book."""
    assert old.id is not None
    update_reading(connection, old, new)
    _update(connection, "readings", old.id, {"book_id": book_id, "updated_at": now()})


def delete_book(connection: sqlite3.Connection, book_id: int) -> None:
    """Delete the book where it has no reading, with the people and tags that nothing else needs."""
    people = connection.execute("SELECT person_id FROM contributions WHERE book_id = ?", (book_id,)).fetchall()
    tags = connection.execute("SELECT tag_id FROM book_tags WHERE book_id = ?", (book_id,)).fetchall()
    connection.execute(f"DELETE FROM books WHERE id = ? AND {_WITHOUT_READINGS}", (book_id,))
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_WITHOUT_BOOKS}", people)
    connection.executemany(f"DELETE FROM tags WHERE id = ? AND {_WITHOUT_TAGGED_BOOKS}", tags)


def delete_unused(
    connection: sqlite3.Connection, books: Iterable[int], people: Iterable[int], tags: Iterable[int]
) -> None:
    """Delete those of the books that have no reading, then those of the people and tags that have no book."""
    connection.executemany(f"DELETE FROM books WHERE id = ? AND {_WITHOUT_READINGS}", [(id_,) for id_ in books])
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_WITHOUT_BOOKS}", [(id_,) for id_ in people])
    connection.executemany(f"DELETE FROM tags WHERE id = ? AND {_WITHOUT_TAGGED_BOOKS}", [(id_,) for id_ in tags])


def _update(connection: sqlite3.Connection, table: str, id_: int, values: dict[str, Any]) -> None:
    if values:
        pairs = ", ".join(f"{column} = ?" for column in values)
        connection.execute(f"UPDATE {table} SET {pairs} WHERE id = ?", (*values.values(), id_))


def _update_people(
    connection: sqlite3.Connection, book_id: int, old: tuple[Contributor, ...], new: tuple[Contributor, ...]
) -> None:
    if new == old:
        return
    rows = connection.execute(
        "SELECT contributions.id, person_id, name, role, position FROM contributions "
        "JOIN people ON people.id = person_id WHERE book_id = ?",
        (book_id,),
    ).fetchall()
    there = {Contributor(name, role): (id_, position) for id_, _, name, role, position in rows}
    for person in there.keys() - set(new):
        connection.execute("DELETE FROM contributions WHERE id = ?", (there[person][0],))
    with RowInserter(connection) as inserter:
        for position, person in enumerate(new):
            if person not in there:
                inserter.add_contribution(book_id, position, person)
            elif there[person][1] != position:
                _update(connection, "contributions", there[person][0], {"position": position})
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_WITHOUT_BOOKS}", [(row[1],) for row in rows])


def _update_tags(connection: sqlite3.Connection, book_id: int, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Take labels off and put labels on; one that is only spelled otherwise now is spelled so for every book."""
    if new == old:
        return
    wanted = {fold(tag): tag for tag in new}
    links = "SELECT tags.id, name FROM book_tags JOIN tags ON tags.id = tag_id WHERE book_id = ?"
    there = connection.execute(links, (book_id,)).fetchall()
    for tag_id, name in there:
        if fold(name) not in wanted:
            connection.execute("DELETE FROM book_tags WHERE book_id = ? AND tag_id = ?", (book_id, tag_id))
        elif name != wanted[fold(name)]:
            _respell(connection, tag_id, wanted[fold(name)])
    with RowInserter(connection) as inserter:
        for key in sorted(wanted.keys() - {fold(name) for _, name in there}):
            inserter.add_tag(book_id, wanted[key])
    connection.executemany(
        f"DELETE FROM tags WHERE id = ? AND {_WITHOUT_TAGGED_BOOKS}", [(tag_id,) for tag_id, _ in there]
    )


def _respell(connection: sqlite3.Connection, tag_id: int, name: str) -> None:
    """Spell a tag anew; where another tool has left a tag of that spelling beside it, the two become one."""
    books = "SELECT book_id FROM book_tags WHERE tag_id = ?"
    connection.execute(f"UPDATE readings SET updated_at = ? WHERE book_id IN ({books})", (now(), tag_id))
    twin = connection.execute("SELECT id FROM tags WHERE name = ? AND id <> ?", (name, tag_id)).fetchone()
    if not twin:
        _update(connection, "tags", tag_id, {"name": name})
        return
    move = f"UPDATE book_tags SET tag_id = ? WHERE tag_id = ? AND book_id NOT IN ({books})"
    connection.execute(move, (*twin, tag_id, *twin))
    connection.execute("DELETE FROM tags WHERE id = ?", (tag_id,))
    _update(connection, "tags", twin[0], {"name": name})


def _reading_values(reading: Reading) -> dict[str, Any]:
    """The columns of `readings` as SQLite stores them."""
    record = to_record(reading)
    values = {column: record[column] for column in _READING_COLUMNS}
    return values | {column: to_json_column(record[column]) for column in ("progress", "sources", "extra")}


def _update_quotes(
    connection: sqlite3.Connection, reading_id: int, old: tuple[Quote, ...], new: tuple[Quote, ...]
) -> None:
    """A quote is the same where its uid is this reading's, once; any other is a new one, with a uid of its own."""
    there = {quote.uid: (position, quote) for position, quote in enumerate(old)}
    for uid in there.keys() - {quote.uid for quote in new}:
        connection.execute("DELETE FROM quotes WHERE uid = ?", (uid,))
    with RowInserter(connection) as inserter:
        for position, quote in enumerate(new):
            before = there.pop(quote.uid, None)
            if not before:
                inserter.add_quote(reading_id, position, quote._replace(uid=None))
            elif before != (position, quote):
                (id_,) = connection.execute("SELECT id FROM quotes WHERE uid = ?", (quote.uid,)).fetchone()
                values = {column: getattr(quote, column) for column in _QUOTE_COLUMNS}
                _update(connection, "quotes", id_, values | {"position": position})
