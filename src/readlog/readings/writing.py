"""From readings to rows: changing or deleting just the rows that differ.

Every function here runs inside an `operation`. Index and change log follow by trigger.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

from readlog.core.clock import now
from readlog.core.fields import BOOK_KEYS, READING_KEYS
from readlog.core.model import Book, Contributor, Quote, Reading
from readlog.core.record import to_record
from readlog.core.text import fold
from readlog.readings.save_rows import Inserting, as_json

_BOOK_COLUMNS = [key for key in BOOK_KEYS if key != "tags"]
_READING_COLUMNS = [key for key in READING_KEYS if key != "quotes"]
_QUOTE_COLUMNS = ("text", "page", "location", "remark", "marked_at")

_UNREAD = "NOT EXISTS (SELECT 1 FROM readings WHERE book_id = books.id)"
_IDLE = "NOT EXISTS (SELECT 1 FROM contributions WHERE person_id = people.id)"
_UNUSED = "NOT EXISTS (SELECT 1 FROM book_tags WHERE tag_id = tags.id)"
"""Books, people and tags that nothing needs any more go, so that nothing offers them."""


def update_book(connection: sqlite3.Connection, book_id: int, old: Book, new: Book) -> None:
    """Make the rows of the book, which are `old`, say `new`; all its readings are dated now."""
    if new == old:
        return
    changed = {name: getattr(new, name) for name in _BOOK_COLUMNS if getattr(new, name) != getattr(old, name)}
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
    connection.execute(f"DELETE FROM books WHERE id = ? AND {_UNREAD}", (book_id,))
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_IDLE}", people)
    connection.executemany(f"DELETE FROM tags WHERE id = ? AND {_UNUSED}", tags)


def delete_idle(
    connection: sqlite3.Connection, books: Iterable[int], people: Iterable[int], tags: Iterable[int]
) -> None:
    """Delete those of the books that have no reading, then those of the people and tags that have no book."""
    connection.executemany(f"DELETE FROM books WHERE id = ? AND {_UNREAD}", [(id_,) for id_ in books])
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_IDLE}", [(id_,) for id_ in people])
    connection.executemany(f"DELETE FROM tags WHERE id = ? AND {_UNUSED}", [(id_,) for id_ in tags])


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
    with Inserting(connection) as inserting:
        for position, person in enumerate(new):
            if person not in there:
                inserting.contribution(book_id, position, person)
            elif there[person][1] != position:
                _update(connection, "contributions", there[person][0], {"position": position})
    connection.executemany(f"DELETE FROM people WHERE id = ? AND {_IDLE}", [(row[1],) for row in rows])


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
    with Inserting(connection) as inserting:
        for key in sorted(wanted.keys() - {fold(name) for _, name in there}):
            inserting.tag(book_id, wanted[key])
    connection.executemany(f"DELETE FROM tags WHERE id = ? AND {_UNUSED}", [(tag_id,) for tag_id, _ in there])


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
    return values | {column: as_json(record[column]) for column in ("progress", "sources", "extra")}


def _update_quotes(
    connection: sqlite3.Connection, reading_id: int, old: tuple[Quote, ...], new: tuple[Quote, ...]
) -> None:
    """A quote is the same where its uid is this reading's, once; any other is a new one, with a uid of its own."""
    there = {quote.uid: (position, quote) for position, quote in enumerate(old)}
    for uid in there.keys() - {quote.uid for quote in new}:
        connection.execute("DELETE FROM quotes WHERE uid = ?", (uid,))
    with Inserting(connection) as inserting:
        for position, quote in enumerate(new):
            before = there.pop(quote.uid, None)
            if not before:
                inserting.quote(reading_id, position, quote._replace(uid=None))
            elif before != (position, quote):
                (id_,) = connection.execute("SELECT id FROM quotes WHERE uid = ?", (quote.uid,)).fetchone()
                values = {column: getattr(quote, column) for column in _QUOTE_COLUMNS}
                _update(connection, "quotes", id_, values | {"position": position})
