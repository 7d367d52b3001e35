"""The days of a year on which something was finished."""

import sqlite3

from readlog.stats.results import Calendar

_DAYS = "SELECT finished, count(*) FROM chosen WHERE length(finished) = 10 GROUP BY 1 ORDER BY 1"
_WITHOUT_DAY = "SELECT count(*) FROM chosen WHERE length(finished) <> 10"


def take_calendar(connection: sqlite3.Connection, year: int) -> Calendar:
    """The days of the readings in `chosen`, all of which are of that year."""
    days = dict(connection.execute(_DAYS).fetchall())
    (without_day,) = connection.execute(_WITHOUT_DAY).fetchone()
    return Calendar(year, days, without_day)
