"""Values that the doctor returns: findings with the commands that repair them, and what a salvage has saved."""

from collections.abc import Sequence
from typing import NamedTuple

FILE, RECORD = "file", "record"
"""The part of the journal that a finding is about: the database file, or what the user has recorded."""

DAMAGE, WARNING, REMARK = "damage", "warning", "remark"
"""The level of a finding: answers may be wrong; something should be corrected; something to look at."""

FIX = "readlog doctor --fix"
SALVAGE = "readlog doctor --salvage NEW"


class Finding(NamedTuple):
    """One problem: `where` it is, in one to three words, and `what` it is, in a sentence.

    `number` counts the affected rows, and `ids` has the known ids of them. `command` repairs it or is the first step;
    words in capitals are for the user to fill in. With `fix` the doctor can repair it itself; `repaired` says that it
    did, or that no repair is needed any more.
    """

    part: str
    level: str
    where: str
    what: str
    command: str | None = None
    number: int = 1
    ids: tuple[int, ...] = ()
    fix: bool = False
    repaired: bool = False

    def as_record(self) -> dict[str, object]:
        """The finding for `--json`."""
        record = self._asdict()
        record["mended"] = record.pop("repaired")
        return record


class Checkup(NamedTuple):
    """The findings for a journal; `readings` is their number, None for a file that cannot be read.

    `copy` is the path of a backup from before the repairs, if the journal was changed.
    """

    journal: str
    readings: int | None
    findings: Sequence[Finding]
    copy: str | None = None

    @property
    def is_healthy(self) -> bool:
        """Whether no damage is left."""
        return not any(each.level == DAMAGE and not each.repaired for each in self.findings)

    def as_record(self) -> dict[str, object]:
        """The findings for `--json`."""
        return {
            "journal": self.journal,
            "readings": self.readings,
            "sound": self.is_healthy,
            "copy": self.copy,
            "findings": [each.as_record() for each in self.findings],
        }


class SavedTable(NamedTuple):
    """How much of a table was saved: the number of rows, and the ids of those with losses.

    `pieced` rows were reconstructed from other places, `lost` rows are known to be missing, `cut` rows are incomplete.
    `blank` values could not be saved, as (id, column).
    """

    table: str
    saved: int
    pieced: tuple[int, ...]
    lost: tuple[int, ...]
    blank: tuple[tuple[int, str], ...]
    cut: tuple[int, ...]


class Salvage(NamedTuple):
    """A new journal with all that could be read of a damaged one; `unreadable` of its `pages` could not be read."""

    journal: str
    new: str
    tables: Sequence[SavedTable]
    pages: int
    unreadable: int
    notes: Sequence[str]

    def as_record(self) -> dict[str, object]:
        """The report for `--json`."""
        return {**self._asdict(), "tables": [each._asdict() for each in self.tables]}
