"""What there is to draw of figures, in the words that stand beside it: the same on a terminal and in a picture.

Everything that was written by somebody (titles, names, labels) is here as it is in the journal;
whoever draws makes it harmless.
"""

from datetime import date
from typing import NamedTuple


class Bar(NamedTuple):
    """A bar of `number`; where there is a `part`, that is drawn stronger than the rest.

    Behind it stand `stars` and `pages`, for which there may be no room, and `doubt`, which is always
    told. A label that is a `rating` consists of stars. What is `unknown` has its number and no bar.
    """

    label: str
    number: int
    stars: str = ""
    pages: str = ""
    doubt: str = ""
    part: int | None = None
    rating: bool = False
    unknown: bool = False

    @property
    def said(self) -> str:
        """The number in words: `31`, or `12 of 31`."""
        return f"{self.number:,}" if self.part is None else f"{self.part:,} of {self.number:,}"

    @property
    def length(self) -> int:
        """What the bar is as long as."""
        return 0 if self.unknown else self.number


class Bars(NamedTuple):
    """A bar chart; `about` says of what, and what is not known. `parts` name what is drawn stronger, and the rest."""

    heading: str
    about: str
    bars: list[Bar]
    parts: tuple[str, str] | None = None


class Days(NamedTuple):
    """The days of a year with how much was finished on each; those after `today` are still to come."""

    heading: str
    about: str
    year: int
    days: dict[str, int]
    today: date


class Line(NamedTuple):
    """Something named: a book by `title` and `authors`, or an author alone. `label` stands before it, words behind."""

    label: str = ""
    title: str = ""
    authors: str = ""
    stars: str = ""
    words: str = ""


class Lines(NamedTuple):
    """Lines below a heading; their words are `numbers`, which stand below each other at the right, or begin alike."""

    heading: str
    about: str
    lines: list[Line]
    numbers: bool = True


Section = Bars | Days | Lines


class Charts(NamedTuple):
    """All that is drawn, what matters first below the `sums`; `title` is for pictures, which stand alone."""

    title: str
    sums: list[str]
    sections: list[Section]
