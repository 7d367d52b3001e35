"""SIGKILL at any moment of every command that writes, and before every call that changes the disk."""

import time

from tests.trials.cases import Case, chosen, names_of
from tests.trials.child import Main, readlog
from tests.trials.disk import KILL, KILL_HALF, Disk
from tests.trials.hands import share
from tests.trials.holding import Known, again, broken, learn, look
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import World, a_world

_LATER = 1.15
"""Times of the measured run: the last moments are behind its end."""

_ALL = "calls that change the disk"
_BEFORE, _HALF = "killed before such a call", "killed in the middle of such a call"
_MOMENTS = 40
"""Random moments of each command: no two are the same, and the next ones find what these do not."""


def kill_all(budget: Budget, found: Found, main: Main, victims: list[Case]) -> None:
    """Kill each command at each of its writes, and at moments that are spread evenly over its time."""
    with a_world(main) as world:
        disk = Disk(world.folder)
        if not disk.is_there:
            found.tell(_BEFORE, "not on this machine: no C compiler")
        for victim, mine in budget.turns([Victim(case) for case in victims], lambda victim: not victim.left):
            known = learn(victim.case, world)
            if not victim.is_known:
                _kill_at_moments(victim.case, world, known, mine.portion(2), found)
            if disk.is_there:
                victim.count(world, disk, budget, found)
                victim.kill(world, known, disk, mine, found)
            victim.is_known = True


class Victim:
    """A command, and those of its calls before which, and in the middle of which, it has not been killed yet."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.is_known = False
        self.left: list[int] = []

    def count(self, world: World, disk: Disk, budget: Budget, found: Found) -> None:
        """See how many calls change the disk."""
        if self.is_known:
            return
        calls = _calls(self.case, world, disk)
        found.count(_ALL, calls)
        self.left = budget.chance.sample(range(1, calls + 1), min(2, calls) if budget.short else calls)

    def kill(self, world: World, known: Known, disk: Disk, budget: Budget, found: Found) -> None:
        """Kill it at one call after the other, until there is none left, or no time."""
        while self.left and not budget.over:
            nth = self.left.pop()
            for what in (budget.chance.choice((KILL, KILL_HALF)),) if budget.short else (KILL, KILL_HALF):
                _kill_at(self.case, world, known, disk, nth, what, found)


def _kill_at_moments(case: Case, world: World, known: Known, budget: Budget, found: Found) -> None:
    took = _took(case, world, 1 if budget.short else 3)
    for _ in budget.rounds(2, least=5, enough=_MOMENTS):
        world.put_back()
        moment = budget.chance.uniform(0, took * _LATER)
        child = world.start(*case.arguments(world), stdin=case.stdin, env=case.environment(world))
        time.sleep(max(0.0, moment - (time.monotonic() - child.began)))
        child.kill()
        ended = child.wait()
        found.count("killed at a random moment" if ended.code == -9 else "ended before the kill")
        for how in broken(case, known, look(case, world, known), ended) or again(case, world, known):
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


def _calls(case: Case, world: World, disk: Disk) -> int:
    """How often it changes the disk."""
    world.put_back()
    world.run(*case.arguments(world), stdin=case.stdin, env=case.environment(world), first=lambda: disk.arm(0, 0))
    return disk.calls


def _kill_at(case: Case, world: World, known: Known, disk: Disk, nth: int, what: int, found: Found) -> None:
    world.put_back()
    arguments, env = case.arguments(world), case.environment(world)
    ended = world.run(*arguments, stdin=case.stdin, env=env, first=lambda: disk.arm(nth, what))
    found.count((_HALF if what == KILL_HALF else _BEFORE) if disk.fired else "ended before the call")
    for how in broken(case, known, look(case, world, known), ended) or again(case, world, known):
        half = "half done" if what == KILL_HALF else "not yet done"
        found.fail(f"{case.name}, killed at call {nth} that changes the disk ({disk.last}, {half})", how)


def run(budget: Budget, found: Found) -> None:
    """All commands, in two processes that have every second one."""
    tried = chosen(budget)
    found.tell("commands", names_of(tried))
    share(lambda mine, kept, part, parts: kill_all(mine, kept, readlog, tried[part::parts]), budget, found)
    if _ALL in found.figures:
        was_all = all(found.figures.get(what) == found.figures[_ALL] for what in (_BEFORE, _HALF))
        found.tell("killed at every call", "yes" if was_all else "no: at as many as there was time for")


TRIAL = Trial("kills", "After SIGKILL the journal is the state before or after, never between; it is sound, its search "
              "index is true, and what was typed is in the journal or in a draft.", run, share=5)  # fmt: skip
