"""How the chosen readings were rated: how many with each quarter of a star."""

import sqlite3

from readlog.ground.figures import Ratings

QUARTERS = tuple(quarters / 4 for quarters in range(1, 21))


def take_ratings(connection: sqlite3.Connection) -> Ratings:
    """The ratings of the readings in `chosen`."""
    counts = dict(connection.execute("SELECT rating, count(*) FROM chosen GROUP BY 1 ORDER BY 1").fetchall())
    unrated = counts.pop(None, 0)
    return Ratings(dict.fromkeys(QUARTERS, 0) | counts, unrated, _median(counts))


def _median(counts: dict[float, int]) -> float | None:
    """The rating in the middle, or between the two in the middle."""
    rated = sum(counts.values())
    if not rated:
        return None
    return (_at(counts, (rated - 1) // 2) + _at(counts, rated // 2)) / 2


def _at(counts: dict[float, int], place: int) -> float:
    """The rating that stands at this place, counted from 0, of all ratings in their order."""
    for rating, count in counts.items():
        place -= count
        if place < 0:
            return rating
    raise IndexError(place)
