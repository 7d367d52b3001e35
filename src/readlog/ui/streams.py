"""The two streams: stdout is data and nothing else, stderr is talk."""

import io
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readlog.core.errors import UnreadableInput
from readlog.core.text import printable

if TYPE_CHECKING:
    from readlog.core.text_output import TextOutput


def prepare() -> None:
    """Make the streams take any text, the same on every system.

    A pipe and a file get UTF-8 and plain line feeds; a terminal that lacks a character gets `?`;
    where stdout was closed, what would go there goes nowhere.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (it is stdout to the end)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", newline="\n")


def on_terminal() -> bool:
    """Whether a person looks at the output."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """Whether a person can be asked: both ends are a terminal."""
    return on_terminal() and sys.stdin is not None and sys.stdin.isatty()


def stdin_is_terminal() -> bool:
    """Whether standard input is a person at a keyboard."""
    return sys.stdin is not None and sys.stdin.isatty()


def say(message: str) -> None:
    """One or two lines of talk."""
    _talk(printable(message))


def say_lines(messages: Iterable[str]) -> None:
    """Several lines of talk."""
    for message in messages:
        say(message)


def _talk(line: str) -> None:
    """To stderr; where it is closed or full nobody listens, and the exit code has to say it."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"{line}\n")
    except OSError:
        silence(2)


def silence(descriptor: int) -> None:
    """Keep the interpreter from writing once more, on its way out, to what could not be written to."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def say_quietly(message: str) -> None:
    """A line that only a person at a terminal needs, dim where there is colour."""
    if on_terminal():
        dim, plain = ("\x1b[2m", "\x1b[0m") if _styled() else ("", "")
        _talk(f"{dim}{printable(message)}{plain}")


def say_list_size(shown: int, total: int, noun: str, order: str = "") -> None:
    """Say below a list how many of the things called `noun` there are, and how many of them it shows."""
    if not total:
        say(f"No {noun}s.")
    elif shown < total:
        say_quietly(f"{shown:,} of {total:,}{order and f', {order}'}. --limit 0 shows all.")
    else:
        say_quietly(f"{total:,} {noun if total == 1 else noun + 's'}")


def data() -> "TextOutput":
    """Where data goes: stdout, and on a terminal with nothing in it that moves the cursor."""
    return _Harmless() if on_terminal() else sys.stdout


class _Harmless:
    """The terminal, which acts on some characters."""

    def write(self, text: str, /) -> object:
        """Write what is left of `text` without them."""
        return sys.stdout.write(printable(text))


def put_bytes(raw: bytes) -> None:
    """Bytes that are no text to stdout: in a pipe as they are, on a terminal as far as they can be shown."""
    if on_terminal():
        put(raw.decode(errors="replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)


def put(text: str) -> None:
    """Text to stdout, as it is but for what could move the cursor."""
    sys.stdout.write(printable(text) + "\n")


def put_lines(lines: Iterable[str]) -> None:
    """Lines to stdout, each as `put` does it."""
    for line in lines:
        put(line)


def as_text(raw: bytes, what: str) -> str:
    """What came on standard input, as text; raises UnreadableInput where it is no Unicode."""
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"The {what} on standard input is not {encoding[:6].upper().rstrip('-')} text "
            f"(byte {error.start + 1 + (len(BOM_UTF8) if raw.startswith(BOM_UTF8) else 0)}). "
            "Convert it, with: iconv -f WINDOWS-1252 -t UTF-8"
        ) from None


def read_bytes(what: str) -> bytes:
    """All of standard input as it is; raises UnreadableInput where there is none to read this from."""
    if sys.stdin is None:
        raise UnreadableInput(f"There is no standard input to read the {what} from.")
    return sys.stdin.buffer.read()


def _styled() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
