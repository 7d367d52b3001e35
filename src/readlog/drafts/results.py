"""What is known of a text that is not in the journal yet, and what became of one that was saved."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from readlog.core.errors import ConflictingChange
from readlog.core.model import Reading


class DraftTarget(NamedTuple):
    """What a draft is for: of which journal, since when, and where it is to go.

    The draft of an edit has the record that was edited, as `base`; one of options has the words that
    named the reading, and in `given` the fields, of which the draft says the texts. Any other is a
    new reading, which gets `uid`, so that it is not added twice. `untouched` is the digest of a form
    in which nobody had typed yet.
    """

    journal: str | None = None
    begun: str | None = None
    number: int = 0
    uid: str | None = None
    untouched: str | None = None
    named: str | None = None
    given: Mapping[str, Any] | None = None
    again: bool = False
    new_book: bool = False
    base: Mapping[str, Any] | None = None

    def at(self, number: int) -> "DraftTarget":
        """The same, under a number by which a reader can name it."""
        return self._replace(number=number)


class UnsavedDraft(NamedTuple):
    """A draft on the disk, what it is for, and whether another process works on it."""

    path: Path
    purpose: DraftTarget
    is_open: bool


class DraftSummary(NamedTuple):
    """A draft as it is told of: the keys in which it differs from the journal, or what stands in its way.

    `id` is the reading's that was edited, and None for a new one.
    """

    number: int
    begun: str
    id: int | None
    name: str
    words: int
    differs: list[str]
    trouble: str | None
    is_open: bool
    path: str


class SavedEdit(NamedTuple):
    """The reading as it is now, None where it was so already; as it was just before; what another had changed in it."""

    reading: Reading | None
    before: Reading
    meanwhile: Sequence[str] = ()


class EditConflict(ConflictingChange):
    """Both have changed the same: `keys`, with the journal's reading, and all of both with either value in those."""

    def __init__(self, now: Reading, yours: Reading, theirs: Reading, keys: Sequence[str]) -> None:
        super().__init__(
            f"Reading {now.id} was changed in another terminal meanwhile, also in: {', '.join(keys)}. "
            "Both texts stand between markers: keep what you want of them, and remove the markers."
        )
        self.now, self.yours, self.theirs, self.keys = now, yours, theirs, tuple(keys)
