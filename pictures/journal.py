"""The sample journal: a table of readings that is imported, and what a reader has done since."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
NOW = "2026-11-22T18:00:00+00:00"
"""The moment that the program takes for now; else no picture could be made a second time."""

SINCE = """
goal 40
want "The Leopard" --next
at "conquered city" 133 "The city is counted, street by street." --on 2026-11-19
at emigrants 40% --on 2026-11-15
abandon "finnegans wake" --at 40 --on 2026-06-09
quote notebook "Write it down today. Tomorrow it is a story." --page 12 --remark "In pencil, beside a shopping list."
quote notebook "A winter is long only for those who do not read." --page 31
"""
"""The quotes are our own words, and so is the notebook in which they stand."""


def environment(folder: Path, columns: int, lines: int) -> dict[str, str]:
    """What a command is given to run in: a home of its own, a terminal of this size, UTF-8, no pager."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "READLOG_JOURNAL": str(folder / "journal.db"),
        "READLOG_NOW": NOW,
        "TERM": "xterm-256color",
        "COLORTERM": "",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PAGER": "cat",
        "COLUMNS": str(columns),
        "LINES": str(lines),
    }


def program(args: Iterable[str]) -> list[str]:
    """The command line of the program that is installed beside this Python."""
    return [sys.executable, "-m", "readlog", *args]


def make(folder: Path) -> None:
    """Make the sample journal in a folder."""
    commands = [["import", str(HERE / "sample.csv")], *map(shlex.split, SINCE.strip().splitlines())]
    for command in commands:
        subprocess.run(program(command), env=environment(folder, 80, 24), check=True, capture_output=True)
