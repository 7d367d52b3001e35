"""What the three changes mean: add, edit, delete. Each runs inside an `operation`."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from readlog.core.errors import AlreadyExists, ConflictingChange, NotFound
from readlog.core.model import EDITION, Book, Reading
from readlog.identity.same_book import SameBook, find_same_books, the_one, with_more
from readlog.readings import save_rows
from readlog.readings.load_rows import load
from readlog.readings.save_rows import Inserting

_TOP = "SELECT id, pile FROM readings WHERE +status = 'to-read' AND pile IS NOT NULL ORDER BY pile DESC LIMIT 2"
_HIGHEST = 2**63 - 1
"""Another tool may have written it, and the file has no higher number."""


def on_top(connection: sqlite3.Connection, reading: Reading) -> int:
    """The height at which the reading lies on top of all others; the one it has, where it does so already."""
    rows = connection.execute(_TOP).fetchall()
    heights = [pile for _, pile in rows]
    if rows and rows[0][0] == reading.id and heights.count(heights[0]) == 1:
        return int(heights[0])
    return min(int(heights[0]) + 1, _HIGHEST) if heights else 1


def settled(before: Reading, after: Reading) -> Reading:
    """`after`, out of the pile if it was a want `before` and is none any more."""
    if before.status == "to-read" and after.status != "to-read":
        return after._replace(pile=None)
    return after


def add(connection: sqlite3.Connection, reading: Reading, again: bool, new_book: bool) -> int:
    """Insert a reading, of a new book or of one that is there; returns its id.

    Raises AlreadyExists, and with `again` NotFound and Ambiguous.
    """
    _check_uid(connection, reading)
    found = [] if new_book else find_same_books(connection, reading.book)
    if found and not again:
        raise _already(found)
    if again and not found:
        raise NotFound(f"{reading.book.name} is not in the journal. To add it, leave --again out.")
    book = the_one(found)
    if book:
        return add_to(connection, book.id, book.book, reading)
    with Inserting(connection) as inserting:
        return inserting.reading(reading, inserting.book(reading.book))


def add_to(connection: sqlite3.Connection, book_id: int, known: Book, reading: Reading) -> int:
    """Insert another reading of the book, of which so much is known; returns its id. Raises AlreadyExists."""
    _check_uid(connection, reading)
    reading = with_what_is_known(reading, known, reading.book)
    save_rows.update_book(connection, book_id, known, reading.book)
    with Inserting(connection) as inserting:
        return inserting.reading(reading, book_id)


def with_what_is_known(reading: Reading, known: Book, said: Book) -> Reading:
    """`reading` with its book as it is `known` and what was `said` adds; what is otherwise stays with the reading."""
    book, otherwise = with_more(known, said)
    if otherwise:
        reading = reading._replace(extra={**reading.extra, EDITION: _of_edition(reading, otherwise)})
    return reading._replace(book=book)


def edit(
    connection: sqlite3.Connection, id_: int, change: Callable[[Reading], Reading], seen: Reading | None
) -> Reading | None:
    """Replace the reading by `change` of it; None where that is what it was. Raises NotFound and ConflictingChange."""
    now = _as_seen(connection, id_, seen)
    new, before = settled(now, change(now)), connection.total_changes
    (book_id,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (id_,)).fetchone()
    save_rows.update_book(connection, book_id, now.book, new.book)
    save_rows.update_reading(connection, now, new)
    return None if connection.total_changes == before else load(connection, [id_])[0]


def delete(connection: sqlite3.Connection, id_: int, seen: Reading | None) -> None:
    """Delete the reading. Raises NotFound and ConflictingChange."""
    _as_seen(connection, id_, seen)
    save_rows.delete_reading(connection, id_)


def _of_edition(reading: Reading, otherwise: Mapping[str, Any]) -> dict[str, Any]:
    """What is otherwise in the reading's edition, beside what the reading says of it itself."""
    own = reading.extra.get(EDITION, {})
    return {**otherwise, **(own if isinstance(own, Mapping) else {EDITION: own})}


def _as_seen(connection: sqlite3.Connection, id_: int, seen: Reading | None) -> Reading:
    readings = load(connection, [id_])
    if not readings:
        raise NotFound(f"Reading {id_} was deleted in another terminal meanwhile.")
    if seen is not None and seen != readings[0]:
        raise ConflictingChange(
            f"Reading {id_} was changed in another terminal meanwhile. See readlog show {id_}, and try again."
        )
    return readings[0]


def _check_uid(connection: sqlite3.Connection, reading: Reading) -> None:
    row = connection.execute("SELECT id FROM readings WHERE uid = ?", (reading.uid,)).fetchone()
    if row:
        raise AlreadyExists(f"This very reading is in the journal: {row[0]}.", row)


def _already(found: list[SameBook]) -> AlreadyExists:
    ids = [id_ for book in found for id_ in book.readings]
    times = "once" if len(ids) == 1 else f"{len(ids)} times"
    return AlreadyExists(
        f"{found[0].book.name} is in the journal {times}: {', '.join(map(str, ids))}.\n"
        "Log another reading with --again, or a different book of that name with --new-book.",
        ids,
    )
