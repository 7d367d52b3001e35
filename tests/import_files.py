"""Imports in tests: rows of readings are imported into a journal, one file after the other, each a second later."""

import sqlite3
import weakref
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from readlog.core.domain_model import Reading
from readlog.core.import_row import FilePosition, ImportRow, RejectedRow
from readlog.core.reading_record import to_record
from readlog.imports.results import ImportReport
from readlog.journal import Journal
from readlog.query.query_fields import SQL_FUNCTIONS
from readlog.storage.open_journal import open_for_writing
from tests.given import NOW

Row = Reading | tuple[Reading, ...] | RejectedRow


class Imports:
    """A journal, and what a user does with it: every action is a second after the one before."""

    def __init__(self, journal: Journal, clock: Callable[[], None]) -> None:
        self.journal = journal
        self.later = clock

    @cached_property
    def connection(self) -> sqlite3.Connection:
        """Another connection to the file, which may write and has the functions of the journal's own."""
        connection = open_for_writing(self.journal.path)
        for name, arguments, function in SQL_FUNCTIONS:
            connection.create_function(name, arguments, function, deterministic=True)
        weakref.finalize(self, connection.close)
        return connection

    def close(self) -> None:
        """Close the other connection, if there is one."""
        if "connection" in vars(self):
            self.connection.close()

    def bring(self, *rows: Row, service: str = "goodreads", file: str = "f.csv", **how: Any) -> ImportReport:
        """Import the rows of a file, and assert that the counts of the report add up."""
        self.later()
        report = self.journal.import_rows(lambda: rows_of_file(rows, file), service, **how)
        assert report.rows == len(rows) == report.added + report.merged + report.unchanged + len(report.rejected)
        return report

    def again(self, *rows: Row, **how: Any) -> None:
        """Import rows, and assert that they change nothing and report nothing new."""
        before, operations = self.records(), self.operations()
        report = self.bring(*rows, **how)
        assert (report.unchanged + len(report.rejected), report.conflicts, report.possible_duplicates) == (
            len(rows),
            [],
            [],
        )
        assert (self.records(), self.operations()) == (before, operations)

    def edit(self, id_: int, change: Callable[[Reading], Reading]) -> None:
        """Edit a reading as the user."""
        self.later()
        assert self.journal.edit(id_, change)

    def add(self, reading: Reading, **how: Any) -> int:
        """Add a reading as the user."""
        self.later()
        return self.journal.add(reading, **how)

    def delete(self, id_: int) -> None:
        """Delete a reading as the user."""
        self.later()
        self.journal.delete(id_)

    def records(self) -> list[dict[str, Any]]:
        """All readings as records."""
        return [to_record(reading) for reading in self.journal.readings()]

    def readings(self) -> list[Reading]:
        """All readings, by id."""
        return list(self.journal.readings())

    def values(self, *keys: str) -> list[Any]:
        """The values of these keys in every record, as tuples; of a single key as they are."""
        records = self.records()
        return [record[keys[0]] if len(keys) == 1 else tuple(record[key] for key in keys) for record in records]

    def operations(self) -> list[str]:
        """The commands of all operations."""
        return [command for (command,) in self.connection.execute("SELECT command FROM operations")]


def rows_of_file(rows: tuple[Row, ...], file: str = "f.csv") -> Iterator[ImportRow | RejectedRow]:
    """Readings as import rows, the first on line 2; rejected rows as they are."""
    for line, row in enumerate(rows, 2):
        if isinstance(row, RejectedRow):
            yield row
        else:
            yield ImportRow(FilePosition(file, line), (row,) if isinstance(row, Reading) else row)


def make_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that sets the clock of readlog one second ahead."""
    moment = datetime.fromisoformat(NOW)

    def later() -> None:
        nonlocal moment
        moment += timedelta(seconds=1)
        monkeypatch.setenv("READLOG_NOW", moment.isoformat())

    return later


def finished(count: int, *dates: str, **fields: Any) -> tuple[Reading, ...]:
    """The readings of a row with this read count and these dates; only the last one has all the other fields."""
    from tests.given import make

    of_book = {key: fields[key] for key in ("title", "authors", "sources") if key in fields}
    undated = [make(**of_book)] * max(0, count - len(dates))
    dated = [make(**of_book, finished=date) for date in dates[:-1]]
    return (*undated[: count - 1], *dated, make(**fields, **({"finished": dates[-1]} if dates else {})))
