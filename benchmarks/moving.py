"""Imports and exports against floors of their own: how much longer they take, and how much memory they need."""

import filecmp
import hashlib
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from benchmarks.bench import Bench, say
from benchmarks.cases import LARGEST
from benchmarks.install import done
from benchmarks.measure import Command, Measured
from benchmarks.results import Growth, Move, Written

IMPORT, IMPORT_LOGGED = "import, Goodreads", "import, Goodreads, and the floor logs"
EXPORT = "export, JSON"
DRY_RUN = "import --dry-run, and reading alone"
LOG = "the floor's import with a log, and without"
UNDO = "undo of an import, and the import"
HISTORY = "history of so many operations, and list"

GROWN_FROM, MOST_GROWTH = 10_000, 1.3
"""How many times the CPU time for a row may be in the largest file what it is in one of so many rows."""

_MAKERS = ("exports.py", "invented.py")
_ROWS_ON_TRIAL = 1_500
_SLOW_ROUNDS = 3
_TABLES = ("books", "people", "contributions", "tags", "book_tags", "readings", "search")
_LOG_TABLES = ("operations", "changes")


_LIMITS = {
    (IMPORT, LARGEST): (2.5, 512),
    (IMPORT_LOGGED, LARGEST): (2.5, 512),
    (IMPORT, GROWN_FROM): (None, 100),
    (IMPORT_LOGGED, GROWN_FROM): (None, 100),
    (EXPORT, LARGEST): (1.5, 80),
    (DRY_RUN, _ROWS_ON_TRIAL): (3.0, None),
    (LOG, LARGEST): (1.25, None),
    (UNDO, LARGEST): (1.0, None),
    (HISTORY, LARGEST): (1.5, None),
}
"""How many times the floor's CPU time an operation may take, and how many MB; None where nothing is promised."""


class Moving:
    """What is measured with, and a folder for files that come and go; `written` is what an import has `written`."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench, self._folder = bench, folder
        self._scratch = folder / "moving"
        self._scratch.mkdir(exist_ok=True)
        self.written: list[Written] = []

    def moves(self, only: str) -> list[Move]:
        """Every operation whose name contains `only`, with as many rows as each journal has readings."""
        sizes = sorted(self._bench.journals)
        found: list[Move] = []
        if only in IMPORT_LOGGED or only in UNDO:
            found += [move for size in sizes for move in self._imports(size, also_undone=size == sizes[-1])]
        if only in DRY_RUN:
            found.append(self._dry_run())
        if only in HISTORY:
            found += [self._history(size) for size in sizes]
        if only in EXPORT:
            found += [self._export(size) for size in sizes]
        shutil.rmtree(self._scratch)
        return found

    def _imports(self, size: int, *, also_undone: bool) -> list[Move]:
        """An import into an empty journal, beside the floor as it is, the floor that keeps a log, and its own undo."""
        say(f"{size:>9,}  {IMPORT}")
        export = str(self._goodreads(size))
        ours, *floors = (self._scratch / f"{name}.db" for name in ("ours", "floor", "logged"))
        floor = self._bench.installed.program("import-floor")
        commands = [
            self._into_empty(ours, self._readlog("--journal", str(ours), "import", export)),
            self._into_empty(floors[0], (floor, str(floors[0]), export)),
            self._into_empty(floors[1], (floor, str(floors[1]), export, "logged")),
        ]
        if trouble := self._trouble(commands) or _other_rows(ours, *floors):
            return [Move(size, IMPORT, trouble)]
        if also_undone:
            commands.append(self._undone(ours))
            if trouble := self._trouble(commands[-1:]):
                return [Move(size, UNDO, trouble)]
        mine, bare, logged, *undo = self._bench.meter.in_turns(commands, _SLOW_ROUNDS if size >= LARGEST else None)
        self.written.append(Written(size, *(path.stat().st_size / 1e6 for path in (floors[1], floors[0]))))
        pairs = [(IMPORT, mine, bare), (IMPORT_LOGGED, mine, logged), (LOG, logged, bare)]
        pairs += [(UNDO, each, mine) for each in undo]
        return [_move(size, name, *pair) for name, *pair in pairs]

    def _undone(self, imported: Path) -> Command:
        """An undo of the import that was made last, in a copy of what it has made."""
        journal = self._scratch / "undone.db"
        undo = self._readlog("--journal", str(journal), "undo")
        return Command(undo, before=lambda: shutil.copyfile(imported, journal))

    def _history(self, size: int) -> Move:
        """The newest operations of a journal that has so many of them, beside a list of the same journal."""
        say(f"{size:>9,}  {HISTORY}")
        path = str(self._scratch / "edited.db")
        shutil.copyfile(self._bench.journals[min(self._bench.journals)], path)
        done([self._bench.installed.python, "-m", "benchmarks.editing", path, str(size)])
        look = [Command(self._readlog("--journal", path, name, "--limit", "20")) for name in ("history", "list")]
        if trouble := self._trouble(look):
            return Move(size, HISTORY, trouble)
        return _move(size, HISTORY, *self._bench.meter.in_turns(look))

    def _dry_run(self) -> Move:
        """A look at a file beside reading it, by the format's own reader in a process that starts as readlog does."""
        say(f"{_ROWS_ON_TRIAL:>9,}  {DRY_RUN}")
        export, journal = str(self._goodreads(_ROWS_ON_TRIAL)), self._scratch / "trial.db"
        commands = [
            self._into_empty(journal, self._readlog("--journal", str(journal), "import", export, "--dry-run")),
            Command((self._bench.installed.program("parse-floor"), export)),
        ]
        if trouble := self._trouble(commands):
            return Move(_ROWS_ON_TRIAL, DRY_RUN, trouble)
        return _move(_ROWS_ON_TRIAL, DRY_RUN, *self._bench.meter.in_turns(commands))

    def _export(self, size: int) -> Move:
        """All readings of a journal into a file, which must be the floor's to the byte."""
        say(f"{size:>9,}  {EXPORT}")
        journal = str(self._bench.journals[size])
        ours, theirs = (self._scratch / f"{name}.json" for name in ("ours", "theirs"))
        commands = [
            Command(self._readlog("--journal", journal, "export", "--json", "-o", str(ours))),
            Command((self._bench.installed.program("json-floor"), journal, str(theirs))),
        ]
        if trouble := self._trouble(commands):
            return Move(size, EXPORT, trouble)
        if not filecmp.cmp(ours, theirs, shallow=False):
            return Move(size, EXPORT, "the floor writes another file")
        return _move(size, EXPORT, *self._bench.meter.in_turns(commands, _SLOW_ROUNDS if size >= LARGEST else None))

    def _readlog(self, *arguments: str) -> tuple[str, ...]:
        return (self._bench.installed.program("readlog"), *arguments)

    def _into_empty(self, journal: Path, arguments: tuple[str, ...]) -> Command:
        """A command that finds an empty journal, made by readlog, at each run."""
        empty = self._scratch / "empty.db"
        if not empty.exists():
            code = f"from readlog.storage.create_journal import create_journal; create_journal({str(empty)!r})"
            done([self._bench.installed.python, "-c", code])
        return Command(arguments, before=lambda: shutil.copyfile(empty, journal))

    def _goodreads(self, rows: int) -> Path:
        """An export of so many rows; kept from run to run where nothing that makes it has changed.

        Made in another process: what this one has in memory would count for those that it starts.
        """
        sources = b"".join(Path(__file__).with_name(name).read_bytes() for name in _MAKERS)
        path = self._folder / f"goodreads-{rows}-{hashlib.sha256(sources).hexdigest()[:8]}.csv"
        if not path.exists():
            for old in self._folder.glob(f"goodreads-{rows}-*"):
                old.unlink()
            fresh = path.with_suffix(".new")
            done([sys.executable, "-m", "benchmarks.exports", str(fresh), str(rows)])
            fresh.rename(path)
        return path

    def _trouble(self, commands: list[Command]) -> str:
        """Which one fails, if one does."""
        ours, *floors = [self._bench.meter.run(command).code for command in commands]
        if ours:
            return f"failed with {ours}"
        return "the floor failed" if any(floors) else ""


def growth(moves: list[Move]) -> list[Growth]:
    """What an import takes for a row, in the largest file against one of a tenth."""
    seconds = {move.size: move.cpu / move.size for move in moves if move.name == IMPORT and move.cpu}
    if not seconds.keys() >= {GROWN_FROM, LARGEST}:
        return []
    small, large = (1e6 * seconds[size] for size in (GROWN_FROM, LARGEST))
    return [Growth(IMPORT, small, large, large / small, MOST_GROWTH)]


def _move(size: int, name: str, ours: Measured, floor: Measured) -> Move:
    """The line of the table for what was measured."""
    most, memory = _LIMITS.get((name, size), (None, None))
    return Move(size, name, "", ours.cpu, floor.cpu, ours.over(floor), most, ours.wall, ours.peak / 1e6, memory)


def _other_rows(ours: Path, bare: Path, logged: Path) -> str:
    """Which tables have not as many rows as those of the floor that keeps a log, or of the other, if any.

    The log of the one has to have every row that readlog's has: else it would say nothing of what a log costs.
    """
    mine = _rows(ours)
    pairs = [(mine[table], theirs, table) for table, theirs in _rows(logged).items()]
    pairs += [(mine[table], theirs, table) for table, theirs in _rows(bare).items() if table not in _LOG_TABLES]
    other = [f"{table} {own:,} and {theirs:,}" for own, theirs, table in pairs if own != theirs]
    return f"rows differ from the floor's: {', '.join(other)}" if other else ""


def _rows(journal: Path) -> dict[str, int]:
    """How many rows each table has, and those of the log."""
    tables = (*_TABLES, *_LOG_TABLES)
    with closing(sqlite3.connect(journal)) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
