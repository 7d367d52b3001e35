"""Collect what the overview shows, and count the rows in the journal for `info`."""

import sqlite3
from datetime import date
from typing import Any

from readlog.goals.yearly_goal import load_goal
from readlog.overview.results import Anniversary, Counts, Overview
from readlog.quotes.quote_of_the_day import quote_of_the_day
from readlog.readings.listing import load_listed_readings
from readlog.readings.results import ListedReading
from readlog.storage.transaction import read_transaction

_COUNTS = """
SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM books),
    (SELECT count(*) FROM readings WHERE review IS NOT NULL),
    (SELECT count(*) FROM quotes), (SELECT count(*) FROM people), (SELECT count(*) FROM tags)
"""
_READING_NOW = "readings WHERE moment >= '9999'"
_PAUSED = "readings WHERE status = 'paused'"
_MAX_READING_NOW, _MAX_PAUSED, _ALL = 3, 2, -1
_TOP_OF_PILE = "SELECT id FROM readings WHERE pile IS NOT NULL AND +status = 'to-read' ORDER BY pile DESC, id LIMIT 1"
_FIRST_WANTED = "SELECT id FROM (SELECT min(id) AS id FROM readings WHERE status = 'to-read') WHERE id IS NOT NULL"
_LAST_FINISHED = """
SELECT id FROM readings WHERE moment < '9999' AND +status = 'finished' AND finished IS NOT NULL
ORDER BY moment DESC, id DESC LIMIT 1
"""
"""Walks back from the newest until it finds one; the index on `status` would have to sort all finished readings."""
_ON_THIS_DAY = """
SELECT id FROM readings
WHERE length(finished) = 10 AND substr(finished, 6) = ? AND finished < ? AND +status = 'finished'
ORDER BY finished DESC LIMIT 3
"""


def count_all(connection: sqlite3.Connection) -> Counts:
    """Count readings, books, reviews, quotes, people and tags."""
    return Counts(*connection.execute(_COUNTS).fetchone())


def collect_overview(connection: sqlite3.Connection, today: date) -> Overview:
    """The overview for `today`, read in one transaction."""
    with read_transaction(connection):
        return _collect(connection, today, _MAX_READING_NOW, _MAX_PAUSED)


def overview_record(connection: sqlite3.Connection, today: date) -> dict[str, Any]:
    """The overview as a JSON object, with complete records and all current and paused readings."""
    from readlog.core.reading_record import to_record
    from readlog.readings.load_rows import load_readings

    def records(*rows: ListedReading | None) -> list[dict[str, Any]]:
        return [to_record(reading) for reading in load_readings(connection, [row.id for row in rows if row])]

    with read_transaction(connection):
        overview = _collect(connection, today, _ALL, _ALL)
        return {
            "readings": overview.readings,
            "reading": records(*overview.reading_now),
            "paused": records(*overview.paused),
            "next": next(iter(records(overview.next)), None),
            "last_finished": next(iter(records(overview.last_finished)), None),
            "year": overview.goal.as_record(),
            "on_this_day": records(*(each.reading for each in overview.on_this_day)),
            "quote": overview.quote.as_record() if overview.quote else None,
        }


def _collect(connection: sqlite3.Connection, today: date, max_reading_now: int, max_paused: int) -> Overview:
    (readings,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    reading_now, more_reading = _newest(connection, _READING_NOW, max_reading_now)
    paused, more_paused = _newest(connection, _PAUSED, max_paused)
    return Overview(
        readings=readings,
        reading_now=reading_now,
        paused=paused,
        next=next(iter(_rows(connection, _TOP_OF_PILE) or _rows(connection, _FIRST_WANTED)), None),
        last_finished=next(iter(_rows(connection, _LAST_FINISHED)), None),
        goal=load_goal(connection, today.year, today),
        on_this_day=_on_this_day(connection, today),
        quote=quote_of_the_day(connection, today),
        more_reading=more_reading,
        more_paused=more_paused,
    )


def _newest(connection: sqlite3.Connection, source: str, most: int) -> tuple[list[ListedReading], int]:
    """At most `most` readings, the newest first, and how many more there are."""
    rows = _rows(connection, f"SELECT id FROM {source} ORDER BY moment DESC, id DESC LIMIT {most}")
    if len(rows) != most:
        return rows, 0
    (total,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    return rows, total - most


def _rows(connection: sqlite3.Connection, sql: str, *params: str) -> list[ListedReading]:
    ids = [id_ for (id_,) in connection.execute(sql, params).fetchall()]
    return list(load_listed_readings(connection, ids, with_progress=True)) if ids else []


def _on_this_day(connection: sqlite3.Connection, today: date) -> list[Anniversary]:
    rows = _rows(connection, _ON_THIS_DAY, today.isoformat()[5:], today.isoformat())
    return [Anniversary(row, _first_sentence(connection, row.id)) for row in rows]


def _first_sentence(connection: sqlite3.Connection, id_: int) -> str | None:
    row = connection.execute("SELECT review FROM readings WHERE id = ?", (id_,)).fetchone()
    if not row or not row[0]:
        return None
    from readlog.core.first_sentence import first_sentence

    return first_sentence(str(row[0])) or None
