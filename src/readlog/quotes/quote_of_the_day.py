"""Which quote is the one of a day, and as much of it as the dashboard shows."""

import sqlite3
from datetime import date

from readlog.core.clock import midnight
from readlog.quotes.results import DayQuote
from readlog.readings.listing import AUTHORS

_FIRST_OF_TODAY = """
SELECT min(row_id) FROM changes
WHERE operation_id IN (SELECT id FROM operations WHERE at >= ? AND id > 0 AND undoes IS NULL)
AND action = 'insert' AND table_name = 'quotes'
"""
"""What an undo brings back has been there before."""
_NEXT = "SELECT id FROM quotes WHERE id >= ? AND id < ? ORDER BY id LIMIT 1"
_SHOWN = f"""
SELECT readings.id, text, page, location, title, {AUTHORS}
FROM quotes JOIN readings ON readings.id = reading_id JOIN books ON books.id = book_id WHERE quotes.id = ?
"""
_STEP = 2_654_435_761
"""From the quote of one day to that of the next: a prime, so that every quote has its day before one comes again."""
_BEHIND_ALL = 2**63 - 1


def id_of_the_day(connection: sqlite3.Connection, today: date) -> int | None:
    """The number of the quote for `today`, the same all day, whatever is kept meanwhile; None where there is none.

    It is one of those that were there when the day began; on the first day it is the first.
    """
    (new,) = connection.execute(_FIRST_OF_TODAY, (midnight(today),)).fetchone()
    behind = new or _BEHIND_ALL
    (last,) = connection.execute("SELECT max(id) FROM quotes WHERE id < ?", (behind,)).fetchone()
    first, behind = (1 + today.toordinal() * _STEP % last, behind) if last else (0, _BEHIND_ALL)
    row = connection.execute(_NEXT, (first, behind)).fetchone()
    return int(row[0]) if row else None


def day_quote(connection: sqlite3.Connection, today: date) -> DayQuote | None:
    """The quote for `today`, without all else that is known of its reading."""
    id_ = id_of_the_day(connection, today)
    row = connection.execute(_SHOWN, (id_,)).fetchone() if id_ else None
    return DayQuote._make(row) if row else None
