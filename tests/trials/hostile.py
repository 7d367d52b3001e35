"""Thousands of hostile texts, in by every door and out by every other: nothing of them acts, and nothing is lost."""

import csv
import io
import os
import re
import sqlite3
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from tests.given import CONTROLS
from tests.trials.child import Ended
from tests.trials.hostile_files import FORMATS, write
from tests.trials.hostile_texts import Hostile
from tests.trials.soundness import faults
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import World, a_world

_OURS = re.compile(rb"\x1b\[[0-9;]*m|\x1b\[\?25[hl]|\x1b\[[0-9]*[AK]|\x1b\[2K|\r")
"""What the program itself says to a terminal: colours; the cursor of a line of progress."""
_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GOODREADS_FORMULA = re.compile(r'="[0-9X]*"')
_BATCHES = 16
"""Enough of them: each has more than a thousand texts."""
LISTS = (
    (), ("list",), ("list", "--json"), ("search", "dune"), ("search", "dune", "--json"), ("stats", "--by", "author"),
    ("stats", "--by", "tag"), ("random",), ("quotes",), ("quotes", "--md"), ("quotes", "--json"), ("info",), ("history",), ("history", "--json"), ("recover",), ("doctor",),
    ("show", "1"), ("show", "2", "--json"), ("list", "imported", "--sort", "title"), ("history", "1"), ("history", "1", "--at", "2999"),
    ("tags",), ("authors",), ("goal", "40"), ("stats",), ("stats", "--year-in-review", "2026"), ("quotes", "--random"),
    ("complete", "bash", "--", "readlog list tag:"), ("complete", "zsh", "--", "list", "author:"), ("complete", "fish", "--", "show", ""),
    ("complete", "fish", "--", "add", "--tag", ""), ("undo",), ("undo", "--redo"),
)  # fmt: skip
"""What shows something; the last two are asked one after the other, so that what is taken back comes back."""
_DOCTOR_SAYS_DAMAGE = 6


def run(budget: Budget, found: Found) -> None:
    """Batch after batch: a journal full of them, asked for everything, exported and read back."""
    hostile = Hostile(budget.chance)
    for number in budget.rounds(1, least=8, enough=_BATCHES):
        with a_world() as world:
            _add(world, hostile, found, 6 if budget.short else 20)
            _import(world, hostile, found, 5 if budget.short else 12)
            _edit(world, hostile, found)
            _live(world, hostile, found)
            _ask(world, found, budget, number)
            _export(world, found)
            _by_another_tool(world, hostile)
            _ask(world, found, budget, number)
            _outside(world, found)
    found.tell("hostile texts", hostile.made)


def _add(world: World, hostile: Hostile, found: Found, times: int) -> None:
    for _ in range(times):
        text = hostile.text if hostile.made % 4 == 0 else hostile.whole
        args = ("add", "--new-book", f"{text()} {hostile.made}", "--author", text(), "--tag", text(), "--note", text())
        ended = world.run(*args, "--review", "-", stdin=os.fsencode(_encodable(text(6))) or b"x")
        _judge("add", ended, (0, 2, 5), found)
        found.count("adds refused with a line", int(ended.code != 0))


def _encodable(text: str) -> str:
    """As a shell would hand it over: halves of characters that are no bytes cannot come."""
    return re.sub("[\ud800-\udc7f\udd00-\udfff]", "", text)


def _import(world: World, hostile: Hostile, found: Found, rows: int) -> None:
    for format_ in FORMATS:
        path = write(format_, world.out, hostile, rows)
        named = ["--from", format_] if format_ in ("csv", "goodreads", "storygraph") else []
        ended = world.run("import", str(path), *named)
        _judge(f"import of {format_}", ended, (0, 5), found)
        found.count("files imported" if ended.code == 0 else "files refused with a line")
        _judge(
            f"import of {format_}, on a terminal",
            world.run("import", str(path), *named, "-n", terminal=True),
            (0, 5),
            found,
        )


def _edit(world: World, hostile: Hostile, found: Found) -> None:
    for id_ in ("1", "2", "3"):
        _judge(
            "edit",
            world.run("edit", id_, "--title", f"{hostile.whole()} {id_}", "--review", hostile.whole(4)),
            (0, 2, 3, 4),
            found,
        )


def _live(world: World, hostile: Hostile, found: Found) -> None:
    """The life of a book, each moment of it told with such words; on a terminal each is answered with the title."""
    for terminal in (False, True):
        title = f"{hostile.whole()} {hostile.made}"
        _judge(
            "want",
            world.run("want", "--new-book", "--why", hostile.text(), "--", title, terminal=terminal),
            (0, 2),
            found,
        )
        ids = world.run("list", "--sort", "added", "--limit", "1").stdout.split(b"\t")
        id_ = ids[0].decode()
        for args in (
            ("start", id_),
            ("at", "--", id_, "133", hostile.text()),
            ("at", "--", id_, hostile.text()),
            ("pause", id_, "--why", hostile.text()),
            ("quote", id_, hostile.whole() + "x"),
            ("finish", id_, "--note", hostile.text(), "--review", hostile.whole(3) + "x"),
            ("start", id_),
            ("abandon", id_, "--why", hostile.text(), "--at", hostile.text()),
        ):
            _judge(f"readlog {args[0]}", world.run(*args, terminal=terminal), (0, 2, 4), found)


def _plan(world: World, found: Found) -> None:
    """What a backup would change, which is told by the titles of the readings."""
    backup = str(world.out / "backup.db")
    world.must("backup", backup, "--force")
    world.must("delete", "1", "--yes")
    world.must("edit", "2", "--rating", "4.5", "--title", "Tome")
    for terminal in (False, True):
        _judge("readlog restore, its plan", world.run("restore", backup, "--dry-run", terminal=terminal), (0,), found)
    world.must("undo")
    world.must("undo")


def _ask(world: World, found: Found, budget: Budget, number: int) -> None:
    """Every output, in a pipe and on a terminal."""
    for each, args in enumerate(LISTS):
        what = f"readlog {' '.join(args)}"
        codes = (0, _DOCTOR_SAYS_DAMAGE) if args == ("doctor",) else (0,)
        _judge(what, world.run(*args), codes, found)
        if args[:1] != ("undo",) and (not budget.short or each % 3 == number % 3):
            _judge(f"{what}, on a terminal", world.run(*args, env={"PAGER": "cat"}, terminal=True), codes, found)
    for args in (("undo",), ("undo", "--redo")):
        _judge(f"readlog {' '.join(args)}, on a terminal", world.run(*args, terminal=True), (0,), found)
    _judge("readlog stats --svg", world.run("stats", "--svg", f"{world.out}/stats.svg"), (0,), found)
    _harmless(world.out / "stats.svg", found)
    _plan(world, found)
    for id_ in budget.some(range(3, 60), 3):
        _judge(
            f"readlog show {id_}, on a terminal",
            world.run("show", str(id_), env={"PAGER": "cat"}, terminal=True),
            (0, 3),
            found,
        )


def _judge(what: str, ended: Ended, codes: Sequence[int], found: Found) -> None:
    found.count("outputs")
    if ended.code not in codes:
        found.fail(what, f"ended with {ended.code}: {ended.said[-400:]}{ended.stdout[-300:]!r}")
    if b"Traceback" in ended.stdout + ended.stderr:
        found.fail(what, f"a traceback: {(ended.stdout + ended.stderr)[-300:]!r}")
    for stream in (ended.stdout, ended.stderr):
        shown = _OURS.sub(b"", stream).decode(errors="backslashreplace")
        if bad := sorted(set(shown) & (set(CONTROLS) - {"\t", "\n"})):
            at = min(shown.index(each) for each in bad)
            found.fail(what, f"control characters {bad} in {shown[max(0, at - 60) : at + 30]!r}")


def _export(world: World, found: Found) -> None:
    """To files and folders; then each whole format into an empty journal, and out again: the same bytes."""
    for fault in faults(world.journal):
        found.fail("the journal", fault)
    for option, suffix in (("--json", "json"), ("--md", "md"), ("--csv", "csv")):
        first, second = world.out / f"first.{suffix}", world.out / f"second.{suffix}"
        _judge(f"export {option}", world.run("export", option, "-o", str(first), "--verify"), (0,), found)
        other = {"READLOG_JOURNAL": str(world.out / f"other-{suffix}.db")}
        _judge(f"import of that {suffix}", world.run("import", str(first), env=other), (0,), found)
        _judge(f"export {option} again", world.run("export", option, "-o", str(second), env=other), (0,), found)
        found.count("round trips")
        if first.read_bytes() != second.read_bytes():
            found.fail(f"export {option}, import, export {option}", "not the same bytes")
        _harmless(first, found)
        _judge(f"export {option} to a pipe", world.run("export", option), (0,), found)
    _spreadsheet(world.out / "first.csv", found)
    for args in (("--goodreads", "-o", f"{world.out}/goodreads.csv"), ("--md", "-o", f"{world.out}/notes/"), ("--json", "-o", f"{world.out}/records/"),
                 ("--md", "--public", "-o", f"{world.out}/public/")):  # fmt: skip
        _judge(f"export {args[0]}", world.run("export", *args), (0,), found)
    _spreadsheet(world.out / "goodreads.csv", found)
    _folders(world, found)


def _harmless(path: Path, found: Found) -> None:
    text = path.read_text(encoding="utf-8")
    if bad := set(text) & (set(CONTROLS) - {"\t", "\n"}):
        found.fail(path.name, f"control characters {sorted(bad)}")


def _spreadsheet(path: Path, found: Found) -> None:
    """No cell that a spreadsheet would run; a number and an ISBN as Goodreads writes it are none."""
    csv.field_size_limit(sys.maxsize)
    for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
        found.count("cells of spreadsheets", len(row))
        for cell in row:
            if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) and not _GOODREADS_FORMULA.fullmatch(cell):
                found.fail(path.name, f"a spreadsheet would run {cell!r:.80}")


def _folders(world: World, found: Found) -> None:
    """As many files as readings, each right in the folder, by a name that any system can have."""
    with closing(sqlite3.connect(world.journal)) as connection:
        (readings,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    for folder in ("notes", "records", "public"):
        names = [each.name for each in (world.out / folder).iterdir() if each.is_file()]
        if len(names) != readings:
            found.fail(folder, f"{len(names)} files for {readings} readings")
        for name in names:
            if not name.isprintable() or re.search(r'[<>:"/\\|?*]|^\.|[. ]$', name) or len(name.encode()) > 255:
                found.fail(folder, f"a file has the name {name!r}")


def _by_another_tool(world: World, hostile: Hostile) -> None:
    """What readlog would have cleaned, written into the tables by another program."""
    with closing(sqlite3.connect(world.journal)) as connection:
        for table, column in (
            ("books", "title"),
            ("books", "publisher"),
            ("people", "name"),
            ("tags", "name"),
            ("readings", "review"),
            ("readings", "private_note"),
            ("quotes", "text"),
        ):
            for (id_,) in connection.execute(f"SELECT id FROM {table} WHERE id % 2").fetchall():
                text = f"{hostile.whole().strip()}x{id_}"
                connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE id = ?", (text, id_))
        connection.commit()


def _outside(world: World, found: Found) -> None:
    """Nothing was written but the journal, the state directory and what was named."""
    expected = {"data", "home", "out", "state"}
    strange = [str(path) for path in _strange(world, expected)]
    if strange:
        found.fail("files", f"were written where nobody has named a place: {strange[:5]}")


def _strange(world: World, expected: set[str]) -> Iterator[Path]:
    yield from (path for path in world.folder.iterdir() if path.name not in expected)
    yield from world.home.iterdir()
    yield from (
        path for path in (world.folder.parent / "outside.md", Path("/tmp/readlog-trials-outside.md")) if path.exists()
    )
    ours = ("world", "saved", "library", "temporary")
    yield from (path for path in world.folder.parent.iterdir() if path.name not in ours)


warnings.filterwarnings("ignore", "Duplicate name", UserWarning)

TRIAL = Trial("hostile texts", "Hostile texts by every door and every output: nothing acts on a terminal, no spreadsheet runs a "
              "cell, no file is written outside, and everything that was taken comes back byte for byte.", run, share=3)  # fmt: skip
