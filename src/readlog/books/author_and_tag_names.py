"""Tags and people named anew: one of them given another name, or several made one.

Every change runs inside an `operation`; the readings of every book that it touches are dated.
"""

import shlex
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from readlog.books.results import Kind, NameCount, Renamed
from readlog.core.clock import now, today
from readlog.core.errors import AlreadyExists, Ambiguous, BadInput, NotFound
from readlog.core.text import clean_line, fold, printable
from readlog.query.id_list import IN_IDS, to_json_array
from readlog.query.query_fields import FOLD_SQL
from readlog.query.query_parser import parse_query
from readlog.query.query_to_sql import to_sql

_LINKS = {
    Kind.TAGS: "JOIN book_tags AS link ON link.book_id = known.book_id JOIN tags AS named ON named.id = tag_id",
    Kind.AUTHORS: "JOIN contributions AS link ON link.book_id = known.book_id AND role = 'author' "
    "JOIN people AS named ON named.id = person_id",
}
_BY_NAME = {
    Kind.TAGS: FOLD_SQL.format("named.name"),
    Kind.AUTHORS: f"coalesce({FOLD_SQL.format('named.sort_name')}, last_word_first(CAST(named.name AS BLOB)))",
}
"""People stand by the last word of their names, unless the reader has given `people.sort_name`."""

_OF_BOOKS = """
SELECT readings.book_id AS book_id, count(*) FILTER (WHERE status = 'finished') AS ended,
    max(CASE WHEN status = 'finished' THEN moment || ' ' || finished END) AS last,
    sum(rating) AS stars, count(rating) AS rated
FROM {} GROUP BY readings.book_id
"""
"""The last date stands behind its place in the order of dates, which decides which one is the last."""
_FIGURES = """named.name, count(*) AS books, sum(ended) AS ended, max(last) AS last,
    sum(stars) / sum(rated) AS rating, sum(rated) AS rated"""
"""A book at a time: of several tags each, that is half the work."""

_BY_BOOKS = "books DESC, ended DESC, named.name COLLATE NOCASE, named.name"
SORTS = {"books": "", "name": "", "last": "last DESC, ", "rating": "rating DESC, rated DESC, "}
"""What names can be sorted by; what is unknown stands last, and what has most books first among equals."""


def count_names(connection: sqlite3.Connection, kind: Kind, query: str, sort: str) -> list[NameCount]:
    """Every name of the books whose readings fit `query`, sorted. Raises BadInput."""
    if sort not in SORTS:
        raise BadInput(f'"{sort}" is not something to sort by. One of: {", ".join(SORTS)}.')
    chosen = to_sql(parse_query(query))
    order = f"{_BY_NAME[kind]}, " if sort == "name" else SORTS[sort]
    known = _OF_BOOKS.format(chosen.from_where())
    sql = f"SELECT {_FIGURES} FROM ({known}) AS known {_LINKS[kind]} GROUP BY named.id ORDER BY {order}{_BY_BOOKS}"
    found = map(NameCount._make, connection.execute(sql, chosen.all_params))
    return [row._replace(last=row.last.partition(" ")[2]) if row.last else row for row in found]


class _Where(NamedTuple):
    """The table of the names, that of the links to their books, and the column that is the name's there.

    Of a book there is one link for each name and each value of `apart`. What a reader types to
    part two names cannot be in a `new` one.
    """

    names: str
    links: str
    column: str
    apart: str
    new: str


_WHERE = {
    Kind.TAGS: _Where("tags", "book_tags", "tag_id", "book_id", ","),
    Kind.AUTHORS: _Where("people", "contributions", "person_id", "book_id, role", ";"),
}
_FOLDED_NAME = FOLD_SQL.format("name")
_MOST_NAMED = 8
_NEARLY = 0.7

_FIRST_PLACE = """
UPDATE contributions AS kept SET position = gone.position FROM contributions AS gone
WHERE kept.person_id = :into AND gone.person_id = :id AND (gone.book_id, gone.role) = (kept.book_id, kept.role)
AND gone.position < kept.position
"""
_TWINS = f"""
SELECT count(*) FROM (
    SELECT 1 FROM contributions JOIN books ON books.id = book_id WHERE person_id = ? AND role = 'author'
    GROUP BY {FOLD_SQL.format("title")} HAVING count(*) > 1 AND max(book_id {IN_IDS}))
"""


class Named(NamedTuple):
    """A tag or a person in the journal."""

    id: int
    name: str


def find_name(connection: sqlite3.Connection, kind: Kind, named: str) -> Named:
    """The tag or the person that is called so: to the letter, else the only one but for case and accents.

    Raises NotFound, and Ambiguous where there are several: there is no guessing.
    """
    wanted, table = fold(clean_line(named)), _WHERE[kind].names
    exactly = f"SELECT id, name FROM {table} WHERE name = ? COLLATE BINARY"
    nearly = f"SELECT id, name FROM {table} WHERE {_FOLDED_NAME} = ? ORDER BY name LIMIT ?"
    found = connection.execute(exactly, (named,)).fetchall()
    found = found or connection.execute(exactly, (clean_line(named),)).fetchall()
    found = found or connection.execute(nearly, (wanted, _MOST_NAMED)).fetchall()
    if not found:
        raise NotFound(_not_there(connection, kind, named))
    if len(found) > 1:
        names = " · ".join(name for _, name in found)
        raise Ambiguous(printable(f'"{named}" can be one of these {kind}: {names}. Write it to the letter.'))
    return Named(*found[0])


def rename(connection: sqlite3.Connection, kind: Kind, old: str, new: str) -> Renamed | None:
    """Give a tag or a person another name; None where that is the name it has.

    Raises NotFound, Ambiguous, BadInput, and AlreadyExists where another one is called so.
    """
    there, name = find_name(connection, kind, old), _new_name(kind, new)
    if twin := _twin(connection, kind, there.id, name):
        command = merge_command(kind, there.name, twin)
        raise AlreadyExists(printable(f'There is "{twin}" already. To make the two one: {command}'), ())
    if name == there.name:
        return None
    books = _date(connection, kind, [there.id])
    connection.execute(f"UPDATE {_WHERE[kind].names} SET name = ? WHERE id = ?", (name, there.id))
    return Renamed((there.name,), name, len(books))


def merge(connection: sqlite3.Connection, kind: Kind, names: Sequence[str]) -> Renamed:
    """Make all of the `names` the last one, which stays as it is. Raises NotFound, Ambiguous and BadInput."""
    found = [find_name(connection, kind, name) for name in names]
    others = [each for each in dict.fromkeys(found) if each != found[-1]]
    if not others:
        raise BadInput(
            f"To merge {kind}, name two or more that differ; all become the last one. "
            f"To spell one otherwise: readlog {kind} rename OLD NEW"
        )
    into = found[-1]
    books = _date(connection, kind, [each.id for each in others])
    for each in others:
        _move(connection, kind, each.id, into.id)
    (twins,) = connection.execute(_TWINS, (into.id, to_json_array(books))).fetchone() if kind is Kind.AUTHORS else (0,)
    return Renamed(tuple(each.name for each in others), into.name, len(books), twins)


def merge_command(kind: Kind, *names: str) -> str:
    """What to type to make these names the last one of them."""
    end_of_options = ["--"] if any(name.startswith("-") for name in names) else []
    return shlex.join(["readlog", kind, "merge", *end_of_options, *names])


def _move(connection: sqlite3.Connection, kind: Kind, id_: int, into: int) -> None:
    """Give all links of one name to another, which stands in the first place that either had, and delete the one."""
    names, links, column, apart, _ = _WHERE[kind]
    numbers = {"id": id_, "into": into}
    if kind is Kind.AUTHORS:
        connection.execute(_FIRST_PLACE, numbers)
    there = f"SELECT {apart} FROM {links} WHERE {column} = :into"
    connection.execute(f"DELETE FROM {links} WHERE {column} = :id AND ({apart}) IN ({there})", numbers)
    connection.execute(f"UPDATE {links} SET {column} = :into WHERE {column} = :id", numbers)
    connection.execute(f"DELETE FROM {names} WHERE id = :id", numbers)


def _date(connection: sqlite3.Connection, kind: Kind, ids: Sequence[int]) -> list[int]:
    """Date the readings of all books of these names; returns the books."""
    links, column = _WHERE[kind].links, _WHERE[kind].column
    asked = f"SELECT DISTINCT book_id FROM {links} WHERE {column} {IN_IDS}"
    books = [book for (book,) in connection.execute(asked, (to_json_array(ids),))]
    connection.execute(f"UPDATE readings SET updated_at = ? WHERE book_id {IN_IDS}", (now(), to_json_array(books)))
    return books


def _new_name(kind: Kind, text: str) -> str:
    """A name as the journal keeps it. Raises BadInput for none, and for what would be several when it is typed."""
    from readlog.core.fields import parse_field

    said = parse_field(kind, [text], today())
    name = str(said[0] if kind is Kind.TAGS else said[0].name) if said else ""
    if not name:
        raise BadInput(f'"{text}" is no name.')
    if _WHERE[kind].new in name:
        raise BadInput(f'"{name}" would be several {kind}: a "{_WHERE[kind].new}" stands between two names.')
    return name


def _twin(connection: sqlite3.Connection, kind: Kind, id_: int, name: str) -> str | None:
    """Another one that is called so; for a tag neither case nor accents matter."""
    same = f"{_FOLDED_NAME} = ?" if kind is Kind.TAGS else "name = ?"
    asked = f"SELECT name FROM {_WHERE[kind].names} WHERE {same} AND id <> ?"
    found = connection.execute(asked, (fold(name) if kind is Kind.TAGS else name, id_)).fetchone()
    return found[0] if found else None


def _not_there(connection: sqlite3.Connection, kind: Kind, named: str) -> str:
    near = _names_near(connection, kind, named)
    said = f"Did you mean: {' · '.join(near)}" if near else f"See them all with: readlog {kind}"
    return printable(f'There is no {kind.one} "{clean_line(named)}". {said}')


def _names_near(connection: sqlite3.Connection, kind: Kind, named: str) -> list[str]:
    """Names in which the wanted one is words, then the beginning of words, then those of nearly the same letters."""
    from difflib import get_close_matches

    asked = f"SELECT name FROM {_WHERE[kind].names} ORDER BY name"
    names, wanted = {fold(name): name for (name,) in connection.execute(asked)}, fold(clean_line(named))
    within = [key for key in names if wanted and f" {wanted}" in f" {key}"]
    within.sort(key=lambda key: f" {wanted} " not in f" {key} ")
    near = [*within, *get_close_matches(wanted, names, _MOST_NAMED, _NEARLY)]
    return [names[key] for key in dict.fromkeys(near)][:_MOST_NAMED]
