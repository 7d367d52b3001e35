"""How far a long work has come: a bar on a terminal, drawn on stderr, nothing in a pipe."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


class Follow(Protocol):
    """Follows rows as they go by; `place` tells how far in the whole a row stands."""

    def __call__(self, rows: Iterable[T], place: Callable[[T], int]) -> Iterator[T]:
        """The same rows."""


_EVERY = 0.1
"""Seconds between two drawings."""


@contextmanager
def progress(total: Callable[[], int], afterwards: str) -> Iterator[Follow]:
    """A bar for work of `total()` steps; when the last row has gone by it says what is done `afterwards`.

    Steps are counted only where there is a bar: that takes another look at the whole.
    """
    if not sys.stderr.isatty():
        yield lambda rows, place: iter(rows)
        return
    with _bar() as bar:
        yield lambda rows, place: _followed(bar, rows, place, total(), afterwards)


def _followed(
    bar: "Progress", rows: Iterable[T], place: Callable[[T], int], total: int, afterwards: str
) -> Iterator[T]:
    task = bar.add_task("", total=total, rows=0, speed="")
    start = drawn = time.monotonic()
    count = 0
    for count, row in enumerate(rows, 1):
        yield row
        if (now := time.monotonic()) - drawn > _EVERY:
            drawn = now
            bar.update(task, completed=place(row), rows=count, speed=f"{count / (now - start):,.0f} rows/s")
            bar.refresh()
    bar.update(task, completed=total, rows=count, speed=afterwards)
    bar.refresh()


def _bar() -> "Progress":
    """Rich's bar, drawn only when told to: a thread that draws would wait for nothing most of the time."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        BarColumn(bar_width=24, complete_style="orange3", finished_style="orange3"),
        TextColumn("{task.fields[rows]:,} rows  {task.fields[speed]}"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True, markup=False, emoji=False, highlight=False),
        auto_refresh=False,
        transient=True,
    )
