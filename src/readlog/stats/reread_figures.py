"""What was read again: which readings came after the book had been finished before."""

import sqlite3

from readlog.readings.listing import listed
from readlog.stats.results import Rereads

_BEFORE = "OVER (PARTITION BY book_id ORDER BY moment, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
_AGAIN = f"""
WITH several AS (
    SELECT id, book_id, moment, count(*) FILTER (WHERE status = 'finished') {_BEFORE} AS before,
        count(finished) FILTER (WHERE status = 'finished') {_BEFORE} AS dated
    FROM readings
    WHERE book_id IN (
        SELECT chosen.book_id FROM chosen
        CROSS JOIN readings AS other ON other.book_id = chosen.book_id AND other.id <> chosen.id)),
ranked AS (
    SELECT id, moment, before, count(*) OVER of_book AS times, sum(dated = 0) OVER of_book AS unsure,
        row_number() OVER (PARTITION BY book_id ORDER BY moment DESC, id DESC) AS place
    FROM several WHERE before > 0 AND id IN (SELECT id FROM chosen)
    WINDOW of_book AS (PARTITION BY book_id))
SELECT id, before + 1, sum(times) OVER (), count(*) OVER (), sum(unsure) OVER ()
FROM ranked WHERE place = 1 ORDER BY before DESC, moment DESC, id DESC LIMIT ?
"""
"""Looks at the few rows of books with several readings: whether a book has is known to an index."""


def take_rereads(connection: sqlite3.Connection, readings: int, most: int) -> Rereads:
    """The re-reads among the readings in `chosen`, so many, with at most so many books named; 0 names all.

    What came before is in the order of a list: a reading without a date before all that have one.
    """
    rows = connection.execute(_AGAIN, (most or -1,)).fetchall()
    if not rows:
        return Rereads(readings, 0, 0, 0, [])
    again, books, unsure = rows[0][2:]
    named = listed(connection, [row[0] for row in rows], times=False)
    found = [reading._replace(time=time) for reading, (_, time, *_) in zip(named, rows, strict=True)]
    return Rereads(readings - again, again, books, unsure, found)
