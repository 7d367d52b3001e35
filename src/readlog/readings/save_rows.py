"""Insert, update and delete the rows of books and readings. Everything here runs inside an operation."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from types import TracebackType
from typing import Any, Self

from readlog.core.clock import now
from readlog.core.domain_model import BOOK_FIELDS, Book, Contributor, Quote, Reading
from readlog.core.normalize_text import fold
from readlog.core.parse_fields import READING_KEYS
from readlog.core.reading_record import progress_note_to_record, to_record

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
"""The inserted columns by table, in an order that satisfies the foreign keys; a given uid is appended."""

_BATCH_SIZE = 100
"""Rows for each table, on average, after which they are inserted."""


class RowInserter:
    """Collects new rows and inserts them in batches, under ids that are known at once.

    Nothing can be read back before `flush`; `pending_keys` are the uids and ISBNs of collected rows.
    Names and the next ids are cached: call `reset` after anybody else has inserted or deleted rows.
    As a context manager it flushes at the end.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.pending_keys: set[str] = set()
        self._connection = connection
        self._now = now()
        self._rows: dict[tuple[str, bool], list[Sequence[Any]]] = {}
        self._row_count = 0
        self._person_ids: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not error:
            self.flush()

    def add_book(self, book: Book) -> int:
        """Add a book with its people and tags; returns its id. Its uid is kept unless another book has it."""
        id_ = self._next_id("books")
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
        self._collect("books", values, self._uid_if_unused("books", book.uid))
        for position, person in enumerate(book.contributors):
            self.add_contribution(id_, position, person)
        for tag in book.tags:
            self.add_tag(id_, tag)
        return id_

    def add_reading(self, reading: Reading, book_id: int, id_: int | None = None) -> int:
        """Add a reading with its quotes; returns its id, which is `id_` if given. Keeps its uid and timestamps."""
        id_ = self._next_id("readings", id_)
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
            reading.created_at or self._now,
            reading.updated_at or self._now,
        )
        self._collect("readings", values, reading.uid)
        for position, quote in enumerate(reading.quotes):
            self.add_quote(id_, position, quote)
        return id_

    def add_contribution(self, book_id: int, position: int, person: Contributor) -> None:
        """Add a person in a role to a book."""
        id_ = self._person_ids.get(person.name)
        if id_ is None:
            row = self._connection.execute("SELECT id FROM people WHERE name = ?", (person.name,)).fetchone()
            id_ = self._person_ids[person.name] = row[0] if row else self._add_name("people", person.name)
        self._collect("contributions", (book_id, id_, person.role, position))

    def add_tag(self, book_id: int, tag: str) -> None:
        """Add a tag to a book; an existing tag keeps its spelling."""
        id_ = self._tag_ids.get(tag) or self._tag_ids.get(fold(tag))
        if id_ is None:
            id_ = self._tag_ids[fold(tag)] = self._add_name("tags", tag)
        self._collect("book_tags", (book_id, id_))

    def add_quote(self, reading_id: int, position: int, quote: Quote) -> None:
        """Add a quote to a reading. Its uid is kept unless another quote has it."""
        values = (reading_id, position, quote.text, quote.page, quote.location, quote.remark, quote.marked_at)
        self._collect("quotes", values, self._uid_if_unused("quotes", quote.uid))

    def flush(self) -> None:
        """Insert the collected rows."""
        for table, columns in _COLUMNS.items():
            for with_uid in (False, True):
                if rows := self._rows.get((table, with_uid)):
                    names = f"{columns.replace(' ', ', ')}{', uid' if with_uid else ''}"
                    places = ", ".join("?" * len(rows[0]))
                    self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        self._rows.clear()
        self.pending_keys.clear()
        self._row_count = 0

    def reset(self) -> None:
        """Flush, and forget the cached names and ids."""
        self.flush()
        self._person_ids.clear()
        for cached in ("_tag_ids", "_last_ids"):
            vars(self).pop(cached, None)

    @cached_property
    def _tag_ids(self) -> dict[str, int]:
        """The ids of all tags by their names, and by their folded names."""
        tags = self._connection.execute("SELECT name, id FROM tags ORDER BY id DESC").fetchall()
        return {fold(name): id_ for name, id_ in tags} | dict(tags)

    @cached_property
    def _last_ids(self) -> dict[str, int]:
        """The highest id that each table has ever used."""
        return dict(self._connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def _next_id(self, table: str, id_: int | None = None) -> int:
        last = self._last_ids.get(table, 0)
        id_ = id_ or last + 1
        self._last_ids[table] = max(last, id_)
        return id_

    def _add_name(self, table: str, name: str) -> int:
        id_ = self._next_id(table)
        self._collect(table, (id_, name))
        return id_

    def _collect(self, table: str, values: tuple[Any, ...], uid: str | None = None) -> None:
        if uid:
            self.pending_keys.add(uid)
            values = (*values, uid)
        self._rows.setdefault((table, uid is not None), []).append(values)
        self._row_count += 1
        if self._row_count >= _BATCH_SIZE * len(_COLUMNS):
            self.flush()

    def _uid_if_unused(self, table: str, uid: str | None) -> str | None:
        """`uid` if no other row has it, otherwise None: a copied row gets a uid of its own."""
        if not uid or uid in self.pending_keys:
            return None
        taken = self._connection.execute(f"SELECT 1 FROM {table} WHERE uid = ?", (uid,)).fetchone()
        return None if taken else uid


def to_json_column(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A list or mapping as JSON with sorted keys, so that equal values have equal text."""
    if not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    return _json_encoder()(value)


@cache
def _json_encoder() -> Callable[[Any], str]:
    from json import JSONEncoder

    return JSONEncoder(ensure_ascii=False, sort_keys=True).encode


_READING_COLUMNS = [key for key in READING_KEYS if key != "quotes"]
_QUOTE_COLUMNS = ("text", "page", "location", "remark", "marked_at")

_WITHOUT_READINGS = "NOT EXISTS (SELECT 1 FROM readings WHERE book_id = books.id)"
_WITHOUT_BOOKS = "NOT EXISTS (SELECT 1 FROM contributions WHERE person_id = people.id)"
_WITHOUT_TAGGED_BOOKS = "NOT EXISTS (SELECT 1 FROM book_tags WHERE tag_id = tags.id)"
"""Conditions for unused books, people and tags, which are deleted so that no list or completion offers them."""


def update_book(connection: sqlite3.Connection, book_id: int, old: Book, new: Book) -> None:
    """Change the rows of a book from `old` to `new`, and `updated_at` of its readings."""
    if new == old:
        return
    changed = {name: getattr(new, name) for name in BOOK_FIELDS if getattr(new, name) != getattr(old, name)}
    _update(connection, "books", book_id, changed)
    _update_people(connection, book_id, old.contributors, new.contributors)
    _update_tags(connection, book_id, old.tags, new.tags)
    connection.execute("UPDATE readings SET updated_at = ? WHERE book_id = ?", (now(), book_id))


def update_reading(connection: sqlite3.Connection, old: Reading, new: Reading) -> None:
    """Change the rows of a reading, without its book, from `old` to `new`."""
    assert old.id is not None
    old_values, new_values = _reading_values(old), _reading_values(new)
    changed = {column: value for column, value in new_values.items() if value != old_values[column]}
    if changed or new.quotes != old.quotes:
        _update(connection, "readings", old.id, changed | {"updated_at": now()})
    _update_quotes(connection, old.id, old.quotes, new.quotes)


def delete_reading(connection: sqlite3.Connection, id_: int) -> None:
    """Delete the reading with its quotes, and the book if that was the only reading."""
    (book_id,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (id_,)).fetchone()
    connection.execute("DELETE FROM readings WHERE id = ?", (id_,))
    delete_book(connection, book_id)


def move_reading(connection: sqlite3.Connection, old: Reading, new: Reading, book_id: int) -> None:
    """Change the rows of a reading from `old` to `new`, and make it a reading of another book."""
    assert old.id is not None
    update_reading(connection, old, new)
    _update(connection, "readings", old.id, {"book_id": book_id, "updated_at": now()})


def delete_book(connection: sqlite3.Connection, book_id: int) -> None:
    """Delete the book if it has no readings, and then its people and tags that no other book has."""
    people = connection.execute("SELECT person_id FROM contributions WHERE book_id = ?", (book_id,)).fetchall()
    tags = connection.execute("SELECT tag_id FROM book_tags WHERE book_id = ?", (book_id,)).fetchall()
    connection.execute(f"DELETE FROM books WHERE id = ? AND {_WITHOUT_READINGS}", (book_id,))
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_WITHOUT_BOOKS}", people)
    connection.executemany(f"DELETE FROM tags WHERE id = ? AND {_WITHOUT_TAGGED_BOOKS}", tags)


def delete_unused(
    connection: sqlite3.Connection, books: Iterable[int], people: Iterable[int], tags: Iterable[int]
) -> None:
    """Delete the books without readings, then the people and tags without books, out of those given."""
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
    existing = {Contributor(name, role): (id_, position) for id_, _, name, role, position in rows}
    for person in existing.keys() - set(new):
        connection.execute("DELETE FROM contributions WHERE id = ?", (existing[person][0],))
    with RowInserter(connection) as inserter:
        for position, person in enumerate(new):
            if person not in existing:
                inserter.add_contribution(book_id, position, person)
            elif existing[person][1] != position:
                _update(connection, "contributions", existing[person][0], {"position": position})
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_WITHOUT_BOOKS}", [(row[1],) for row in rows])


def _update_tags(connection: sqlite3.Connection, book_id: int, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Add and remove tags; one that only differs in case or accents is respelled for every book."""
    if new == old:
        return
    wanted = {fold(tag): tag for tag in new}
    links = "SELECT tags.id, name FROM book_tags JOIN tags ON tags.id = tag_id WHERE book_id = ?"
    existing = connection.execute(links, (book_id,)).fetchall()
    for tag_id, name in existing:
        if fold(name) not in wanted:
            connection.execute("DELETE FROM book_tags WHERE book_id = ? AND tag_id = ?", (book_id, tag_id))
        elif name != wanted[fold(name)]:
            _respell(connection, tag_id, wanted[fold(name)])
    with RowInserter(connection) as inserter:
        for key in sorted(wanted.keys() - {fold(name) for _, name in existing}):
            inserter.add_tag(book_id, wanted[key])
    connection.executemany(
        f"DELETE FROM tags WHERE id = ? AND {_WITHOUT_TAGGED_BOOKS}", [(tag_id,) for tag_id, _ in existing]
    )


def _respell(connection: sqlite3.Connection, tag_id: int, name: str) -> None:
    """Rename a tag; if another tool has already added a tag of the new spelling, merge the two."""
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
    """The columns of `readings` with their stored values."""
    record = to_record(reading)
    values = {column: record[column] for column in _READING_COLUMNS}
    return values | {column: to_json_column(record[column]) for column in ("progress", "sources", "extra")}


def _update_quotes(
    connection: sqlite3.Connection, reading_id: int, old: tuple[Quote, ...], new: tuple[Quote, ...]
) -> None:
    """Match quotes by uid. A quote with an unknown or repeated uid is new, and gets a uid of its own."""
    existing = {quote.uid: (position, quote) for position, quote in enumerate(old)}
    for uid in existing.keys() - {quote.uid for quote in new}:
        connection.execute("DELETE FROM quotes WHERE uid = ?", (uid,))
    with RowInserter(connection) as inserter:
        for position, quote in enumerate(new):
            old_place = existing.pop(quote.uid, None)
            if not old_place:
                inserter.add_quote(reading_id, position, quote._replace(uid=None))
            elif old_place != (position, quote):
                (id_,) = connection.execute("SELECT id FROM quotes WHERE uid = ?", (quote.uid,)).fetchone()
                values = {column: getattr(quote, column) for column in _QUOTE_COLUMNS}
                _update(connection, "quotes", id_, values | {"position": position})
