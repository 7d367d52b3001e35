"""Two processes that share the work of a trial, each with chances of its own."""

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from functools import partial

from tests.trials.child import Child
from tests.trials.trial import Budget, Found

HANDS = 2
"""How many they are, on every machine, so that the same seed is the same trial."""
_PATIENCE = 86_400.0

Work = Callable[[Budget, Found, int, int], None]
"""A part of a trial: its time and chances, what it finds, which part it is, of how many."""


def share(work: Work, budget: Budget, found: Found) -> None:
    """Let each process do its part of `work`; in a short run there is one, and it is this one."""
    if budget.short:
        work(budget, found, 0, 1)
        return
    hands = [
        Child(partial(_tell, work, budget, part), (), env=dict(os.environ), patience=_PATIENCE) for part in range(HANDS)
    ]
    for part, hand in enumerate(hands):
        ended = hand.wait()
        if ended.code == 0:
            found.add(pickle.loads(ended.stdout))
        else:
            found.fail(f"part {part + 1} of {HANDS}", f"ended with {ended.code}: {ended.said}")


def _tell(work: Work, budget: Budget, part: int, _: Sequence[str]) -> None:
    found = Found()
    work(budget.with_chances_of(part), found, part, HANDS)
    sys.stdout.buffer.write(pickle.dumps(found))
