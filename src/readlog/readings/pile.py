"""The pile of wants: what lies on top is the next to be read, and what is no want any more lies in no pile."""

import sqlite3

from readlog.core.model import Reading

_TOP = "SELECT id, pile FROM readings WHERE +status = 'to-read' AND pile IS NOT NULL ORDER BY pile DESC LIMIT 2"
_HIGHEST = 2**63 - 1
"""Another tool may have written it, and the file has no higher number."""


def on_top(connection: sqlite3.Connection, reading: Reading) -> int:
    """The height at which the reading lies on top of all others; the one it has, where it does so already."""
    rows = connection.execute(_TOP).fetchall()
    heights = [pile for _, pile in rows]
    if rows and rows[0][0] == reading.id and heights.count(heights[0]) == 1:
        return int(heights[0])
    return min(int(heights[0]) + 1, _HIGHEST) if heights else 1


def settled(before: Reading, after: Reading) -> Reading:
    """`after`, out of the pile if it was a want `before` and is none any more."""
    if before.status == "to-read" and after.status != "to-read":
        return after._replace(pile=None)
    return after
