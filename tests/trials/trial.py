"""What a trial is given and what it gives: time, chance, and figures or what did not hold."""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")
MOST_TOLD = 12
"""Failures that are told of one trial; the first ones say enough."""


class Budget:
    """How long a trial may take, and its chances, which are the same ones for the same seed."""

    def __init__(self, seed: int, seconds: float | None, chance: random.Random | None = None) -> None:
        self.seed = seed
        self.chance = chance or random.Random(seed)
        self.short = seconds is None
        self.end = time.monotonic() + (3600 if seconds is None else seconds)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.end

    def portion(self, parts: int) -> "Budget":
        """The time of one of so many parts that are still to come."""
        left = max(0.0, self.end - time.monotonic())
        return Budget(self.seed, None if self.short else left / parts, self.chance)

    def turns(self, parts: Sequence[T], is_done: Callable[[T], bool]) -> Iterator[tuple[T, "Budget"]]:
        """Each part with its portion of the time; then again those that are not done, as long as there is time."""
        left = list(parts)
        while left:
            for place, part in enumerate(left, -len(left)):
                yield part, self.portion(-place)
            left = [] if self.short or self.over else [part for part in left if not is_done(part)]

    def with_chances_of(self, number: int) -> "Budget":
        """The same time, with chances that are others than those of another number."""
        return Budget(
            self.seed, None if self.short else self.end - time.monotonic(), random.Random(f"{self.seed} {number}")
        )

    def some(self, numbers: range, short: int) -> Iterator[int]:
        """So many of these numbers in a short run; in a long one all of them, in any order, until the time is up."""
        for number in self.chance.sample(numbers, min(short, len(numbers)) if self.short else len(numbers)):
            if self.over:
                return
            yield number

    def rounds(self, short: int, least: int = 0, enough: int = sys.maxsize) -> Iterator[int]:
        """Numbers of rounds: so many in a short run, in a long one as many as there is time for, from `least` to `enough`."""
        for number in range(short if self.short else enough):
            if not self.short and number >= least and self.over:
                return
            yield number


class Found:
    """What a trial finds: figures, of which each is counted or told, and failures."""

    def __init__(self) -> None:
        self.figures: dict[str, int | str] = {}
        self.failures: list[str] = []
        self.wrong = 0

    def count(self, what: str, by: int = 1) -> None:
        """Count one more of these."""
        before = self.figures.get(what, 0)
        self.figures[what] = before + by if isinstance(before, int) else by

    def add(self, other: "Found") -> None:
        """Have what was found elsewhere too."""
        for what, figure in other.figures.items():
            if isinstance(figure, int):
                self.count(what, figure)
            else:
                self.tell(what, figure)
        self.wrong += other.wrong
        self.failures = [*self.failures, *other.failures][:MOST_TOLD]

    def tell(self, what: str, figure: int | str) -> None:
        """Have a figure, or why there is none."""
        self.figures[what] = figure

    def fail(self, what: str, how: str) -> None:
        """Something does not hold: `what` says where, so that it can be done again."""
        self.wrong += 1
        if len(self.failures) < MOST_TOLD:
            self.failures.append(f"{what}: {how}")


class Trial(NamedTuple):
    """A trial: its name, what must hold, what it is called with, and its share of the time."""

    name: str
    promise: str
    run: Callable[[Budget, Found], None]
    share: int
