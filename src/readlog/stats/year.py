"""A year of reading, looked at as a whole: figures, readings, and who was read for the first time."""

import sqlite3

from readlog.readings.listing import select_ids
from readlog.readings.load_rows import load_readings
from readlog.stats.compute import WRITTEN, take_figures
from readlog.stats.results import LEAST_LOVED, Figures, Year
from readlog.storage.transaction import read_transaction

_FIRST_READ = f"""
SELECT name, undated > 0 FROM (
    SELECT person_id, substr(min(finished), 1, 4) AS first, count(*) - count(finished) AS undated,
        avg(rating) FILTER (WHERE substr(finished, 1, 4) = :year) AS stars
    FROM readings {WRITTEN.format("readings")} WHERE readings.status = 'finished' GROUP BY 1)
JOIN people ON people.id = person_id WHERE first = :year ORDER BY stars DESC, name
"""
"""The authors of whom nothing was finished in a year before, the best loved first."""
_UNDATED = "SELECT count(*) FROM readings WHERE status = 'finished' AND finished IS NULL"


def take_year(connection: sqlite3.Connection, year: int) -> Year:
    """All that there is to tell of a year, at one moment."""
    with read_transaction(connection):
        return _looked_at(connection, year)


def _looked_at(connection: sqlite3.Connection, year: int) -> Year:
    first_read = connection.execute(_FIRST_READ, {"year": str(year)}).fetchall()
    (undated,) = connection.execute(_UNDATED).fetchone()
    figures = take_figures(connection, f"year:{year}", most=0, most_authors=1)
    return Year(
        year,
        figures,
        load_readings(connection, select_ids(connection, f"year:{year} status:finished{_loved(figures)}", "when", 0)),
        [name for name, doubtful in first_read if not doubtful],
        [name for name, doubtful in first_read if doubtful],
        undated,
    )


def _loved(figures: Figures) -> str:
    """The condition for best loved books, where there are any: of thousands all others would be read for nothing."""
    ratings = figures.sections.ratings.readings if figures.sections else {}
    return (
        f" rating:{LEAST_LOVED}.." if any(number for rating, number in ratings.items() if rating >= LEAST_LOVED) else ""
    )
