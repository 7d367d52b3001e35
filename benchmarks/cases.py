"""The operations that are measured, the floor that each stands on, and what is to be reached.

In arguments `{journal}` is the file and `{n}` a number that no other run has.
"""

from typing import NamedTuple

from benchmarks.invented import COMMON, PREFIX, RARE, SHOWN

LARGEST = 100_000

_OF_BOOK = "--tag benchmark --rating 4.5 --finished 2026-03-01 --published 2012 --pages 576 --review -"


class Case(NamedTuple):
    """An operation of readlog, the same one of a floor, and how many times the floor's CPU time it may take.

    `least` is the smallest journal that it is measured on. Where `prints_the_same`, both must print as many lines.
    """

    name: str
    readlog: tuple[str, ...]
    floor: tuple[str, ...]
    most: float
    on_terminal: bool = False
    least: int = 0
    prints_the_same: bool = False
    writes: bool = False
    is_planned: bool = False
    settings: tuple[tuple[str, str], ...] = ()


def _in_pipe(name: str, readlog: str, floor: str, same: bool = False) -> Case:
    """A case whose output goes to a program, on T and S."""
    return Case(f"{name}, in a pipe", tuple(readlog.split()), tuple(floor.split()), 1.25, prints_the_same=same)


def _on_terminal(name: str, readlog: str, floor: str) -> Case:
    """A case whose output a person sees, on R."""
    return Case(f"{name}, on a terminal", tuple(readlog.split()), tuple(floor.split()), 1.25, on_terminal=True)


CASES = (
    _in_pipe("list of all", "list", "list-all", same=True),
    _in_pipe("list of 20", "list --limit 20", "list", same=True),
    _in_pipe("search, rare word", f"search {RARE}", f"search {RARE}", same=True),
    _in_pipe("show", f"show {SHOWN}", f"show {SHOWN}"),
    _in_pipe("info", "info", "info"),
    _on_terminal("list", "list", "list"),
    _on_terminal("search, rare word", f"search {RARE}", f"search {RARE}"),
    _on_terminal("show", f"show {SHOWN}", f"show {SHOWN}"),
    _on_terminal("info", "info", "info"),
    Case(
        "search, word in every review",
        ("search", COMMON),
        ("search", COMMON),
        1.3,
        least=LARGEST,
        prints_the_same=True,
    ),
    Case(
        "TAB after some of a title",
        ("complete", "bash", "--", f"readlog show {PREFIX}"),
        ("complete", PREFIX),
        1.25,
    ),
    Case(
        "add, synced",
        ("add", "Benchmark {n}", "--author", "Author of Benchmark {n}", *_OF_BOOK.split()),
        ("add", "Benchmark {n}"),
        1.4,
        writes=True,
    ),
    Case("stats", ("stats",), ("stats",), 1.3, least=LARGEST),
)
ALL = CASES[0]
RARE_WORD = CASES[2]
ADD = CASES[11]

MOST_MEMORY = 60
"""MB at the peak of a list of all readings in the largest journal."""
MOST_GROWTH = 1.15
"""How many times the CPU time on the smallest journal a search or an addition may take on the largest."""
