"""Counts the instructions of the commands that people type most, as ratios to a program that only asks SQLite.

    python -m benchmarks.instructions [--keep DIR]

Unlike times, counts are the same on a busy machine. They come from valgrind's cachegrind, with a fixed hash seed, over
a compiled, non-editable install and a journal of 1,000 readings. S is the floor `sqlite-floor list`: the interpreter,
sqlite3 and the statement of `readlog list --limit 20`. Exits with 1 if a ratio is
over its limit by more than TOLERANCE.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from benchmarks.bench import say
from benchmarks.install import Environment, Failed, install
from benchmarks.invented import RARE, SHOWN
from benchmarks.journals import copies, journal

READINGS = 1_000
FLOOR = ("sqlite-floor", "list")
LIMITS = {
    ("list", "--limit", "20"): 3.40,
    ("search", RARE): 3.55,
    ("show", str(SHOWN)): 3.62,
    ("complete", "zsh", "--", "show", "the"): 3.42,
    ("add", "Dune", "--author", "Frank Herbert", "--rating", "4", "--finished", "2012-03"): 4.09,
}
"""How many times the instructions of S a command may take. Lower a limit when a command gets faster."""
TOLERANCE = 1.02


def count(installed: Environment, path: Path, program: str, *arguments: str) -> int:
    """The instructions of one process in user mode, from its start to its end; raises Failed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"HOME": folder, "READLOG_JOURNAL": str(path), "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
        environment = {"PATH": os.environ["PATH"], **settings}
        tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        command = [*tool, installed.python, installed.program(program), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode or not found:
        raise Failed(f"{program} {' '.join(arguments)} could not be counted: {done.stderr[-500:]}")
    return int(found[1].replace(",", ""))


def main() -> int:
    """Install, count, print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the installation and the journal stay")
    keep = parser.parse_args().keep
    if not shutil.which("valgrind"):
        say("valgrind is not installed.")
        return 2
    with nullcontext(keep) if keep else tempfile.TemporaryDirectory() as folder:
        return _report(Path(folder))


def _report(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    installed = install(folder / "installed")
    path = journal(installed, folder, READINGS)
    floor = count(installed, path, *FLOOR, str(path))
    sys.stdout.write(f"{'S: ' + ' '.join(FLOOR):40} {floor / 1e6:7.1f} M\n")
    code = 0
    for arguments, limit in LIMITS.items():
        with copies(path, 1) as (copy,):
            ratio = (counted := count(installed, copy, "readlog", *arguments)) / floor
        verdict = "" if ratio <= limit * TOLERANCE else f"  over its limit, {limit}"
        code |= bool(verdict)
        sys.stdout.write(
            f"{' '.join(('readlog', *arguments))[:40]:40} {counted / 1e6:7.1f} M  {ratio:5.2f} x S{verdict}\n"
        )
    return code


if __name__ == "__main__":
    sys.exit(main())
