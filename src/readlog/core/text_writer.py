"""The type of what the writers of formats write to."""

from typing import Protocol


class TextOutput(Protocol):
    """An open file, a stream or a buffer that accepts text."""

    def write(self, text: str, /) -> object:
        """Append `text`."""
