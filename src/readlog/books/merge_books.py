"""Two books of the journal that are one. Runs inside an `operation`."""

import sqlite3
from typing import NamedTuple

from readlog.core.errors import AlreadyExists, NotFound
from readlog.core.model import Reading
from readlog.identity.same_book import with_more
from readlog.progress.change_status import book_of, readings_of
from readlog.readings import save_rows
from readlog.readings.add_edit_delete import with_what_is_known
from readlog.readings.load_rows import load


class _Part(NamedTuple):
    """A reading that names one of the two, and the id of its book."""

    reading: Reading
    book_id: int


def join(connection: sqlite3.Connection, gone: int, into: int) -> list[Reading]:
    """Make the book of reading `gone` that of reading `into`; returns all readings of it, the latest first.

    The book stays as it is and gets what it has not: people, labels, and values where there were none.
    What was otherwise of the other one stays with its readings, as that of their edition. Raises
    NotFound, and AlreadyExists where both are readings of one book.
    """
    old, kept = _part(connection, gone), _part(connection, into)
    if old.book_id == kept.book_id:
        raise AlreadyExists(f"{gone} and {into} are readings of one book already.", (gone, into))
    book, _ = with_more(kept.reading.book, old.reading.book)
    save_rows.update_book(connection, kept.book_id, kept.reading.book, book)
    for reading in readings_of(connection, old.book_id):
        save_rows.move_reading(connection, reading, with_what_is_known(reading, book, reading.book), kept.book_id)
    save_rows.delete_book(connection, old.book_id)
    return readings_of(connection, kept.book_id)


def _part(connection: sqlite3.Connection, id_: int) -> _Part:
    found = load(connection, [id_])
    if not found:
        raise NotFound(f"Reading {id_} was deleted in another terminal meanwhile.")
    return _Part(found[0], book_of(connection, found[0]))
