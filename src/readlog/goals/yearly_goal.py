"""Load and set yearly goals."""

import sqlite3
from datetime import date

from readlog.core.errors import NotFound
from readlog.goals.results import Goal, compute_pace

_COUNT_FINISHED = "SELECT count(*) FROM readings WHERE status = 'finished' AND finished >= ? AND finished < ?"
"""Every stored date begins with its year, however exact it is. A covering index answers this."""
_SET_GOAL = "INSERT INTO goals (year, books) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET books = excluded.books"


def load_goal(connection: sqlite3.Connection, year: int, today: date) -> Goal:
    """The goal of `year` with its pace as of `today`."""
    (finished,) = connection.execute(_COUNT_FINISHED, (str(year), str(year + 1))).fetchone()
    row = connection.execute("SELECT books FROM goals WHERE year = ?", (year,)).fetchone()
    goal = int(row[0]) if row else None
    return Goal(year, goal, finished, compute_pace(goal, finished, today, year) if goal else None)


def set_goal(connection: sqlite3.Connection, year: int, books: int | None) -> None:
    """Set the goal of `year`, replacing any earlier one; None removes it. Runs inside an `operation`.

    Raises NotFound if there is no goal to remove.
    """
    if books is not None:
        connection.execute(_SET_GOAL, (year, books))
    elif not connection.execute("DELETE FROM goals WHERE year = ?", (year,)).rowcount:
        raise NotFound(f"There is no goal for {year}.")
