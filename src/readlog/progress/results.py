"""What a status change asks for and what it returns."""

from typing import NamedTuple

from readlog.core.domain_model import ProgressNote, Reading
from readlog.core.partial_date import PartialDate

OPEN_STATUSES = ("reading", "paused", "to-read")
"""Statuses of a reading that can continue. If a book has several such readings, the first status wins."""
STARTING_COMMANDS = ("want", "start")
"""Commands that add a new reading if none can continue."""
COMMANDS_FOR_NEW_BOOKS = (*STARTING_COMMANDS, "finish", "abandon")
"""Commands that accept a book that is not in the journal yet."""
READING_FIELDS = frozenset(("rating", "format", "review", "private_note"))
"""The accepted fields that belong to the reading; all others belong to its book."""
IDENTIFYING_FIELDS = frozenset(("authors", "contributors", "isbn"))
"""Fields whose presence makes the words a full title instead of search words."""


class StatusChangeRequest(NamedTuple):
    """What the user asks for with want, start, at, pause, finish or abandon.

    `words` refer to a reading, or are the title of a new book. `reading` holds the given fields, as
    a new reading of that title would have them, and `given_fields` are their keys. `date` is the
    date of the change, None if unknown; `is_date_explicit` if the user named it and it is not just
    today. `note` is recorded with the change. `is_new_book` adds a new book whatever is in the
    journal, and `to_top` puts a wanted book on top of the to-read list.
    """

    words: str
    reading: Reading
    given_fields: frozenset[str] = frozenset()
    date: PartialDate | None = None
    is_date_explicit: bool = False
    note: ProgressNote | None = None
    is_new_book: bool = False
    to_top: bool = False

    @property
    def is_full_title(self) -> bool:
        """True if the words are the full title: a request with an author or ISBN refers to that book only."""
        return self.is_new_book or bool(self.given_fields & IDENTIFYING_FIELDS)

    @property
    def describes_book(self) -> bool:
        """True if any field of the book was given."""
        return self.is_full_title or bool(self.given_fields - READING_FIELDS)


class StatusChange(NamedTuple):
    """The reading after a status change, and `previous`, its state before (None for a new reading).

    `nth_reading` is 2 for the second reading of its book, and so on.
    """

    reading: Reading
    previous: Reading | None
    is_new_book: bool
    nth_reading: int


def insert_progress_note(notes: tuple[ProgressNote, ...], note: ProgressNote) -> tuple[ProgressNote, ...]:
    """`notes` with one more, placed before those with a certainly later date: the last is the current position."""
    index = len(notes)
    while index and _is_later(notes[index - 1], note):
        index -= 1
    return (*notes[:index], note, *notes[index:])


def _is_later(note: ProgressNote, other: ProgressNote) -> bool:
    return bool(note.date and other.date and note.date.first_day >= other.date.day_after)
