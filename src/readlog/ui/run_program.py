"""Run the user's editor and pager, without a shell; Ctrl-C goes to them alone."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence


def split_command(command: str) -> list[str]:
    """Split a command such as $EDITOR, which may have options, into words; an unmatched quote is a character."""
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError:
        words = command.split()
    return [word.strip('"') for word in words] if os.name == "nt" else words


def run_child(
    command: Sequence[str], text: bytes | None = None, environment: Mapping[str, str] | None = None
) -> int | None:
    """Run a program to its end, with `text` as its input if given; returns its exit code, None if it did not start."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        return subprocess.run(command, input=text, env=environment, check=False).returncode
    except (OSError, ValueError):
        return None
    finally:
        signal.signal(signal.SIGINT, before)


def show_in_pager(page: str, height: int) -> None:
    """Show `page`, which may have colours, in $PAGER or less; print it if it fits into `height` lines."""
    if page.count("\n") < height or not _run_pager(page):
        sys.stdout.write(page)


def _run_pager(page: str) -> bool:
    command = split_command(os.environ.get("PAGER", "")) or ["less"]
    if os.path.basename(command[0]) == "less":
        command.append("-R")
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ
    return run_child(command, page.encode(errors="replace"), environment) == 0
