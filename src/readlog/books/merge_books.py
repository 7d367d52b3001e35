"""Merge two books of the journal into one. Runs inside an operation."""

import sqlite3

from readlog.core.domain_model import Reading
from readlog.core.errors import AlreadyExists, NotFound
from readlog.readings import save_rows
from readlog.readings.add_book_details import complete_book, with_completed_book
from readlog.readings.load_rows import find_book_id, load_readings, load_readings_of_book


def merge_books(connection: sqlite3.Connection, source_id: int, target_id: int) -> list[Reading]:
    """Merge the book of reading `source_id` into that of reading `target_id`; returns its readings, latest first.

    The target book gets the people, tags and values that it lacks. Different values of the source
    book stay with its readings, as those of their edition. Raises NotFound, and AlreadyExists if
    both are readings of one book.
    """
    source, target = (_load_reading(connection, id_) for id_ in (source_id, target_id))
    source_book_id, target_book_id = (find_book_id(connection, reading) for reading in (source, target))
    if source_book_id == target_book_id:
        raise AlreadyExists(f"{source_id} and {target_id} are readings of one book already.", (source_id, target_id))
    book, _ = complete_book(target.book, source.book)
    save_rows.update_book(connection, target_book_id, target.book, book)
    for reading in load_readings_of_book(connection, source_book_id):
        moved = with_completed_book(reading, book, reading.book)
        save_rows.move_reading(connection, reading, moved, target_book_id)
    save_rows.delete_book(connection, source_book_id)
    return load_readings_of_book(connection, target_book_id)


def _load_reading(connection: sqlite3.Connection, id_: int) -> Reading:
    readings = load_readings(connection, [id_])
    if not readings:
        raise NotFound(f"Reading {id_} was deleted in another terminal meanwhile.")
    return readings[0]
