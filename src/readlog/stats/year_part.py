"""A year of reading, to be told to others."""

from collections.abc import Sequence
from typing import NamedTuple

from readlog.core.model import Reading
from readlog.stats.results import Figures

LEAST_LOVED = 4.0
"""Stars of a book among the best loved; of a year without one all books are told."""


class Year(NamedTuple):
    """What was finished in a year: its `figures`, with all sections, in which no authors are named, and `readings`.

    The readings are those of best loved books; where there is none, all of them.
    Of `new_authors` nothing was finished before; of those `perhaps_new` something was, nobody knows
    when. So many readings of the whole journal are `undated`: some may be of this year.
    """

    year: int
    figures: Figures
    readings: Sequence[Reading]
    new_authors: Sequence[str]
    perhaps_new: Sequence[str]
    undated: int
