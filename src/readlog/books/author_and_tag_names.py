"""Count, rename and merge tags and authors.

Every change runs inside an operation and updates `updated_at` of all readings of its books.
"""

import shlex
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from readlog.books.results import NameCount, NameKind, Renaming
from readlog.core.clock import now, today
from readlog.core.errors import AlreadyExists, Ambiguous, BadInput, NotFound
from readlog.core.normalize_text import clean_line, fold, printable
from readlog.query.id_list import IN_IDS, to_json_array
from readlog.query.query_fields import FOLD_SQL
from readlog.query.query_parser import parse_query
from readlog.query.query_to_sql import to_sql

_LINKS = {
    NameKind.TAGS: "JOIN book_tags AS link ON link.book_id = known.book_id JOIN tags AS named ON named.id = tag_id",
    NameKind.AUTHORS: "JOIN contributions AS link ON link.book_id = known.book_id AND role = 'author' "
    "JOIN people AS named ON named.id = person_id",
}
_NAME_ORDER = {
    NameKind.TAGS: FOLD_SQL.format("named.name"),
    NameKind.AUTHORS: f"coalesce({FOLD_SQL.format('named.sort_name')}, last_word_first(CAST(named.name AS BLOB)))",
}
"""People are sorted by the last word of their names, unless the user has set `people.sort_name`."""

_BOOKS_WITH_FIGURES = """
SELECT readings.book_id AS book_id, count(*) FILTER (WHERE status = 'finished') AS ended,
    max(CASE WHEN status = 'finished' THEN moment || ' ' || finished END) AS last,
    sum(rating) AS stars, count(rating) AS rated
FROM {} GROUP BY readings.book_id
"""
"""One row per book. `last` is the last date, prefixed with its sort key so that max() finds it."""
_FIGURES = """named.name, count(*) AS books, sum(ended) AS ended, max(last) AS last,
    sum(stars) / sum(rated) AS rating, sum(rated) AS rated"""
"""Figures for a name, from those of its books: half the work of counting each reading once per tag."""

_BOOKS_ORDER = "books DESC, ended DESC, named.name COLLATE NOCASE, named.name"
SORTS = {"books": "", "name": "", "last": "last DESC, ", "rating": "rating DESC, rated DESC, "}
"""ORDER BY terms by sort key; among equals the name with most books comes first, and unknown values come last."""


class _Storage(NamedTuple):
    """How names of a kind are stored.

    `names` is their table, `links` the table that links them to books, and `column` their column
    there. A book has one link per name and value of `unique_with`. `separator` is what users type
    between two names, so a name cannot contain it.
    """

    names: str
    links: str
    column: str
    unique_with: str
    separator: str


_STORAGE = {
    NameKind.TAGS: _Storage("tags", "book_tags", "tag_id", "book_id", ","),
    NameKind.AUTHORS: _Storage("people", "contributions", "person_id", "book_id, role", ";"),
}
_FOLDED_NAME = FOLD_SQL.format("name")
_MAX_SUGGESTIONS = 8
_MIN_SIMILARITY = 0.7

_KEEP_FIRST_POSITION = """
UPDATE contributions AS kept SET position = gone.position FROM contributions AS gone
WHERE kept.person_id = :into AND gone.person_id = :id AND (gone.book_id, gone.role) = (kept.book_id, kept.role)
AND gone.position < kept.position
"""
_DUPLICATE_TITLES = f"""
SELECT count(*) FROM (
    SELECT 1 FROM contributions JOIN books ON books.id = book_id WHERE person_id = ? AND role = 'author'
    GROUP BY {FOLD_SQL.format("title")} HAVING count(*) > 1 AND max(book_id {IN_IDS}))
"""


class FoundName(NamedTuple):
    """The id and the stored name of a tag or a person."""

    id: int
    name: str


def count_names(connection: sqlite3.Connection, kind: NameKind, query: str, sort: str) -> list[NameCount]:
    """Figures for every name in the readings matching `query`, sorted. Raises BadInput."""
    if sort not in SORTS:
        raise BadInput(f'"{sort}" is not something to sort by. One of: {", ".join(SORTS)}.')
    selection = to_sql(parse_query(query))
    order = f"{_NAME_ORDER[kind]}, " if sort == "name" else SORTS[sort]
    known = _BOOKS_WITH_FIGURES.format(selection.from_where())
    sql = f"SELECT {_FIGURES} FROM ({known}) AS known {_LINKS[kind]} GROUP BY named.id ORDER BY {order}{_BOOKS_ORDER}"
    found = map(NameCount._make, connection.execute(sql, selection.all_params))
    return [row._replace(last=row.last.partition(" ")[2]) if row.last else row for row in found]


def find_name(connection: sqlite3.Connection, kind: NameKind, name: str) -> FoundName:
    """The tag or person of exactly this name, or else the only one that differs in case and accents.

    Raises NotFound, and Ambiguous if there are several: readlog never guesses.
    """
    cleaned, table = clean_line(name), _STORAGE[kind].names
    exact = f"SELECT id, name FROM {table} WHERE name = ? COLLATE BINARY"
    folded = f"SELECT id, name FROM {table} WHERE {_FOLDED_NAME} = ? ORDER BY name LIMIT ?"
    rows = connection.execute(exact, (name,)).fetchall()
    rows = rows or connection.execute(exact, (cleaned,)).fetchall()
    rows = rows or connection.execute(folded, (fold(cleaned), _MAX_SUGGESTIONS)).fetchall()
    if not rows:
        raise NotFound(_not_found_message(connection, kind, cleaned))
    if len(rows) > 1:
        names = " · ".join(stored_name for _, stored_name in rows)
        raise Ambiguous(printable(f'"{name}" can be one of these {kind}: {names}. Write it to the letter.'))
    return FoundName(*rows[0])


def rename_name(connection: sqlite3.Connection, kind: NameKind, old: str, new: str) -> Renaming | None:
    """Rename a tag or a person; None if it already has that name.

    Raises NotFound, Ambiguous, BadInput, and AlreadyExists if another one has the new name.
    """
    found, new_name = find_name(connection, kind, old), _parse_new_name(kind, new)
    if other := _find_other_name(connection, kind, found.id, new_name):
        command = merge_command(kind, found.name, other)
        raise AlreadyExists(printable(f'There is "{other}" already. To make the two one: {command}'), ())
    if new_name == found.name:
        return None
    books = _touch_readings(connection, kind, [found.id])
    connection.execute(f"UPDATE {_STORAGE[kind].names} SET name = ? WHERE id = ?", (new_name, found.id))
    return Renaming((found.name,), new_name, len(books))


def merge_names(connection: sqlite3.Connection, kind: NameKind, names: Sequence[str]) -> Renaming:
    """Merge all of the `names` into the last one. Raises NotFound, Ambiguous and BadInput."""
    *others, target = (find_name(connection, kind, name) for name in names)
    sources = [each for each in dict.fromkeys(others) if each != target]
    if not sources:
        raise BadInput(
            f"To merge {kind}, name two or more that differ; all become the last one. "
            f"To spell one otherwise: readlog {kind} rename OLD NEW"
        )
    books = _touch_readings(connection, kind, [source.id for source in sources])
    for source in sources:
        _move_links(connection, kind, source.id, target.id)
    duplicate_titles = 0
    if kind is NameKind.AUTHORS:
        parameters = (target.id, to_json_array(books))
        (duplicate_titles,) = connection.execute(_DUPLICATE_TITLES, parameters).fetchone()
    return Renaming(tuple(source.name for source in sources), target.name, len(books), duplicate_titles)


def merge_command(kind: NameKind, *names: str) -> str:
    """The command line that merges these names into the last one."""
    end_of_options = ["--"] if any(name.startswith("-") for name in names) else []
    return shlex.join(["readlog", kind, "merge", *end_of_options, *names])


def _move_links(connection: sqlite3.Connection, kind: NameKind, id_: int, into: int) -> None:
    """Move the links of the name `id_` to the name `into`, at the first position that either had, and delete `id_`."""
    names, links, column, unique_with, _ = _STORAGE[kind]
    ids = {"id": id_, "into": into}
    if kind is NameKind.AUTHORS:
        connection.execute(_KEEP_FIRST_POSITION, ids)
    existing = f"SELECT {unique_with} FROM {links} WHERE {column} = :into"
    connection.execute(f"DELETE FROM {links} WHERE {column} = :id AND ({unique_with}) IN ({existing})", ids)
    connection.execute(f"UPDATE {links} SET {column} = :into WHERE {column} = :id", ids)
    connection.execute(f"DELETE FROM {names} WHERE id = :id", ids)


def _touch_readings(connection: sqlite3.Connection, kind: NameKind, ids: Sequence[int]) -> list[int]:
    """Update `updated_at` of the readings of all books of these names; returns the ids of the books."""
    links, column = _STORAGE[kind].links, _STORAGE[kind].column
    sql = f"SELECT DISTINCT book_id FROM {links} WHERE {column} {IN_IDS}"
    books = [book for (book,) in connection.execute(sql, (to_json_array(ids),))]
    connection.execute(f"UPDATE readings SET updated_at = ? WHERE book_id {IN_IDS}", (now(), to_json_array(books)))
    return books


def _parse_new_name(kind: NameKind, text: str) -> str:
    """The cleaned name. Raises BadInput if it is empty, or contains the separator between names."""
    from readlog.core.parse_fields import parse_field

    values = parse_field(kind, [text], today())
    name = str(values[0] if kind is NameKind.TAGS else values[0].name) if values else ""
    if not name:
        raise BadInput(f'"{text}" is no name.')
    if _STORAGE[kind].separator in name:
        raise BadInput(f'"{name}" would be several {kind}: a "{_STORAGE[kind].separator}" stands between two names.')
    return name


def _find_other_name(connection: sqlite3.Connection, kind: NameKind, id_: int, name: str) -> str | None:
    """The name of another tag or person with this name; tags are compared without case and accents."""
    condition, key = (f"{_FOLDED_NAME} = ?", fold(name)) if kind is NameKind.TAGS else ("name = ?", name)
    sql = f"SELECT name FROM {_STORAGE[kind].names} WHERE {condition} AND id <> ?"
    row = connection.execute(sql, (key, id_)).fetchone()
    return row[0] if row else None


def _not_found_message(connection: sqlite3.Connection, kind: NameKind, name: str) -> str:
    similar = _similar_names(connection, kind, name)
    hint = f"Did you mean: {' · '.join(similar)}" if similar else f"See them all with: readlog {kind}"
    return printable(f'There is no {kind.singular} "{name}". {hint}')


def _similar_names(connection: sqlite3.Connection, kind: NameKind, name: str) -> list[str]:
    """Names that contain `name` as words, then those that contain it as the start of a word, then close matches."""
    from difflib import get_close_matches

    sql = f"SELECT name FROM {_STORAGE[kind].names} ORDER BY name"
    names, wanted = {fold(each): each for (each,) in connection.execute(sql)}, fold(name)
    containing = [key for key in names if wanted and f" {wanted}" in f" {key}"]
    containing.sort(key=lambda key: f" {wanted} " not in f" {key} ")
    similar = [*containing, *get_close_matches(wanted, names, _MAX_SUGGESTIONS, _MIN_SIMILARITY)]
    return [names[key] for key in dict.fromkeys(similar)][:_MAX_SUGGESTIONS]
