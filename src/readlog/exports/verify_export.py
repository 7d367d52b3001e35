"""`export --verify`: what was written, read into an empty journal and compared."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from readlog.core.clock import today
from readlog.core.errors import NotFound
from readlog.core.import_row import ImportOptions, ImportRow
from readlog.core.model import Reading
from readlog.core.record import to_record
from readlog.imports.detect_source import Several, open_all
from readlog.journal import Journal


def find_differences(path: Path, expected: Iterable[Reading]) -> Iterator[str]:
    """A line for each reading that does not come back from `path` as it is expected, and why.

    What a file has more, because somebody has written into it, is no difference, and other notes
    of a folder are not looked at. Raises UnreadableInput where it cannot be read at all.
    """
    readings = {reading.uid: reading for reading in expected}
    written = Several(open_all([str(path)], ImportOptions(today())))

    def ours() -> Iterator[ImportRow]:
        for row in written:
            if isinstance(row, ImportRow) and row.readings[-1].uid in readings:
                yield row

    with tempfile.TemporaryDirectory() as folder, Journal(f"{folder}/verify.db") as back:
        back.import_rows(ours, written.service)
        for reading in readings.values():
            if why := _difference(reading, back):
                yield f"{reading.id} {reading.book.name}: {why}"


def _difference(reading: Reading, back: Journal) -> str:
    try:
        ours, theirs = to_record(reading), to_record(back.get(reading.id or 0))
    except NotFound:
        return "does not come back"
    return ", ".join(key for key in ours if ours[key] != theirs[key] and not _is_more(key, ours[key], theirs[key]))


def _is_more(key: str, ours: object, theirs: object) -> bool:
    """Whether somebody has only added: a text to the review, fields of their own."""
    if key == "extra":
        return isinstance(ours, dict) and isinstance(theirs, dict) and ours.items() <= theirs.items()
    return key == "review" and bool(theirs) and str(ours or "") in str(theirs)
