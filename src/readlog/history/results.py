"""What the history returns: operations, the versions of a reading, and the result of an undo."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from readlog.core.domain_model import Reading
from readlog.core.reading_record import ASSIGNED_KEYS, KEYS, changed_keys, to_record


class OperationSummary(NamedTuple):
    """An operation: time (UTC), command (None: another program) and number of readings added, changed and deleted.

    `title` is set if all readings are of one book, `reading` is the id if there is one reading, and
    `keys` are the fields that were changed in it. `taken_back` is true if the operation is undone.
    The fields are the keys of `readlog history --json`.
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
    """The newest `shown` of `total` operations, the newest first."""

    rows: Iterable[OperationSummary]
    shown: int
    total: int


class Change(NamedTuple):
    """A field that differs from the previous version, with both values as in a record."""

    key: str
    before: Any
    after: Any


class Version(NamedTuple):
    """A reading as an operation left it (None: deleted), and the changes since the previous version."""

    operation: int
    at: str
    command: str | None
    reading: Reading | None
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Any]:
        """The version as a JSON object."""
        record = to_record(self.reading) if self.reading else None
        operation = {"operation": self.operation, "at": self.at, "command": self.command}
        return {**operation, "changed": [change.key for change in self.changes], "record": record}


def changes_between(before: Reading | None, after: Reading | None) -> tuple[Change, ...]:
    """The fields that differ; all non-empty fields if there was no reading before; none for a deletion."""
    if after is None:
        return ()
    new = to_record(after)
    if before is None:
        keys = [key for key in KEYS if new[key] not in (None, [], {}) and key not in (*ASSIGNED_KEYS, "book_uid")]
        return tuple(Change(key, None, new[key]) for key in keys)
    old = to_record(before)
    return tuple(Change(key, old[key], new[key]) for key in changed_keys(before, after))


class UndoResult(NamedTuple):
    """The result of an undo or redo of `operation`, done by the operation `by`.

    `command` is that of `operation`. `kept` is the number of rows that were not reverted, because
    the `later` operations had changed them.
    """

    operation: int
    by: int
    command: str | None
    kept: int
    later: list[int]
