"""Journals that are made once and copied from then on: to make one takes a hundred times as long as to copy it."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from readlog.storage.open_journal import open_for_writing


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        open_for_writing(str(path)).close()
        return path.read_bytes()


def make_empty(path: Path) -> None:
    """An empty journal at `path`, as readlog makes it; raises FileExistsError where there is a file."""
    put(path, _empty())


def put(path: Path, journal: bytes) -> None:
    """The bytes of a journal at `path`, open to their owner alone; raises FileExistsError where there is a file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(journal)
