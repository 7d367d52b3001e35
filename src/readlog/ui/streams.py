"""The two streams: stdout is data and nothing else, stderr is talk."""

import io
import os
import sys
from typing import TextIO, cast

from readlog.ground.errors import NotUnderstood
from readlog.ground.text import printable


def prepare() -> None:
    """Make the streams take any text: UTF-8 into a pipe or a file, `?` on a terminal that lacks a character."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        encoding = (stream.encoding or "ascii").replace("-", "").lower()
        if encoding == "utf8":
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        else:
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]


def on_terminal() -> bool:
    """Whether a person looks at the output."""
    return sys.stdout is not None and sys.stdout.isatty()


def can_ask() -> bool:
    """Whether a person can be asked: both ends are a terminal."""
    return on_terminal() and sys.stdin is not None and sys.stdin.isatty()


def say(message: str) -> None:
    """One or two lines of talk."""
    if sys.stderr is not None:
        sys.stderr.write(printable(message) + "\n")


def say_quietly(message: str) -> None:
    """A line that only a person at a terminal needs, dim where there is colour."""
    if on_terminal():
        dim, plain = ("\x1b[2m", "\x1b[0m") if _styled() else ("", "")
        sys.stderr.write(f"{dim}{printable(message)}{plain}\n")


def say_of_list(shown: int, total: int, order: str) -> None:
    """What stands below a list: how many there are, and how many of them it shows."""
    if not total:
        say("No readings.")
    elif shown < total:
        newest = "newest first" if order == "when" else f"by {order}"
        say_quietly(f"{shown:,} of {total:,}, {newest}. --limit 0 shows all.")
    else:
        say_quietly(f"{total:,} {'reading' if total == 1 else 'readings'}")


def say_of_hits(shown: int, total: int) -> None:
    """What stands below the hits of a search."""
    if not total:
        say("Nothing found.")
    elif shown < total:
        say_quietly(f"the best {shown:,} of {total:,}. --limit 0 shows all.")
    else:
        say_quietly(f"{total:,} found")


def data() -> TextIO:
    """Where data goes: stdout, and on a terminal with nothing in it that moves the cursor."""
    return cast(TextIO, _Harmless(sys.stdout)) if on_terminal() else sys.stdout


class _Harmless(io.TextIOBase):
    """A text stream that writes to a terminal."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        return self._terminal.write(printable(text))


def put(text: str) -> None:
    """Text to stdout, as it is but for what could move the cursor."""
    sys.stdout.write(printable(text) + "\n")


def read_stdin(what: str) -> str:
    """All of standard input; raises NotUnderstood where there is none or it is not Unicode text."""
    if sys.stdin is None:
        raise NotUnderstood(f"There is no standard input to read the {what} from.")
    raw = sys.stdin.buffer.read()
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotUnderstood(
            f"The {what} on standard input is not {encoding[:6].upper().rstrip('-')} text (byte {error.start + 1}). "
            "Convert it, with: iconv -f WINDOWS-1252 -t UTF-8"
        ) from None


def _styled() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
