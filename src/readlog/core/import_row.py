"""The values that pass between the readers of import files and the import: rows, rejected rows and options."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from readlog.core.domain_model import Reading

READLOG = "readlog"
"""The service of files that readlog itself has exported."""


class FilePosition(NamedTuple):
    """The name of a file and a line in it, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class ImportRow(NamedTuple):
    """A row that was understood: one or more readings of one book, the earliest first.

    `notes` say what was guessed or changed. They are worded alike for all rows with the same
    problem, so that they can be counted. `keys` are the record keys that the row has a value for,
    possibly an empty one; None means all keys. A status that `is_guessed` never replaces a known
    status that is as far on or further.
    """

    position: FilePosition
    readings: tuple[Reading, ...]
    notes: tuple[str, ...] = ()
    keys: frozenset[str] | None = None
    is_guessed: bool = False


class RejectedRow(NamedTuple):
    """A row that was not understood, with the reason (a sentence) and its cells as they were read."""

    position: FilePosition
    reason: str
    cells: tuple[str, ...]


class ImportOptions(NamedTuple):
    """What the user says about a file because the file does not say it.

    `statuses` maps a folded word of the file to a status. `columns` maps a `column_key` to the
    field that the column holds, with `rating/10` for a rating out of ten. `day_first` says whether
    3/4/2019 is in April, None where it is not known. Relative dates count from `today`.
    """

    today: date
    statuses: Mapping[str, str] = {}
    columns: Mapping[str, str] = {}
    day_first: bool | None = None
