"""Every reading as the record that readlog writes, a line each: sqlite3 and json alone, never more than one held."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from itertools import groupby
from typing import Any
from unicodedata import combining, normalize

Record = dict[str, Any]

_READINGS = """
SELECT readings.id, readings.uid, books.uid, title, subtitle, NULL, NULL, series, series_number, isbn, publisher,
    published, pages, language, NULL, status, started, finished, rating, format, review, private_note, NULL,
    progress, pile, sources, extra, created_at, updated_at
FROM readings JOIN books ON books.id = readings.book_id ORDER BY readings.id
"""
_PEOPLE = """
SELECT readings.id, role = 'author', name, role
FROM readings JOIN contributions ON contributions.book_id = readings.book_id JOIN people ON people.id = person_id
ORDER BY readings.id, position, contributions.id
"""
_TAGS = """
SELECT readings.id, name
FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id JOIN tags ON tags.id = tag_id
ORDER BY readings.id, folded(name)
"""
_QUOTES = """
SELECT reading_id, uid, text, page, location, remark, marked_at FROM quotes ORDER BY reading_id, position, id
"""
_KEYS = (
    "id uid book_uid title subtitle authors contributors series series_number isbn publisher published pages language "
    "tags status started finished rating format review private_note quotes progress pile sources "
    "extra created_at updated_at"
).split()
_QUOTE_KEYS = ("uid", "text", "page", "location", "remark", "marked_at")


def main() -> None:
    """What the `json-floor` command runs, with a journal and the file to be written."""
    journal, path = sys.argv[1:]
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    with closing(sqlite3.connect(journal)) as connection, open(path, "w", encoding="utf-8") as file:
        connection.create_function("folded", 1, _folded, deterministic=True)
        write, before = file.write, "[\n"
        for record in records(connection):
            write(before)
            write(dumps(record))
            before = ",\n"
        write("\n]\n")


def records(connection: sqlite3.Connection) -> Iterator[Record]:
    """The records in the order of their ids: four statements that run along together."""
    people, tags, quotes = (_by_reading(connection, statement) for statement in (_PEOPLE, _TAGS, _QUOTES))
    for row in connection.execute(_READINGS):
        record = dict(zip(_KEYS, row, strict=True))
        of_book = people(row[0])
        record["authors"] = [name for _, is_author, name, _ in of_book if is_author]
        record["contributors"] = [{"name": name, "role": role} for _, is_author, name, role in of_book if not is_author]
        record["tags"] = [name for _, name in tags(row[0])]
        record["quotes"] = [dict(zip(_QUOTE_KEYS, quote[1:], strict=True)) for quote in quotes(row[0])]
        for key, empty in (("progress", "[]"), ("sources", "[]"), ("extra", "{}")):
            if record[key] != empty:
                record[key] = json.loads(record[key])
            else:
                record[key] = [] if empty == "[]" else {}
        yield record


@cache
def _folded(name: str) -> str:
    """A name as readlog sorts it: without case and accents."""
    return "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))


def _by_reading(connection: sqlite3.Connection, statement: str) -> Callable[[int], list[tuple[Any, ...]]]:
    """What gives the rows of each reading, if it is asked in the order of the ids."""
    groups = groupby(connection.execute(statement), key=lambda row: row[0])
    waiting: list[tuple[int, list[tuple[Any, ...]]]] = []

    def of(id_: int) -> list[tuple[Any, ...]]:
        if not waiting:
            waiting.extend((key, list(rows)) for key, rows in [next(groups, (0, iter(())))])
        return waiting.pop()[1] if waiting[0][0] == id_ else []

    return of
