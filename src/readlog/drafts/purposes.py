"""What drafts are for, each in a small file beside the drafts; whoever works on a draft holds a lock on it.

A draft itself is the reader's: an editor may replace it, or empty it. What lies here has one line of
JSON for what is asked of all drafts, and one for the record that was edited.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from readlog.drafts.results import Purpose
from readlog.storage.disk import sync_directory

_FOLDER = "drafts-for"
_TRIES = 5
_MAY_BE_NONE = {"journal": str, "begun": str, "uid": str, "untouched": str, "named": str, "given": dict}
_KINDS = _MAY_BE_NONE | {"number": int, "again": bool, "new_book": bool}


def write_purpose(draft: Path, purpose: Purpose) -> int | None:
    """Write down what the draft is for; returns the descriptor by which it is claimed, None where nothing can be.

    It takes its place whole, and claimed already. Raises OSError.
    """
    path = _path(draft)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f".{os.urandom(8).hex()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        _lock(descriptor)
        for line in _lines(purpose):
            _write_all(descriptor, line)
        os.fsync(descriptor)
        kept = _kept(descriptor)
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        with suppress(OSError):
            os.close(descriptor)
        raise
    sync_directory(path.parent)
    return kept


def read_purpose(draft: Path, *, whole: bool = False) -> Purpose:
    """What is known of the draft; `whole` has the record that was edited too. Of an older one nothing is known."""
    import json

    try:
        with open(_path(draft), encoding="utf-8") as file:
            known = json.loads(file.readline())
            base = json.loads(file.readline() or "null") if whole else None
    except (OSError, ValueError, RecursionError):
        return Purpose()
    return Purpose(**known, base=base if isinstance(base, dict) else None) if _is_purpose(known) else Purpose()


def forget_purpose(draft: Path) -> None:
    """Remove what is known of a draft that is not there any more."""
    _path(draft).unlink(missing_ok=True)


def next_number(drafts: Path) -> int:
    """A number that no draft has."""
    return max((read_purpose(path).number for path in drafts.glob("*.md")), default=0) + 1


def is_claimed(draft: Path) -> bool:
    """Whether a process works on the draft now."""
    try:
        descriptor = os.open(_path(draft), os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def claim(draft: Path) -> tuple[int | None, bool]:
    """Claim a draft; the descriptor to hold on to, and whether it is nobody else's. Raises OSError."""
    from time import sleep

    path = _path(draft)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    for _ in range(_TRIES):
        if _lock(descriptor):
            return _kept(descriptor), True
        sleep(0.02)
    return descriptor, False


def _path(draft: Path) -> Path:
    return draft.parent.parent / _FOLDER / f"{draft.stem}.json"


def _is_purpose(known: Any) -> bool:
    """Whether what stands in a file is what is written there: a failing disk may have made it something else."""
    if not isinstance(known, dict) or not known.keys() <= _KINDS.keys():
        return False
    fits = all(type(value) is _KINDS[name] or (value is None and name in _MAY_BE_NONE) for name, value in known.items())
    return fits and known.get("number", 0) >= 0


def _lines(purpose: Purpose) -> Iterator[bytes]:
    import json

    known = {name: getattr(purpose, name) for name in Purpose._fields if name != "base"}
    for value in (known, purpose.base):
        yield f"{json.dumps(value)}\n".encode()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _lock(descriptor: int) -> bool:
    """Whether the lock is ours; where there are no locks it is everybody's."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _kept(descriptor: int) -> int | None:
    """The descriptor, where a lock hangs on it; elsewhere it is closed, so that the file can be replaced."""
    if os.name == "posix":
        return descriptor
    os.close(descriptor)
    return None
