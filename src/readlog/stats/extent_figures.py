"""The longest and the shortest book, and how long it took from start to finish."""

import sqlite3

from readlog.readings.listing import listed
from readlog.readings.results import ListedReading
from readlog.stats.results import Lengths, Long, Spent, Times

_LENGTH = "SELECT id, pages FROM chosen WHERE pages = (SELECT {}(pages) FROM chosen) ORDER BY id DESC LIMIT 1"
_TIMES = """
WITH spent AS MATERIALIZED (
    SELECT chosen.id AS id, CAST(julianday(chosen.finished) - julianday(readings.started) AS INTEGER) AS days
    FROM readings CROSS JOIN chosen ON chosen.id = readings.id
    WHERE readings.started > '' AND length(readings.started) = 10 AND length(chosen.finished) = 10
        AND chosen.finished >= readings.started)
SELECT (SELECT count(*) FROM spent), (SELECT avg(days) FROM (
        SELECT days FROM spent ORDER BY days
        LIMIT (SELECT 2 - count(*) % 2 FROM spent) OFFSET (SELECT max(count(*) - 1, 0) / 2 FROM spent))),
    (SELECT id FROM spent ORDER BY days, id DESC LIMIT 1), (SELECT min(days) FROM spent),
    (SELECT id FROM spent ORDER BY days DESC, id DESC LIMIT 1), (SELECT max(days) FROM spent)
"""
"""Begins with what was started, which an index knows: many journals have nothing there."""


def take_lengths(connection: sqlite3.Connection) -> Lengths:
    """The longest and the shortest book of the readings in `chosen`; of several alike, the latest reading."""
    return Lengths(_of_length(connection, "max"), _of_length(connection, "min"))


def _of_length(connection: sqlite3.Connection, extreme: str) -> Long | None:
    row = connection.execute(_LENGTH.format(extreme)).fetchone()
    return Long(_reading(connection, row[0]), row[1]) if row else None


def take_times(connection: sqlite3.Connection, readings: int) -> Times:
    """How long the readings in `chosen`, so many, took; of several alike, the latest reading is named."""
    number, median, shortest, fewest, longest, most = connection.execute(_TIMES).fetchone()
    if not number:
        return Times(0, readings, None, None, None)
    return Times(
        readings=number,
        unknown=readings - number,
        median=median,
        shortest=Spent(_reading(connection, shortest), fewest),
        longest=Spent(_reading(connection, longest), most),
    )


def _reading(connection: sqlite3.Connection, id_: int) -> ListedReading:
    (reading,) = listed(connection, [id_], times=True)
    return reading
