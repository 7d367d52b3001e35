"""How each part of the face comes to the file: a connection to read by, one to write by, one operation for a change."""

import sqlite3
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from readlog.core.errors import NotFound
from readlog.query.query_fields import FUNCTIONS
from readlog.storage.connection import identity, is_there, let_write, open_for_reading, open_for_writing
from readlog.storage.sqlite_errors import comes_of_the_file, explain

T = TypeVar("T")


class Access:
    """One journal file, opened for reading at the first question and for writing at the first change.

    A context manager: leaving it closes the file, and an error of SQLite inside leaves it as a
    JournalUnusable that says what to do. A damaged search index is made anew; `tell` is told of it.
    """

    def __init__(self, path: str, tell: Callable[[str], None] | None = None) -> None:
        self.path = path
        self._tell = tell
        self._reading: sqlite3.Connection | None = None
        self._read_from: tuple[int, int] | None = None
        self._writing: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for connection in (self._reading, self._writing):
            if connection:
                connection.close()
        self._reading = self._writing = None
        if error and comes_of_the_file(error):
            raise explain(error, self.path) from error

    @property
    def _connection(self) -> sqlite3.Connection:
        """The connection to read by."""
        if self._writing:
            return self._writing
        if not self._reading:
            self._read_from = identity(self.path)
            self._reading = _with_functions(open_for_reading(self.path, self._tell))
        return self._reading

    def _writable(self, *, fresh: bool = False) -> sqlite3.Connection:
        """The connection to write by: the one to read by, which is quicker than to open another, or a `fresh` one."""
        if not self._writing:
            read_by = None if fresh else self._taken_to_write()
            self._writing = read_by or _with_functions(open_for_writing(self.path, self._tell))
        return self._writing

    def _taken_to_write(self) -> sqlite3.Connection | None:
        """The connection to read by, if it is at rest, and of the file that is there now: it may have been replaced."""
        connection = self._reading
        if not connection or connection.in_transaction or not self._read_from:
            return None
        if identity(self.path) != self._read_from:
            return None
        let_write(connection)
        self._reading = None
        return connection

    def _must_be_there(self) -> None:
        if not is_there(self.path):
            raise NotFound(f"There is no journal {self.path} yet.")

    def _change(self, command: str, change: Callable[[sqlite3.Connection], T], undoes: int | None = None) -> T:
        """What `change` gives, made in one operation."""
        from readlog.storage.transaction import operation

        connection = self._writable()

        def changed() -> T:
            with operation(connection, command, undoes):
                return change(connection)

        return self._mended(changed)

    def _mended(self, work: Callable[[], T]) -> T:
        """What `work` gives; where it fails at a damaged search index, that is made anew first."""
        try:
            return work()
        except sqlite3.Error as error:
            from readlog.storage.index_repair import is_damage, make_index_anew

            if not is_damage(error):
                raise
            make_index_anew(self._writable(fresh=True))
        if self._tell:
            self._tell("The search index was damaged; it was made anew.")
        return work()


def _with_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    for name, arguments, function in FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)
    return connection
