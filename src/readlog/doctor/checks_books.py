"""Books that may be one book, and names that may be of one person."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from readlog.books.author_and_tag_names import merge_command
from readlog.books.results import Kind
from readlog.core.model import AUTHOR, Book, Contributor, Reading
from readlog.doctor.file_checks import Case
from readlog.doctor.results import RECORD, REMARK, Finding
from readlog.identity.people import Likeness, likeness_of_names, likeness_of_people, words_of_name
from readlog.identity.similarity import VAGUE_ROLE, Sure, liken, makers, title_keys

_BOOKS = f"""
SELECT id, title, subtitle, isbn, series, series_number, pages,
    (SELECT json_group_array(name) FROM (SELECT name FROM contributions JOIN people ON people.id = person_id
        WHERE book_id = books.id AND role IN ('{AUTHOR}', '{VAGUE_ROLE}') ORDER BY position)),
    (SELECT json_group_array(json(sources)) FROM readings WHERE book_id = books.id AND json_valid(sources)),
    (SELECT min(id) FROM readings WHERE book_id = books.id)
FROM books
"""
_PEOPLE = "SELECT id, name FROM people ORDER BY id"
_READINGS_OF = """
SELECT DISTINCT readings.id FROM contributions JOIN readings USING (book_id)
WHERE person_id = ? AND role = 'author' ORDER BY readings.id
"""
_BARE = """
SELECT readings.id FROM readings WHERE book_id = (SELECT book_id FROM readings WHERE id = ?)
AND coalesce(started, finished, review, private_note, rating) IS NULL AND progress = '[]'
AND NOT EXISTS (SELECT 1 FROM quotes WHERE reading_id = readings.id)
"""
_MOST_ALIKE = 200
"""Books of one title, or people of one family name, that are compared with each other."""


class _Known(NamedTuple):
    """A book, the first of its readings, and all the ids that services have for them."""

    reading: int
    book: Book
    sources: tuple[str, ...]


class _Author(NamedTuple):
    """Someone, and the readings of their books."""

    id: int
    name: str
    readings: tuple[int, ...]

    @property
    def said(self) -> str:
        """The name, and how many readings there are."""
        return f"{self.name} ({len(self.readings):,} {'reading' if len(self.readings) == 1 else 'readings'})"


def find_duplicate_books(case: Case) -> list[Finding]:
    """Pairs of books that are surely or probably the same; whether they are, only their reader knows."""
    found = {}
    for alike in _of_one_key(case.connection):
        for one, other in combinations(sorted(alike[:_MOST_ALIKE], key=lambda known: known.reading), 2):
            pair = (one.reading, other.reading)
            if pair not in found and _may_be_one(one, other):
                found[pair] = _pair(case.connection, one, other)
    return [found[pair] for pair in sorted(found)]


def find_names_alike(case: Case) -> list[Finding]:
    """Names that differ in accents, order or initials only; the one with fewer readings is the one to change."""
    better: dict[_Author, _Author] = {}
    for pair in _alike(case.connection):
        authors = [_Author(id_, name, tuple(_ids(case.connection, _READINGS_OF, id_))) for id_, name in pair]
        few, many = sorted(authors, key=_how_well_spelled)
        if few.readings:
            better[few] = max(many, better.get(few, many), key=_how_well_spelled)
    return [_of_author(few, many) for few, many in sorted(better.items())]


def _how_well_spelled(author: _Author) -> tuple[int, bool, bool, int]:
    """What stands in more books; else with the family name last, with accents, with more letters."""
    name = author.name
    return len(author.readings), "," not in name, not name.isascii(), len(name)


def _of_one_key(connection: sqlite3.Connection) -> Iterator[list[_Known]]:
    """Books that have something in common: the title before a subtitle, or the ISBN."""
    by_title: dict[str, list[_Known]] = defaultdict(list)
    by_isbn: dict[str, list[_Known]] = defaultdict(list)
    for _, title, subtitle, isbn, series, number, pages, names, sources, reading in connection.execute(_BOOKS):
        if reading is None:
            continue
        people = tuple(Contributor(name, AUTHOR) for name in json.loads(names))
        book = Book(title, subtitle, people, series=series, series_number=number, isbn=isbn, pages=pages)
        said = tuple(str(source) for each in json.loads(sources) for source in each)
        by_title[title_keys(title, subtitle).main].append(_Known(reading, book, said))
        if isbn:
            by_isbn[isbn].append(_Known(reading, book, said))
    yield from (alike for alike in (*by_title.values(), *by_isbn.values()) if len(alike) > 1)


def _may_be_one(one: _Known, other: _Known) -> bool:
    """Whether an import would take the one for the other, or cannot tell for want of an author."""
    people = likeness_of_people(makers(one.book), makers(other.book))
    unnamed = not makers(one.book) or not makers(other.book)
    keys = {title_keys(one.book.title, one.book.subtitle)}
    there = [Reading(one.book, sources=one.sources)]
    likened = liken(one.book, keys, people, there, Reading(other.book, sources=other.sources))
    return likened.sure is not Sure.NOT or (unnamed and people is Likeness.PERHAPS and "same title" in likened.doubt)


def _pair(connection: sqlite3.Connection, one: _Known, other: _Known) -> Finding:
    """What to do: a reading of which nothing is known but its book can go; else the two books become one."""
    what = f"{one.reading} {one.book.name} and {other.reading} {other.book.name} may be one book."
    bare = [id_ for each in (other, one) for id_ in _ids(connection, _BARE, each.reading)]
    command = f"readlog delete {bare[0]}" if bare else f"readlog merge {other.reading} {one.reading}"
    if not bare:
        what += f" All readings stay; if two of them are the same time through it: readlog delete {other.reading}"
    return Finding(RECORD, REMARK, "books", what, command, 2, (one.reading, other.reading))


def _alike(connection: sqlite3.Connection) -> Iterator[tuple[tuple[int, str], tuple[int, str]]]:
    families: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for id_, name in connection.execute(_PEOPLE).fetchall():
        for word in {words_of_name(name)[-1], min(words_of_name(name))}:
            families[word].append((id_, name))
    seen = set()
    for people in families.values():
        for one, other in combinations(people[:_MOST_ALIKE], 2):
            if (one, other) not in seen and likeness_of_names(one[1], other[1]) is Likeness.SAME:
                seen.add((one, other))
                yield one, other


def _of_author(few: _Author, many: _Author) -> Finding:
    what = f"{few.said} and {many.said} may be one person."
    command = merge_command(Kind.AUTHORS, few.name, many.name)
    return Finding(RECORD, REMARK, "authors", what, command, len(few.readings), few.readings)


def _ids(connection: sqlite3.Connection, query: str, bound: int) -> list[int]:
    return [id_ for (id_,) in connection.execute(query, (bound,)).fetchall()]
