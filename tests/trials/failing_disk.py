"""The n-th write or sync fails, for every n; no file can grow beyond a size; a file system of a few kilobytes is full."""

import os
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.trials.cases import Case, cases, is_typed
from tests.trials.child import Ended
from tests.trials.disk import ERRORS, Disk
from tests.trials.holding import Known, again, broken, is_before, learn
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import TYPED, World, a_world

_LEAST, _MOST = 1_024, 40_000_000
"""Bytes: for what is said on stderr, which is a file here; and of which one is surely enough."""

UNCONFIRMED = "but the disk did not confirm it"
"""Where all is written, and only the last sync of the directory fails, the change is there, and nobody can promise it."""


def _fail_each(case: Case, world: World, known: Known, disk: Disk, error: str, budget: Budget, found: Found) -> None:
    """Let the first call that changes the disk fail, then the second, until none fails."""
    what, lasts = ERRORS[error]
    _run(case, world, lambda: disk.arm(0, 0))
    found.count("calls that there are, with each error", disk.calls)
    for nth in budget.some(range(1, disk.calls + 1), 2):
        ended = _run(case, world, partial(disk.arm, nth, what, from_then_on=lasts))
        found.count("calls that failed", int(disk.fired))
        for how in _wrong(case, world, known, ended, found):
            found.fail(f"{case.name}, {error} at call {nth} ({disk.last})", how)


def _run(case: Case, world: World, first: Callable[[], None]) -> Ended:
    world.put_back()
    return world.run(*case.arguments(world), stdin=case.stdin, env=case.environment(world), first=first)


def _wrong(case: Case, world: World, known: Known, ended: Ended, found: Found) -> list[str]:
    """What does not hold where the disk has failed. Where it was no matter the command may have done its work."""
    early = world.rows(known.before) if case.looking_changes else None
    wrong = broken(case, world, known, ended)
    if ended.code != 0:
        wrong += _of_refusal(case, world, ended)
        if UNCONFIRMED in ended.said:
            found.count("changes that the disk did not confirm, and that was said")
        elif not wrong and not is_before(known, early or world.rows(known.before)):
            wrong.append(f"it ended with {ended.code}, and the journal is changed: {ended.said}")
    return wrong or again(case, world, known)


def _of_refusal(case: Case, world: World, ended: Ended) -> Iterator[str]:
    lines = [line for line in ended.said.splitlines() if not line.startswith("readlog: your text is in ")]
    if ended.code not in case.refused_with:
        yield f"it ended with {ended.code}, not with {sorted(case.refused_with)}: {ended.said}"
    if not 1 <= len(lines) <= 3 or not any(line.startswith("readlog: ") for line in lines):
        yield f"that is no clear line: {ended.said!r}"
    if is_typed(world) and not _names_what_was_typed(ended.said):
        yield f"no file with what was typed is named: {ended.said!r}"


def _names_what_was_typed(said: str) -> bool:
    paths = [Path(path.rstrip(".")) for path in re.findall(r"/\S+(?: \S+)*?\.md", said)]
    return any(path.is_file() and TYPED in path.read_text(errors="replace") for path in paths)


def _limit_sizes(case: Case, world: World, known: Known, budget: Budget, found: Found) -> None:
    """No file can grow beyond so many bytes, as under `ulimit -f`, until that is enough: it needs no rights, no tools."""
    largest = max(path.stat().st_size for path in world.folder.rglob("*"))
    for size in budget.some(range(_LEAST, 2 * largest, 512), 1):
        ended = _run(case, world, partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)))
        found.count("limits of size", int(ended.code != 0))
        for how in _wrong(case, world, known, ended, found):
            found.fail(f"{case.name}, where no file can have more than {size:,} bytes", how)


def _fill_disks(case: Case, world: World, known: Known, budget: Budget, found: Found) -> None:
    """A file system of memory that has room for so many bytes, until that is enough."""
    if os.geteuid() != 0:
        found.tell("file systems that were full", "not on this machine: only root mounts them")
        return
    room = budget.chance.randrange(200_000) if budget.short else 0
    while _is_full(case, world, known, room, found) and not budget.short and not budget.over:
        room += max(8_192, room // 8)


def _is_full(case: Case, world: World, known: Known, room: int, found: Found) -> bool:
    """Whether this is not room enough."""
    with _mounted(world, room) as is_mounted:
        if not is_mounted:
            found.tell("file systems that were full", "not on this machine: nothing can be mounted")
            return False
        ended = world.run(*case.arguments(world), stdin=case.stdin, env=case.environment(world))
        if ended.code == 0:
            return False
        found.count("file systems that were full")
        (world.folder / "ballast").unlink()
        for how in _wrong(case, world, known, ended, found):
            found.fail(f"{case.name}, with {room:,} bytes left on the disk", how)
    return room < _MOST


@contextmanager
def _mounted(world: World, room: int) -> Iterator[bool]:
    """The world on a small file system on which so many bytes are free; gone afterwards."""
    options = f"size={room + 64_000_000},mode=700"
    saved = world.folder.with_name("saved")
    shutil.rmtree(world.folder, ignore_errors=True)
    world.folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", world.folder], capture_output=True, check=False
    )
    try:
        if done.returncode == 0:
            shutil.copytree(saved, world.folder, symlinks=True, dirs_exist_ok=True)
            free = os.statvfs(world.folder)
            with (world.folder / "ballast").open("wb") as ballast:
                os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize - room // 4096 * 4096)
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", world.folder], check=True)
        world.folder.mkdir(exist_ok=True)


def run(budget: Budget, found: Found) -> None:
    """All ways in which a disk fails, for each command."""
    with a_world() as world:
        disk = Disk(world.folder)
        if not disk.is_there:
            found.tell("calls that failed", "not on this machine: no C compiler")
        for left, case in enumerate(reversed(cases()), -len(cases())):
            known, share = learn(case, world), budget.portion(-left)
            _limit_sizes(case, world, known, share.portion(6), found)
            _fill_disks(case, world, known, share.portion(6), found)
            errors = [budget.chance.choice(list(ERRORS))] if budget.short else list(ERRORS)
            for number, error in enumerate(errors):
                if disk.is_there:
                    _fail_each(case, world, known, disk, error, share.portion(len(errors) - number), found)


TRIAL = Trial("failing disk", "Where a write or a sync fails there is a clear line, exit code 6 (1 where it was a file "
              "to write to), the state before, and what was typed is in a file that is named.", run, share=6)  # fmt: skip
