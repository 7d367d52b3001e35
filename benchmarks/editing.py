"""Edits a journal many times through readlog's own storage; run by the Python that readlog is installed in.

    python -m benchmarks.editing JOURNAL OPERATIONS

Each is an operation of its own that rates one reading, as `readlog edit` does; nothing waits for the disk.
"""

import sys
from contextlib import closing

from readlog.storage.open_journal import open_for_writing
from readlog.storage.transaction import logged_operation

_MOMENT = "2026-{:02}-{:02}T{:02}:{:02}:{:02}.000Z"
_MINUTE, _HOUR, _DAY, _MONTH = 60, 3_600, 86_400, 28 * 86_400


def edit(path: str, count: int) -> None:
    """Make so many operations in the journal at `path`."""
    with closing(open_for_writing(path)) as connection:
        ids = [id_ for (id_,) in connection.execute("SELECT id FROM readings")]
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")
        for number in range(count):
            with logged_operation(connection, "edit"):
                connection.execute(
                    "UPDATE readings SET rating = ?, updated_at = ? WHERE id = ?",
                    (1 + number // len(ids) % 4, _moment(number), ids[number % len(ids)]),
                )


def _moment(number: int) -> str:
    """A second for each operation."""
    return _MOMENT.format(
        1 + number // _MONTH,
        1 + number % _MONTH // _DAY,
        number % _DAY // _HOUR,
        number % _HOUR // _MINUTE,
        number % _MINUTE,
    )


if __name__ == "__main__":
    edit(sys.argv[1], int(sys.argv[2]))
