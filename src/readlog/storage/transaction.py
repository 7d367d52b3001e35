"""A change of the journal: one transaction, one operation in its log, the index made anew once at its end."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Concatenate, ParamSpec, TypeVar

from readlog.core.clock import now
from readlog.core.errors import BadInput
from readlog.storage.schema import FILL_SEARCH

P = ParamSpec("P")
T = TypeVar("T")

_LAST = "(SELECT max(id) FROM operations)"
_CHANGES = f"SELECT 1 FROM changes WHERE operation_id = {_LAST} LIMIT 1"
_STALE = "SELECT reading_id FROM stale"
_END = f"""
UPDATE operations SET running = 0, (added, changed, deleted) = (
    SELECT count(*) FILTER (WHERE begins AND NOT ends), count(*) FILTER (WHERE begins = ends),
        count(*) FILTER (WHERE ends AND NOT begins)
    FROM (
        SELECT max(action = 'insert') AS begins, max(action = 'delete') AS ends FROM changes
        WHERE operation_id = {_LAST} AND +table_name = 'readings' GROUP BY +row_id))
WHERE id = {_LAST}
"""
"""What another tool changes stays without these figures: nobody knows there when a change is at its end."""

_CACHE_OF_FEW, _CACHE_OF_MANY = 2_000, 150_000
"""Kibibytes of pages; the first is SQLite's own default."""

_FEW = 1_000
_HASH_OF_FEW, _HASH_OF_MANY = 2**20, 2**24
"""Bytes of words that FTS5 collects before it writes them: its own default, and what makes few large pieces of many."""


class Rollback(Exception):
    """Raised inside an operation whose changes were only to be seen."""


@contextmanager
def logged_operation(connection: sqlite3.Connection, command: str, undoes: int | None = None) -> Iterator[None]:
    """A transaction that is logged as one operation of `command`; if it changes nothing, it is as if it never was.

    `undoes` is the operation that it takes back.

    The write lock is held inside: nobody may be asked anything there. Where Unwanted is raised,
    everything is as it was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        begin = "INSERT INTO operations (at, command, running, undoes) VALUES (?, ?, 1, ?)"
        connection.execute(begin, (now(), command, undoes))
        yield
        if connection.execute(_CHANGES).fetchone():
            _index_what_is_stale(connection)
            connection.execute(_END)
            connection.execute("COMMIT")
        else:
            _roll_back(connection)
    except BaseException as error:
        if connection.in_transaction:
            _roll_back(connection)
        if not isinstance(error, Rollback):
            raise


def run_in_operation(
    connection: sqlite3.Connection,
    command: str,
    change: Callable[Concatenate[sqlite3.Connection, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Call `change` with the connection inside one operation of `command`, and return its result."""
    with logged_operation(connection, command):
        return change(connection, *args, **kwargs)


@contextmanager
def bulk_settings(connection: sqlite3.Connection, *, on_trial: bool) -> Iterator[None]:
    """What is done inside writes many rows: pages stay in memory as long as they are not too many.

    So others can read meanwhile. What is done on trial does not even write a rollback journal.
    """
    connection.execute(f"PRAGMA cache_size = {-_CACHE_OF_MANY}")
    if on_trial:
        connection.execute("PRAGMA cache_spill = 0")
    connection.execute(f"PRAGMA journal_mode = {'MEMORY' if on_trial else 'DELETE'}")
    try:
        yield
    finally:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute(f"PRAGMA cache_size = {-_CACHE_OF_FEW}")


def _roll_back(connection: sqlite3.Connection) -> None:
    """Roll back; where the disk fails at that, whoever opens the file next does it, and what failed first is told."""
    with suppress(sqlite3.Error):
        connection.execute("ROLLBACK")


def _index_what_is_stale(connection: sqlite3.Connection) -> None:
    (many,) = connection.execute(f"SELECT count(*) > {_FEW} FROM stale").fetchone()
    if many:
        connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_HASH_OF_MANY,))
    connection.execute(f"DELETE FROM search WHERE rowid IN ({_STALE})")
    connection.execute(f"{FILL_SEARCH} WHERE id IN ({_STALE})")
    connection.execute("DELETE FROM stale")
    if many:
        connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_HASH_OF_FEW,))
        connection.execute("DELETE FROM search_config WHERE k = 'hashsize'")


def read_with_fast_text(connection: sqlite3.Connection, read: Callable[[], T]) -> T:
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
def read_transaction(connection: sqlite3.Connection) -> Iterator[None]:
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
def corrupt_row_errors() -> Iterator[None]:
    """What the checks of the tables let nobody write is damage: JSON that is none, a date that is none."""
    try:
        yield
    except (ValueError, TypeError, BadInput) as error:
        damage = sqlite3.DatabaseError("a row says what it cannot say")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage from error
