"""The operations that are measured, the floor that each stands on, and what is to be reached.

In arguments `{n}` is a number that no other run has.
"""

from typing import NamedTuple

from benchmarks.invented import AUTHOR, BEGUN, COMMON, KEPT, OFTEN, PREFIX, RARE, SHOWN, TAG, TODAY, YEAR

LARGEST = 100_000
_MOST_FOR_ALL = 1.3

_OF_BOOK = "--tag benchmark --rating 4.5 --finished 2026-03-01 --published 2012 --pages 576 --review -"


class Case(NamedTuple):
    """An operation of readlog, the same one of a floor, and how many times the floor's CPU time it may take.

    `least` is the smallest journal that it is measured on. Where `prints_the_same`, both must print as many lines.
    `before` is SQL that makes a journal ready for each run, and is not measured. What `reads_all` of
    a table may take a little more of the largest journal. What is written to a file and not printed
    goes `into` one of this name.
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
    before: str = ""
    reads_all: bool = False
    into: str = ""

    def limit(self, size: int) -> float:
        """How many times the floor's CPU time it may take on a journal of so many readings."""
        return max(self.most, _MOST_FOR_ALL) if self.reads_all and size >= LARGEST else self.most


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
    Case("stats", ("stats",), ("counting.stats",), 1.3, least=LARGEST),
)
ALL = CASES[0]
RARE_WORD = CASES[2]
ADD = CASES[11]

_NOW = (("READLOG_NOW", f"{TODAY}T12:00:00+00:00"),)
_IS_READ = f"UPDATE readings SET status = 'reading', finished = NULL, progress = '[]' WHERE id = {BEGUN};"
_NEW_TAG = f"UPDATE tags SET name = '{TAG}' WHERE id = 1;"
_TWIN = "Benchmark Twin"
_TWIN_AUTHOR = f"""
INSERT INTO people (name) VALUES ('{_TWIN}');
UPDATE contributions SET person_id = (SELECT max(id) FROM people) WHERE book_id BETWEEN 11 AND 20;
"""
_TWIN_TAG = f"""
INSERT INTO tags (name) VALUES ('{_TWIN}');
DELETE FROM book_tags WHERE tag_id = 1 AND book_id BETWEEN 11 AND 15;
INSERT INTO book_tags (book_id, tag_id) SELECT id, (SELECT max(id) FROM tags) FROM books WHERE id BETWEEN 11 AND 20;
"""
"""Once it has been merged, half of its books have both tags."""
_WORDS = "year month rating status format language publisher decade author tag".split()
_ALSO_OF_FEW = ("year", "author")


def _looking(
    name: str, readlog: str, floor: str, terminal: str | None = None, *, same: bool = False, reads_all: bool = False
) -> tuple[Case, ...]:
    """A case in a pipe, and one on a terminal where `terminal` is what its floor is asked there."""
    cases = [_in_pipe(name, readlog, f"looking.{floor}", same)]
    if terminal is not None:
        cases.append(_on_terminal(name, readlog, f"looking.{terminal}"))
    return tuple(case._replace(settings=_NOW, reads_all=reads_all) for case in cases)


def _counted(word: str) -> Case:
    """A case that counts by a word; most are measured on the largest journal only."""
    case = Case(f"stats --by {word}", ("stats", "--by", word), ("counting.by", word), 1.25, prints_the_same=True)
    return case._replace(reads_all=True, least=0 if word in _ALSO_OF_FEW else LARGEST)


def _into_file(name: str, readlog: str, floor: str, into: str) -> Case:
    """A case that writes a file, of the largest journal."""
    case = Case(name, (*readlog.split(), into), (f"counting.{floor}", into), 1.25, least=LARGEST, reads_all=True)
    return case._replace(into=into, settings=_NOW)


def _moment(name: str, readlog: tuple[str, ...], *floor: str, before: str = "") -> Case:
    """A case that writes, synced."""
    room = (f"moments.{floor[0]}", *floor[1:])
    return Case(f"{name}, synced", readlog, room, 1.4, writes=True, settings=_NOW, before=before)


LIFE = (
    *_looking("bare readlog", "", "dashboard", "dashboard"),
    *_looking("quotes", "quotes", "quotes", "quotes 100", reads_all=True),
    _looking("quotes --md", "quotes --md", "quotes_as_markdown", same=True, reads_all=True)[0]._replace(least=LARGEST),
    *_looking("quotes, rare word", f"quotes {KEPT}", f"quotes_with {KEPT}", same=True),
    *_looking("quotes --random", "quotes --random", "any_quote", same=True),
    *_looking("random", "random", "any_reading"),
    *_looking("tags", "tags", "tags", "tags", same=True, reads_all=True),
    *_looking("authors", "authors", "authors", "authors 40", same=True, reads_all=True),
    *_looking("goal", "goal", "goal"),
    *_looking(f"stats {YEAR}", f"stats {YEAR}", "year", "year"),
    *map(_counted, _WORDS),
    _into_file("stats --svg", "stats --svg", "picture", "figures.svg"),
    _into_file(f"stats --year-in-review {YEAR}", f"stats --year-in-review {YEAR} -o", "page", f"{YEAR}.md"),
    *_looking("show, five readings", f"show {OFTEN}", f"through_the_years {OFTEN}", f"through_the_years {OFTEN}"),
    *_looking("list of wants, sorted by pile", "list status:to-read --sort pile", "pile", same=True),
    _moment("want", ("want", "Benchmark {n}", "--author", "Author of Benchmark {n}"), "want", "Benchmark {n}"),
    _moment(
        "want --next",
        ("want", "Benchmark {n}", "--author", "Author of Benchmark {n}", "--next"),
        "want_next",
        "Benchmark {n}",
    ),
    _moment("start", ("start", "Benchmark {n}", "--author", "Author of Benchmark {n}"), "start", "Benchmark {n}"),
    _moment("at", ("at", f"{BEGUN}", "{n}"), "at", f"{BEGUN}:{{n}}", before=_IS_READ),
    _moment("pause", ("pause", f"{BEGUN}"), "pause", f"{BEGUN}", before=_IS_READ),
    _moment("finish", ("finish", f"{BEGUN}", "--rating", "4.5"), "finish", f"{BEGUN}:4.5", before=_IS_READ),
    _moment("abandon", ("abandon", f"{BEGUN}", "--at", "{n}"), "abandon", f"{BEGUN}:{{n}}", before=_IS_READ),
    _moment("quote", ("quote", f"{BEGUN}", "Benchmark {n}", "--page", "133"), "quote", f"{BEGUN}:Benchmark {{n}}"),
    _moment("goal", ("goal", "{n}"), "set_goal", "{n}"),
    _moment("tags rename", ("tags", "rename", TAG, "sf"), "rename_tag", f"{TAG}:sf", before=_NEW_TAG),
    _moment("tags merge", ("tags", "merge", _TWIN, TAG), "merge_tag", f"{_TWIN}:{TAG}", before=_TWIN_TAG),
    _moment(
        "authors rename",
        ("authors", "rename", _TWIN, "Benchmark {n}"),
        "rename_author",
        f"{_TWIN}:Benchmark {{n}}",
        before=_TWIN_AUTHOR,
    ),
    _moment(
        "authors merge",
        ("authors", "merge", _TWIN, AUTHOR),
        "merge_author",
        f"{_TWIN}:{AUTHOR}",
        before=_TWIN_AUTHOR,
    ),
)
"""What a reader does and looks at from day to day."""

MOST_MEMORY = 60
"""MB at the peak of a list of all readings in the largest journal."""
MOST_GROWTH = 1.15
"""How many times the CPU time on the smallest journal a search or an addition may take on the largest."""
