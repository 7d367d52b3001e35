"""A lock on a file, by which other processes see that a draft is open."""

import os
from pathlib import Path

_TRIES = 5
"""`is_locked` holds a lock for an instant, which is no reason to call a draft open."""


def acquire_lock(path: Path, tries: int = _TRIES) -> int | None:
    """Create and lock this file; the descriptor holds the lock, None where the system has no locks.

    Raises BlockingIOError if another process holds the lock, FileNotFoundError if it has just removed
    the file, and OSError.
    """
    from time import sleep

    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        while not _flock(descriptor):
            tries -= 1
            if not tries:
                raise BlockingIOError  # noqa: TRY301 (the descriptor is closed below)
            sleep(0.02)
        if not os.path.samestat(os.fstat(descriptor), os.stat(path)):
            raise FileNotFoundError  # noqa: TRY301
    except BaseException:
        os.close(descriptor)
        raise
    if os.name == "posix":
        return descriptor
    os.close(descriptor)  # an open file could not be removed there
    return None


def release_lock(lock: int | None) -> None:
    """Release what `acquire_lock` returned."""
    if lock is not None:
        os.close(lock)


def is_locked(path: Path) -> bool:
    """True if a process holds the lock on this file."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _flock(descriptor)
    finally:
        os.close(descriptor)


def _flock(descriptor: int) -> bool:
    """True if the lock is ours, or if there are no locks on this system or file system."""
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
