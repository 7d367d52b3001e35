"""Where text goes."""

from typing import Protocol


class TextOutput(Protocol):
    """A file, a stream, a string: whatever takes text."""

    def write(self, text: str, /) -> object:
        """Take some text."""
