"""The commands that the trials interrupt, each with what it begins with: the one table to which a new one is added."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import NamedTuple

from readlog.cli.app import MODULES
from readlog.journal import Journal
from tests.old_journals import make_old
from tests.trials.trial import Budget
from tests.trials.world import TYPED, World

REVIEW = "\n".join(f"{number} The bread of Petrograd, in winter." for number in range(400))
LONG = "\n".join(f"{number} The bread of Petrograd, in winter." for number in range(2_000))
_PAGES = 10
"""Pages that SQLite keeps in memory where the journal says so: of a long text most is in the file before the commit."""
ROWS = 120
_SHORT = 28
"""Commands of a short run: the next one has others."""


class Case(NamedTuple):
    """A command, and what must be true of it besides that it is done wholly or not at all.

    `prepare` makes what it begins with, beside a small library; `editor` is the script of an editor
    that types TYPED; `target` is a file or a folder of the world that is whole or as it was; `refused_with` are
    the codes with which it may end where the disk fails. `changes` is false for what leaves the journal as it is,
    `looking_changes` is true where `readlog list` does what the command does. `damaged_before` says that the journal
    has faults to begin with: the judge compares with those. `throws_away` is true where what was typed is not wanted,
    `writes_behind` where a file comes behind the commit: the command may fail, and the journal be changed.
    """

    name: str
    args: tuple[str, ...]
    prepare: Callable[[World], object] = lambda world: None
    stdin: bytes = b""
    editor: str = ""
    target: str = ""
    refused_with: frozenset[int] = frozenset((6,))
    changes: bool = True
    looking_changes: bool = False
    damaged_before: bool = False
    throws_away: bool = False
    writes_behind: bool = False

    @property
    def is_there(self) -> bool:
        """Whether this program has the command already."""
        return self.args[0] in MODULES

    def arguments(self, world: World) -> tuple[str, ...]:
        """What is typed, with the folders of the world in it."""
        return tuple(arg.replace("OUT", str(world.out)) for arg in self.args)

    def environment(self, world: World) -> Mapping[str, str | None]:
        """What it needs in its environment."""
        return world.editor(self.editor) if self.editor else {}

    def make(self, world: World) -> None:
        """Have in `world` what it begins with, and remember that."""
        world.begin_with_library()
        self.prepare(world)
        self.environment(world)
        world.save()


def _edited_once(world: World) -> None:
    world.must("edit", "3", "--rating", "2", "--review", "-", "--tag", "winter", stdin=REVIEW.encode())


def _deleted_once(world: World) -> None:
    world.must("delete", "1", "--yes")


def _little_memory(world: World) -> None:
    """What takes several megabytes otherwise happens at a few pages: a change does not fit into memory."""
    with closing(sqlite3.connect(world.journal)) as connection:
        connection.execute(f"PRAGMA default_cache_size = {_PAGES}")


def _books(world: World, rows: int = ROWS) -> None:
    records = [{"title": f"Volume {number}", "authors": [f"Author {number % 40}"], "tags": ["imported"],
                "review": REVIEW[: number * 8], "finished": "2012-03"} for number in range(rows)]  # fmt: skip
    (world.out / "books.json").write_text(json.dumps(records))


def _imported_once(world: World) -> None:
    _books(world)
    world.must("import", str(world.out / "books.json"))


def _undone_once(world: World) -> None:
    _edited_once(world)
    world.must("undo")


def _edited_twice(world: World) -> None:
    _edited_once(world)
    world.must("edit", "3", "--rating", "5")


def _aimed(world: World) -> None:
    world.must("goal", "40")


def _rows_to_refuse(world: World) -> None:
    rows = [f"Volume {number},{'twelve' if number % 3 else '4'},winter" for number in range(30)]
    (world.out / "books.csv").write_text("\n".join(["title,rating,tags", *rows, ""]))


def _false_index(world: World) -> None:
    """Another tool has written into the tables of the index."""
    _run(world, "DELETE FROM search_data")


def _dropped_parts(world: World) -> None:
    """Another tool has dropped what keeps the log and finds titles."""
    _run(world, "DROP TRIGGER books_update; DROP INDEX books_by_title")


def _loose_rows(world: World) -> None:
    """Another tool has written rows that belong to nothing."""
    _run(world, "INSERT INTO book_tags (book_id, tag_id) VALUES (900, 1), (901, 2)")


def _broken_page(world: World) -> None:
    """The first page of the quotes is zeros."""
    with closing(sqlite3.connect(world.journal)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quotes'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    broken = bytearray(world.journal.read_bytes())
    broken[(root - 1) * size : root * size] = bytes(size)
    world.journal.write_bytes(broken)


def _run(world: World, script: str) -> None:
    with closing(sqlite3.connect(world.journal)) as connection:
        connection.executescript(script)


def _merged_once(world: World) -> None:
    world.must("authors", "merge", "Peter Sedgwick", "Victor Serge")


def _of_version_1(world: World) -> None:
    """A journal as version 1 left it."""
    world.journal.unlink()
    make_old(world.journal, 1)


def _backed_up(world: World) -> None:
    world.must("backup", str(world.out / "backup.db"))
    _edited_once(world)


def _exported(world: World) -> None:
    world.must("export", "--json", "-o", str(world.out / "journal.json"))
    world.must("export", "--md", "-o", f"{world.out}/notes/")
    _edited_once(world)
    _deleted_once(world)


def _left_a_draft(world: World) -> None:
    """An editor that failed behind what was typed."""
    world.run("edit", "3", env=world.editor(f"{_EDITOR}; exit 1"))


_EDITOR = f'sed -i "s/^<!-- -.*>8.*/{TYPED}\\n&/" "$1"'
_DISK = frozenset((1, 6))

BEYOND_MEMORY = "edit beyond the memory"

CASES = (
    Case("the first add", ("add", "Dune", "--review", "-"), lambda world: world.begin(), stdin=REVIEW.encode()),
    Case("add", ("add", "Dune", "--author", "Frank Herbert", "--tag", "sand", "--review", "-"), stdin=REVIEW.encode()),
    Case("edit by options", ("edit", "2", "--rating", "4", "--tag", "again", "--review", "-"), stdin=REVIEW.encode()),
    Case(BEYOND_MEMORY, ("edit", "2", "--review", "-"), _little_memory, stdin=LONG.encode()),
    Case("edit in the editor", ("edit", "3"), editor=_EDITOR, refused_with=frozenset((2, 6))),
    Case("delete", ("delete", "1", "--yes")),
    Case("want", ("want", "Dune", "--author", "Frank Herbert", "--why", "Anna said so", "--next")),
    Case("start", ("start", "Dune", "--author", "Frank Herbert")),
    Case("at", ("at", "5", "133", "The winter.")),
    Case("pause", ("pause", "5", "--at", "40%")),
    Case("finish", ("finish", "5", "--rating", "4", "--review", "-"), stdin=REVIEW.encode()),
    Case("abandon", ("abandon", "5", "--why", "The winter.")),
    Case("goal", ("goal", "40")),
    Case("goal none", ("goal", "none"), _aimed),
    Case("quote", ("quote", "2", "-", "--page", "7"), stdin=f"{REVIEW}\n---\nOne more.\n".encode()),
    Case("authors rename", ("authors", "rename", "Victor Serge", "V. L. Kibalchich")),
    Case("authors merge", ("authors", "merge", "Peter Sedgwick", "Victor Serge")),
    Case("merge", ("merge", "4", "1")),
    Case("tags rename", ("tags", "rename", "history", "past")),
    Case("tags merge", ("tags", "merge", "history", "russia")),
    Case("undo of a merge", ("undo",), _merged_once),
    Case("import", ("import", "OUT/books.json"), _books),
    Case("import --keep-refused", ("import", "OUT/books.csv", "--map", "rating=rating/5", "--keep-refused"), _rows_to_refuse, target="out/books.csv.refused.csv", refused_with=_DISK, writes_behind=True),
    Case("edit --restore", ("edit", "3", "--restore", "3"), _edited_once),
    Case("undo of an edit", ("undo",), _edited_once),
    Case("undo of a delete", ("undo",), _deleted_once),
    Case("undo of an import", ("undo",), _imported_once),
    Case("undo --force", ("undo", "13", "--force"), _edited_twice),
    Case("redo", ("undo", "--redo"), _undone_once),
    Case("upgrade", ("list",), _of_version_1, looking_changes=True),
    Case("recover", ("recover", "--apply", "1"), _left_a_draft),
    Case("recover --discard", ("recover", "1", "--discard", "--yes"), _left_a_draft, target="state/readlog/drafts", changes=False, throws_away=True),
    Case("doctor --fix of the index", ("doctor", "--fix"), _false_index, damaged_before=True),
    Case("doctor --fix of dropped parts", ("doctor", "--fix"), _dropped_parts, damaged_before=True),
    Case("doctor --fix of loose rows", ("doctor", "--fix"), _loose_rows, damaged_before=True),
    Case("doctor --salvage", ("doctor", "--salvage", "OUT/saved.db"), _broken_page, target="out/saved.db", changes=False, damaged_before=True),
    Case("backup", ("backup", "OUT/backup.db"), target="out/backup.db", changes=False, refused_with=_DISK),
    Case("restore", ("restore", "OUT/backup.db", "--yes"), _backed_up),
    Case("export to a file", ("export", "--json", "-o", "OUT/journal.json"), _exported, target="out/journal.json", changes=False, refused_with=_DISK),
    Case("export to a folder", ("export", "--md", "--prune", "-o", "OUT/notes/"), _exported, target="out/notes", changes=False, refused_with=_DISK),
    Case("stats --svg", ("stats", "--svg", "OUT/stats.svg"), target="out/stats.svg", changes=False, refused_with=_DISK),
    Case("stats --year-in-review", ("stats", "--year-in-review", "2012", "-o", "OUT/2012.md"), target="out/2012.md", changes=False, refused_with=_DISK),
)  # fmt: skip


def cases() -> list[Case]:
    """Those whose command is there."""
    return [case for case in CASES if case.is_there]


def chosen(budget: Budget) -> list[Case]:
    """All of them; in a short run as many as chance brings, in their order."""
    there = cases()
    return [there[number] for number in sorted(budget.some(range(len(there)), _SHORT))]


def names_of(tried: list[Case]) -> str:
    """The names of these, as a page of the trials has them."""
    return ", ".join(case.name for case in tried)


def is_typed(world: World) -> bool:
    """Whether the editor came to its end: what it wrote was on the disk then."""
    return world.typed.exists()


def where_typed(world: World) -> list[str]:
    """Where what was typed is: in the journal, or in a file of the state directory."""
    places = [str(path) for path in world.texts() if TYPED.encode() in path.read_bytes()]
    if world.journal.exists():
        with Journal(str(world.journal)) as journal:
            found = [reading.id for reading in journal.readings() if TYPED in (reading.review or "")]
        places += ["the journal"] * bool(found)
    return places
