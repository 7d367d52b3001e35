"""Measures readlog, prints the tables, and writes docs/benchmarks.md when asked to.

    python -m benchmarks [--sizes 1000,10000] [--only search] [--keep DIR] [--no-peers] [--write]

It installs readlog, and what a reader would use instead, into environments of their own; nothing else is touched.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench import Bench, say
from benchmarks.cases import LARGEST
from benchmarks.install import Environment, install
from benchmarks.journals import journal
from benchmarks.measure import Meter
from benchmarks.moving import Moving
from benchmarks.peers import rivals
from benchmarks.report import DOCUMENT, report
from benchmarks.results import Results

SIZES = (1_000, 10_000, LARGEST)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=_sizes, default=SIZES, metavar="N,N", help="readings in each journal")
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="of each command, at most")
    parser.add_argument(
        "--seconds", type=float, default=40, metavar="N", help="for one operation, after which 5 runs do"
    )
    parser.add_argument("--only", default="", metavar="NAME", help="operations and peers whose name contains this")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where journals stay for the next time")
    parser.add_argument("--no-peers", action="store_true", help="readlog and its floors only")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    return parser.parse_args()


def main() -> None:
    """Install, make the journals, measure, tell."""
    asked = arguments()
    with _folder(asked.keep) as folder:
        say("Installing")
        installed = install(folder / "installed")
        text = report(_results(asked, folder, installed), installed)
    sys.stdout.write(text)
    if asked.write:
        DOCUMENT.write_text(text, encoding="utf-8")


def _results(asked: argparse.Namespace, folder: Path, installed: Environment) -> Results:
    """Make the journals and measure everything."""
    journals = {}
    for size in sorted(asked.sizes):
        say(f"A journal of {size:,}")
        journals[size] = journal(installed, folder, size)
    bench = Bench(installed, journals, Meter(folder / "home", asked.runs, asked.seconds))
    found = rivals(bench, folder, asked.only) if not asked.no_peers else ([], {}, {})
    moving = Moving(bench, folder)
    moves = moving.moves(asked.only)
    return Results(bench.rows(asked.only), bench.growth(asked.only), moves, moving.written, *found)


def _sizes(text: str) -> tuple[int, ...]:
    """Numbers of readings, as in 1000,10000."""
    return tuple(int(size) for size in text.split(","))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Where everything lies: a folder that is kept, or one that is gone afterwards."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="readlog-benchmarks-") as name:
        yield Path(name)


if __name__ == "__main__":
    main()
