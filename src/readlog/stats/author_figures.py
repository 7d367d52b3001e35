"""Who was read: the most, with the most love, and for the first time."""

import sqlite3

from readlog.stats.chosen import WRITTEN, keep
from readlog.stats.results import LEAST_RATED, Author, Authors, NewAuthors

_YEARS = f"""
SELECT person_id, coalesce(substr(finished, 1, 4), ''), count(*), sum(rating), count(rating)
FROM chosen {WRITTEN.format("chosen")} GROUP BY 1, 2
"""
_FIRST = """
SELECT person_id, min(nullif(year, '')), count(*) FILTER (WHERE year = '') FROM author_years GROUP BY 1
"""
_FIRST_OF_ALL = f"""
SELECT person_id, substr(min(finished), 1, 4), count(*) - count(finished)
FROM readings {WRITTEN.format("readings")} WHERE readings.status = 'finished' GROUP BY 1
"""
_BEST = """
WITH best AS MATERIALIZED (
    SELECT person_id, name, sum(readings) AS readings, sum(stars) / sum(rated) AS stars, sum(rated) AS rated
    FROM author_years JOIN people ON people.id = person_id
    GROUP BY person_id HAVING sum(rated) >= :least ORDER BY {order} LIMIT :most)
SELECT name, readings, (
    SELECT count(DISTINCT chosen.book_id) FROM contributions
    CROSS JOIN readings ON readings.book_id = contributions.book_id CROSS JOIN chosen ON chosen.id = readings.id
    WHERE contributions.person_id = best.person_id AND role = 'author'), stars, rated
FROM best ORDER BY {order}
"""
_NEW = """
SELECT CAST(year AS INTEGER), count(*) FILTER (WHERE first IS NULL OR first >= year) AS others,
    count(*) FILTER (WHERE first < year), count(*) FILTER (WHERE undated AND (first IS NULL OR first >= year))
FROM author_years LEFT JOIN author_firsts USING (person_id) WHERE year <> '' GROUP BY year ORDER BY year
"""


def take_authors(connection: sqlite3.Connection, most: int, *, everything: bool) -> Authors:
    """The authors of the readings in `chosen`, in lists of at most so many; 0 is no limit.

    `everything` says that `chosen` is all that was finished: then nobody's first book stands elsewhere.
    """
    columns = "(person_id, year, readings, stars, rated, PRIMARY KEY (person_id, year)) WITHOUT ROWID"
    keep(connection, f"author_years {columns}", _YEARS)
    firsts = "author_firsts (person_id INTEGER PRIMARY KEY, first, undated)"
    keep(connection, firsts, _FIRST if everything else _FIRST_OF_ALL)
    (authors,) = connection.execute("SELECT count(DISTINCT person_id) FROM author_years").fetchone()
    return Authors(
        authors,
        most_read=_best(connection, "readings DESC, name", 0, most),
        best_loved=_best(connection, "stars DESC, rated DESC, name", LEAST_RATED, most),
        by_year=_by_year(connection),
    )


def _best(connection: sqlite3.Connection, order: str, least: int, most: int) -> list[Author]:
    rows = connection.execute(_BEST.format(order=order), {"least": least, "most": most or -1})
    return [Author._make(row) for row in rows]


def _by_year(connection: sqlite3.Connection) -> list[NewAuthors]:
    rows = connection.execute(_NEW)
    return [NewAuthors(year, others - unsure, known, unsure) for year, others, known, unsure in rows]
