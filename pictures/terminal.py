"""A command in a terminal of a given size, and what it shows."""

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress

TALLEST = 400
"""Lines of the terminal: nothing is too long for it, so nothing goes through a pager."""


def shown_by(command: Sequence[str], env: Mapping[str, str], columns: int) -> str:
    """What the command shows in a terminal of so many columns, with its escape sequences. Raises RuntimeError."""
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", TALLEST, columns, 0, 0))
        os.execve(command[0], list(command), dict(env))  # noqa: S606 (no shell is wanted)
    shown = b""
    with suppress(OSError):
        while block := os.read(screen, 65_536):
            shown += block
    os.close(screen)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(command)} failed: {shown.decode(errors='replace')}")
    return shown.decode().replace("\r\n", "\n")
