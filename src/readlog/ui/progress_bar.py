"""Progress of long work, drawn on stderr if that is a terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress


_DELAY = 1.0
"""Seconds before the status line is shown."""
_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def status_line() -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done now; quick work shows nothing."""
    if not sys.stderr.isatty():
        yield lambda label: None
        return
    line = _StatusLine()
    timer = Timer(_DELAY, line.show)
    timer.daemon = True
    timer.start()
    try:
        yield line.tell
    finally:
        timer.cancel()
        line.end()


class _StatusLine:
    """The status line, which two threads write."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._label, self._shown, self._ended = "", False, False

    def tell(self, label: str) -> None:
        """Set the text."""
        with self._lock:
            self._label = label
            self._draw()

    def show(self) -> None:
        """Show the line from now on."""
        with self._lock:
            self._shown = True
            self._draw()

    def end(self) -> None:
        """Clear the line."""
        with self._lock:
            if self._shown:
                sys.stderr.write(_CLEAR_LINE)
                sys.stderr.flush()
            self._ended = True

    def _draw(self) -> None:
        if self._shown and not self._ended:
            sys.stderr.write(f"{_CLEAR_LINE}{self._label} ...")
            sys.stderr.flush()


T = TypeVar("T")


class TrackRows(Protocol):
    """Passes rows through; `place` gives the position of a row in units of the total."""

    def __call__(self, rows: Iterable[T], place: Callable[[T], int]) -> Iterator[T]:
        """The same rows, one after the other."""


_REDRAW_INTERVAL = 0.1
"""Seconds between two drawings."""


@contextmanager
def progress_bar(total: Callable[[], int], afterwards: str) -> Iterator[TrackRows]:
    """A bar for work of `total()` units; after the last row it shows the text `afterwards`.

    Steps are counted only where there is a bar: that takes another look at the whole.
    """
    if not sys.stderr.isatty():
        yield lambda rows, place: iter(rows)
        return
    with _rich_progress() as bar:
        yield lambda rows, place: _track(bar, rows, place, total(), afterwards)


def _track(bar: "Progress", rows: Iterable[T], place: Callable[[T], int], total: int, afterwards: str) -> Iterator[T]:
    task = bar.add_task("", total=total, rows=0, speed="")
    start = drawn = time.monotonic()
    count = 0
    for count, row in enumerate(rows, 1):
        yield row
        if (now := time.monotonic()) - drawn > _REDRAW_INTERVAL:
            drawn = now
            bar.update(task, completed=place(row), rows=count, speed=f"{count / (now - start):,.0f} rows/s")
            bar.refresh()
    bar.update(task, completed=total, rows=count, speed=afterwards)
    bar.refresh()


def _rich_progress() -> "Progress":
    """Rich's bar without its refresh thread, which would mostly sleep."""
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
