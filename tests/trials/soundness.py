"""What a journal holds, as plain rows read with sqlite3 alone, and whether it is sound."""

import hashlib
import re
import sqlite3
import stat
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from tests.sql_rows import index_is_true

_UID = re.compile(r"\b[bgrq][0-9a-f]{16}\b")
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?")
ABSENT = "no journal"
_DAMAGED = "a damaged file"


def rows_of(path: Path, before: str | None = None) -> str:
    """Every row of every table and the schema; with `before`, uids and moments that are not in it are `new` ones.

    So two runs of one command on one journal can be compared. A file that is too damaged for that is told by its bytes.
    """
    if not path.exists():
        return ABSENT
    try:
        with closing(sqlite3.connect(path)) as connection:
            text = "\n".join(_lines(connection))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return f"{_DAMAGED} {hashlib.blake2b(path.read_bytes()).hexdigest()}"
    return text if before is None else _with_new(text, before)


@lru_cache(maxsize=32)
def _with_new(text: str, before: str) -> str:
    """The text, in which uids and moments that are not in `before` are `new` ones."""
    known = _uids_and_moments(before)
    for pattern in (_UID, _MOMENT):
        text = pattern.sub(lambda found: found[0] if found[0] in known else "new", text)
    return text


@lru_cache(maxsize=4)
def _uids_and_moments(before: str) -> frozenset[str]:
    return frozenset((*_UID.findall(before), *_MOMENT.findall(before)))


def print_of(folder: Path, before: str) -> bytes:
    """What tells all files of a folder from others: names, modes, bytes; in texts what is new is `new`, as in `rows_of`."""
    found = hashlib.blake2b()
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found.update(f"\n{path.relative_to(folder)!r} {status.st_mode:o} ".encode())
        if path.is_symlink():
            found.update(str(path.readlink()).encode())
        elif stat.S_ISREG(status.st_mode):
            content = path.read_bytes()
            is_text = b"\0" not in content
            found.update(_with_new(content.decode("latin-1"), before).encode() if is_text else content)
    return found.digest()


def _lines(connection: sqlite3.Connection) -> list[str]:
    lines = [f"version {connection.execute('PRAGMA user_version').fetchone()[0]}"]
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT GLOB 'search_*' ORDER BY 1, 2"
    tables = []
    for kind, name, sql in connection.execute(schema).fetchall():
        lines.append(f"{kind} {name} {sql}")
        if kind == "table" and name not in ("search", "_sqlite_migrations", "sqlite_sequence", "sqlite_stat1"):
            tables.append(name)
    for table in tables:
        lines += [f"{table} {row!r}" for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()]
    return lines


def faults(path: Path) -> list[str]:
    """What is wrong with the file itself, or with its search index."""
    if not path.exists():
        return []
    try:
        return _faults(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        return [f"it cannot be looked at: {error}"]


def _faults(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        found = [f"integrity_check: {row[0]}" for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign_key_check: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        if connection.execute("SELECT count(*) FROM operations WHERE running").fetchone()[0]:
            found.append("an operation has not ended")
        try:
            index_is_true(connection)
        except (AssertionError, sqlite3.Error) as error:
            found.append(f"the search index is not true: {error!r:.200}")
    return found


def not_private(*folders: Path) -> list[str]:
    """Files that others than the owner may read, and directories that others may enter."""
    found = []
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            status = path.lstat() if path.is_symlink() or path.exists() else None
            if status and stat.S_IMODE(status.st_mode) & 0o077 and not path.is_symlink():
                found.append(f"{path} has mode {stat.S_IMODE(status.st_mode):o}")
    return found


def difference(one: str, other: str) -> str:
    """The first lines in which two states differ."""
    ours, theirs = set(one.splitlines()), set(other.splitlines())
    lines = [f"-{line:.160}" for line in sorted(ours - theirs)[:4]] + [
        f"+{line:.160}" for line in sorted(theirs - ours)[:4]
    ]
    return "\n".join(lines)
