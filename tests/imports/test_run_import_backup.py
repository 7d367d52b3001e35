import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from tests.given import make

from readlog.core.errors import JournalUnusable
from readlog.core.import_row import FilePosition, ImportRow, RejectedRow
from readlog.imports import run_import
from readlog.journal import Journal


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    """More than three rows are many."""
    assert run_import.BACKUP_THRESHOLD == 1_000
    monkeypatch.setattr(run_import, "BACKUP_THRESHOLD", 3)


def rows(number: int) -> Iterable[ImportRow | RejectedRow]:
    """So many rows of a file."""
    return [ImportRow(FilePosition("books.csv", n), (make(f"Book {n}"),)) for n in range(2, number + 2)]


def test_many_rows_are_preceded_by_a_backup(journal: Journal) -> None:
    """Of the journal as it was before the first of them; few are not, nor is what is only tried."""
    journal.add(make("Dune"))
    journal.import_rows(lambda: rows(3), "csv")
    journal.import_rows(lambda: rows(9), "csv", on_trial=True)
    assert journal.backups() == []
    report = journal.import_rows(lambda: rows(9), "csv")
    assert (report.rows, report.added, report.unchanged) == (9, 6, 3)
    (kept,) = journal.backups()
    assert kept.why == "before-import"
    with closing(sqlite3.connect(kept.path)) as backup:
        assert backup.execute("SELECT count(*) FROM readings").fetchone() == (4,)


def test_an_empty_journal_needs_none(journal: Journal) -> None:
    """There is nothing to lose; one from which all was deleted has its log."""
    journal.import_rows(lambda: rows(9), "csv")
    assert journal.backups() == []


def test_without_a_backup_many_rows_are_refused(journal: Journal, state: Path) -> None:
    """The line says what to say to go on without; nothing is written, and few rows need none."""
    journal.add(make("Dune"))
    state.parent.write_text("a file in the place of the directory")
    with pytest.raises(JournalUnusable, match="No backup can be kept in .* Nothing was imported. Without a backup: --no-backup."):  # fmt: skip
        journal.import_rows(lambda: rows(9), "csv")
    assert journal.list().total == 1
    journal.import_rows(lambda: rows(3), "csv")
    journal.import_rows(lambda: rows(9), "csv", backup=False)
    assert journal.list().total == 10


def test_a_file_is_read_once(journal: Journal) -> None:
    """The rows that were read to see whether they are many are not read again."""
    journal.add(make("Dune"))
    read = []

    def once() -> Iterable[ImportRow | RejectedRow]:
        for row in rows(9):
            read.append(row)
            yield row

    journal.import_rows(once, "csv")
    assert len(read) == 9
