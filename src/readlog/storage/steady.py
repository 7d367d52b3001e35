"""Looking at a file in which others write meanwhile, and which may be damaged."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from readlog.core.errors import BadInput

T = TypeVar("T")


def read_quickly(connection: sqlite3.Connection, read: Callable[[], T]) -> T:
    """What `read` gives, its texts made by SQLite: that is quicker, and stumbles where another tool wrote no UTF-8.

    There it is read again, forgivingly.
    """
    forgiving, connection.text_factory = connection.text_factory, str
    try:
        return read()
    except sqlite3.OperationalError as error:
        if "UTF-8" not in str(error):
            raise
    finally:
        connection.text_factory = forgiving
    return read()


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Read all of it in one transaction: nobody's commit can come between the statements."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


@contextmanager
def damage_told() -> Iterator[None]:
    """What the checks of the tables let nobody write is damage: JSON that is none, a date that is none."""
    try:
        yield
    except (ValueError, TypeError, BadInput) as error:
        damage = sqlite3.DatabaseError("a row says what it cannot say")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage from error
