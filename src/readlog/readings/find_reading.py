"""Find the reading that a user refers to by its number, or by words of its title or author."""

import sqlite3
from typing import NamedTuple

from readlog.core.errors import Ambiguous, NotFound
from readlog.core.normalize_text import clean_line, match_key, printable

_LATEST = """
SELECT latest.id, books.id, books.title,
    (SELECT name FROM contributions JOIN people ON people.id = person_id
     WHERE book_id = books.id AND role = 'author' ORDER BY position LIMIT 1)
FROM books JOIN readings AS latest ON latest.id = (
    SELECT id FROM readings WHERE book_id = books.id ORDER BY moment DESC, id DESC LIMIT 1)
WHERE {} ORDER BY latest.moment DESC, latest.id DESC LIMIT ?
"""
_MATCHING = _LATEST.format(
    "books.id IN (SELECT book_id FROM readings WHERE id IN (SELECT rowid FROM search WHERE search MATCH ?))"
)
_TITLED = _LATEST.format("books.title = ?")
_BY_TITLE_PREFIX = """
SELECT DISTINCT
    (SELECT id FROM readings AS later WHERE later.book_id = books.id ORDER BY moment DESC, id DESC LIMIT 1), books.title
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? ORDER BY rank LIMIT ?
"""
_BY_ID_PREFIX = """
SELECT readings.id, title FROM readings JOIN books ON books.id = book_id
WHERE CAST(readings.id AS TEXT) GLOB ? ORDER BY readings.id LIMIT ?
"""
_MAX_COMPLETIONS = 50
_MAX_NAMED = 8
_MAX_MATCHES = 1_000
_MAX_DIGITS = 18
"""Longer numbers may not fit into SQLite's integers."""


class BookMatch(NamedTuple):
    """A book that words match: the id of its latest reading, its own id, its title and first author."""

    latest_reading_id: int
    id: int
    title: str
    author: str | None

    @property
    def name(self) -> str:
        """The title and the author."""
        return ", ".join(part for part in (self.title, self.author) if part)


def find_reading_id(connection: sqlite3.Connection, reference: str) -> int:
    """The id of the reading that the user refers to: by its number, or by words, for the latest reading of a book.

    Raises NotFound, and Ambiguous if the words match several books: readlog never guesses.
    """
    number, books = find_id_or_books(connection, reference)
    if number:
        return number
    if len(books) == 1:
        return books[0].latest_reading_id
    if books:
        raise Ambiguous(ambiguity_message(reference, books))
    raise not_found_error(reference)


def find_id_or_books(connection: sqlite3.Connection, reference: str) -> tuple[int | None, list[BookMatch]]:
    """The id of an existing reading, or else the books that the words match, the latest read first.

    A full title refers to its book even if other titles contain it, or have the same words with
    other punctuation; a title without words must match exactly. A number that is not an id can only
    be a full title, as 1984, and `#12` can only be an id.
    """
    words = clean_line(reference)
    number = parse_reading_number(words)
    if number and connection.execute("SELECT 1 FROM readings WHERE id = ?", (number,)).fetchone():
        return number, []
    books = [] if words.startswith("#") and number is not None else _find_books_with_words(connection, words)
    full_matches = [book for book in books if match_key(book.title) == match_key(words)]
    full_matches = [book for book in full_matches if book.title == words] or full_matches
    return None, full_matches if number is not None or len(full_matches) == 1 else books


def find_titles_starting_with(connection: sqlite3.Connection, beginning: str) -> list[tuple[int, str]]:
    """Id and title of readings whose id starts with the text, then of the latest readings of such titles."""
    from readlog.query.query_to_sql import match_title_beginning

    by_id = []
    if beginning.isascii() and beginning.isdigit():
        by_id = connection.execute(_BY_ID_PREFIX, (f"{beginning}*", _MAX_COMPLETIONS)).fetchall()
    match = match_title_beginning(clean_line(beginning))
    rows = connection.execute(_BY_TITLE_PREFIX, (match, _MAX_COMPLETIONS)).fetchall() if match else []
    return by_id + [(id_, title) for id_, title in rows if match_key(title).startswith(match_key(beginning))]


def find_matching_books(connection: sqlite3.Connection, match: str) -> list[BookMatch]:
    """The books of readings that match an FTS5 expression, the latest read first."""
    return [BookMatch._make(row) for row in connection.execute(_MATCHING, (match, _MAX_MATCHES))]


def parse_reading_number(reference: str) -> int | None:
    """The number in `12` or `#12`, 0 if it is too long to be an id; None for words."""
    digits = reference.removeprefix("#")
    if not digits.isascii() or not digits.isdigit():
        return None
    return int(digits) if len(digits) <= _MAX_DIGITS else 0


def ambiguity_message(reference: str, books: list[BookMatch]) -> str:
    """A line that names the matching books by the ids of their latest readings."""
    shown = [f"{book.latest_reading_id} {book.name}" for book in books[:_MAX_NAMED]]
    more = [f"and {len(books) - _MAX_NAMED} more"] if len(books) > _MAX_NAMED else []
    return printable(f'{len(books)} books match "{clean_line(reference)}": ' + " · ".join(shown + more))


def not_found_error(reference: str) -> NotFound:
    """The error for a number that does not exist, or for words that match nothing."""
    words = clean_line(reference)
    if parse_reading_number(words) is not None:
        return NotFound(f"There is no reading {words.removeprefix('#')}. See all readings with: readlog list")
    return NotFound(f'No title and no author has "{words}". Try: readlog search {words}')


def _find_books_with_words(connection: sqlite3.Connection, words: str) -> list[BookMatch]:
    from readlog.query.query_to_sql import match_words

    terms = [term for word in words.split() if (term := match_words(word))]
    if not terms:
        return [BookMatch._make(row) for row in connection.execute(_TITLED, (words, _MAX_MATCHES))]
    return find_matching_books(connection, "{title contributors} : (" + " AND ".join(terms) + ")")
