"""Collect a year in review: its statistics, the best loved readings, and the authors read for the first time."""

import sqlite3

from readlog.readings.listing import select_ids
from readlog.readings.load_rows import load_readings
from readlog.stats.compute import compute_statistics
from readlog.stats.results import MIN_LOVED_RATING, Statistics, YearInReview
from readlog.stats.select_readings import JOIN_AUTHORS
from readlog.storage.transaction import read_transaction

_NEW_AUTHORS = f"""
SELECT name, undated > 0 FROM (
    SELECT person_id, substr(min(finished), 1, 4) AS first, count(*) - count(finished) AS undated,
        avg(rating) FILTER (WHERE substr(finished, 1, 4) = :year) AS stars
    FROM readings {JOIN_AUTHORS.format("readings")} WHERE readings.status = 'finished' GROUP BY 1)
JOIN people ON people.id = person_id WHERE first = :year ORDER BY stars DESC, name
"""
"""Authors of whom nothing was finished in an earlier year, the best loved first; and whether that is uncertain."""
_UNDATED = "SELECT count(*) FROM readings WHERE status = 'finished' AND finished IS NULL"


def review_year(connection: sqlite3.Connection, year: int) -> YearInReview:
    """The year in review, read in one transaction."""
    with read_transaction(connection):
        new_authors = connection.execute(_NEW_AUTHORS, {"year": str(year)}).fetchall()
        (undated,) = connection.execute(_UNDATED).fetchone()
        statistics = compute_statistics(connection, f"year:{year}", most=0, most_authors=1)
        query = f"year:{year} status:finished"
        if _has_loved(statistics):
            # The others are not shown, and there may be thousands.
            query += f" rating:{MIN_LOVED_RATING}.."
        return YearInReview(
            year,
            statistics,
            load_readings(connection, select_ids(connection, query, "when", 0)),
            [name for name, uncertain in new_authors if not uncertain],
            [name for name, uncertain in new_authors if uncertain],
            undated,
        )


def _has_loved(statistics: Statistics) -> bool:
    ratings = statistics.sections.ratings.readings if statistics.sections else {}
    return any(readings for rating, readings in ratings.items() if rating >= MIN_LOVED_RATING)
