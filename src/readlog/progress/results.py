"""A moment in the life of a reading: what somebody says of it, and what it has made of the reading."""

from typing import NamedTuple

from readlog.core.model import ProgressNote, Reading
from readlog.core.partial_date import PartialDate

OPEN = ("reading", "paused", "to-read")
"""The states of a reading that can go on; of a book with several such, the first of these is meant."""
BEGINS = ("want", "start")
"""The moments that make a new reading where there is none that can go on."""
CAN_BE_NEW = (*BEGINS, "finish", "abandon")
"""The moments of which the book may be one that is not in the journal."""
OF_READING = frozenset(("rating", "format", "review", "private_note"))
"""The fields that can be given with a moment and belong to the reading; any other belongs to its book."""
NAME_A_BOOK = frozenset(("authors", "contributors", "isbn"))
"""The fields with which the words are a whole title, and not just some words of it."""


class Said(NamedTuple):
    """What is said of a reading at a moment of its life.

    `words` name it, or are the title of a book that is not in the journal. `reading` is what was
    said, as it would be of a new book of that title, and `given` are the keys of what was said
    there. `when` is the date of the moment, None where it is not known; with `is_dated` somebody
    named that date, and it is not just today. `mark` is a note to be kept with it. `new_book` is for
    a book that is not in the journal whatever is, and `on_top` lays a want on top of the pile.
    """

    words: str
    reading: Reading
    given: frozenset[str] = frozenset()
    when: PartialDate | None = None
    is_dated: bool = False
    mark: ProgressNote | None = None
    new_book: bool = False
    on_top: bool = False

    @property
    def is_title(self) -> bool:
        """Whether the words are a whole title: who names its author, or its ISBN, means that book and no other."""
        return self.new_book or bool(self.given & NAME_A_BOOK)

    @property
    def tells_of_book(self) -> bool:
        """Whether anything was said of the book."""
        return self.is_title or bool(self.given - OF_READING)


def with_mark(marks: tuple[ProgressNote, ...], mark: ProgressNote) -> tuple[ProgressNote, ...]:
    """The notes with one more: behind all but those that surely were made later. The last place is where one is."""
    place = len(marks)
    while place and _is_later(marks[place - 1], mark):
        place -= 1
    return (*marks[:place], mark, *marks[place:])


def _is_later(mark: ProgressNote, other: ProgressNote) -> bool:
    return bool(mark.date and other.date and mark.date.first_day >= other.date.day_after)


class Moment(NamedTuple):
    """The reading as a moment has left it: of a new book, or a new reading of one that was there, the `time`th of it.

    `before` is what it was before, None where it is new.
    """

    reading: Reading
    before: Reading | None
    is_new_book: bool
    time: int
