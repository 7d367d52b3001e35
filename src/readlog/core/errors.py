"""Everything that can go wrong in a way a reader can mend.

Each message is one or two lines: what happened, then what to do. The exit code lives on the
class, so that one `except` at the top of the program is enough. The codes are a contract
(`docs/exit-codes.md`) and are never renumbered.
"""

from collections.abc import Sequence


class ReadlogError(Exception):
    """A failure with a message for the reader; `exit_code` is what the process ends with."""

    exit_code = 1


class BadInput(ReadlogError):
    """A value, an option or a query that cannot be understood."""

    exit_code = 2


class BadField(BadInput):
    """A value that does not fit its field; `key` is the field's name in the record."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.reason = message


class NotFound(ReadlogError):
    """No reading has this id, or these words."""

    exit_code = 3


class DidYouMean(NotFound):
    """Words that no book has, but nearly; `choices` are a number and a name for each book that may be meant."""

    def __init__(self, message: str, choices: Sequence[tuple[int, str]]) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class Ambiguous(ReadlogError):
    """Words that fit several books; `choices` are a number and a name for each, where one of them can be chosen."""

    exit_code = 4

    def __init__(self, message: str, choices: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class AlreadyExists(ReadlogError):
    """The book is in the journal; `ids` are its readings, the latest first."""

    exit_code = 4

    def __init__(self, message: str, ids: Sequence[int]) -> None:
        super().__init__(message)
        self.ids = tuple(ids)


class ConflictingChange(ReadlogError):
    """Another terminal changed the reading while it was being edited here."""

    exit_code = 4


class UnreadableInput(ReadlogError):
    """A file, or standard input, that is not what it should be."""

    exit_code = 5


class JournalUnusable(ReadlogError):
    """The journal cannot be read or written: missing rights, a full disk, damage, a newer schema."""

    exit_code = 6
