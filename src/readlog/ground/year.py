"""A year of reading, to be told to others."""

from collections.abc import Sequence
from typing import NamedTuple

from readlog.ground.figures import Figures
from readlog.ground.model import Reading


class Year(NamedTuple):
    """What was finished in a year: its `figures`, with all sections, and the `readings` themselves.

    Of `new_authors` nothing was finished before; of those `perhaps_new` something was, nobody knows
    when. So many readings of the whole journal are `undated`: some may be of this year.
    """

    year: int
    figures: Figures
    readings: Sequence[Reading]
    new_authors: Sequence[str]
    perhaps_new: Sequence[str]
    undated: int
