"""Measures the cases: on each journal, and from the smallest journal to the largest."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.cases import ADD, CASES, LIFE, MOST_GROWTH, RARE_WORD, Case
from benchmarks.install import Environment
from benchmarks.journals import copies
from benchmarks.measure import Command, Measured, Meter
from benchmarks.results import PLANNED, Growth, Row, verdict


class Bench:
    """What is installed, the journals by their size, and the meter to measure with."""

    def __init__(self, installed: Environment, journals: dict[int, Path], meter: Meter) -> None:
        self.installed, self.journals, self.meter = installed, journals, meter
        self._review = _review_of(next(iter(journals.values())))

    def rows(self, only: str) -> list[Row]:
        """Every case whose name contains `only`, on every journal that it is meant for."""
        return [
            self._row(case, size)
            for size in self.journals
            for case in (*CASES, *LIFE)
            if size >= case.least and only in case.name
        ]

    def growth(self, only: str) -> list[Growth]:
        """A search and an addition, on the largest journal against the smallest."""
        small, large = min(self.journals), max(self.journals)
        if small == large:
            return []
        cases = [case for case in (RARE_WORD, ADD) if only in case.name]
        return [self._growth(case, small, large) for case in cases]

    def readlog(self, case: Case, journal: Path) -> Command:
        """The command of readlog that a case is about."""
        arguments = (self.installed.program("readlog"), "--journal", str(journal), *case.readlog)
        return self._command(case, journal, arguments)._replace(settings=case.settings)

    def _floor(self, program: str, case: Case, journal: Path) -> Command:
        """The command of a floor that does the same."""
        operation, *value = case.floor
        return self._command(case, journal, (self.installed.program(program), operation, str(journal), *value))

    def _command(self, case: Case, journal: Path, arguments: tuple[str, ...]) -> Command:
        """How both are run."""
        before = partial(_make_ready, journal, case.before) if case.before else None
        return Command(arguments, case.on_terminal, self._review if case.writes else None, (), before, case.into)

    def _row(self, case: Case, size: int) -> Row:
        """One case on one journal, against its floors in turns."""
        say(f"{size:>9,}  {case.name}")
        floors = ["rich-floor"] if case.on_terminal else ["typer-floor", "sqlite-floor"]
        with self._files(case, [size] * (1 + len(floors))) as (first, *others):
            commands = [self.readlog(case, first)]
            commands += [self._floor(name, case, file) for name, file in zip(floors, others, strict=True)]
            if trouble := self._trouble(case, commands):
                return Row(size, case.name, trouble, most=case.limit(size))
            return _row(case, size, *self.meter.in_turns(commands))

    def _growth(self, case: Case, small: int, large: int) -> Growth:
        """The same command on two journals in turns."""
        say(f"{case.name}: {large:,} against {small:,}")
        with self._files(case, [small, large]) as files:
            less, more = self.meter.in_turns([self.readlog(case, file) for file in files])
        return Growth(case.name, 1000 * less.cpu, 1000 * more.cpu, more.over(less), MOST_GROWTH)

    @contextmanager
    def _files(self, case: Case, sizes: list[int]) -> Iterator[list[Path]]:
        """The journals; to write into, a copy for each command, so that all find the same state at the same turn."""
        if not case.writes:
            yield [self.journals[size] for size in sizes]
            return
        with ExitStack() as stack:
            groups = [
                stack.enter_context(copies(self.journals[size], sizes.count(size))) for size in dict.fromkeys(sizes)
            ]
            yield [copy for group in groups for copy in group]

    def _trouble(self, case: Case, commands: list[Command]) -> str:
        """Why a case cannot be measured, if it cannot: a command that fails, or answers otherwise than the floor."""
        ours, *floors = [self.meter.run(command) for command in commands]
        if ours.code:
            return PLANNED if case.is_planned else f"failed with {ours.code}"
        if not ours.lines and not case.writes:
            return PLANNED if case.is_planned else "prints nothing"
        if any(floor.code for floor in floors) or (case.into and not all(floor.lines for floor in floors)):
            return "the floor failed"
        if case.prints_the_same and any(floor.lines != ours.lines for floor in floors):
            return f"answers differ: {ours.lines} lines, floors {', '.join(str(floor.lines) for floor in floors)}"
        return ""


def say(what: str) -> None:
    """What is being done now."""
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


def _make_ready(journal: Path, script: str) -> None:
    """Bring a journal into the state that a case begins with."""
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(f"BEGIN;{script}COMMIT;")


def _review_of(journal: Path) -> Path:
    """A file with the first review of a journal, to be added once more.

    Asked of the file and not invented again: what this process has in memory would count for those that it starts.
    """
    path = journal.with_name("review.md")
    with closing(sqlite3.connect(journal)) as connection:
        (review,) = connection.execute("SELECT review FROM readings WHERE id = 1").fetchone()
    path.write_text(review, encoding="utf-8")
    return path


def _row(case: Case, size: int, ours: Measured, floor: Measured, alone: Measured | None = None) -> Row:
    """The line of the table for what was measured."""
    ratio = ours.over(floor)
    return Row(
        size,
        case.name,
        verdict(ratio, case.limit(size)),
        1000 * ours.cpu,
        1000 * floor.cpu,
        1000 * alone.cpu if alone else None,
        ratio,
        1000 * ours.wall,
        ours.peak / 1e6,
        case.limit(size),
    )
