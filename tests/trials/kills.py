"""SIGKILL at any moment of every command that writes, and before every call that changes the disk."""

import time

from tests.trials.cases import Case, cases
from tests.trials.child import Main, readlog
from tests.trials.disk import KILL, KILL_HALF, Disk
from tests.trials.holding import Known, again, broken, learn
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import World, a_world

_LATER = 1.15
"""Times of the measured run: the last moments are behind its end."""


def kill_all(budget: Budget, found: Found, main: Main = readlog, chosen: list[Case] | None = None) -> None:
    """Kill each command at each of its writes, and at moments that are spread evenly over its time."""
    with a_world(main) as world:
        disk = Disk(world.folder)
        if not disk.is_there:
            found.tell("killed at a write", "not on this machine: no C compiler")
        chosen = cases() if chosen is None else chosen
        for left, case in enumerate(chosen, -len(chosen)):
            known, share = learn(case, world), budget.portion(-left)
            if disk.is_there:
                _kill_at_writes(case, world, known, disk, share.portion(2), found)
            _kill_at_moments(case, world, known, share, found)


def _kill_at_moments(case: Case, world: World, known: Known, budget: Budget, found: Found) -> None:
    took = _took(case, world, 1 if budget.short else 3)
    for _ in budget.rounds(2, least=5):
        world.put_back()
        moment = budget.chance.uniform(0, took * _LATER)
        child = world.start(*case.arguments(world), stdin=case.stdin, env=case.environment(world))
        time.sleep(max(0.0, moment - (time.monotonic() - child.began)))
        child.kill()
        ended = child.wait()
        found.count("killed at a random moment" if ended.code == -9 else "ended before the kill")
        for how in broken(case, world, known, ended) or again(case, world, known):
            found.fail(f"{case.name}, killed after {moment * 1000:.1f} of {took * 1000:.1f} ms", how)


def _took(case: Case, world: World, runs: int) -> float:
    """Seconds of an undisturbed run, the shortest of some."""
    took = []
    for _ in range(runs):
        world.put_back()
        child = world.start(*case.arguments(world), stdin=case.stdin, env=case.environment(world))
        child.wait()
        took.append(time.monotonic() - child.began)
    return min(took)


def _kill_at_writes(case: Case, world: World, known: Known, disk: Disk, budget: Budget, found: Found) -> None:
    """Kill it before its first call that changes the disk, and when that is half done; then at its second, to the last."""
    calls = _calls(case, world, disk)
    found.count("writes that there are", calls)
    for nth in budget.some(range(1, calls + 1), 2):
        for what in (budget.chance.choice((KILL, KILL_HALF)),) if budget.short else (KILL, KILL_HALF):
            _kill_at(case, world, known, disk, nth, what, found)


def _calls(case: Case, world: World, disk: Disk) -> int:
    """How often it changes the disk."""
    world.put_back()
    world.run(*case.arguments(world), stdin=case.stdin, env=case.environment(world), first=lambda: disk.arm(0, 0))
    return disk.calls


def _kill_at(case: Case, world: World, known: Known, disk: Disk, nth: int, what: int, found: Found) -> None:
    world.put_back()
    arguments, env = case.arguments(world), case.environment(world)
    ended = world.run(*arguments, stdin=case.stdin, env=env, first=lambda: disk.arm(nth, what))
    found.count("killed at a write" if disk.fired else "ended before the write")
    for how in broken(case, world, known, ended) or again(case, world, known):
        half = "half done" if what == KILL_HALF else "not yet done"
        found.fail(f"{case.name}, killed at call {nth} that changes the disk ({disk.last}, {half})", how)


def run(budget: Budget, found: Found) -> None:
    """All commands."""
    found.tell("commands", ", ".join(case.name for case in cases()))
    kill_all(budget, found)


TRIAL = Trial("kills", "After SIGKILL the journal is the state before or after, never between; it is sound, its search "
              "index is true, and what was typed is in the journal or in a draft.", run, share=5)  # fmt: skip
