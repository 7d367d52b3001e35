"""What lies around the journal: who may read it, what killed commands have left, how much room there is."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from time import sleep, time
from typing import NamedTuple

from readlog.core.errors import JournalUnusable
from readlog.storage.paths import data_directory, state_directory

_AN_HOUR = 3_600
"""Seconds; what is younger may belong to a command that is still at work."""
_ROOM = 50_000_000
"""Bytes that should be free besides what the journal itself takes."""
_LOOKS, _BETWEEN_LOOKS = 10, 0.05
"""So often and at such seconds it is looked whether somebody else's change has come to its end."""
_WIDER = 0o077


class Mode(NamedTuple):
    """A file or a directory that others may open, and the mode that it should have."""

    path: str
    mode: int
    wanted: int


def too_open(path: str) -> list[Mode]:
    """The journal, what lies beside it, and readlog's own directories, where others may look into them."""
    if os.name != "posix":
        return []
    directories = [os.path.dirname(path)] if os.path.dirname(path) == _data_directory() else []
    files = [path, f"{path}-journal"]
    for directory in _state_directories():
        directories.append(str(directory))
        files += [str(each) for each in _files_of(directory)]
    found = [Mode(each, _mode(each), 0o700) for each in directories]
    found += [Mode(each, _mode(each), 0o600) for each in files]
    return [each for each in found if each.mode & _WIDER]


def close_to_others(modes: list[Mode]) -> list[Mode]:
    """Give them the modes that they should have; returns those of which that did not work."""
    for each in modes:
        with suppress(OSError):
            os.chmod(each.path, each.mode & each.wanted)
    return [each for each in modes if _mode(each.path) & _WIDER]


def leftovers(path: str) -> list[str]:
    """Files and folders that a command has left which was killed, an hour ago or more."""
    directories = [Path(path).parent, *_state_directories()]
    found = [each for directory in directories for each in _named_ours(directory)]
    return sorted(str(each) for each in found if _age(each) > _AN_HOUR)


def remove(paths: list[str]) -> list[str]:
    """Remove files and folders; returns those of which that did not work."""
    for path in paths:
        with suppress(OSError):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)
    return [path for path in paths if os.path.lexists(path)]


def room_wanted(path: str) -> tuple[int, int] | None:
    """The bytes that are free on the disk of the journal, and those that should be, where these are more."""
    with suppress(OSError):
        wanted = os.path.getsize(path) * 2 + _ROOM
        free = shutil.disk_usage(os.path.dirname(path)).free
        return (free, wanted) if free < wanted else None
    return None


def was_interrupted(path: str) -> bool:
    """Whether a rollback journal lies beside the journal, and stays: a command at work removes it in a moment."""
    with suppress(OSError):
        for _ in range(_LOOKS):
            if not os.path.getsize(f"{path}-journal"):
                return False
            sleep(_BETWEEN_LOOKS)
        return True
    return False


def _data_directory() -> str | None:
    with suppress(JournalUnusable):
        return data_directory()
    return None


def _state_directories() -> list[Path]:
    """The state directory, and what is in it."""
    with suppress(JournalUnusable, OSError):
        state = Path(state_directory())
        return [state, *(each for each in state.iterdir() if each.is_dir() and not each.is_symlink())]
    return []


def _files_of(directory: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (each for each in directory.iterdir() if each.is_file() and not each.is_symlink())


def _named_ours(directory: Path) -> Iterator[Path]:
    """What has the name of something unfinished; a text among drafts may be more than the draft has, and stays."""
    with suppress(OSError):
        for each in directory.iterdir():
            if each.name.startswith(".readlog-") and not (directory.name == "drafts" and each.suffix == ".md"):
                yield each


def _age(path: Path) -> float:
    with suppress(OSError):
        return time() - path.lstat().st_mtime
    return 0.0


def _mode(path: str) -> int:
    with suppress(OSError):
        return S_IMODE(os.stat(path).st_mode)
    return 0
