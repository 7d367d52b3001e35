"""The journal at a glance: what the dashboard and `info` show."""

import sqlite3
from datetime import date

from readlog.ground.answers import Counts, ListedReading, Overview
from readlog.journal.listing import chosen_ids, listed

_COUNTS = """
SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM books),
    (SELECT count(*) FROM readings WHERE review IS NOT NULL),
    (SELECT count(*) FROM quotes), (SELECT count(*) FROM people), (SELECT count(*) FROM tags)
"""
_SAME_DAY = """
SELECT id FROM readings
WHERE length(finished) = 10 AND substr(finished, 6) = ? AND finished < ? ORDER BY finished DESC LIMIT ?
"""
_FINISHED_IN = """
SELECT count(*) FROM readings
WHERE moment >= ? AND moment < ? AND status = 'finished' AND finished IS NOT NULL
"""
_MOST_SHOWN = 3


def count_all(connection: sqlite3.Connection) -> Counts:
    """How much there is of everything."""
    return Counts(*connection.execute(_COUNTS).fetchone())


def take_overview(connection: sqlite3.Connection, today: date) -> Overview:
    """The journal at a glance, on that day."""
    (readings,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    return Overview(
        readings=readings,
        reading_now=_newest(connection, "status:reading", _MOST_SHOWN),
        last_finished=next(iter(_newest(connection, "status:finished has:finished", 1)), None),
        year=today.year,
        finished_this_year=_finished_in(connection, today.year),
        on_this_day=_on_this_day(connection, today),
    )


def _newest(connection: sqlite3.Connection, query: str, limit: int) -> list[ListedReading]:
    return list(listed(connection, chosen_ids(connection, query, "when", limit), times=True))


def _finished_in(connection: sqlite3.Connection, year: int) -> int:
    """By the index on `moment`, which for what is finished begins with the year in which it was."""
    return int(connection.execute(_FINISHED_IN, (str(year), str(year + 1))).fetchone()[0])


def _on_this_day(connection: sqlite3.Connection, today: date) -> list[ListedReading]:
    rows = connection.execute(_SAME_DAY, (today.isoformat()[5:], today.isoformat(), _MOST_SHOWN)).fetchall()
    return list(listed(connection, [id_ for (id_,) in rows], times=True))
