"""What a file brings: rows that were understood, rows that were refused, and what had to be guessed on the way."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from readlog.core.model import Reading


class Place(NamedTuple):
    """Where in what file something stands; the line is counted from 1, as an editor counts."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class Incoming(NamedTuple):
    """A row that was understood: the readings of one book that it tells of, the earliest first.

    `notes` say what was guessed and what could not be kept as it was, in words that are the same
    for every row of which the same is to be said, so that they can be counted. `said` are the keys
    of the record that the row speaks of; of others nothing is said, not even that they are empty.
    None is all of them. A status that `is_guessed` gives way to one that is known.
    """

    place: Place
    readings: tuple[Reading, ...]
    notes: tuple[str, ...] = ()
    said: frozenset[str] | None = None
    is_guessed: bool = False


class Refused(NamedTuple):
    """A row that was not understood, and why; `cells` are what stands in it."""

    place: Place
    reason: str
    cells: tuple[str, ...]


class Wishes(NamedTuple):
    """What a reader says about a file that the file does not say itself.

    `statuses`: the state that a word stands for, by the word, folded. `columns`: the field that a
    column is, by its `column_key`, with `rating/10` for a rating out of ten. `day_first`: whether
    3/4/2019 is in April. Relative dates count from `today`.
    """

    today: date
    statuses: Mapping[str, str] = {}
    columns: Mapping[str, str] = {}
    day_first: bool | None = None
