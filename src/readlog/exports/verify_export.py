"""`export --verify`: what was written is imported into an empty journal and compared."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from readlog.core.clock import today
from readlog.core.domain_model import Reading
from readlog.core.errors import NotFound
from readlog.core.import_row import ImportOptions, ImportRow
from readlog.core.reading_record import to_record
from readlog.imports.detect_source import ImportFiles, open_import_files


class _Journal(Protocol):
    """What is needed here of `readlog.journal.Journal`, which is above this package."""

    def import_rows(self, rows: Callable[[], Iterable[ImportRow]], service: str) -> Any: ...

    def get(self, id_: int) -> Reading: ...


def find_differences(
    path: Path, expected: Iterable[Reading], open_journal: Callable[[str], AbstractContextManager[_Journal]]
) -> Iterator[str]:
    """A line for each reading that `path` does not give back as expected, with the keys that differ.

    `open_journal` creates an empty journal at a path. Text and fields that a user added to a file are no
    difference, and other notes in a folder are ignored. Raises UnreadableInput if nothing can be read.
    """
    readings = {reading.uid: reading for reading in expected}
    written = ImportFiles(open_import_files([str(path)], ImportOptions(today())))

    def expected_rows() -> Iterator[ImportRow]:
        for row in written:
            if isinstance(row, ImportRow) and row.readings[-1].uid in readings:
                yield row

    with tempfile.TemporaryDirectory() as folder, open_journal(f"{folder}/verify.db") as journal:
        journal.import_rows(expected_rows, written.service)
        for reading in readings.values():
            if difference := _difference(reading, journal):
                yield f"{reading.id} {reading.book.name}: {difference}"


def _difference(reading: Reading, journal: _Journal) -> str:
    try:
        ours, theirs = to_record(reading), to_record(journal.get(reading.id or 0))
    except NotFound:
        return "does not come back"
    return ", ".join(key for key in ours if ours[key] != theirs[key] and not _is_addition(key, ours[key], theirs[key]))


def _is_addition(key: str, ours: object, theirs: object) -> bool:
    """True if a user only added something: text to the review, or fields of their own."""
    if key == "extra":
        return isinstance(ours, dict) and isinstance(theirs, dict) and ours.items() <= theirs.items()
    return key == "review" and bool(theirs) and str(ours or "") in str(theirs)
