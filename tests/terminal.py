"""A person at a terminal: a real process of readlog in a pseudo-terminal of a given size."""

from collections.abc import Mapping

import pytest

from tests.process import READLOG, Program


class Terminal:
    """`readlog ARGS` in a pseudo-terminal; a person types and looks."""

    def __init__(
        self,
        program: Program,
        *args: str,
        width: int = 80,
        height: int = 60,
        env: Mapping[str, str | None] | None = None,
    ) -> None:
        pexpect = pytest.importorskip("pexpect", reason="there are no pseudo-terminals")
        settings: dict[str, str | None] = {"TERM": "xterm-256color", "INPUTRC": "/dev/null"}
        self._eof, self._timeout = pexpect.EOF, pexpect.TIMEOUT
        self.child = pexpect.spawn(
            READLOG[0],
            [*READLOG[1:], *args],
            env=program.environment(settings | dict(env or {})),
            dimensions=(height, width),
            encoding="utf-8",
            timeout=30,
        )

    def wait_for(self, words: str) -> str:
        """Wait until `words` are on the screen; returns what came before them."""
        self.child.expect_exact(words)
        return str(self.child.before)

    def type(self, line: str) -> None:
        """Type a line and press Enter."""
        self.child.send(f"{line}\r")

    def press(self, keys: str) -> None:
        """Press keys, without Enter."""
        self.child.send(keys)

    def press_until_it_ends(self, key: str) -> str:
        """All that is shown until the end; a key that comes in the moment before Python listens is lost."""
        for _ in range(50):
            self.press(key)
            if self.child.expect([self._eof, self._timeout], timeout=0.5) == 0:
                break
        self.child.close()
        return str(self.child.before)

    def end(self) -> str:
        """Wait for the end of the process; returns all that was shown since the last wait."""
        self.child.expect(self._eof)
        self.child.close()
        return str(self.child.before).replace("\r\n", "\n")

    @property
    def code(self) -> int:
        """The exit code, or the number of the signal that ended it, negative."""
        if self.child.signalstatus:
            return -int(self.child.signalstatus)
        return int(self.child.exitstatus)
