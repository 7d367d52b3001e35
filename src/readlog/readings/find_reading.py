"""Which reading is meant: by its number, or by words of its title or author that fit one book and no other."""

import sqlite3
from typing import NamedTuple

from readlog.core.errors import Ambiguous, NotFound
from readlog.core.text import clean_line, match_key, printable

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
_BEGINNING = """
SELECT DISTINCT
    (SELECT id FROM readings AS later WHERE later.book_id = books.id ORDER BY moment DESC, id DESC LIMIT 1), books.title
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? ORDER BY rank LIMIT ?
"""
_NUMBERS = """
SELECT readings.id, title FROM readings JOIN books ON books.id = book_id
WHERE CAST(readings.id AS TEXT) GLOB ? ORDER BY readings.id LIMIT ?
"""
_MOST_COMPLETED = 50
_MOST_NAMED = 8
_MOST_FOUND = 1_000
_TOO_MANY_DIGITS = 19
"""What has fewer fits into SQLite's integers."""


class FoundBook(NamedTuple):
    """A book that words fit: the id of its latest reading, its own, its title and first author."""

    reading: int
    id: int
    title: str
    author: str | None

    @property
    def name(self) -> str:
        """The title and the author."""
        return ", ".join(part for part in (self.title, self.author) if part)


def find_id(connection: sqlite3.Connection, named: str) -> int:
    """The id of the reading that `named` means: a number, or words, which mean the book's latest reading.

    Raises NotFound, and Ambiguous where the words fit several books: there is no guessing.
    """
    number, books = find_fitting(connection, named)
    if number:
        return number
    if len(books) == 1:
        return books[0].reading
    if books:
        raise Ambiguous(candidates(named, books))
    raise not_there(named)


def find_fitting(connection: sqlite3.Connection, named: str) -> tuple[int | None, list[FoundBook]]:
    """The reading whose number `named` is, or else the books that its words fit, the latest read first.

    A whole title names its book even where other titles contain it, or have the same words with
    other signs; one of signs alone is found only to the letter. A number that is no id can
    only be a whole title, as in 1984, and `#12` only an id.
    """
    named = clean_line(named)
    number = number_in(named)
    if number and connection.execute("SELECT 1 FROM readings WHERE id = ?", (number,)).fetchone():
        return number, []
    books = [] if named.startswith("#") and number is not None else _books_with(connection, named)
    whole = [book for book in books if match_key(book.title) == match_key(named)]
    whole = [book for book in whole if book.title == named] or whole
    return None, whole if number is not None or len(whole) == 1 else books


def not_there(named: str) -> NotFound:
    """The error for words, or for a number, that fit nothing."""
    named = clean_line(named)
    if number_in(named) is not None:
        return NotFound(f"There is no reading {named.removeprefix('#')}. See all readings with: readlog list")
    return NotFound(f'No title and no author has "{named}". Try: readlog search {named}')


def titles_beginning(connection: sqlite3.Connection, beginning: str) -> list[tuple[int, str]]:
    """Ids and titles of readings whose id begins so, then of books whose title does, each by its latest reading."""
    from readlog.query.query_to_sql import match_title_beginning

    numbers = []
    if beginning.isascii() and beginning.isdigit():
        numbers = connection.execute(_NUMBERS, (f"{beginning}*", _MOST_COMPLETED)).fetchall()
    match = match_title_beginning(clean_line(beginning))
    rows = connection.execute(_BEGINNING, (match, _MOST_COMPLETED)).fetchall() if match else []
    return numbers + [(id_, title) for id_, title in rows if match_key(title).startswith(match_key(beginning))]


def number_in(named: str) -> int | None:
    """The number that a name is, 0 for one that is too long to be the number of a reading; None for words."""
    digits = named.removeprefix("#")
    if not digits.isascii() or not digits.isdigit():
        return None
    return int(digits) if len(digits) < _TOO_MANY_DIGITS else 0


def books_fitting(connection: sqlite3.Connection, match: str) -> list[FoundBook]:
    """The books of readings that an FTS5 expression fits, the latest read first."""
    return [FoundBook._make(row) for row in connection.execute(_MATCHING, (match, _MOST_FOUND))]


def candidates(named: str, books: list[FoundBook]) -> str:
    """A line that names books which words fit, by the numbers of their latest readings."""
    shown = [f"{book.reading} {book.name}" for book in books[:_MOST_NAMED]]
    more = [f"and {len(books) - _MOST_NAMED} more"] if len(books) > _MOST_NAMED else []
    return printable(f'{len(books)} books match "{clean_line(named)}": ' + " · ".join(shown + more))


def _books_with(connection: sqlite3.Connection, named: str) -> list[FoundBook]:
    from readlog.query.query_to_sql import match_words

    words = [words for word in named.split() if (words := match_words(word))]
    if not words:
        return [FoundBook._make(row) for row in connection.execute(_TITLED, (named, _MOST_FOUND))]
    return books_fitting(connection, "{title contributors} : (" + " AND ".join(words) + ")")
