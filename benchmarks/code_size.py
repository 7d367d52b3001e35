"""Prints how large the source is, and how many of its files a command runs through.

    python -m benchmarks.code_size [--source DIR]

Files and lines are those below `src/readlog`. Complexity is McCabe's as radon counts it: each condition, also inside
an expression, is a path of its own (ruff's C901 counts statements only). A file runs for a command if one of its
functions is called; importing it is not enough.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMPLEX = 10
"""The cyclomatic complexity above which a function is counted."""
COMMANDS = {
    "add": ("add", "Conquered City", "--author", "Victor Serge", "--rating", "4", "--finished", "2012-03"),
    "search": ("search", "serge"),
    "import": ("import", "goodreads_library_export.csv"),
}
GOODREADS = """\
Book Id,Title,Author,My Rating,Date Read,Date Added,Bookshelves,Exclusive Shelf,My Review
1,The Long Dusk,Victor Serge,4,2012/03/04,2012/03/01,fiction,read,Paris in 1940.
2,Emma,Jane Austen,0,,2013/01/01,,to-read,
"""
"""A small export, of a book that is new and one that is known."""

_TRACE = """
import json, os, sys
source, seen = os.path.join(sys.argv[1], "readlog", ""), set()
def called(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(source) and code.co_name != "<module>":
        seen.add((code.co_filename[len(source):], code.co_qualname))
sys.path.insert(0, sys.argv[1])
result, sys.argv = sys.argv[2], ["readlog", *sys.argv[3:]]
from readlog.cli import main
sys.setprofile(called)
try:
    main()
finally:
    sys.setprofile(None)
    json.dump(sorted(seen), open(result, "w"))
"""


def source_lines(source: Path) -> dict[str, list[int]]:
    """The lines of each file, by top-level package; modules that are in none are under `.`."""
    packages: dict[str, list[int]] = {}
    for path in sorted(source.rglob("*.py")):
        package = path.relative_to(source).parts[0] if path.parent != source else "."
        packages.setdefault(package, []).append(len(path.read_text(encoding="utf-8").splitlines()))
    return packages


def complex_functions(source: Path) -> int:
    """How many functions and methods have a cyclomatic complexity over COMPLEX."""
    command = [sys.executable, "-m", "radon", "cc", "--json", str(source)]
    found = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    blocks = [block for blocks in json.loads(found.stdout).values() for block in blocks]
    return sum(block["type"] != "class" and block["complexity"] > COMPLEX for block in blocks)


def files_run(source: Path) -> dict[str, tuple[int, int]]:
    """Files and functions that run for each of COMMANDS, in a journal that has a book already."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("READLOG_", "XDG_"))}
        environment = {**kept, "HOME": folder, "READLOG_JOURNAL": str(home / "journal.db")}
        (home / "goodreads_library_export.csv").write_text(GOODREADS, encoding="utf-8")
        _trace(source, home / "first.json", environment, ("add", "Emma"))
        run = {}
        for name, command in COMMANDS.items():
            functions = _trace(source, home / f"{name}.json", environment, command)
            run[name] = (len({file for file, _ in functions}), len(functions))
        return run


def _trace(source: Path, result: Path, environment: dict[str, str], command: tuple[str, ...]) -> list[tuple[str, str]]:
    """The functions that one command calls, each with its file."""
    call = [sys.executable, "-c", _TRACE, str(source.parent), str(result), *command]
    subprocess.run(call, env=environment, cwd=result.parent, stdout=subprocess.DEVNULL, check=True)
    return [(file, name) for file, name in json.loads(result.read_text(encoding="utf-8"))]


def main() -> None:
    """Print the figures of the tree, or of another one given by `--source`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.code_size")
    parser.add_argument("--source", type=Path, default=ROOT / "src" / "readlog", help="the package to count")
    source = parser.parse_args().source.resolve()
    packages = source_lines(source)
    lines = Counter({package: sum(files) for package, files in packages.items()})
    report = [f"{name:12} {len(packages[name]):4} files {count:7,} lines" for name, count in lines.most_common()]
    report.append(f"{'all':12} {sum(map(len, packages.values())):4} files {lines.total():7,} lines")
    report.append(f"{complex_functions(source)} functions of complexity over {COMPLEX}")
    report += [f"{name}: {files} files and {count} functions run" for name, (files, count) in files_run(source).items()]
    sys.stdout.write("\n".join(report) + "\n")


if __name__ == "__main__":
    main()
