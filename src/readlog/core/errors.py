"""The errors that users can do something about.

Each message is one or two lines: what happened, then what to do. The exit code is an attribute of
the class, so that one `except` at the top of the program is enough. The codes are a contract
(`docs/exit-codes.md`) and are never renumbered.
"""

from collections.abc import Sequence


class ReadlogError(Exception):
    """A failure with a message for the user; the process ends with `exit_code`."""

    exit_code = 1


class BadInput(ReadlogError):
    """A value, an option or a query that cannot be understood."""

    exit_code = 2


class BadField(BadInput):
    """A value that does not fit its field: `key` is the key in the record, `reason` the message without it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.reason = message


class NotFound(ReadlogError):
    """No reading has this id or matches these words."""

    exit_code = 3


class DidYouMean(NotFound):
    """No book matches, but some are spelled alike: `choices` has a number and a name for each of these."""

    def __init__(self, message: str, choices: Sequence[tuple[int, str]]) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class Ambiguous(ReadlogError):
    """Several books match: `choices` has a number and a name for each, where the user can choose one."""

    exit_code = 4

    def __init__(self, message: str, choices: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class AlreadyExists(ReadlogError):
    """What was to be created already exists; `ids` are the readings of a book that is in the journal, latest first."""

    exit_code = 4

    def __init__(self, message: str, ids: Sequence[int]) -> None:
        super().__init__(message)
        self.ids = tuple(ids)


class ConflictingChange(ReadlogError):
    """Another change, by another session or a later operation, has changed what this one was about to change."""

    exit_code = 4


class UnreadableInput(ReadlogError):
    """A file, or standard input, that is not in the expected format or cannot be read."""

    exit_code = 5


class JournalUnusable(ReadlogError):
    """The journal cannot be read or written: missing permissions, a full disk, damage, a newer schema."""

    exit_code = 6
