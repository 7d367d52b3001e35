"""Words that stand beside charts, in as many lines as they need."""

from collections.abc import Iterator

from rich.text import Text

from readlog.ui.console import QUIET, terminal, text


def wrapped(words: str, width: int, indent: int = 0) -> Iterator[Text]:
    """Quiet words, each line so far from the left and none wider than that."""
    for line in text(words, QUIET).wrap(terminal(), max(width - indent, 1)):
        line.rstrip()
        yield Text(" " * indent).append_text(line)
