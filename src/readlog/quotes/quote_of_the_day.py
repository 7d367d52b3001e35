"""The quote that the overview shows on a given day."""

import sqlite3
from datetime import date

from readlog.core.clock import start_of_day
from readlog.quotes.results import BookQuote
from readlog.quotes.select_quotes import load_quote

_FIRST_SAVED_TODAY = """
SELECT min(row_id) FROM changes
WHERE operation_id IN (SELECT id FROM operations WHERE at >= ? AND id > 0 AND undoes IS NULL)
AND action = 'insert' AND table_name = 'quotes'
"""
"""Ignores undo, because a quote that an undo restores is not new."""
_NEXT = "SELECT id FROM quotes WHERE id >= ? AND id < ? ORDER BY id LIMIT 1"
_STEP = 2_654_435_761
"""Distance between the ids of two consecutive days: a prime, so that every quote comes once before one comes again."""
_MAX_ID = 2**63 - 1


def quote_of_the_day(connection: sqlite3.Connection, today: date) -> BookQuote | None:
    """The quote for `today`, or None if there are no quotes.

    It is chosen from the quotes that existed when the day began, so it stays the same all day
    whatever is saved. On the first day with quotes it is the first one.
    """
    (first_new,) = connection.execute(_FIRST_SAVED_TODAY, (start_of_day(today),)).fetchone()
    end = first_new or _MAX_ID
    (last,) = connection.execute("SELECT max(id) FROM quotes WHERE id < ?", (end,)).fetchone()
    start, end = (1 + today.toordinal() * _STEP % last, end) if last else (0, _MAX_ID)
    row = connection.execute(_NEXT, (start, end)).fetchone()
    return load_quote(connection, row[0]) if row else None
