"""How many books a year shall have, and how many it has by now."""

import sqlite3
from datetime import date

from readlog.core.errors import NotFound
from readlog.overview.results import Goal, pace

_FINISHED = "SELECT count(*) FROM readings WHERE status = 'finished' AND finished >= ? AND finished < ?"
"""By an index that holds all of it; whatever is known of a date, it begins with the year."""
_SET = "INSERT INTO goals (year, books) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET books = excluded.books"


def take_goal(connection: sqlite3.Connection, year: int, today: date) -> Goal:
    """The goal of a year, as far as it has come on that day."""
    (finished,) = connection.execute(_FINISHED, (str(year), str(year + 1))).fetchone()
    row = connection.execute("SELECT books FROM goals WHERE year = ?", (year,)).fetchone()
    goal = int(row[0]) if row else None
    return Goal(year, goal, finished, pace(goal, finished, today, year) if goal else None)


def set_goal(connection: sqlite3.Connection, year: int, books: int | None) -> None:
    """Set the goal of a year anew; None takes it away. Runs inside an `operation`. Raises NotFound."""
    if books is not None:
        connection.execute(_SET, (year, books))
    elif not connection.execute("DELETE FROM goals WHERE year = ?", (year,)).rowcount:
        raise NotFound(f"There is no goal for {year}.")
