"""Values about drafts and about saving an edit of a reading."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from readlog.core.domain_model import Reading
from readlog.core.errors import ConflictingChange


class DraftTarget(NamedTuple):
    """Where the text of a draft is to be saved.

    The draft of an edit has the record that was edited as its `base`. The draft of a text that was
    given with options has the `reference` that named the reading, as the user typed it, and the other
    `fields` that were given. Any other draft is a new reading, with a `uid` by which a draft that
    outlived its commit is recognised. `form_digest` is that of the form as it was first shown.
    """

    journal: str | None = None
    created_at: str | None = None
    number: int = 0
    uid: str | None = None
    form_digest: str | None = None
    reference: str | None = None
    fields: Mapping[str, Any] | None = None
    again: bool = False
    new_book: bool = False
    base: Mapping[str, Any] | None = None


class UnsavedDraft(NamedTuple):
    """A draft on the disk: the file with its text, its target, and whether another process works on it."""

    path: Path
    target: DraftTarget
    is_open: bool


class DraftSummary(NamedTuple):
    """A draft compared with the journal; the fields are the keys of `readlog recover --json`.

    `differs` are the keys that saving the draft would change, `trouble` says why it cannot be saved as
    it is, and `id` is the reading that was edited, None for a new one.
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
    """An edit that was saved.

    `before` is the reading just before, `reading` just after, or None if nothing changed. `meanwhile`
    are the keys that another session changed between the base of the edit and `before`.
    """

    reading: Reading | None
    before: Reading
    meanwhile: Sequence[str] = ()


class EditConflict(ConflictingChange):
    """Two sessions changed the same `keys` of a reading.

    `now` is the reading in the journal; `yours` and `theirs` have the changes of both sessions, with
    the values of one of them where they contradict.
    """

    def __init__(self, now: Reading, yours: Reading, theirs: Reading, keys: Sequence[str]) -> None:
        super().__init__(
            f"Reading {now.id} was changed in another terminal meanwhile, also in: {', '.join(keys)}. "
            "Both texts stand between markers: keep what you want of them, and remove the markers."
        )
        self.now, self.yours, self.theirs, self.keys = now, yours, theirs, tuple(keys)
