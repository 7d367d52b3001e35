"""The journal at a glance: what the dashboard and `info` show."""

import sqlite3
from datetime import date
from typing import Any, NamedTuple

from readlog.overview.results import Counts, Overview, Remembered
from readlog.quotes.quote_of_the_day import day_quote
from readlog.readings.listing import listed
from readlog.readings.results import ListedReading
from readlog.stats.goals import take_goal
from readlog.storage.transaction import read_transaction

_COUNTS = """
SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM books),
    (SELECT count(*) FROM readings WHERE review IS NOT NULL),
    (SELECT count(*) FROM quotes), (SELECT count(*) FROM people), (SELECT count(*) FROM tags)
"""
_NOW = "readings WHERE moment >= '9999'"
_PAUSED = "readings WHERE status = 'paused'"
_MOST_NOW, _MOST_PAUSED, _ALL = 3, 2, -1
_ON_TOP = "SELECT id FROM readings WHERE pile IS NOT NULL AND +status = 'to-read' ORDER BY pile DESC, id LIMIT 1"
_FIRST_WANTED = "SELECT id FROM (SELECT min(id) AS id FROM readings WHERE status = 'to-read') WHERE id IS NOT NULL"
_LAST = """
SELECT id FROM readings WHERE moment < '9999' AND +status = 'finished' AND finished IS NOT NULL
ORDER BY moment DESC, id DESC LIMIT 1
"""
"""Newest first until one is found; by the index on `status` all that was ever finished would have to be sorted."""
_SAME_DAY = """
SELECT id FROM readings
WHERE length(finished) = 10 AND substr(finished, 6) = ? AND finished < ? AND +status = 'finished'
ORDER BY finished DESC LIMIT 3
"""


def count_all(connection: sqlite3.Connection) -> Counts:
    """How much there is of everything."""
    return Counts(*connection.execute(_COUNTS).fetchone())


def take_overview(connection: sqlite3.Connection, today: date) -> Overview:
    """The journal at a glance, on that day and at one moment."""
    with read_transaction(connection):
        return _looked_at(connection, today)


def _looked_at(
    connection: sqlite3.Connection, today: date, most_now: int = _MOST_NOW, most_paused: int = _MOST_PAUSED
) -> Overview:
    (readings,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    now, paused = _some(connection, _NOW, most_now), _some(connection, _PAUSED, most_paused)
    return Overview(
        readings=readings,
        reading_now=now.rows,
        paused=paused.rows,
        next=next(iter(_rows(connection, _ON_TOP) or _rows(connection, _FIRST_WANTED)), None),
        last_finished=next(iter(_rows(connection, _LAST)), None),
        year=take_goal(connection, today.year, today),
        on_this_day=_on_this_day(connection, today),
        quote=day_quote(connection, today),
        more_now=now.more,
        more_paused=paused.more,
    )


def overview_record(connection: sqlite3.Connection, today: date) -> dict[str, Any]:
    """The journal at a glance as JSON has it: every reading as its whole record."""
    from readlog.core.record import to_record
    from readlog.quotes.select_quotes import quote_of_the_day
    from readlog.readings.load_rows import load

    def records(*rows: ListedReading | None) -> list[dict[str, Any]]:
        return [to_record(reading) for reading in load(connection, [row.id for row in rows if row])]

    with read_transaction(connection):
        seen, quote = _looked_at(connection, today, _ALL, _ALL), quote_of_the_day(connection, today)
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


class _Some(NamedTuple):
    """A few readings, and how many more of their kind there are."""

    rows: list[ListedReading]
    more: int


def _some(connection: sqlite3.Connection, which: str, most: int) -> _Some:
    """At most so many of these readings, the newest first."""
    rows = _rows(connection, f"SELECT id FROM {which} ORDER BY moment DESC, id DESC LIMIT {most}")
    if len(rows) != most:
        return _Some(rows, 0)
    (total,) = connection.execute(f"SELECT count(*) FROM {which}").fetchone()
    return _Some(rows, total - most)


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
    from readlog.core.first_sentence import first_sentence

    return first_sentence(str(row[0])) or None
