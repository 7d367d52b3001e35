"""Checks of what the user has recorded: impossible or crowded dates, unclean texts, orphans, duplicates."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from readlog.books.author_and_tag_names import merge_command
from readlog.books.results import NameKind
from readlog.core.clock import today
from readlog.core.domain_model import AUTHOR, Book, Contributor, Reading
from readlog.core.normalize_text import CONTROL_CHARACTERS
from readlog.doctor.check_definition import CheckedJournal
from readlog.doctor.results import DAMAGE, FIX, RECORD, REMARK, SALVAGE, Finding
from readlog.identity.compare_books import (
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

_ID_AND_TITLE = "readings.id, title"
_READINGS = "FROM readings JOIN books ON books.id = readings.book_id"
_REVERSED_DATES = f"""
SELECT {_ID_AND_TITLE}, started, finished {_READINGS} WHERE finished_after <= started_first ORDER BY readings.id
"""
_FUTURE_DATES = f"""
SELECT {_ID_AND_TITLE}, started, finished {_READINGS}
WHERE max(ifnull(started_first, ''), ifnull(finished_first, '')) > ? ORDER BY readings.id
"""
_CROWDED_DAYS = """
SELECT finished, count(*), count(*) FILTER (
    WHERE finished IN (substr(created_at, 1, 10), date(created_at, 'localtime'))), json_group_array(id)
FROM readings WHERE length(finished) = 10 GROUP BY finished HAVING count(*) >= ? ORDER BY finished
"""
_CROWD, _SUSPICIOUS_CROWD = 10, 5
"""Readings finished on one day. Nobody reads ten in a day. Five are enough on a 1 January, which services write for a
year, and if they were also entered on that day, which is what an import without dates leaves."""
_EDIT_CROWD = (
    "readlog list finished:{day} | awk -F'\\t' '$4 == \"{day}\" {{ print $1 }}' | "
    "xargs -n1 readlog edit --finished {known}"
)
"""awk drops readings finished in that month or about that day, which the query finds too."""

_ORPHANS = {
    "books": ("book", "without a reading", "NOT EXISTS (SELECT 1 FROM readings WHERE book_id = books.id)"),
    "people": ("person", "of no book", "NOT EXISTS (SELECT 1 FROM contributions WHERE person_id = people.id)"),
    "tags": ("tag", "of no book", "NOT EXISTS (SELECT 1 FROM book_tags WHERE tag_id = tags.id)"),
}
_PLURALS = {"book": "books", "person": "people", "tag": "tags"}

_TEXT_COLUMNS = {
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
"""The columns of each table that have text of the user, and SQL for a reading of a row, from its id."""

_TIMESTAMPS = ("created_at", "updated_at")

_PLAIN_BYTES = bytes(range(0x20, 0x7F)) + b"\t\n"
_INVALID_TIMESTAMPS = "SELECT id FROM readings WHERE datetime(created_at) IS NULL OR datetime(updated_at) IS NULL"


def find_reversed_dates(journal: CheckedJournal) -> list[Finding]:
    """Readings finished before they were started."""
    return [
        Finding(
            RECORD,
            REMARK,
            "dates",
            f"{id_} {title}: finished {finished}, before it was started, {started}.",
            f"readlog edit {id_} --started DATE --finished DATE",
            ids=(id_,),
        )
        for id_, title, started, finished in journal.connection.execute(_REVERSED_DATES)
    ]


def find_future_dates(journal: CheckedJournal) -> list[Finding]:
    """Readings with a date in the future."""
    day = today().isoformat()
    return [
        Finding(
            RECORD,
            REMARK,
            "future",
            f"{id_} {title}: {_future_date(started, finished, day)}, which is still to come.",
            f"readlog edit {id_} --{_future_date(started, finished, day).split()[0]} DATE",
            ids=(id_,),
        )
        for id_, title, started, finished in journal.connection.execute(_FUTURE_DATES, (day,))
    ]


def find_crowded_days(journal: CheckedJournal) -> list[Finding]:
    """Days on which more readings were finished than anybody can finish in a day."""
    found = []
    for day, count, at_once, ids in journal.connection.execute(_CROWDED_DAYS, (_SUSPICIOUS_CROWD,)):
        new_year = day.endswith("-01-01")
        if not (new_year or at_once >= _SUSPICIOUS_CROWD or count >= _CROWD):
            continue
        numbers = tuple(sorted(map(int, re.findall(r"\d+", ids))))
        why = "services write that for a year" if new_year else "it may be the day of an import"
        known = day[:4] if new_year else "none"
        what = f"{count:,} readings are finished on {day}: {why}. See: readlog list finished:{day}"
        command = _EDIT_CROWD.format(day=day, known=known)
        found.append(Finding(RECORD, REMARK, "heap", what, command, count, numbers))
    return found


def find_orphans(journal: CheckedJournal) -> list[Finding]:
    """Books, people and tags that nothing refers to; other tools leave them."""
    found = []
    for table, (one, how, none) in _ORPHANS.items():
        ids = tuple(id_ for (id_,) in journal.connection.execute(f"SELECT id FROM {table} WHERE {none} ORDER BY id"))
        if ids:
            number = f"1 {one} {how} is" if len(ids) == 1 else f"{len(ids):,} {_PLURALS[one]} {how} are"
            what = f"{number} left over. What is removed, readlog undo brings back."
            found.append(Finding(RECORD, REMARK, f"orphans, {table}", what, FIX, len(ids), ids, fix=True))
    return found


def remove_orphans(journal: CheckedJournal) -> None:
    """Remove orphans, in one operation that can be undone."""
    with logged_operation(journal.connection, "doctor"):
        for table, (_, _, none) in _ORPHANS.items():
            journal.connection.execute(f"DELETE FROM {table} WHERE {none}")


def find_unclean_texts(journal: CheckedJournal) -> list[Finding]:
    """Texts with control characters, and values that are not UTF-8."""
    found: list[Finding] = []
    for table, (columns, _) in _TEXT_COLUMNS.items():
        raw = ", ".join(f"CAST({column} AS BLOB)" for column in columns.split())
        for id_, *texts in journal.connection.execute(f"SELECT id, {raw} FROM {table}"):
            for column, text in zip(columns.split(), texts, strict=True):
                if text and text.translate(None, _PLAIN_BYTES):
                    found += _unclean_text(journal, table, id_, column, text)
    return found


def find_invalid_timestamps(journal: CheckedJournal) -> list[Finding]:
    """Readings whose `created_at` or `updated_at` is not a timestamp."""
    ids = tuple(id_ for (id_,) in journal.connection.execute(_INVALID_TIMESTAMPS))
    what = f"created_at or updated_at of {', '.join(map(str, ids[:5]))} is not a time."
    return [Finding(RECORD, DAMAGE, "times", what, SALVAGE, len(ids), ids)] if ids else []


def _future_date(started: str | None, finished: str | None, day: str) -> str:
    return f"finished {finished}" if finished and finished > day else f"started {started}"


def _unclean_text(journal: CheckedJournal, table: str, id_: int, column: str, raw: bytes) -> Iterator[Finding]:
    problem = _text_problem(raw)
    if problem:
        (reading,) = journal.connection.execute(_TEXT_COLUMNS[table][1].format(int(id_))).fetchone() or (None,)
        of = f"{reading}: " if reading else ""
        level = REMARK if "control" in problem else DAMAGE
        command = _cleaning_command(reading, column, level)
        what = f"{of}{column} ({table} {id_}) {problem}."
        yield Finding(RECORD, level, "text", what, command, ids=(reading,) if reading else ())


def _cleaning_command(reading: int | None, column: str, level: str) -> str:
    """An edit cleans the text; but it cannot read invalid UTF-8, and nobody edits the timestamps."""
    if reading is None:
        return FIX
    return SALVAGE if level == DAMAGE or column in _TIMESTAMPS else f"readlog edit {reading}"


def _text_problem(raw: bytes) -> str | None:
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
_EMPTY_READINGS = """
SELECT readings.id FROM readings WHERE book_id = (SELECT book_id FROM readings WHERE id = ?)
AND coalesce(started, finished, review, private_note, rating) IS NULL AND progress = '[]'
AND NOT EXISTS (SELECT 1 FROM quotes WHERE reading_id = readings.id)
"""
_MOST_COMPARED = 200
"""Books of one title, or people of one family name, that are compared with each other."""


class _KnownBook(NamedTuple):
    """A book with the id of its first reading, and the sources of all its readings."""

    reading: int
    book: Book
    sources: tuple[str, ...]


class _Author(NamedTuple):
    """A person with the ids of the readings of their books."""

    id: int
    name: str
    readings: tuple[int, ...]

    @property
    def description(self) -> str:
        """The name and the number of readings."""
        return f"{self.name} ({len(self.readings):,} {'reading' if len(self.readings) == 1 else 'readings'})"


def find_duplicate_books(journal: CheckedJournal) -> list[Finding]:
    """Pairs of books that are surely or probably the same, which only the user can decide."""
    found = {}
    for alike in _books_with_same_key(journal.connection):
        for one, other in combinations(sorted(alike[:_MOST_COMPARED], key=lambda known: known.reading), 2):
            pair = (one.reading, other.reading)
            if pair not in found and _may_be_same_book(one, other):
                found[pair] = _duplicate_finding(journal.connection, one, other)
    return [found[pair] for pair in sorted(found)]


def find_similar_names(journal: CheckedJournal) -> list[Finding]:
    """Names that differ only in accents, order or initials; the one with fewer readings is the one to change."""
    better: dict[_Author, _Author] = {}
    for pair in _similar_names(journal.connection):
        authors = [_Author(id_, name, tuple(_ids(journal.connection, _READINGS_OF, id_))) for id_, name in pair]
        few, many = sorted(authors, key=_spelling_rank)
        if few.readings:
            better[few] = max(many, better.get(few, many), key=_spelling_rank)
    return [_author_finding(few, many) for few, many in sorted(better.items())]


def _spelling_rank(author: _Author) -> tuple[int, bool, bool, int]:
    """The better spelling has more readings, else the family name last, else accents, else more letters."""
    name = author.name
    return len(author.readings), "," not in name, not name.isascii(), len(name)


def _books_with_same_key(connection: sqlite3.Connection) -> Iterator[list[_KnownBook]]:
    """Groups of books with the same title before the subtitle, or the same ISBN."""
    by_title: dict[str, list[_KnownBook]] = defaultdict(list)
    by_isbn: dict[str, list[_KnownBook]] = defaultdict(list)
    for _, title, subtitle, isbn, series, number, pages, names, sources, reading in connection.execute(_BOOKS):
        if reading is None:
            continue
        people = tuple(Contributor(name, AUTHOR) for name in json.loads(names))
        book = Book(title, subtitle, people, series=series, series_number=number, isbn=isbn, pages=pages)
        all_sources = tuple(str(source) for each in json.loads(sources) for source in each)
        by_title[title_keys(title, subtitle).main].append(_KnownBook(reading, book, all_sources))
        if isbn:
            by_isbn[isbn].append(_KnownBook(reading, book, all_sources))
    yield from (alike for alike in (*by_title.values(), *by_isbn.values()) if len(alike) > 1)


def _may_be_same_book(one: _KnownBook, other: _KnownBook) -> bool:
    """Whether an import would take one for the other, or cannot decide because an author is missing."""
    people = compare_people(possible_authors(one.book), possible_authors(other.book))
    unnamed = not possible_authors(one.book) or not possible_authors(other.book)
    keys = {title_keys(one.book.title, one.book.subtitle)}
    there = [Reading(one.book, sources=one.sources)]
    comparison = compare_books(one.book, keys, people, there, Reading(other.book, sources=other.sources))
    return comparison.confidence is not Confidence.NONE or (
        unnamed and people is Similarity.POSSIBLE and "same title" in comparison.doubt
    )


def _duplicate_finding(connection: sqlite3.Connection, one: _KnownBook, other: _KnownBook) -> Finding:
    """The command deletes a reading without any details, if there is one; else it merges the books."""
    what = f"{one.reading} {one.book.name} and {other.reading} {other.book.name} may be one book."
    empty = [id_ for each in (other, one) for id_ in _ids(connection, _EMPTY_READINGS, each.reading)]
    command = f"readlog delete {empty[0]}" if empty else f"readlog merge {other.reading} {one.reading}"
    if not empty:
        what += f" All readings stay; if two of them are the same time through it: readlog delete {other.reading}"
    return Finding(RECORD, REMARK, "books", what, command, 2, (one.reading, other.reading))


def _similar_names(connection: sqlite3.Connection) -> Iterator[tuple[tuple[int, str], tuple[int, str]]]:
    families: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for id_, name in connection.execute(_PEOPLE).fetchall():
        for word in {name_words(name)[-1], min(name_words(name))}:
            families[word].append((id_, name))
    seen = set()
    for people in families.values():
        for one, other in combinations(people[:_MOST_COMPARED], 2):
            if (one, other) not in seen and compare_names(one[1], other[1]) is Similarity.SAME:
                seen.add((one, other))
                yield one, other


def _author_finding(few: _Author, many: _Author) -> Finding:
    what = f"{few.description} and {many.description} may be one person."
    command = merge_command(NameKind.AUTHORS, few.name, many.name)
    return Finding(RECORD, REMARK, "authors", what, command, len(few.readings), few.readings)


def _ids(connection: sqlite3.Connection, query: str, bound: int) -> list[int]:
    return [id_ for (id_,) in connection.execute(query, (bound,)).fetchall()]
