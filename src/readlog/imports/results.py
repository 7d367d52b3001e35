"""The import report: what became of every row of an import."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from readlog.core.import_row import FilePosition, RejectedRow


class ImportConflict(NamedTuple):
    """A field in which a row differs from the journal, which has kept its own value and stored the other in `extra`.

    `id` and `name` are those of the reading and its book. The two values are as a record has them.
    """

    position: FilePosition
    id: int
    name: str
    key: str
    ours: Any
    theirs: Any


class PossibleDuplicate(NamedTuple):
    """A row whose book may already exist; it was added as another book. `existing_id` is the id of a reading."""

    position: FilePosition
    name: str
    existing_id: int
    existing_name: str
    reason: str


@dataclass
class ImportReport:
    """Counts of rows by what became of them, of what is new, and everything the user may want to check.

    `undated` counts those of the `new_readings` that are finished without a date. `notes` counts
    rows by the wording of their notes.
    """

    added: int = 0
    merged: int = 0
    unchanged: int = 0
    new_readings: int = 0
    new_books: int = 0
    undated: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    conflicts: list[ImportConflict] = field(default_factory=list)
    possible_duplicates: list[PossibleDuplicate] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """The number of all rows: each is either added, merged, unchanged or rejected."""
        return self.added + self.merged + self.unchanged + len(self.rejected)

    def add_notes(self, notes: Iterable[str]) -> None:
        """Count the notes of one row."""
        for note in notes:
            self.notes[note] = self.notes.get(note, 0) + 1

    def to_json(self) -> Mapping[str, Any]:
        """The report as a mapping that JSON can hold; a position becomes the keys `file` and `line`."""
        return {
            **{key: getattr(self, key) for key in ("rows", "added", "merged", "unchanged")},
            "refused": [{**row.position._asdict(), "reason": row.reason} for row in self.rejected],
            "readings": self.new_readings,
            "books": self.new_books,
            "undated": self.undated,
            "notes": [{"note": note, "rows": rows} for note, rows in self.notes.items()],
            "conflicts": [_conflict_to_json(conflict) for conflict in self.conflicts],
            "doubts": [_duplicate_to_json(duplicate) for duplicate in self.possible_duplicates],
        }


def _conflict_to_json(conflict: ImportConflict) -> dict[str, Any]:
    values = conflict._asdict()
    return {**values.pop("position")._asdict(), **values}


def _duplicate_to_json(duplicate: PossibleDuplicate) -> dict[str, Any]:
    return {
        **duplicate.position._asdict(),
        "name": duplicate.name,
        "id": duplicate.existing_id,
        "there": duplicate.existing_name,
        "why": duplicate.reason,
    }
