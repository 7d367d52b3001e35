"""The n-th write or sync fails, for every n; no file can grow beyond a size; a file system of a few kilobytes is full."""

import os
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from tests.trials.cases import Case, chosen, is_typed, names_of
from tests.trials.child import Ended
from tests.trials.disk import ERRORS, Disk
from tests.trials.hands import share
from tests.trials.holding import Known, again, broken, is_before, learn, look
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import TYPED, World, a_world, in_memory

_LEAST, _MOST = 1_024, 40_000_000
"""Bytes: for what is said on stderr, which is a file here; and of which one is surely enough."""

_SIZES = 40
"""Limits of size for each command: any one is as good as its neighbour."""

_ALL, _TRIED = "calls that there are, with each error", "of these tried"
_FREES, _BEHIND = "calls that a full disk does not refuse", "ended before the call: none fails any more"

UNCONFIRMED = "but the disk did not confirm it"
"""Where all is written, and only the last sync of the directory fails, the change is there, and nobody can promise it."""


class Calls:
    """A command, and those of its calls that have not failed yet, with each error; this process has every `parts`-th."""

    def __init__(self, case: Case, part: int, parts: int) -> None:
        self.case = case
        self._part, self._parts = part, parts
        self._left: dict[str, list[int]] = {}
        self.are_counted = False
        self._last = 0

    @property
    def are_done(self) -> bool:
        """Whether there is none left."""
        return self.are_counted and not any(self._left.values())

    def count(self, world: World, disk: Disk, budget: Budget, found: Found) -> None:
        """See how many calls there are; one more than that, and none fails."""
        if self.are_counted:
            return
        self.are_counted = True
        run_case(self.case, world, lambda: disk.arm(0, 0))
        self._last = disk.calls + 1
        numbers = range(1, self._last + 1)[self._part :: self._parts]
        found.count(_ALL, len(numbers) * len(ERRORS))
        for error in (budget.chance.choice(list(ERRORS)),) if budget.short else ERRORS:
            self._left[error] = budget.chance.sample(numbers, min(2, len(numbers)) if budget.short else len(numbers))

    def fail(self, world: World, known: Known, disk: Disk, budget: Budget, found: Found) -> None:
        """Let one call after the other fail, until there is none left, or no time."""
        for place, (error, left) in enumerate(self._left.items(), -len(self._left)):
            end = budget.portion(-place)
            while left and not end.over:
                nth = left.pop()
                _fail(self.case, world, known, disk, error, nth, found)
                if disk.fired and nth >= self._last:
                    left.append(nth + 1)
                    found.count(_ALL)


def _fail(case: Case, world: World, known: Known, disk: Disk, error: str, nth: int, found: Found) -> None:
    what, lasts = ERRORS[error]
    ended = run_case(case, world, partial(disk.arm, nth, what, from_then_on=lasts))
    found.count(_TRIED)
    found.count("calls that failed", int(disk.fired))
    if not disk.fired:
        found.count(_FREES if nth <= disk.calls else _BEHIND)
    for how in _wrong(case, world, known, ended, found):
        found.fail(f"{case.name}, {error} at call {nth} ({disk.last})", how)


def run_case(case: Case, world: World, first: Callable[[], None]) -> Ended:
    world.put_back()
    return world.run(*case.arguments(world), stdin=case.stdin, env=case.environment(world), first=first)


def _wrong(case: Case, world: World, known: Known, ended: Ended, found: Found) -> list[str]:
    """What does not hold where the disk has failed. Where it was no matter the command may have done its work."""
    refused = [*_of_refusal(case, world, ended)] if ended.code != 0 else []
    looked = look(case, world, known)
    wrong = [*broken(case, known, looked, ended), *refused]
    if UNCONFIRMED in ended.said:
        found.count("changes that the disk did not confirm, and that was said")
    elif ended.code != 0 and not wrong and not case.writes_behind and not is_before(known, looked.rows):
        wrong.append(f"it ended with {ended.code}, and the journal is changed: {ended.said}")
    return wrong or [*again(case, world, known)]


def _of_refusal(case: Case, world: World, ended: Ended) -> Iterator[str]:
    lines = [line for line in ended.said.splitlines() if not line.startswith("readlog: your text is in ")]
    if ended.code not in case.refused_with:
        yield f"it ended with {ended.code}, not with {sorted(case.refused_with)}: {ended.said}"
    if not 1 <= len(lines) <= 3 or not any(line.startswith("readlog: ") for line in lines):
        yield f"that is no clear line: {ended.said!r}"
    if is_typed(world) and not case.throws_away and not _names_what_was_typed(ended.said):
        yield f"no file with what was typed is named: {ended.said!r}"


def _names_what_was_typed(said: str) -> bool:
    paths = [Path(path.rstrip(".")) for path in re.findall(r"/\S+(?: \S+)*?\.md", said)]
    return any(path.is_file() and TYPED in path.read_text(errors="replace") for path in paths)


def _limit_sizes(case: Case, world: World, known: Known, budget: Budget, found: Found) -> None:
    """No file can grow beyond so many bytes, as under `ulimit -f`, until that is enough: it needs no rights, no tools."""
    largest = max(path.stat().st_size for path in world.folder.rglob("*"))
    for size in islice(budget.some(range(_LEAST, 2 * largest, 512), 1), _SIZES):
        ended = run_case(case, world, partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)))
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


def _work(tried: list[Case], budget: Budget, found: Found, part: int, parts: int) -> None:
    """All ways in which a disk fails, for each command; then what there was no time for, as long as there is time."""
    with a_world(parent=in_memory()) as world:
        disk = Disk(world.folder)
        if not disk.is_there:
            found.tell("calls that failed", "not on this machine: no C compiler")
        all_calls = [Calls(case, part, parts) for case in reversed(tried)]
        for calls, mine in budget.turns(all_calls, lambda calls: calls.are_done or not disk.is_there):
            known = learn(calls.case, world)
            if not calls.are_counted:
                _elsewhere(calls.case, world, known, mine, found, part, parts)
            if disk.is_there:
                calls.count(world, disk, budget, found)
                calls.fail(world, known, disk, mine, found)


def _elsewhere(case: Case, world: World, known: Known, budget: Budget, found: Found, part: int, parts: int) -> None:
    """What fails without the library: the first process limits sizes, the last one fills disks."""
    if part == 0:
        _limit_sizes(case, world, known, budget.portion(3), found)
    if part == parts - 1:
        _fill_disks(case, world, known, budget.portion(3), found)


def run(budget: Budget, found: Found) -> None:
    """In two processes; and whether that was all of it."""
    tried = chosen(budget)
    found.tell("commands", names_of(tried))
    share(partial(_work, tried), budget, found)
    if _ALL in found.figures:
        was_all = found.figures[_ALL] == found.figures.get(_TRIED)
        found.tell("has every call failed with each error", "yes" if was_all else "no: as many as there was time for")


TRIAL = Trial("failing disk", "Where a write or a sync fails there is a clear line, exit code 6 (1 where it was a file "
              "to write to), the state before, and what was typed is in a file that is named.", run, share=6)  # fmt: skip
