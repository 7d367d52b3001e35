"""What was found: a line of a table for each comparison, and the verdict on it."""

from typing import NamedTuple

REACHED, MISSED, PLANNED = "reached", "missed", "not there yet"


class Row(NamedTuple):
    """One operation: CPU milliseconds of readlog, of its floor and of sqlite3 alone, and peak memory in MB."""

    size: int
    name: str
    verdict: str
    cpu: float = 0.0
    floor: float = 0.0
    alone: float | None = None
    ratio: float = 0.0
    wall: float = 0.0
    peak: float = 0.0
    most: float = 0.0


class Growth(NamedTuple):
    """One operation on the smallest and on the largest journal."""

    name: str
    small: float
    large: float
    ratio: float
    most: float

    @property
    def verdict(self) -> str:
        """Whether it grows no more than it may."""
        return verdict(self.ratio, self.most)


class Rival(NamedTuple):
    """What a reader would use instead, and readlog's own answer to the same question."""

    size: int
    name: str
    cpu: float
    theirs: float
    ratio: float
    memory: float
    verdict: str


class Move(NamedTuple):
    """An import or an export of so many rows beside its floor: CPU seconds, seconds on the clock, peak memory in MB.

    `most` is what the ratio may be and `memory` what the peak may be; None where nothing is promised.
    """

    size: int
    name: str
    trouble: str
    cpu: float = 0.0
    floor: float = 0.0
    ratio: float = 0.0
    most: float | None = None
    wall: float = 0.0
    peak: float = 0.0
    memory: float | None = None

    @property
    def verdict(self) -> str:
        """Why it could not be measured, else whether everything that is promised is kept."""
        limits = ((self.ratio, self.most), (self.peak, self.memory))
        verdicts = [verdict(value, most) for value, most in limits if most is not None]
        return self.trouble or max(verdicts, key=[REACHED, MISSED].index, default="")


class Written(NamedTuple):
    """How many MB a journal of so many rows has, filled in one operation: with the change log and without."""

    size: int
    logged: float
    bare: float
    most: float = 1.25

    @property
    def ratio(self) -> float:
        """How many times as much the log makes of it."""
        return self.logged / self.bare


class Results(NamedTuple):
    """All that was found; of each rival its version, or in `absent` why it could not be measured."""

    rows: list[Row]
    growth: list[Growth]
    moves: list[Move]
    written: list[Written]
    rivals: list[Rival]
    versions: dict[str, str]
    absent: dict[str, str]


def verdict(value: float, most: float) -> str:
    """Whether a target is reached."""
    return REACHED if value <= most else MISSED
