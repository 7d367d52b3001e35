"""How far a long work has come: a bar on a terminal, drawn on stderr, nothing in a pipe."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress


_PATIENCE = 1.0
"""Seconds after which somebody wants to know."""
_BACK = "\r\x1b[K"


@contextmanager
def looking() -> Iterator[Callable[[str], None]]:
    """Something to call with what is being looked at now."""
    if not sys.stderr.isatty():
        yield lambda label: None
        return
    line = _Line()
    timer = Timer(_PATIENCE, line.show)
    timer.daemon = True
    timer.start()
    try:
        yield line.tell
    finally:
        timer.cancel()
        line.end()


class _Line:
    """The line, which two threads write."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._label, self._shown, self._ended = "", False, False

    def tell(self, label: str) -> None:
        """What is looked at from now on."""
        with self._lock:
            self._label = label
            self._draw()

    def show(self) -> None:
        """It takes a while."""
        with self._lock:
            self._shown = True
            self._draw()

    def end(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._shown:
                sys.stderr.write(_BACK)
                sys.stderr.flush()
            self._ended = True

    def _draw(self) -> None:
        if self._shown and not self._ended:
            sys.stderr.write(f"{_BACK}{self._label} ...")
            sys.stderr.flush()


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
