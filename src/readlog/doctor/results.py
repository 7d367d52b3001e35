"""What the doctor finds: what is wrong, how grave it is, and the command that mends it."""

from collections.abc import Sequence
from typing import NamedTuple

FILE, RECORD = "file", "record"
"""What a finding is about: the file that the journal is kept in, or what a reader has written in it."""

DAMAGE, WARNING, REMARK = "damage", "warning", "remark"
"""How grave: an answer may be wrong; something wants to be put right; something to look at."""

FIX = "readlog doctor --fix"
SALVAGE = "readlog doctor --salvage NEW"


class Finding(NamedTuple):
    """One thing that is wrong: `where` it is, in two words, and `what` is wrong, in a sentence.

    `ids` are the readings it is about, as many as are known of `number`. `command` mends it, or is the
    first step; words in capitals are for a reader to say. With `fix` the doctor mends it by itself;
    `mended` is that it just did, or that it is mended already, for which no command is needed.
    """

    part: str
    level: str
    where: str
    what: str
    command: str | None = None
    number: int = 1
    ids: tuple[int, ...] = ()
    fix: bool = False
    mended: bool = False

    def as_record(self) -> dict[str, object]:
        """The finding as JSON has it."""
        return self._asdict()


class Checkup(NamedTuple):
    """What the doctor has found in a journal of so many readings; None of a file that cannot be read.

    `copy` is where the file as it was before is kept, if it was changed.
    """

    journal: str
    readings: int | None
    findings: Sequence[Finding]
    copy: str | None = None

    @property
    def sound(self) -> bool:
        """Whether no damage is left."""
        return not any(each.level == DAMAGE and not each.mended for each in self.findings)

    def as_record(self) -> dict[str, object]:
        """The findings as JSON has them."""
        return {
            "journal": self.journal,
            "readings": self.readings,
            "sound": self.sound,
            "copy": self.copy,
            "findings": [each.as_record() for each in self.findings],
        }


class SavedTable(NamedTuple):
    """What became of a table: rows saved, how many `pieced` together from other places, what is lost.

    `lost` are the numbers of rows that are known to be missing; `blank` are values that could not be
    kept, as (row, column).
    """

    table: str
    saved: int
    pieced: tuple[int, ...]
    lost: tuple[int, ...]
    blank: tuple[tuple[int, str], ...]
    cut: tuple[int, ...]


class Salvage(NamedTuple):
    """A new, whole journal made of what could be read of a damaged one; `unreadable` pages of `pages` were lost."""

    journal: str
    new: str
    tables: Sequence[SavedTable]
    pages: int
    unreadable: int
    notes: Sequence[str]

    def as_record(self) -> dict[str, object]:
        """The account as JSON has it."""
        return {**self._asdict(), "tables": [each._asdict() for each in self.tables]}
