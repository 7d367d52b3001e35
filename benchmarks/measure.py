"""Whole processes, measured in turns: CPU time, time on the clock and peak memory, as the kernel counted them."""

import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

COLUMNS = 100
LINES = 500
"""So many that no program starts a pager."""
PATIENCE = 300
"""Seconds without a word after which a program is ended."""
_FEWEST = 5


class Command(NamedTuple):
    """A program with its arguments, in which `{n}` is a number that no other run has.

    What is to be made ready for each run is made by `before`, which is not measured. Where a file is
    named that it writes `into`, the lines of that file count, and the next run makes it anew.
    """

    arguments: tuple[str, ...]
    on_terminal: bool = False
    stdin: Path | None = None
    settings: tuple[tuple[str, str], ...] = ()
    before: Callable[[], object] | None = None
    into: str = ""


class Run(NamedTuple):
    """One process from its start to its end; seconds, bytes."""

    cpu: float
    wall: float
    peak: int
    lines: int
    code: int


class Measured(NamedTuple):
    """All runs of one command."""

    runs: list[Run]

    @property
    def cpu(self) -> float:
        """The median of user and system time, in seconds."""
        return median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """The median of the time on the clock, in seconds."""
        return median(run.wall for run in self.runs)

    @property
    def peak(self) -> int:
        """The most memory that any run had at once, in bytes."""
        return max(run.peak for run in self.runs)

    def over(self, other: "Measured") -> float:
        """The median of the ratios of CPU time, each of two runs that followed each other."""
        return median(mine.cpu / theirs.cpu for mine, theirs in zip(self.runs, other.runs, strict=True))


class Meter:
    """Runs commands in an environment that has nothing of the caller's in it, on one core."""

    def __init__(self, home: Path, rounds: int, seconds: float) -> None:
        self._rounds, self._seconds, self._count = rounds, seconds, 0
        home.mkdir(exist_ok=True)
        self._home = str(home)
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    def in_turns(self, commands: Sequence[Command], rounds: int | None = None) -> list[Measured]:
        """The commands one after the other, round after round, each round beginning with another one.

        A first round warms up; as many follow as fit into the time for one case, but five, or `rounds`.
        """
        start = time.perf_counter()
        for command in commands:
            self.run(command)
        fitting = int(self._seconds / (time.perf_counter() - start))
        count = rounds or max(min(_FEWEST, self._rounds), min(self._rounds, fitting))
        runs: list[list[Run]] = [[] for _ in commands]
        for turn in range(count):
            for place in range(len(commands)):
                index = (turn + place) % len(commands)
                runs[index].append(self.run(commands[index]))
        return [Measured(each) for each in runs]

    def run(self, command: Command) -> Run:
        """Run it once."""
        self._count += 1
        if command.before:
            command.before()
        arguments = [argument.replace("{n}", str(self._count)) for argument in command.arguments]
        readable, writable = pty.openpty() if command.on_terminal else os.pipe()
        if command.on_terminal:
            termios.tcsetwinsize(writable, (LINES, COLUMNS))
        with open(command.stdin or os.devnull, "rb") as file:
            stdin = writable if command.on_terminal else file.fileno()
            stderr = writable if command.on_terminal else subprocess.DEVNULL
            start = time.perf_counter()
            process = subprocess.Popen(
                arguments, stdin=stdin, stdout=writable, stderr=stderr, env=self._settings(command), cwd=self._home
            )
        os.close(writable)
        lines = _drain(readable, process)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if command.into:
            lines = _taken_away(Path(self._home, command.into))
        return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024, lines, process.returncode)

    def _settings(self, command: Command) -> dict[str, str]:
        """The whole environment of the process: nothing of ours changes how it starts or where it writes."""
        return {
            "PATH": os.defpath,
            "HOME": self._home,
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            **dict(command.settings),
        }


def _taken_away(path: Path) -> int:
    """How many lines a file has, which is gone then; 0 where there is none."""
    lines = path.read_bytes().count(b"\n") if path.exists() else 0
    path.unlink(missing_ok=True)
    return lines


def _drain(readable: int, process: subprocess.Popen[bytes]) -> int:
    """Read all that a process prints, and count its lines."""
    lines = 0
    while True:
        if not select.select([readable], [], [], PATIENCE)[0]:
            process.send_signal(signal.SIGKILL)
        try:
            piece = os.read(readable, 65536)
        except OSError:  # A terminal whose other end is closed.
            piece = b""
        if not piece:
            os.close(readable)
            return lines
        lines += piece.count(b"\n")
