"""A backup before an import of many rows, of the journal as it is before the first of them."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from readlog.backups.backup import keep_backup
from readlog.backups.backup_part import NoBackup
from readlog.backups.results import BEFORE_IMPORT
from readlog.core.errors import JournalUnusable

MANY = 1_000
"""More rows than that are preceded by a backup."""

T = TypeVar("T")


def backed_up(path: str, connection: sqlite3.Connection, rows: Callable[[], Iterable[T]]) -> Callable[[], Iterable[T]]:
    """What gives the same rows, the journal being backed up if they turn out to be many; an empty one needs none.

    So many are read before the first is handed out, and that must be before the import begins to
    write: a backup waits for whoever has the file locked. Raises JournalUnusable where none can be kept.
    """
    done = False

    def begun() -> Iterator[T]:
        nonlocal done
        following = iter(rows())
        first = list(islice(following, MANY + 1))
        if len(first) > MANY and not done and connection.execute("SELECT 1 FROM operations LIMIT 1").fetchone():
            _keep(path)
            done = True
        return chain(first, following)

    return begun


def _keep(path: str) -> None:
    try:
        keep_backup(path, BEFORE_IMPORT)
    except NoBackup as error:
        raise JournalUnusable(f"{error} Nothing was imported. Without a backup: --no-backup.") from error
