"""Values about tags and authors: the kinds of names, their figures, and the result of a rename or merge."""

from enum import StrEnum
from typing import NamedTuple


class NameKind(StrEnum):
    """The names that can be listed, renamed and merged; AUTHORS renames a person in all roles."""

    TAGS = "tags"
    AUTHORS = "authors"

    @property
    def singular(self) -> str:
        """`tag`, `author`."""
        return self.value[:-1]


class NameCount(NamedTuple):
    """Figures for a name, over the selected readings: its books, and how many readings are `finished`.

    `last` is the latest date finished, as EDTF, and `rating` the average of the `rated` readings;
    both are None if unknown.
    """

    name: str
    books: int
    finished: int
    last: str | None
    rating: float | None
    rated: int


class Renaming(NamedTuple):
    """The names that became `name`, and on how many books.

    `duplicate_titles` counts the titles that this author now has more than once.
    """

    old_names: tuple[str, ...]
    name: str
    books: int
    duplicate_titles: int = 0
