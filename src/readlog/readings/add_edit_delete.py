"""Add, edit and delete a reading. Each function runs inside an operation."""

import sqlite3
from collections.abc import Callable

from readlog.core.domain_model import Book, Reading
from readlog.core.errors import AlreadyExists, ConflictingChange, NotFound
from readlog.readings import save_rows
from readlog.readings.add_book_details import with_completed_book
from readlog.readings.find_same_book import SameBook, find_same_books, require_single
from readlog.readings.load_rows import load_readings
from readlog.readings.save_rows import RowInserter

_TOP_OF_PILE = "SELECT id, pile FROM readings WHERE +status = 'to-read' AND pile IS NOT NULL ORDER BY pile DESC LIMIT 2"
_MAX_INTEGER = 2**63 - 1
"""SQLite's; another tool may have stored it."""


def add_reading(connection: sqlite3.Connection, reading: Reading, again: bool, new_book: bool) -> int:
    """Insert a reading of a new or a known book; returns its id. Parameters and errors: see `Journal.add`."""
    _check_uid_is_new(connection, reading)
    same_books = [] if new_book else find_same_books(connection, reading.book)
    if same_books and not again:
        raise _already_logged_error(same_books)
    if again and not same_books:
        raise NotFound(f"{reading.book.name} is not in the journal. To add it, leave --again out.")
    if same_book := require_single(same_books):
        return add_reading_to_book(connection, same_book.id, same_book.book, reading)
    with RowInserter(connection) as inserter:
        return inserter.add_reading(reading, inserter.add_book(reading.book))


def add_reading_to_book(connection: sqlite3.Connection, book_id: int, known: Book, reading: Reading) -> int:
    """Insert another reading of the book `known`, which it completes; returns its id. Raises AlreadyExists."""
    _check_uid_is_new(connection, reading)
    reading = with_completed_book(reading, known, reading.book)
    save_rows.update_book(connection, book_id, known, reading.book)
    with RowInserter(connection) as inserter:
        return inserter.add_reading(reading, book_id)


def edit_reading(
    connection: sqlite3.Connection, id_: int, change: Callable[[Reading], Reading], expected: Reading | None
) -> Reading | None:
    """Replace the reading by `change(reading)`; returns the new state, None if nothing changed.

    Raises NotFound, and ConflictingChange if the reading differs from `expected`.
    """
    old = _load_expected(connection, id_, expected)
    new, changes_before = without_stale_pile_position(old, change(old)), connection.total_changes
    (book_id,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (id_,)).fetchone()
    save_rows.update_book(connection, book_id, old.book, new.book)
    save_rows.update_reading(connection, old, new)
    return None if connection.total_changes == changes_before else load_readings(connection, [id_])[0]


def delete_reading(connection: sqlite3.Connection, id_: int, expected: Reading | None) -> None:
    """Delete the reading. Raises NotFound, and ConflictingChange if it differs from `expected`."""
    _load_expected(connection, id_, expected)
    save_rows.delete_reading(connection, id_)


def top_pile_position(connection: sqlite3.Connection, reading: Reading) -> int:
    """The `pile` value that puts the reading on top of the to-read list; its own if it is there already."""
    rows = connection.execute(_TOP_OF_PILE).fetchall()
    positions = [pile for _, pile in rows]
    if rows and rows[0][0] == reading.id and positions.count(positions[0]) == 1:
        return int(positions[0])
    return min(int(positions[0]) + 1, _MAX_INTEGER) if positions else 1


def without_stale_pile_position(old: Reading, new: Reading) -> Reading:
    """`new` without its place in the to-read list if it has just left that list."""
    if old.status == "to-read" and new.status != "to-read":
        return new._replace(pile=None)
    return new


def _load_expected(connection: sqlite3.Connection, id_: int, expected: Reading | None) -> Reading:
    readings = load_readings(connection, [id_])
    if not readings:
        raise NotFound(f"Reading {id_} was deleted in another terminal meanwhile.")
    if expected is not None and expected != readings[0]:
        raise ConflictingChange(
            f"Reading {id_} was changed in another terminal meanwhile. See readlog show {id_}, and try again."
        )
    return readings[0]


def _check_uid_is_new(connection: sqlite3.Connection, reading: Reading) -> None:
    row = connection.execute("SELECT id FROM readings WHERE uid = ?", (reading.uid,)).fetchone()
    if row:
        raise AlreadyExists(f"This very reading is in the journal: {row[0]}.", row)


def _already_logged_error(same_books: list[SameBook]) -> AlreadyExists:
    ids = [id_ for same_book in same_books for id_ in same_book.reading_ids]
    times = "once" if len(ids) == 1 else f"{len(ids)} times"
    return AlreadyExists(
        f"{same_books[0].book.name} is in the journal {times}: {', '.join(map(str, ids))}.\n"
        "Log another reading with --again, or a different book of that name with --new-book.",
        ids,
    )
