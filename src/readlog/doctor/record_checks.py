"""What in the record looks wrong: dates that cannot be or are too many, texts that are none, and orphans."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from readlog.books.author_and_tag_names import merge_command
from readlog.books.results import Kind
from readlog.core.clock import today
from readlog.core.model import AUTHOR, Book, Contributor, Reading
from readlog.core.text import CONTROL_CHARACTERS
from readlog.doctor.file_checks import Case
from readlog.doctor.results import DAMAGE, FIX, RECORD, REMARK, SALVAGE, Finding
from readlog.identity.similarity import (
    UNSPECIFIED_ROLE,
    Confidence,
    Similarity,
    compare_books,
    compare_names,
    compare_people,
    name_words,
    possible_authors,
    title_keys,
)
from readlog.storage.transaction import logged_operation

_NAME = "readings.id, title"
_READINGS = "FROM readings JOIN books ON books.id = readings.book_id"
_TURNED = f"""
SELECT {_NAME}, started, finished {_READINGS} WHERE finished_after <= started_first ORDER BY readings.id
"""
_FUTURE = f"""
SELECT {_NAME}, started, finished {_READINGS} WHERE max(ifnull(started_first, ''), ifnull(finished_first, '')) > ?
ORDER BY readings.id
"""
_HEAPS = """
SELECT finished, count(*), count(*) FILTER (
    WHERE finished IN (substr(created_at, 1, 10), date(created_at, 'localtime'))), json_group_array(id)
FROM readings WHERE length(finished) = 10 GROUP BY finished HAVING count(*) >= ? ORDER BY finished
"""
_HEAP, _HEAP_OF_MADE_UP = 10, 5
"""Books finished on one day. Ten nobody reads in a day. Five are enough on a 1 January, which services write for a
year, and where they were written down on that very day, which is what an import without dates leaves."""
_OF_HEAP = (
    "readlog list finished:{day} | awk -F'\\t' '$4 == \"{day}\" {{ print $1 }}' | "
    "xargs -n1 readlog edit --finished {known}"
)
"""All of a heap, and not what was finished in some month or about that day, which the query finds too."""

_ORPHANS = {
    "books": ("book", "without a reading", "NOT EXISTS (SELECT 1 FROM readings WHERE book_id = books.id)"),
    "people": ("person", "of no book", "NOT EXISTS (SELECT 1 FROM contributions WHERE person_id = people.id)"),
    "tags": ("tag", "of no book", "NOT EXISTS (SELECT 1 FROM book_tags WHERE tag_id = tags.id)"),
}
_MANY = {"book": "books", "person": "people", "tag": "tags"}

_TEXTS = {
    "books": (
        "title subtitle series series_number publisher language",
        "SELECT min(id) FROM readings WHERE book_id = {}",
    ),
    "people": (
        "name sort_name",
        "SELECT min(readings.id) FROM readings JOIN contributions USING (book_id) WHERE person_id = {}",
    ),
    "contributions": (
        "role",
        "SELECT min(readings.id) FROM readings JOIN contributions USING (book_id) WHERE contributions.id = {}",
    ),
    "tags": ("name", "SELECT min(readings.id) FROM readings JOIN book_tags USING (book_id) WHERE tag_id = {}"),
    "readings": ("review private_note sources extra created_at updated_at", "SELECT {}"),
    "quotes": ("text page location remark marked_at", "SELECT reading_id FROM quotes WHERE id = {}"),
}
"""The columns with somebody's words, and the reading by which one comes to a row."""

_GIVEN = ("created_at", "updated_at")

_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n"
_NO_TIME = "SELECT id FROM readings WHERE datetime(created_at) IS NULL OR datetime(updated_at) IS NULL"


def find_turned_dates(case: Case) -> list[Finding]:
    """Readings that were finished before they were started."""
    return [
        Finding(
            RECORD,
            REMARK,
            "dates",
            f"{id_} {title}: finished {finished}, before it was started, {started}.",
            f"readlog edit {id_} --started DATE --finished DATE",
            ids=(id_,),
        )
        for id_, title, started, finished in case.connection.execute(_TURNED)
    ]


def find_future_dates(case: Case) -> list[Finding]:
    """Readings of days that are still to come."""
    day = today().isoformat()
    return [
        Finding(
            RECORD,
            REMARK,
            "future",
            f"{id_} {title}: {_later(started, finished, day)}, which is still to come.",
            f"readlog edit {id_} --{_later(started, finished, day).split()[0]} DATE",
            ids=(id_,),
        )
        for id_, title, started, finished in case.connection.execute(_FUTURE, (day,))
    ]


def find_heaps(case: Case) -> list[Finding]:
    """Days on which more was finished than anybody reads in one."""
    found = []
    for day, count, at_once, ids in case.connection.execute(_HEAPS, (_HEAP_OF_MADE_UP,)):
        new_year = day.endswith("-01-01")
        if not (new_year or at_once >= _HEAP_OF_MADE_UP or count >= _HEAP):
            continue
        numbers = tuple(sorted(map(int, re.findall(r"\d+", ids))))
        why = "services write that for a year" if new_year else "it may be the day of an import"
        known = day[:4] if new_year else "none"
        what = f"{count:,} readings are finished on {day}: {why}. See: readlog list finished:{day}"
        command = _OF_HEAP.format(day=day, known=known)
        found.append(Finding(RECORD, REMARK, "heap", what, command, count, numbers))
    return found


def find_orphans(case: Case) -> list[Finding]:
    """Books, people and tags that nothing leads to; readlog leaves none, other tools do."""
    found = []
    for table, (one, how, none) in _ORPHANS.items():
        ids = tuple(id_ for (id_,) in case.connection.execute(f"SELECT id FROM {table} WHERE {none} ORDER BY id"))
        if ids:
            number = f"1 {one} {how} is" if len(ids) == 1 else f"{len(ids):,} {_MANY[one]} {how} are"
            what = f"{number} left over. What is removed, readlog undo brings back."
            found.append(Finding(RECORD, REMARK, f"orphans, {table}", what, FIX, len(ids), ids, fix=True))
    return found


def remove_orphans(case: Case) -> None:
    """Remove them, in one operation."""
    with logged_operation(case.connection, "doctor"):
        for table, (_, _, none) in _ORPHANS.items():
            case.connection.execute(f"DELETE FROM {table} WHERE {none}")


def find_unclean_texts(case: Case) -> list[Finding]:
    """Texts with characters that act on a terminal, and what is no text at all."""
    found: list[Finding] = []
    for table, (columns, _) in _TEXTS.items():
        raw = ", ".join(f"CAST({column} AS BLOB)" for column in columns.split())
        for id_, *texts in case.connection.execute(f"SELECT id, {raw} FROM {table}"):
            for column, text in zip(columns.split(), texts, strict=True):
                if text and text.translate(None, _PLAIN):
                    found += _unclean(case, table, id_, column, text)
    return found


def find_untimed(case: Case) -> list[Finding]:
    """Readings of which it is not known when they were written down."""
    ids = tuple(id_ for (id_,) in case.connection.execute(_NO_TIME))
    what = f"created_at or updated_at of {', '.join(map(str, ids[:5]))} is not a time."
    return [Finding(RECORD, DAMAGE, "times", what, SALVAGE, len(ids), ids)] if ids else []


def _later(started: str | None, finished: str | None, day: str) -> str:
    return f"finished {finished}" if finished and finished > day else f"started {started}"


def _unclean(case: Case, table: str, id_: int, column: str, raw: bytes) -> Iterator[Finding]:
    said = _what_is_wrong(raw)
    if said:
        (reading,) = case.connection.execute(_TEXTS[table][1].format(int(id_))).fetchone() or (None,)
        of = f"{reading}: " if reading else ""
        level = REMARK if "control" in said else DAMAGE
        command = _cleaning(reading, column, level)
        what = f"{of}{column} ({table} {id_}) {said}."
        yield Finding(RECORD, level, "text", what, command, ids=(reading,) if reading else ())


def _cleaning(reading: int | None, column: str, level: str) -> str:
    """An edit cleans what it reads; it cannot read what is no text, and the journal's own moments nobody edits."""
    if reading is None:
        return FIX
    return SALVAGE if level == DAMAGE or column in _GIVEN else f"readlog edit {reading}"


def _what_is_wrong(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "has bytes that are no text"
    return "has control characters" if CONTROL_CHARACTERS.search(text) else None


_BOOKS = f"""
SELECT id, title, subtitle, isbn, series, series_number, pages,
    (SELECT json_group_array(name) FROM (SELECT name FROM contributions JOIN people ON people.id = person_id
        WHERE book_id = books.id AND role IN ('{AUTHOR}', '{UNSPECIFIED_ROLE}') ORDER BY position)),
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
    people = compare_people(possible_authors(one.book), possible_authors(other.book))
    unnamed = not possible_authors(one.book) or not possible_authors(other.book)
    keys = {title_keys(one.book.title, one.book.subtitle)}
    there = [Reading(one.book, sources=one.sources)]
    comparison = compare_books(one.book, keys, people, there, Reading(other.book, sources=other.sources))
    return comparison.confidence is not Confidence.NONE or (
        unnamed and people is Similarity.POSSIBLE and "same title" in comparison.doubt
    )


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
        for word in {name_words(name)[-1], min(name_words(name))}:
            families[word].append((id_, name))
    seen = set()
    for people in families.values():
        for one, other in combinations(people[:_MOST_ALIKE], 2):
            if (one, other) not in seen and compare_names(one[1], other[1]) is Similarity.SAME:
                seen.add((one, other))
                yield one, other


def _of_author(few: _Author, many: _Author) -> Finding:
    what = f"{few.said} and {many.said} may be one person."
    command = merge_command(Kind.AUTHORS, few.name, many.name)
    return Finding(RECORD, REMARK, "authors", what, command, len(few.readings), few.readings)


def _ids(connection: sqlite3.Connection, query: str, bound: int) -> list[int]:
    return [id_ for (id_,) in connection.execute(query, (bound,)).fetchall()]
