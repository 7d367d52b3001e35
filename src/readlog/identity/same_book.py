"""Whether a book is in the journal already, and what a second reading may add to what is known of it."""

import sqlite3
from typing import Any, NamedTuple

from readlog.core.errors import Ambiguous
from readlog.core.fields import add_tags
from readlog.core.model import AUTHOR, Book, Contributor
from readlog.core.text import match_key, printable
from readlog.query.query_to_sql import match_title
from readlog.readings.load_rows import load

_CANDIDATES = """
SELECT id FROM books WHERE uid = ?
UNION SELECT id FROM books WHERE isbn = ?
UNION SELECT id FROM books WHERE title = ? COLLATE NOCASE
"""
_SAME_WORDS = """
SELECT DISTINCT book_id FROM search JOIN readings ON readings.id = search.rowid WHERE search MATCH ? LIMIT 100
"""
_READINGS = "SELECT id FROM readings WHERE book_id = ? ORDER BY moment DESC, id DESC"

_OF_EDITION = ("series", "series_number", "isbn", "publisher", "published", "pages", "language")


class SameBook(NamedTuple):
    """A book in the journal: its row id, what is known of it, and the ids of its readings, the latest first."""

    id: int
    book: Book
    readings: list[int]


def find_same_books(connection: sqlite3.Connection, book: Book) -> list[SameBook]:
    """The books in the journal that `book` can be; more than one only where nothing tells them apart.

    The same uid is the same book, then the same ISBN; else the same title, whatever the case, the accents and the
    punctuation, with an author in common; else the same title where one of them has no author.
    """
    rows = connection.execute(_CANDIDATES, (book.uid, book.isbn, book.title)).fetchall()
    if words := match_title(match_key(book.title)):
        rows += connection.execute(_SAME_WORDS, (words,)).fetchall()
    found: dict[int, list[SameBook]] = {}
    for (id_,) in dict.fromkeys(rows):
        ids = [row[0] for row in connection.execute(_READINGS, (id_,))]
        for reading in load(connection, ids[:1]):
            if likeness := _likeness(reading.book, book):
                found.setdefault(likeness, []).append(SameBook(id_, reading.book, ids))
    return found[max(found)] if found else []


def the_one(found: list[SameBook]) -> SameBook | None:
    """The only one of `found`, None of none; raises Ambiguous where there are more."""
    if len(found) > 1:
        named = " · ".join(f"{same.readings[0]} {same.book.name}" for same in found)
        raise Ambiguous(printable(f"It can be one of {len(found)} books: {named}. Give its --author or --isbn."))
    return found[0] if found else None


def with_more(known: Book, said: Book) -> tuple[Book, dict[str, Any]]:
    """`known` with what `said` adds, and what is otherwise in the edition that `said` is of.

    People, tags, and values where there was none are added. A value that differs is no
    contradiction: a book is read again in another edition. It belongs to that reading.
    """
    added, otherwise = {}, {}
    for name in _OF_EDITION:
        old, new = getattr(known, name), getattr(said, name)
        if old is not None and new is not None and old != new:
            otherwise[name] = new
        added[name] = new if old is None else old
    if said.subtitle and not known.subtitle and not _titles(known) & {match_key(_whole_title(said))}:
        added["subtitle"] = said.subtitle
    if not _titles(known) & _titles(said):
        otherwise["title"] = _whole_title(said)
    return known._replace(contributors=_people(known, said), tags=add_tags(known.tags, said.tags), **added), otherwise


def _likeness(known: Book, book: Book) -> int:
    """4 for the same uid, 3 for the same ISBN, 2 for title and author, 1 for the title alone, 0 for another book."""
    if book.uid and known.uid == book.uid:
        return 4
    if book.isbn and known.isbn == book.isbn:
        return 3
    if not _titles(known) & _titles(book):
        return 0
    names, others = ({_key(name) for name in each.authors} for each in (known, book))
    if names & others:
        return 2
    return 0 if names and others else 1


def _titles(book: Book) -> set[str]:
    """The keys of the title with and without its subtitle."""
    return {_key(title) for title in (book.title, _whole_title(book))}


def _whole_title(book: Book) -> str:
    return f"{book.title}: {book.subtitle}" if book.subtitle else book.title


def _key(name: str) -> str:
    """A title or a name as it is compared; one without a word is only itself."""
    return match_key(name) or name


def _people(known: Book, said: Book) -> tuple[Contributor, ...]:
    """Everyone who is known, and who else is said, each name once in each role; authors first."""
    people = list(known.contributors)
    named = {(_key(person.name), person.role) for person in people}
    for person in said.contributors:
        if (_key(person.name), person.role) not in named:
            people.append(person)
            named.add((_key(person.name), person.role))
    return tuple(sorted(people, key=lambda person: person.role != AUTHOR))
