"""What is told of backups: of one that was made, of those that are kept, and of what a restore would change."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from readlog.overview.results import Counts
from readlog.readings.results import ListedReading

BY_HAND, BEFORE_IMPORT, BEFORE_RESTORE, BEFORE_UPGRADE = "by-hand", "before-import", "before-restore", "before-upgrade"
DAMAGED = "damaged"
"""Why a backup is kept, as its name says it; the last is a plain copy of a journal that could not be read."""


class Backup(NamedTuple):
    """A backup that was made and checked, and how many rows its tables have.

    `mended` tells that the search index of the journal is damaged; that of the backup was made anew.
    `orphans` are rows that belong to others that are not there, as they do in the journal.
    """

    path: str
    size: int
    schema: int
    counts: Mapping[str, int]
    mended: bool = False
    orphans: int = 0

    def as_record(self) -> dict[str, object]:
        """The backup as JSON has it."""
        told = ("readings", "books", "quotes", "people", "tags")
        return {
            "backup": self.path,
            "size": self.size,
            "schema": self.schema,
            **{table: self.counts.get(table, 0) for table in told},
        }


class StoredBackup(NamedTuple):
    """A backup in the state directory: when it was made (UTC), and why."""

    path: str
    made: str
    why: str
    size: int

    @property
    def name(self) -> str:
        """What it is called there, which is all that `restore` wants to be told."""
        return self.path.replace("\\", "/").rpartition("/")[2]


class JournalSummary(NamedTuple):
    """What is in a journal: how much, the newest reading, when it was last changed (UTC)."""

    schema: int
    counts: Counts
    newest: ListedReading | None
    last_change: str | None


class ReadingTitle(NamedTuple):
    """A reading by its number and the name of its book."""

    id: int
    name: str


class RestorePlan(NamedTuple):
    """What a restore would change.

    `now` is None where there is no journal or where it cannot be read; then `why` says so, and nothing can be
    compared. `goes` are readings that only the journal has, `comes` those that only the backup has.
    """

    backup: str
    journal: str
    held: JournalSummary
    now: JournalSummary | None
    why: str | None
    goes: Sequence[ReadingTitle]
    comes: Sequence[ReadingTitle]
    differs: Sequence[ReadingTitle]

    def as_record(self) -> dict[str, Any]:
        """The plan as JSON has it."""
        return {
            "backup": self.backup,
            "in_backup": _of(self.held),
            "journal": self.journal,
            "in_journal": _of(self.now) if self.now else None,
            "unreadable": self.why,
            "goes": [each._asdict() for each in self.goes],
            "comes": [each._asdict() for each in self.comes],
            "differs": [each._asdict() for each in self.differs],
        }


def _of(held: JournalSummary) -> dict[str, Any]:
    newest = held.newest
    return {
        "schema": held.schema,
        **held.counts._asdict(),
        "newest": {"id": newest.id, "title": newest.title, "finished": newest.finished} if newest else None,
        "last_change": held.last_change,
    }
