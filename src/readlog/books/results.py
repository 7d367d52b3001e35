"""Tags and authors: as they are counted in a list of names, and what became of one that was named anew."""

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What names there are to list and to change; people in other roles than author are named with the authors."""

    TAGS = "tags"
    AUTHORS = "authors"

    @property
    def one(self) -> str:
        """One of them: `tag`."""
        return self.value[:-1]


class NameCount(NamedTuple):
    """A name and the readings that were chosen of it: of how many books they are, how many were `finished`.

    `last` is the latest date on which one was finished, as EDTF, and `rating` the average of those
    that are `rated`; both are None where nothing is known.
    """

    name: str
    books: int
    finished: int
    last: str | None
    rating: float | None
    rated: int


class Renamed(NamedTuple):
    """Which names were changed into `name`, and on how many books.

    `twins` are titles that stand there more than once now that two names have become one.
    """

    was: tuple[str, ...]
    name: str
    books: int
    twins: int = 0
