"""Transactions: reads that see one state, and writes that are one operation in the change log.

An operation updates the search index once, at its end.
"""

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
"""Changes by other tools have no such figures: nobody knows when they are complete."""

_DEFAULT_CACHE, _BULK_CACHE = 2_000, 150_000
"""Kibibytes of pages; the first is SQLite's own default."""

_MANY_READINGS = 1_000
_DEFAULT_HASH, _BULK_HASH = 2**20, 2**24
"""Bytes of words that FTS5 collects before it writes a segment: its default, and enough for few large segments."""


class Rollback(Exception):
    """Raised inside an operation to undo it silently: its changes were a dry run."""


@contextmanager
def logged_operation(connection: sqlite3.Connection, command: str, undoes: int | None = None) -> Iterator[None]:
    """A transaction that is logged as one operation of `command`; it leaves no trace if it changes nothing.

    `undoes` is the id of the operation that this one undoes. The block holds the write lock, so it must not
    ask the user anything. If it raises Rollback, the changes are undone and the exception ends here.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        begin = "INSERT INTO operations (at, command, running, undoes) VALUES (?, ?, 1, ?)"
        connection.execute(begin, (now(), command, undoes))
        yield
        if connection.execute(_CHANGES).fetchone():
            _update_index(connection)
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
    """Call `change` with the connection and the arguments inside one operation of `command`; returns its result."""
    with logged_operation(connection, command):
        return change(connection, *args, **kwargs)


@contextmanager
def bulk_settings(connection: sqlite3.Connection, *, dry_run: bool) -> Iterator[None]:
    """Settings for a block that writes many rows: pages stay in memory while there is room, and others can read.

    With `dry_run` nothing will be committed, and not even a rollback journal is written.
    """
    connection.execute(f"PRAGMA cache_size = {-_BULK_CACHE}")
    if dry_run:
        connection.execute("PRAGMA cache_spill = 0")
    connection.execute(f"PRAGMA journal_mode = {'MEMORY' if dry_run else 'DELETE'}")
    try:
        yield
    finally:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute(f"PRAGMA cache_size = {-_DEFAULT_CACHE}")


def read_with_fast_text(connection: sqlite3.Connection, read: Callable[[], T]) -> T:
    """The result of `read` with texts decoded by sqlite3 itself, which is faster but fails on invalid UTF-8.

    If another tool wrote such bytes, `read` is called again with the connection's tolerant text factory.
    """
    tolerant, connection.text_factory = connection.text_factory, str
    try:
        return read()
    except sqlite3.OperationalError as error:
        if "UTF-8" not in str(error):
            raise
    finally:
        connection.text_factory = tolerant
    return read()


@contextmanager
def read_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the statements of the block in one transaction: no commit by others can come between them."""
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
    """Report values that the table constraints forbid, such as invalid JSON or dates, as SQLITE_CORRUPT."""
    try:
        yield
    except (ValueError, TypeError, BadInput) as error:
        corrupt = sqlite3.DatabaseError("a row says what it cannot say")
        corrupt.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise corrupt from error


def _roll_back(connection: sqlite3.Connection) -> None:
    """Roll back; if the disk fails at that, the next connection does it, and the first error is the one to report."""
    with suppress(sqlite3.Error):
        connection.execute("ROLLBACK")


def _update_index(connection: sqlite3.Connection) -> None:
    (many,) = connection.execute(f"SELECT count(*) > {_MANY_READINGS} FROM stale").fetchone()
    if many:
        connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_BULK_HASH,))
    connection.execute(f"DELETE FROM search WHERE rowid IN ({_STALE})")
    connection.execute(f"{FILL_SEARCH} WHERE id IN ({_STALE})")
    connection.execute("DELETE FROM stale")
    if many:
        connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_DEFAULT_HASH,))
        connection.execute("DELETE FROM search_config WHERE k = 'hashsize'")
