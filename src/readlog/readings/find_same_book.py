"""Find the book of the journal that a user has typed again."""

import sqlite3
from typing import NamedTuple

from readlog.core.domain_model import Book
from readlog.core.errors import Ambiguous
from readlog.core.normalize_text import match_key, printable
from readlog.identity.compare_books import Confidence, compare_entered_book
from readlog.query.query_to_sql import match_title
from readlog.readings.load_rows import load_readings

_SAME_VALUES = """
SELECT id FROM books WHERE uid = ?
UNION SELECT id FROM books WHERE isbn = ?
UNION SELECT id FROM books WHERE title = ? COLLATE NOCASE
"""
_SAME_TITLE_WORDS = """
SELECT DISTINCT book_id FROM search JOIN readings ON readings.id = search.rowid WHERE search MATCH ? LIMIT 100
"""
_READING_IDS = "SELECT id FROM readings WHERE book_id = ? ORDER BY moment DESC, id DESC"


class SameBook(NamedTuple):
    """A book of the journal with its row id and the ids of its readings, the latest first."""

    id: int
    book: Book
    reading_ids: list[int]


def find_same_books(connection: sqlite3.Connection, book: Book) -> list[SameBook]:
    """The books of the journal that `book` can be, by `compare_entered_book`; several only if equally likely."""
    rows = connection.execute(_SAME_VALUES, (book.uid, book.isbn, book.title)).fetchall()
    if words := match_title(match_key(book.title)):
        rows += connection.execute(_SAME_TITLE_WORDS, (words,)).fetchall()
    matches: dict[Confidence, list[SameBook]] = {}
    for (id_,) in dict.fromkeys(rows):
        reading_ids = [row[0] for row in connection.execute(_READING_IDS, (id_,))]
        for reading in load_readings(connection, reading_ids[:1]):
            if confidence := compare_entered_book(reading.book, book):
                matches.setdefault(confidence, []).append(SameBook(id_, reading.book, reading_ids))
    return matches[max(matches)] if matches else []


def require_single(matches: list[SameBook]) -> SameBook | None:
    """The only match, None if there is none; raises Ambiguous if there are several."""
    if len(matches) > 1:
        names = " · ".join(f"{same_book.reading_ids[0]} {same_book.book.name}" for same_book in matches)
        raise Ambiguous(printable(f"It can be one of {len(matches)} books: {names}. Give its --author or --isbn."))
    return matches[0] if matches else None
