"""Readings counted: how many, how many pages, how well they were liked; as a whole and by year, month, author, tag.

All sums are SQL's. What is not known is counted too: readings without a month, books without pages.
"""

import sqlite3

from readlog.ground.answers import Group, Stats
from readlog.ground.errors import BadInput
from readlog.query.language import Either, Every, Field, No, Node, parse_query
from readlog.query.sql import to_sql

_FIGURES = "count(*), count(DISTINCT readings.book_id), sum(pages), count(*) - count(pages), avg(rating), count(rating)"
_MONTH = """CASE WHEN substr(finished, 6, 2) BETWEEN '01' AND '12' THEN substr(finished, 1, 7)
    ELSE substr(finished, 1, 4) END"""
_TAGGED = "JOIN book_tags ON book_tags.book_id = books.id JOIN tags ON tags.id = tag_id"
_WRITTEN = """JOIN contributions ON contributions.book_id = books.id AND role = 'author'
    JOIN people ON people.id = person_id"""

_BY = {
    "year": ("substr(finished, 1, 4)", "", "1 DESC"),
    "month": (_MONTH, "", "1 DESC"),
    "rating": ("readings.rating", "", "1 DESC"),
    "status": ("readings.status", "", "2 DESC, 1"),
    "format": ("readings.format", "", "2 DESC, 1"),
    "language": ("books.language", "", "2 DESC, 1"),
    "publisher": ("books.publisher", "", "2 DESC, 1"),
    "decade": ("books.published - books.published % 10", "", "1 DESC"),
    "tag": ("tags.name", _TAGGED, "2 DESC, 1"),
    "author": ("people.name", _WRITTEN, "2 DESC, 1"),
}
"""What readings can be grouped by: the label, what has to be joined for it, and the order."""

GROUPINGS = tuple(_BY)


def take_stats(connection: sqlite3.Connection, query: str, by: str) -> Stats:
    """The figures of the finished readings that fit `query`, or of all that do where it, or `by`, speaks of the status.

    Raises BadInput.
    """
    if by not in _BY:
        raise BadInput(f'"{by}" is not something to count by. One of: {", ".join(GROUPINGS)}.')
    node = parse_query(query)
    if by != "status" and not _speaks_of_status(node):
        node = Every((node, Field("status", "finished")))
    chosen = to_sql(node)
    label, joined, order = _BY[by]
    source = chosen.source("books.")
    grouped = source.replace(" WHERE ", f" {joined} WHERE ", 1)
    whole = connection.execute(f"SELECT NULL, {_FIGURES} FROM {source}", chosen.parameters).fetchone()
    sql = f"SELECT {label}, {_FIGURES} FROM {grouped} GROUP BY 1 ORDER BY {order}"
    groups = [Group._make(row) for row in connection.execute(sql, chosen.parameters)]
    return Stats(Group._make(whole), by, groups)


def _speaks_of_status(node: Node) -> bool:
    if isinstance(node, (Every, Either)):
        return any(map(_speaks_of_status, node.nodes))
    if isinstance(node, No):
        return _speaks_of_status(node.node)
    return isinstance(node, Field) and node.name in ("status", "is")
