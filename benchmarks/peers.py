"""What a reader would use instead: each installed if it can be had, with the same reviews as its own kind of data."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.bench import Bench, say
from benchmarks.cases import Case
from benchmarks.install import Environment, Failed, add, done, environment
from benchmarks.invented import RARE, YEAR
from benchmarks.measure import Command
from benchmarks.results import Rival

SLOW_ROUNDS = 3
"""For what reads everything at every start."""
_JRNL = """\
colors: {{body: none, date: none, tags: none, title: none}}
default_hour: 9
default_minute: 0
editor: ''
encrypt: false
highlight: true
indent_character: '|'
journals: {{default: {{journal: '{data}'}}}}
linewrap: 79
tagsymbols: '@'
template: false
timeformat: '%Y-%m-%d %I:%M %p'
version: '{version}'
"""


class Peer(NamedTuple):
    """A tool: the package it comes in, what readlog is asked, how its data and its command are made.

    From journals of `ahead_from` readings on readlog means to be ahead of it.
    """

    name: str
    package: str
    question: tuple[str, ...]
    data: str
    fill: Callable[[Environment, Path, Path], None]
    command: Callable[[Environment, Path], Command]
    ahead_from: int = 0
    rounds: int | None = None


def _fill_jrnl(_: Environment, journal: Path, data: Path) -> None:
    """A text."""
    _write("jrnl", journal, data)


def _ask_jrnl(made: Environment, data: Path) -> Command:
    """Every entry with the word; it reads the whole journal for that."""
    settings = data.with_suffix(".yaml")
    settings.write_text(_JRNL.format(data=data, version=made.version("jrnl")), encoding="utf-8")
    return Command((made.program("jrnl"), "--config-file", str(settings), "-contains", RARE))


def _fill_libro(made: Environment, journal: Path, data: Path) -> None:
    """A database that it has made itself."""
    done([made.python, "-c", f"from libro.actions.db import init_db; init_db({str(data)!r})"])
    _write("libro", journal, data)


def _ask_libro(made: Environment, data: Path) -> Command:
    """The reviews of a year; it cannot look for words in them."""
    return Command((made.program("libro"), "--db", str(data), "review", "--year", str(YEAR)))


def _fill_table(made: Environment, journal: Path, data: Path) -> None:
    """A table, and an index made by sqlite-utils."""
    _write("table", journal, data)
    columns = ("title", "author", "review")
    done([made.program("sqlite-utils"), "enable-fts", str(data), "reviews", *columns, "--fts5"])


def _ask_sqlite_utils(made: Environment, data: Path) -> Command:
    """The best 20 rows of the table."""
    columns = ("-c", "title", "-c", "author")
    return Command((made.program("sqlite-utils"), "search", str(data), "reviews", RARE, *columns, "--limit", "20"))


def _fill_folder(_: Environment, journal: Path, data: Path) -> None:
    """A folder of files."""
    _write("folder", journal, data)


def _ask_ripgrep(made: Environment, data: Path) -> Command:
    """Every line with the word."""
    return Command((_rg(made.folder), "--ignore-case", RARE, str(data)))


_SEARCH = ("search", RARE)
_YEAR = ("list", f"year:{YEAR}")
PEERS = (
    Peer("jrnl -contains", "jrnl", _SEARCH, "jrnl.txt", _fill_jrnl, _ask_jrnl, rounds=SLOW_ROUNDS),
    Peer("libro review", "libro-book", _YEAR, "libro.db", _fill_libro, _ask_libro),
    Peer("sqlite-utils search", "sqlite-utils", _SEARCH, "table.db", _fill_table, _ask_sqlite_utils),
    Peer("ripgrep, over Markdown", "", _SEARCH, "markdown", _fill_folder, _ask_ripgrep, ahead_from=10_000),
)


def rivals(bench: Bench, folder: Path, only: str) -> tuple[list[Rival], dict[str, str], dict[str, str]]:
    """What was measured of each peer, the versions of those, and why others could not be."""
    found: list[Rival] = []
    versions: dict[str, str] = {}
    absent: dict[str, str] = {}
    for peer in PEERS:
        if only not in peer.name:
            continue
        try:
            made = environment(folder / "peers")
            if peer.package:
                add(made, peer.package)
            found += [_rival(bench, peer, made, size) for size in bench.journals]
            name = peer.package or "ripgrep"
            versions[name] = made.version(peer.package) if peer.package else _rg_version(made.folder)
        except Failed as error:
            absent[peer.name] = str(error)
            say(f"{peer.name} is left out: {error}")
    return found, versions, absent


def _rival(bench: Bench, peer: Peer, made: Environment, size: int) -> Rival:
    """A peer against readlog in turns, each with its own data of the same readings."""
    say(f"{size:>9,}  {peer.name}")
    journal = bench.journals[size]
    theirs = peer.command(made, _data(peer, made, journal))
    ours = bench.readlog(Case(peer.name, peer.question, (), 1.0), journal)
    if code := bench.meter.run(theirs).code:
        raise Failed(f"it ended with {code}")
    mine, other = bench.meter.in_turns([ours, theirs], peer.rounds)
    ratio = mine.over(other)
    aim = "" if size >= peer.ahead_from else ", as is to be expected"
    verdict = "ahead" if ratio < 1 else f"behind{aim}"
    return Rival(size, peer.name, 1000 * mine.cpu, 1000 * other.cpu, ratio, other.peak / 1e6, verdict)


def _data(peer: Peer, made: Environment, journal: Path) -> Path:
    """What a peer keeps the readings of a journal in, beside it; whole, or not there."""
    data = journal.with_name(peer.data)
    fresh = journal.with_name(f"new-{peer.data}")
    if not data.exists():
        if fresh.is_dir():
            shutil.rmtree(fresh)
        fresh.unlink(missing_ok=True)
        peer.fill(made, journal, fresh)
        fresh.rename(data)
    return data


def _write(kind: str, journal: Path, target: Path) -> None:
    """Make data for a peer out of a journal, in another process."""
    done([sys.executable, "-m", "benchmarks.rival_data", kind, str(journal), str(target)])


def _rg(folder: Path) -> str:
    """The rg of this machine, else Debian's, unpacked where it changes nothing."""
    unpacked = folder / "ripgrep" / "usr" / "bin" / "rg"
    if found := shutil.which("rg"):
        return found
    if not unpacked.exists():
        unpack = "mkdir -p ripgrep && cd ripgrep && apt-get download -q ripgrep && dpkg-deb -x ripgrep_*.deb ."
        done(["sh", "-c", f'cd "$1" && {unpack}', "sh", str(folder)])
    return str(unpacked)


def _rg_version(folder: Path) -> str:
    """The version in the first line that it says of itself."""
    return done([_rg(folder), "--version"]).split()[1]
