"""Standard streams: stdout is for data only, stderr for messages."""

import io
import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readlog.core.errors import UnreadableInput
from readlog.core.normalize_text import printable

if TYPE_CHECKING:
    from readlog.core.text_writer import TextOutput


def prepare() -> None:
    """Set up the streams so that they accept any text, the same on every system.

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
    """True if stdout is a terminal."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """True if the user can be asked: stdin and stdout are a terminal."""
    return on_terminal() and sys.stdin is not None and sys.stdin.isatty()


def stdin_is_terminal() -> bool:
    """True if stdin is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def say(message: str) -> None:
    """Print a message."""
    _write_message(printable(message))


def say_lines(messages: Iterable[str]) -> None:
    """Print several messages."""
    for message in messages:
        say(message)


def _write_message(line: str) -> None:
    """Write to stderr, and ignore errors: if it is closed or full, only the exit code is left."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"{line}\n")
    except OSError:
        silence(2)


def silence(descriptor: int) -> None:
    """Redirect a file descriptor to nowhere, so that the interpreter does not fail on it again when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def say_quietly(message: str) -> None:
    """Print a message that only people at a terminal need, dim if the terminal has colours."""
    if on_terminal():
        dim, plain = ("\x1b[2m", "\x1b[0m") if _has_colours() else ("", "")
        _write_message(f"{dim}{printable(message)}{plain}")


def say_list_size(shown: int, total: int, noun: str, order: str = "") -> None:
    """Say how many of the things called `noun` there are, and how many of them the list above shows, in which order."""
    if not total:
        say(f"No {noun}s.")
    elif shown < total:
        say_quietly(f"{shown:,} of {total:,}{order and f', {order}'}. --limit 0 shows all.")
    else:
        say_quietly(f"{total:,} {noun if total == 1 else noun + 's'}")


def data() -> "TextOutput":
    """Stdout; on a terminal, without control characters."""
    return _SafeTerminal() if on_terminal() else sys.stdout


class _SafeTerminal:
    """A terminal, protected from control characters."""

    def write(self, text: str, /) -> object:
        """Write `text` without control characters."""
        return sys.stdout.write(printable(text))


def put_bytes(raw: bytes) -> None:
    """Write bytes to stdout: unchanged in a pipe, decoded as far as possible on a terminal."""
    if on_terminal():
        put(raw.decode(errors="replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)


def put(text: str) -> None:
    """Print text without control characters."""
    sys.stdout.write(printable(text) + "\n")


def put_lines(lines: Iterable[str]) -> None:
    """Print lines as `put` does."""
    for line in lines:
        put(line)


def as_text(raw: bytes, what: str) -> str:
    """Decode standard input; raises UnreadableInput if it is not Unicode. `what` names it in the error."""
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
    """All of standard input; raises UnreadableInput if there is none. `what` names it in the error."""
    if sys.stdin is None:
        raise UnreadableInput(f"There is no standard input to read the {what} from.")
    return sys.stdin.buffer.read()


def _has_colours() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
