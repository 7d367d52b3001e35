"""Compute the sections of the statistics from the readings in the temporary table `selected`.

In lists of readings with equal values, the latest reading comes first.
"""

import sqlite3

from readlog.core.normalize_text import clean_line
from readlog.readings.listing import LAST_PLACE, load_listed_readings
from readlog.readings.results import ListedReading
from readlog.stats.results import (
    MIN_RATED,
    AbandonedReading,
    AbandonedReadings,
    Author,
    Authors,
    BookLength,
    BookLengths,
    Calendar,
    NewAuthors,
    Ratings,
    ReadingTime,
    ReadingTimes,
    Rereads,
    Sections,
)
from readlog.stats.select_readings import JOIN_AUTHORS, Selection, store_temp_table

_STARS = tuple(quarters / 4 for quarters in range(1, 21))
_READINGS_BY_RATING = "SELECT rating, count(*) FROM selected GROUP BY 1 ORDER BY 1"
_MEDIAN_RATING = """
WITH stars AS (
    SELECT rating, sum(count(*)) OVER (ORDER BY rating) AS until, sum(count(*)) OVER () AS rated
    FROM selected WHERE rating IS NOT NULL GROUP BY rating)
SELECT (min(rating) FILTER (WHERE 2 * until >= rated) + min(rating) FILTER (WHERE 2 * until > rated)) / 2 FROM stars
"""

_READINGS_BY_DAY = "SELECT finished, count(*) FROM selected WHERE length(finished) = 10 GROUP BY 1 ORDER BY 1"
_WITHOUT_DAY = "SELECT count(*) FROM selected WHERE length(finished) <> 10"

_AUTHOR_YEARS = f"""
SELECT person_id, coalesce(substr(finished, 1, 4), ''), count(*), sum(rating), count(rating)
FROM selected {JOIN_AUTHORS.format("selected")} GROUP BY 1, 2
"""
_FIRST_YEARS_IN_SELECTION = """
SELECT person_id, min(nullif(year, '')), count(*) FILTER (WHERE year = '') FROM author_years GROUP BY 1
"""
_FIRST_YEARS_IN_JOURNAL = f"""
SELECT person_id, substr(min(finished), 1, 4), count(*) - count(finished)
FROM readings {JOIN_AUTHORS.format("readings")} WHERE readings.status = 'finished' GROUP BY 1
"""
_TOP_AUTHORS = """
WITH best AS MATERIALIZED (
    SELECT person_id, name, sum(readings) AS readings, sum(stars) / sum(rated) AS stars, sum(rated) AS rated
    FROM author_years JOIN people ON people.id = person_id
    GROUP BY person_id HAVING sum(rated) >= :min_rated ORDER BY {order} LIMIT :most)
SELECT name, readings, (
    SELECT count(DISTINCT selected.book_id) FROM contributions
    CROSS JOIN readings ON readings.book_id = contributions.book_id CROSS JOIN selected ON selected.id = readings.id
    WHERE contributions.person_id = best.person_id AND role = 'author'), stars, rated
FROM best ORDER BY {order}
"""
_NEW_AUTHORS = """
SELECT CAST(year AS INTEGER), count(*) FILTER (WHERE first IS NULL OR first >= year) AS others,
    count(*) FILTER (WHERE first < year), count(*) FILTER (WHERE undated AND (first IS NULL OR first >= year))
FROM author_years LEFT JOIN author_firsts USING (person_id) WHERE year <> '' GROUP BY year ORDER BY year
"""

_LENGTH = "SELECT id, pages FROM selected WHERE pages = (SELECT {}(pages) FROM selected) ORDER BY id DESC LIMIT 1"
_READING_TIMES = """
WITH spent AS MATERIALIZED (
    SELECT selected.id AS id, CAST(julianday(selected.finished) - julianday(readings.started) AS INTEGER) AS days
    FROM readings CROSS JOIN selected ON selected.id = readings.id
    WHERE readings.started > '' AND length(readings.started) = 10 AND length(selected.finished) = 10
        AND selected.finished >= readings.started)
SELECT (SELECT count(*) FROM spent), (SELECT avg(days) FROM (
        SELECT days FROM spent ORDER BY days
        LIMIT (SELECT 2 - count(*) % 2 FROM spent) OFFSET (SELECT max(count(*) - 1, 0) / 2 FROM spent))),
    (SELECT id FROM spent ORDER BY days, id DESC LIMIT 1), (SELECT min(days) FROM spent),
    (SELECT id FROM spent ORDER BY days DESC, id DESC LIMIT 1), (SELECT max(days) FROM spent)
"""
"""Starts from the readings with a started date, which an index finds: many journals have none."""

_ABANDONED = f"""
WITH abandoned AS MATERIALIZED (
    SELECT readings.id AS id, readings.book_id AS book_id, readings.moment AS moment, {LAST_PLACE} AS place,
        books.pages AS pages
    FROM {{}})
SELECT id, place, pages, count(*) OVER (), (SELECT count(DISTINCT book_id) FROM abandoned), count(place) OVER ()
FROM abandoned ORDER BY moment DESC, id DESC LIMIT ?
"""

_PRECEDING = "OVER (PARTITION BY book_id ORDER BY moment, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
_REREADS = f"""
WITH several AS (
    SELECT id, book_id, moment, count(*) FILTER (WHERE status = 'finished') {_PRECEDING} AS before,
        count(finished) FILTER (WHERE status = 'finished') {_PRECEDING} AS dated
    FROM readings
    WHERE book_id IN (
        SELECT selected.book_id FROM selected
        CROSS JOIN readings AS other ON other.book_id = selected.book_id AND other.id <> selected.id)),
ranked AS (
    SELECT id, moment, before, count(*) OVER of_book AS times, sum(dated = 0) OVER of_book AS unsure,
        row_number() OVER (PARTITION BY book_id ORDER BY moment DESC, id DESC) AS place
    FROM several WHERE before > 0 AND id IN (SELECT id FROM selected)
    WINDOW of_book AS (PARTITION BY book_id))
SELECT id, before + 1, sum(times) OVER (), count(*) OVER (), sum(unsure) OVER ()
FROM ranked WHERE place = 1 ORDER BY before DESC, moment DESC, id DESC LIMIT ?
"""
"""Reads only the few rows of books with several readings, which an index finds."""


def compute_sections(
    connection: sqlite3.Connection,
    matching: Selection,
    readings: int,
    most: int,
    *,
    most_authors: int,
    is_everything: bool,
) -> Sections:
    """All sections for `selected`, which has so many `readings`.

    `matching` has readings of any status, those in `selected` among them. Lists have at most
    `most` names, those of authors `most_authors`; 0 is no limit. With `is_everything`, `selected`
    has every finished reading of the journal.
    """
    return Sections(
        ratings=_ratings(connection),
        calendar=_calendar(connection, matching.year) if matching.year else None,
        authors=_authors(connection, most_authors, is_everything=is_everything),
        lengths=BookLengths(_extreme_length(connection, "max"), _extreme_length(connection, "min")),
        times=_reading_times(connection, readings),
        abandoned=_abandoned(connection, matching, most),
        rereads=_rereads(connection, readings, most),
    )


def _ratings(connection: sqlite3.Connection) -> Ratings:
    counts = dict(connection.execute(_READINGS_BY_RATING).fetchall())
    unrated = counts.pop(None, 0)
    (median,) = connection.execute(_MEDIAN_RATING).fetchone()
    return Ratings(dict.fromkeys(_STARS, 0) | counts, unrated, median)


def _calendar(connection: sqlite3.Connection, year: int) -> Calendar:
    days = dict(connection.execute(_READINGS_BY_DAY).fetchall())
    (without_day,) = connection.execute(_WITHOUT_DAY).fetchone()
    return Calendar(year, days, without_day)


def _authors(connection: sqlite3.Connection, most: int, *, is_everything: bool) -> Authors:
    columns = "(person_id, year, readings, stars, rated, PRIMARY KEY (person_id, year)) WITHOUT ROWID"
    store_temp_table(connection, f"author_years {columns}", _AUTHOR_YEARS)
    first_years = _FIRST_YEARS_IN_SELECTION if is_everything else _FIRST_YEARS_IN_JOURNAL
    store_temp_table(connection, "author_firsts (person_id INTEGER PRIMARY KEY, first, undated)", first_years)
    (authors,) = connection.execute("SELECT count(DISTINCT person_id) FROM author_years").fetchone()
    return Authors(
        authors,
        most_read=_top_authors(connection, "readings DESC, name", 0, most),
        best_loved=_top_authors(connection, "stars DESC, rated DESC, name", MIN_RATED, most),
        by_year=[
            NewAuthors(year, others - unsure, known, unsure)
            for year, others, known, unsure in connection.execute(_NEW_AUTHORS)
        ],
    )


def _top_authors(connection: sqlite3.Connection, order: str, min_rated: int, most: int) -> list[Author]:
    params = {"min_rated": min_rated, "most": most or -1}
    return [Author._make(row) for row in connection.execute(_TOP_AUTHORS.format(order=order), params)]


def _extreme_length(connection: sqlite3.Connection, function: str) -> BookLength | None:
    row = connection.execute(_LENGTH.format(function)).fetchone()
    return BookLength(_listed_reading(connection, row[0]), row[1]) if row else None


def _reading_times(connection: sqlite3.Connection, readings: int) -> ReadingTimes:
    known, median, shortest, min_days, longest, max_days = connection.execute(_READING_TIMES).fetchone()
    if not known:
        return ReadingTimes(0, readings, None, None, None)
    return ReadingTimes(
        readings=known,
        unknown=readings - known,
        median=median,
        shortest=ReadingTime(_listed_reading(connection, shortest), min_days),
        longest=ReadingTime(_listed_reading(connection, longest), max_days),
    )


def _listed_reading(connection: sqlite3.Connection, id_: int) -> ListedReading:
    (reading,) = load_listed_readings(connection, [id_], with_progress=True)
    return reading


def _abandoned(connection: sqlite3.Connection, matching: Selection, most: int) -> AbandonedReadings:
    source, params = matching.with_status("abandoned").from_where()
    rows = connection.execute(_ABANDONED.format(source), (*params, most or -1)).fetchall()
    if not rows:
        return AbandonedReadings(0, 0, 0, [])
    total, books, with_place = rows[0][3:]
    found = load_listed_readings(connection, [row[0] for row in rows], with_progress=True)
    named = [
        AbandonedReading(reading, None if place is None else clean_line(str(place)), pages)
        for reading, (_, place, pages, *_) in zip(found, rows, strict=True)
    ]
    return AbandonedReadings(total, books, total - with_place, named)


def _rereads(connection: sqlite3.Connection, readings: int, most: int) -> Rereads:
    """Readings precede each other as in a list: those without a date come before all others."""
    rows = connection.execute(_REREADS, (most or -1,)).fetchall()
    if not rows:
        return Rereads(readings, 0, 0, 0, [])
    again, books, unsure = rows[0][2:]
    found = load_listed_readings(connection, [row[0] for row in rows], with_progress=False)
    named = [reading._replace(nth_reading=time) for reading, (_, time, *_) in zip(found, rows, strict=True)]
    return Rereads(readings - again, again, books, unsure, named)
