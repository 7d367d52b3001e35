"""S: sqlite3 alone; plain lines."""

import sys

from .statements import answer, line


def main() -> None:
    """What the `sqlite-floor` command runs."""
    operation, journal, value = [*sys.argv[1:], ""][:3]
    write = sys.stdout.write
    for row in answer(operation, journal, value):
        write(line(row))
