"""The journal at a glance: what the dashboard and `info` show."""

import sqlite3
from datetime import date
from typing import Any

from readlog.ground.answers import Counts, ListedReading, Overview, Remembered
from readlog.journal.day_quote import day_quote
from readlog.journal.goals import take_goal
from readlog.journal.listing import listed

_COUNTS = """
SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM books),
    (SELECT count(*) FROM readings WHERE review IS NOT NULL),
    (SELECT count(*) FROM quotes), (SELECT count(*) FROM people), (SELECT count(*) FROM tags)
"""
_NOW = "SELECT id FROM readings WHERE moment >= '9999' ORDER BY moment DESC, id DESC LIMIT 3"
_PAUSED = "SELECT id FROM readings WHERE status = 'paused' ORDER BY moment DESC, id DESC LIMIT 2"
_NEXT = "SELECT id FROM readings WHERE pile IS NOT NULL AND +status = 'to-read' ORDER BY pile DESC, id LIMIT 1"
_LAST = """
SELECT id FROM readings WHERE moment < '9999' AND +status = 'finished' AND finished IS NOT NULL
ORDER BY moment DESC, id DESC LIMIT 1
"""
"""Newest first until one is found; by the index on `status` all that was ever finished would have to be sorted."""
_SAME_DAY = """
SELECT id FROM readings
WHERE length(finished) = 10 AND substr(finished, 6) = ? AND finished < ? ORDER BY finished DESC LIMIT 3
"""


def count_all(connection: sqlite3.Connection) -> Counts:
    """How much there is of everything."""
    return Counts(*connection.execute(_COUNTS).fetchone())


def take_overview(connection: sqlite3.Connection, today: date) -> Overview:
    """The journal at a glance, on that day."""
    (readings,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    return Overview(
        readings=readings,
        reading_now=_rows(connection, _NOW),
        paused=_rows(connection, _PAUSED),
        next=next(iter(_rows(connection, _NEXT)), None),
        last_finished=next(iter(_rows(connection, _LAST)), None),
        year=take_goal(connection, today.year, today),
        on_this_day=_on_this_day(connection, today),
        quote=day_quote(connection, today),
    )


def overview_record(connection: sqlite3.Connection, today: date) -> dict[str, Any]:
    """The journal at a glance as JSON has it: every reading as its whole record."""
    from readlog.ground.record import to_record
    from readlog.journal.quotes import quote_of_the_day
    from readlog.journal.rows import load

    seen, quote = take_overview(connection, today), quote_of_the_day(connection, today)

    def records(*rows: ListedReading | None) -> list[dict[str, Any]]:
        return [to_record(reading) for reading in load(connection, [row.id for row in rows if row])]

    return {
        "readings": seen.readings,
        "reading": records(*seen.reading_now),
        "paused": records(*seen.paused),
        "next": next(iter(records(seen.next)), None),
        "last_finished": next(iter(records(seen.last_finished)), None),
        "year": seen.year.as_record(),
        "on_this_day": records(*(each.reading for each in seen.on_this_day)),
        "quote": quote.as_record() if quote else None,
    }


def _rows(connection: sqlite3.Connection, sql: str, *params: str) -> list[ListedReading]:
    ids = [id_ for (id_,) in connection.execute(sql, params).fetchall()]
    return list(listed(connection, ids, times=True)) if ids else []


def _on_this_day(connection: sqlite3.Connection, today: date) -> list[Remembered]:
    """What was finished on the same day of earlier years, the latest first."""
    rows = _rows(connection, _SAME_DAY, today.isoformat()[5:], today.isoformat())
    return [Remembered(row, _first_words(connection, row.id)) for row in rows]


def _first_words(connection: sqlite3.Connection, id_: int) -> str | None:
    row = connection.execute("SELECT review FROM readings WHERE id = ?", (id_,)).fetchone()
    if not row or not row[0]:
        return None
    from readlog.ground.first_sentence import first_sentence

    return first_sentence(str(row[0])) or None
