"""What became of every row of an import: an account that adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from readlog.core.import_row import Place, Refused


class Conflict(NamedTuple):
    """A field in which a file says otherwise than the journal, which has kept its own value and noted the other."""

    place: Place
    id: int
    name: str
    key: str
    ours: Any
    theirs: Any


class Doubt(NamedTuple):
    """A row that may be about a book that is there, but not surely: it was added as another book."""

    place: Place
    name: str
    id: int
    there: str
    why: str


@dataclass
class Account:
    """How many rows there were, and what became of them: `rows` is the sum of the four that follow it.

    `readings` and `books` count what is new in the journal, `undated` those new readings that were
    finished nobody knows when; `notes` how often each thing was
    guessed, by the words that say it.
    """

    added: int = 0
    merged: int = 0
    unchanged: int = 0
    readings: int = 0
    books: int = 0
    undated: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows that there were."""
        return self.added + self.merged + self.unchanged + len(self.refused)

    def note(self, notes: Sequence[str]) -> None:
        """Count what was guessed."""
        for each in notes:
            self.notes[each] = self.notes.get(each, 0) + 1

    def to_json(self) -> Mapping[str, Any]:
        """The account as JSON has it; places are a file and a line."""
        return {
            **{key: getattr(self, key) for key in ("rows", "added", "merged", "unchanged")},
            "refused": [{**row.place._asdict(), "reason": row.reason} for row in self.refused],
            "readings": self.readings,
            "books": self.books,
            "undated": self.undated,
            "notes": [{"note": note, "rows": rows} for note, rows in self.notes.items()],
            "conflicts": [_flat(conflict) for conflict in self.conflicts],
            "doubts": [_flat(doubt) for doubt in self.doubts],
        }


def _flat(entry: Conflict | Doubt) -> dict[str, Any]:
    values = entry._asdict()
    return {**values.pop("place")._asdict(), **values}
