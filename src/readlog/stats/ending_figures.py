"""What was abandoned, and where."""

import sqlite3

from readlog.core.text import clean_line
from readlog.readings.listing import LAST_PLACE, listed
from readlog.stats.chosen import Choice
from readlog.stats.results import Abandoned, GivenUp

_ABANDONED = f"""
WITH abandoned AS MATERIALIZED (
    SELECT readings.id AS id, readings.book_id AS book_id, readings.moment AS moment, {LAST_PLACE} AS place,
        books.pages AS pages
    FROM {{}})
SELECT id, place, pages, count(*) OVER (), (SELECT count(DISTINCT book_id) FROM abandoned), count(place) OVER ()
FROM abandoned ORDER BY moment DESC, id DESC LIMIT ?
"""


def take_abandoned(connection: sqlite3.Connection, choice: Choice, most: int) -> Abandoned:
    """The abandoned readings of `choice`, at most so many of them named, the newest first; 0 names all."""
    source, parameters = choice.also("abandoned").source
    rows = connection.execute(_ABANDONED.format(source), (*parameters, most or -1)).fetchall()
    if not rows:
        return Abandoned(0, 0, 0, [])
    readings, books, places = rows[0][3:]
    named = listed(connection, [row[0] for row in rows], times=True)
    found = [
        GivenUp(reading, None if place is None else clean_line(str(place)), pages)
        for reading, (_, place, pages, *_) in zip(named, rows, strict=True)
    ]
    return Abandoned(readings, books, readings - places, found)
