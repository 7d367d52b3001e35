"""Lists of names: every tag, or every author, of some readings, with what was read of it.

All sums are SQL's. What a reader knows only in part counts as it is known: a book of which no
reading has a date has no last one.
"""

import sqlite3

from readlog.books.results import Kind, NameCount
from readlog.core.errors import BadInput
from readlog.query.query_fields import FOLDED
from readlog.query.query_parser import parse_query
from readlog.query.query_to_sql import to_sql

_LINKS = {
    Kind.TAGS: "JOIN book_tags AS link ON link.book_id = known.book_id JOIN tags AS named ON named.id = tag_id",
    Kind.AUTHORS: "JOIN contributions AS link ON link.book_id = known.book_id AND role = 'author' "
    "JOIN people AS named ON named.id = person_id",
}
_BY_NAME = {
    Kind.TAGS: FOLDED.format("named.name"),
    Kind.AUTHORS: f"coalesce({FOLDED.format('named.sort_name')}, last_word_first(CAST(named.name AS BLOB)))",
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
    known = _OF_BOOKS.format(chosen.source())
    sql = f"SELECT {_FIGURES} FROM ({known}) AS known {_LINKS[kind]} GROUP BY named.id ORDER BY {order}{_BY_BOOKS}"
    found = map(NameCount._make, connection.execute(sql, chosen.parameters))
    return [row._replace(last=row.last.partition(" ")[2]) if row.last else row for row in found]
