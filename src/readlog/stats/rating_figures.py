"""How the chosen readings were rated: how many with each quarter of a star."""

import sqlite3

from readlog.stats.results import Ratings

QUARTERS = tuple(quarters / 4 for quarters in range(1, 21))
_COUNTS = "SELECT rating, count(*) FROM chosen GROUP BY 1 ORDER BY 1"
_MEDIAN = """
WITH stars AS (
    SELECT rating, sum(count(*)) OVER (ORDER BY rating) AS until, sum(count(*)) OVER () AS rated
    FROM chosen WHERE rating IS NOT NULL GROUP BY rating)
SELECT (min(rating) FILTER (WHERE 2 * until >= rated) + min(rating) FILTER (WHERE 2 * until > rated)) / 2 FROM stars
"""
"""The rating in the middle, or between the two in the middle."""


def take_ratings(connection: sqlite3.Connection) -> Ratings:
    """The ratings of the readings in `chosen`."""
    counts = dict(connection.execute(_COUNTS).fetchall())
    unrated = counts.pop(None, 0)
    (median,) = connection.execute(_MEDIAN).fetchone()
    return Ratings(dict.fromkeys(QUARTERS, 0) | counts, unrated, median)
