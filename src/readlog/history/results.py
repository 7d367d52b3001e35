"""What the history of the journal tells: operations, and the versions of a reading."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from readlog.core.model import Reading
from readlog.core.record import ASSIGNED_KEYS, KEYS, changed_keys, to_record


class OperationSummary(NamedTuple):
    """An operation: when (UTC), by which command (None: another tool), and how many readings it was about.

    Where they are all of one book, its `title`; where it is one, its id, and the `keys` of what was
    changed in it. `taken_back` is whether an undo has taken it back.
    """

    operation: int
    at: str
    command: str | None
    added: int
    changed: int
    deleted: int
    reading: int | None
    title: str | None
    keys: tuple[str, ...]
    taken_back: bool


class History(NamedTuple):
    """Operations, the newest first, out of so many."""

    rows: Iterable[OperationSummary]
    shown: int
    total: int


class Change(NamedTuple):
    """A field that a version has otherwise than the one before it; the values are those of records."""

    key: str
    before: Any
    after: Any


class Version(NamedTuple):
    """A reading as an operation left it (None: deleted), and the `changes` since the version before."""

    operation: int
    at: str
    command: str | None
    reading: Reading | None
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """The version as JSON has it."""
        record = to_record(self.reading) if self.reading else None
        said = {"operation": self.operation, "at": self.at, "command": self.command}
        return {**said, "changed": [change.key for change in self.changes], "record": record}


def changes_between(before: Reading | None, after: Reading | None) -> tuple[Change, ...]:
    """What is otherwise; all fields that say something, where there was nothing before; nothing for a deletion."""
    if after is None:
        return ()
    new = to_record(after)
    if before is None:
        keys = [key for key in KEYS if new[key] not in (None, [], {}) and key not in (*ASSIGNED_KEYS, "book_uid")]
        return tuple(Change(key, None, new[key]) for key in keys)
    old = to_record(before)
    return tuple(Change(key, old[key], new[key]) for key in changed_keys(before, after))


class UndoResult(NamedTuple):
    """What became of taking back an operation: how many rows were `kept`, which `later` operations have changed.

    For one that was put back, `operation` is the one that had been taken back. `by` is the operation that did it.
    """

    operation: int
    by: int
    command: str | None
    kept: int
    later: list[int]
