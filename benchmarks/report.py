"""The tables, as they are printed and as `docs/benchmarks.md` has them."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cases import ALL, LARGEST, MOST_MEMORY
from benchmarks.install import ROOT, Environment
from benchmarks.invented import COMMON, RARE, YEAR
from benchmarks.moving import GROWN_FROM, growth
from benchmarks.results import PLANNED, Move, Results, Row, verdict

DOCUMENT = ROOT / "docs" / "benchmarks.md"
_LEFT = Path(__file__).parent / "left.md"
_HOW = f"""\
Written by `python -m benchmarks --write`. Every number is of whole processes of a real install, not editable and
compiled, on invented journals of 50 to 800 words a review, the same ones every time. Times are CPU time, user and
system, the median of runs that took turns with what they are compared with; the ratio is the median of the ratios of
runs that followed each other. The floors lie in `benchmarks/floors`: T is one command of the pinned Typer that runs the
same SQL with sqlite3 and prints plain lines, R the same with one Rich table, S sqlite3 alone. What runs in a pipe is
measured against T, what runs on a terminal against R. The rare word, "{RARE}", is in three reviews of every journal;
"{COMMON}" is in all of them.
"""
_OF_MOVES = """\
An export of Goodreads as somebody could have it: half of the books with a review of up to 400 words, no book twice. The
floor for it is csv and sqlite3, one transaction into an empty journal that readlog has made: without triggers and
indexes, which come back last, and with the search index made in one statement with memory for all of its words. It
knows no book again and reads no HTML; "the floor logs" where it fills the change log too. A dry run is beside a command
that has the same reader read every row, and nothing else. The floor for JSON is sqlite3 and json, streamed, and writes
the same bytes. What the log costs an import is the one floor beside the other; the floor's log has as many rows as
readlog's. An undo takes an import back, and stands beside that import. The history is that of the smallest journal
after so many edits, and a list of the same journal is beside it.
"""


def report(results: Results, installed: Environment) -> str:
    """All of it, as Markdown."""
    parts = ["# How fast it is", _HOW, _machine(installed)]
    for size in dict.fromkeys(row.size for row in results.rows):
        rows = [_cells(row) for row in results.rows if row.size == size]
        heads = ["operation", "readlog, ms", "floor, ms", "ratio", "at most", "", "S, ms", "on the clock, ms"]
        parts += [f"## {size:,} readings", table(heads, rows, "lrrrrlrr")]
    parts += [*_memory(results), *_growth(results), *_moves(results), *_rivals(results)]
    parts += ["## What is left, and why", _LEFT.read_text(encoding="utf-8")]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    """A table of Markdown that can be read as it is: columns to the left (l) or to the right (r)."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    rules = ["-" * (width - 1) + ":" if side == "r" else "-" * width for width, side in zip(widths, sides, strict=True)]
    lines = [_line(heads, widths, sides), "| " + " | ".join(rules) + " |"]
    return "\n".join(lines + [_line(row, widths, sides) for row in rows])


def _line(cells: Sequence[str], widths: Sequence[int], sides: str) -> str:
    """One line of a table, each cell as wide as its column."""
    fitted = [
        cell.rjust(width) if side == "r" else cell.ljust(width)
        for cell, width, side in zip(cells, widths, sides, strict=True)
    ]
    return "| " + " | ".join(fitted) + " |"


def _machine(installed: Environment) -> str:
    """What it ran on; nothing that says where."""
    versions = ", ".join(f"{name} {installed.version(name)}" for name in ("typer", "rich"))
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}; readlog "
        f"{installed.version('readlog-journal')}.\n{_processor()}, {os.cpu_count()} cores, each process on one."
    )


def _processor() -> str:
    """The name of the processor, as far as the system tells it."""
    try:
        facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [fact.partition(":")[2].strip() for fact in facts if fact.startswith("model name")]
    return names[0] if names else platform.machine()


def _cells(row: Row) -> list[str]:
    """A comparison as the cells of its line."""
    most = f"{row.most:.2f}"
    if not row.cpu:
        return [row.name, "", "", "", most, row.verdict, "", ""]
    alone = "" if row.alone is None else f"{row.alone:.0f}"
    times = [f"{row.cpu:.0f}", f"{row.floor:.0f}", f"{row.ratio:.2f}"]
    return [row.name, *times, most, row.verdict, alone, f"{row.wall:.0f}"]


def _memory(results: Results) -> list[str]:
    """The peak of the list of all readings in the largest journal."""
    rows = [row for row in results.rows if row.name == ALL.name and row.size >= LARGEST and row.verdict != PLANNED]
    lines = [
        f"`readlog list` of all {row.size:,} in a pipe: {row.peak:.0f} MB at its peak, at most {MOST_MEMORY}: "
        f"{verdict(row.peak, MOST_MEMORY)}."
        for row in rows
    ]
    return ["## Memory", *lines] if lines else []


def _growth(results: Results) -> list[str]:
    """What the same costs on the smallest and on the largest journal."""
    if not results.growth:
        return []
    sizes = sorted(row.size for row in results.rows)
    rows = [
        [each.name, f"{each.small:.0f}", f"{each.large:.0f}", f"{each.ratio:.2f}", f"{each.most:.2f}", each.verdict]
        for each in results.growth
    ]
    heads = ["operation", f"{sizes[0]:,}, ms", f"{sizes[-1]:,}, ms", "ratio", "at most", ""]
    return ["## From the smallest journal to the largest", table(heads, rows, "lrrrrl")]


def _moves(results: Results) -> list[str]:
    """What comes in and goes out at once, beside its floors, and how an import grows."""
    if not results.moves:
        return []
    heads = ["rows", "operation", "readlog, s", "floor, s", "ratio", "at most", "peak, MB", "at most", ""]
    lines = [
        _OF_MOVES,
        table([*heads, "on the clock, s"], [_cells_of_move(move) for move in results.moves], "rlrrrrrrlr"),
    ]
    lines += [
        f"{each.name}: {each.small:.0f} µs a row for {GROWN_FROM:,} rows, {each.large:.0f} for {LARGEST:,}, "
        f"{each.ratio:.2f} times as much, at most {each.most:.2f}: {each.verdict}."
        for each in growth(results.moves)
    ]
    lines += [
        f"With the change log a journal of {each.size:,} rows has {each.logged:.1f} MB, without it {each.bare:.1f}: "
        f"{each.ratio:.2f} times as much, at most {each.most:.2f}: {verdict(each.ratio, each.most)}."
        for each in results.written
    ]
    return ["## In and out", *lines]


def _cells_of_move(move: Move) -> list[str]:
    """An import or an export as the cells of its line."""
    size, wall = f"{move.size:,}", f"{move.wall:.2f}"
    if move.trouble:
        return [size, move.name, *[""] * 6, move.trouble, ""]
    most, memory = (f"{limit:g}" if limit else "" for limit in (move.most, move.memory))
    times = [f"{move.cpu:.2f}", f"{move.floor:.2f}", f"{move.ratio:.2f}", most]
    return [size, move.name, *times, f"{move.peak:.0f}", memory, move.verdict, wall]


def _rivals(results: Results) -> list[str]:
    """Side by side with other tools, and which of them could not be had."""
    if not results.rivals and not results.absent:
        return []
    rows = [
        [
            f"{each.size:,}",
            each.name,
            f"{each.cpu:.0f}",
            f"{each.theirs:.0f}",
            f"{each.ratio:.2f}",
            f"{each.memory:.0f}",
            each.verdict,
        ]
        for each in results.rivals
    ]
    heads = ["readings", "instead", "readlog, ms", "theirs, ms", "ratio", "theirs, MB", "readlog is"]
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    asked = (
        f'Asked for "{RARE}" in the same reviews, each as the tool keeps them; libro, which has no search, for the '
        f"reviews of {YEAR}.\nripgrep reads a folder with a Markdown file for each review. {versions}."
    )
    absent = [f"{name} could not be measured: {why}." for name, why in results.absent.items()]
    return ["## What a reader would use instead", *([asked, table(heads, rows, "rlrrrrl")] if rows else []), *absent]
