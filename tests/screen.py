"""What a person would see: drawn in memory at any width, or by a few lines of Python at a real pseudo-terminal."""

import io
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from textwrap import dedent

import pytest

from tests.terminal import Terminal

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def drawn(draw: Callable[[], object], width: int = 80) -> list[str]:
    """The lines that `draw` writes to a terminal of so many columns, without colours and however many they are."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as environment, redirect_stdout(out):
        environment.setenv("COLUMNS", str(width))
        environment.setenv("LINES", "1000000")
        draw()
    return out.getvalue().split("\n")[:-1]


def without_colours(text: str) -> str:
    """`text` as it looks, whatever its colours."""
    return _COLOURS.sub("", text)


class Script(Terminal):
    """A few lines of Python at a pseudo-terminal; a person types and looks."""

    def __init__(self, code: str, *args: str, env: Mapping[str, str] | None = None) -> None:
        pexpect = pytest.importorskip("pexpect", reason="there are no pseudo-terminals")
        self._eof, self._timeout = pexpect.EOF, pexpect.TIMEOUT
        settings = {**os.environ, "TERM": "xterm-256color", "INPUTRC": "/dev/null", "LANG": "C.UTF-8"}
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", dedent(code), *args],
            env=settings | dict(env or {}),
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=30,
        )
