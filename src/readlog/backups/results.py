"""Values about backups: one that was made, those that are stored, and what a restore would change."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from readlog.overview.results import Counts
from readlog.readings.results import ListedReading

BY_HAND, BEFORE_IMPORT, BEFORE_RESTORE, BEFORE_UPGRADE = "by-hand", "before-import", "before-restore", "before-upgrade"
DAMAGED = "damaged"
"""The reason for a stored backup, part of its file name. `damaged` is a raw copy of an unreadable journal."""


class Backup(NamedTuple):
    """A backup that was written and checked: its size in bytes, and `counts`, the rows of each table.

    `index_rebuilt` says that the search index of the journal is damaged; that of the backup was rebuilt.
    `dangling_rows` is the number of rows whose parent is missing, as in the journal.
    """

    path: str
    size: int
    schema: int
    counts: Mapping[str, int]
    index_rebuilt: bool = False
    dangling_rows: int = 0

    def as_record(self) -> dict[str, object]:
        """The backup for `--json`."""
        tables = ("readings", "books", "quotes", "people", "tags")
        return {
            "backup": self.path,
            "size": self.size,
            "schema": self.schema,
            **{table: self.counts.get(table, 0) for table in tables},
        }


class StoredBackup(NamedTuple):
    """A backup in the state directory: when (UTC) and why it was made, and its size in bytes."""

    path: str
    made: str
    why: str
    size: int

    @property
    def name(self) -> str:
        """The file name, which is enough for `restore`."""
        return self.path.replace("\\", "/").rpartition("/")[2]


class JournalSummary(NamedTuple):
    """What a journal contains: its counts, the newest reading, and the time of the last change (UTC)."""

    schema: int
    counts: Counts
    newest: ListedReading | None
    last_change: str | None


class ReadingTitle(NamedTuple):
    """The id of a reading and the title of its book."""

    id: int
    name: str


class RestorePlan(NamedTuple):
    """What a restore would change.

    `in_journal` is None if there is no journal or if it cannot be read, for the reason `unreadable`; then nothing is
    compared. `changed` readings are in both, but not the same.
    """

    backup: str
    journal: str
    in_backup: JournalSummary
    in_journal: JournalSummary | None
    unreadable: str | None
    only_in_journal: Sequence[ReadingTitle]
    only_in_backup: Sequence[ReadingTitle]
    changed: Sequence[ReadingTitle]

    def as_record(self) -> dict[str, Any]:
        """The plan for `--json`."""
        return {
            "backup": self.backup,
            "in_backup": _summary_record(self.in_backup),
            "journal": self.journal,
            "in_journal": _summary_record(self.in_journal) if self.in_journal else None,
            "unreadable": self.unreadable,
            "goes": [each._asdict() for each in self.only_in_journal],
            "comes": [each._asdict() for each in self.only_in_backup],
            "differs": [each._asdict() for each in self.changed],
        }


def _summary_record(summary: JournalSummary) -> dict[str, Any]:
    newest = summary.newest
    return {
        "schema": summary.schema,
        **summary.counts._asdict(),
        "newest": {"id": newest.id, "title": newest.title, "finished": newest.finished} if newest else None,
        "last_change": summary.last_change,
    }
