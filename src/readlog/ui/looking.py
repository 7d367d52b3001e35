"""What a long look has come to: a line on stderr that goes again, on a terminal, and where it takes a while."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Timer

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
