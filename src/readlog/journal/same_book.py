"""Whether a book is in the journal already, and what a second reading may add to what is known of it."""

import sqlite3
from dataclasses import fields, replace
from typing import NamedTuple

from readlog.ground.errors import BadInput
from readlog.ground.fields import add_tags
from readlog.ground.model import AUTHOR, Book
from readlog.ground.text import match_key
from readlog.journal.rows import load
from readlog.query.sql import match_title

_CANDIDATES = """
SELECT id FROM books WHERE isbn = ?
UNION SELECT id FROM books WHERE title = ? COLLATE NOCASE
"""
_SAME_WORDS = """
SELECT DISTINCT book_id FROM search JOIN readings ON readings.id = search.rowid WHERE search MATCH ? LIMIT 100
"""
_READINGS = "SELECT id FROM readings WHERE book_id = ? ORDER BY moment DESC, id DESC"


class SameBook(NamedTuple):
    """A book in the journal: its row id, what is known of it, and the ids of its readings, the latest first."""

    id: int
    book: Book
    readings: list[int]


def find_same_book(connection: sqlite3.Connection, book: Book) -> SameBook | None:
    """The book in the journal that `book` is, or None.

    Two books are one where they have the same ISBN, or the same title (whatever the case, the
    accents and the punctuation) and an author in common, or where one of them has no author.
    """
    rows = connection.execute(_CANDIDATES, (book.isbn, book.title)).fetchall()
    if words := match_title(match_key(book.title)):
        rows += connection.execute(_SAME_WORDS, (words,)).fetchall()
    for (id_,) in dict.fromkeys(rows):
        ids = [row[0] for row in connection.execute(_READINGS, (id_,))]
        known = load(connection, ids[:1])
        if known and _same(known[0].book, book):
            return SameBook(id_, known[0].book, ids)
    return None


def with_more(known: Book, said: Book) -> Book:
    """`known` with what `said` adds: people, tags, and values where there was none.

    Raises BadInput where the two contradict each other: what was said is neither dropped nor put
    in the place of what was known.
    """
    added = {}
    for name in (field.name for field in fields(Book) if field.name not in ("uid", "title", "contributors", "tags")):
        old, new = getattr(known, name), getattr(said, name)
        if old and new and old != new:
            option = name.replace("_", "-")
            raise BadInput(f"The book has {name} {old} and not {new}. Change it with: readlog edit --{option}")
        added[name] = old or new
    people = dict.fromkeys((*known.contributors, *said.contributors))
    authors_first = tuple(sorted(people, key=lambda person: person.role != AUTHOR))
    return replace(known, contributors=authors_first, tags=add_tags(known.tags, said.tags), **added)


def _same(known: Book, book: Book) -> bool:
    if book.isbn and known.isbn == book.isbn:
        return True
    return bool(_titles(known) & _titles(book)) and _share_author(known, book)


def _titles(book: Book) -> set[str]:
    """The keys of the title with and without its subtitle; a title without a word is only itself."""
    return {match_key(title) or title for title in (book.title, f"{book.title} {book.subtitle or ''}".strip())}


def _share_author(known: Book, book: Book) -> bool:
    names, others = ({match_key(name) for name in each.authors} for each in (known, book))
    return not names or not others or bool(names & others)
