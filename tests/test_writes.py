"""Writing while the power goes and while others write: a real process, killed at any moment, and eight of them at once."""

import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from readlog.journal import Journal
from tests.given import make
from tests.process import READLOG, Program
from tests.sql_rows import index_is_true

KILLS = 4
MOMENTS = (0.3, 1.05)
"""Of the time of an undisturbed run: a process is killed at any moment between; before, Python is still starting."""

LONG = "\n".join(f"{number} Pétrograd in winter, and the bread." for number in range(60_000))
"""A text larger than what SQLite keeps in memory, so that there is much to interrupt."""


def start(program: Program, *args: str) -> "subprocess.Popen[bytes]":
    """Start it with the long text as its standard input, and do not wait."""
    with tempfile.TemporaryFile() as text:
        text.write(LONG.encode())
        text.seek(0)
        return subprocess.Popen(
            [*READLOG, *args], stdin=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment()
        )


def seconds(program: Program, args: tuple[str, ...]) -> float:
    """How long it takes where nobody disturbs it; the journal is as it was before."""
    whole = program.path.read_bytes()
    took = []
    for _ in range(3):
        before = time.monotonic()
        start(program, *args).communicate()
        took.append(time.monotonic() - before)
        program.path.write_bytes(whole)
    return min(took)


def is_whole(path: Path) -> dict[int, tuple[float | None, str | None]]:
    """Assert that the journal opens, is sound, and finds what is in it; returns rating and review of each reading."""
    with Journal(str(path)) as journal:
        there = {reading.id or 0: (reading.rating, reading.review) for reading in journal.readings()}
        assert journal.list().total == len(there)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    index_is_true(connection)
    connection.close()
    return there


def test_a_kill_in_an_import_leaves_all_or_nothing(program: Program, tmp_path: Path) -> None:
    """Two thousand rows are there and are found, or none of them is; what was there before is there."""
    rows = "".join(f'{{"title": "Volume {number}", "review": "{LONG[:900]!r}"}}\n' for number in range(2_000))
    (tmp_path / "books.json").write_text(rows)
    args = ("import", str(tmp_path / "books.json"))
    with Journal(str(program.path)) as journal:
        journal.add(make("Dune", review="Sand."))
    whole = program.path.read_bytes()
    took = seconds(program, args)
    for _ in range(KILLS):
        program.path.write_bytes(whole)
        child = start(program, *args)
        time.sleep(took * random.uniform(*MOMENTS))
        child.kill()
        child.communicate()
        there = is_whole(program.path)
        assert there[1] == (None, "Sand.")
        assert len(there) in (1, 2_001)


@pytest.mark.parametrize(
    "args", [("add", "Dune", "--again", "--review", "-"), ("edit", "1", "--rating", "4", "--review", "-"), ("delete", "1", "--yes")]
)  # fmt: skip
def test_a_kill_at_any_moment_leaves_the_journal_whole(program: Program, args: tuple[str, ...]) -> None:
    """What was written is there or is not there, whole, and is found or is not found; what was there before is there."""
    before = {1: (3.0, LONG), 2: (3.0, "old")}
    after = {"add": {**before, 3: (None, LONG)}, "edit": before | {1: (4.0, LONG)}, "delete": {2: before[2]}}[args[0]]
    with Journal(str(program.path)) as journal:
        for again, (rating, review) in enumerate(before.values()):
            journal.add(make("Dune", rating=rating, review=review), again=bool(again))
    whole = program.path.read_bytes()
    took = seconds(program, args)
    for _ in range(KILLS):
        program.path.write_bytes(whole)
        child = start(program, *args)
        time.sleep(took * random.uniform(*MOMENTS))
        child.kill()
        child.communicate()
        assert is_whole(program.path) in (before, after)
        if child.returncode == 0:
            assert is_whole(program.path) == after


def test_a_kill_while_the_journal_is_made_leaves_it_whole_or_not_there(program: Program) -> None:
    """The first reading of all is not written into half a journal either."""
    began = time.monotonic()
    start(program, "add", "Emma", "--review", "-").communicate()
    took = time.monotonic() - began
    for _ in range(KILLS):
        shutil.rmtree(program.path.parent)
        child = start(program, "add", "Dune", "--review", "-")
        time.sleep(took * random.uniform(0.2, 1.05))
        child.kill()
        child.communicate()
        if program.path.exists():
            assert is_whole(program.path) in ({}, {1: (None, LONG)})
        assert program("add", "Emma").code == 0


def test_eight_at_once_share_an_author_and_a_journal(program: Program) -> None:
    """Three readings each, on a journal that nobody has made yet: all are there, and the author and the tag are there once."""
    script = 'for n in 1 2 3; do "${@:2}" add "Book $1 $n" --author "Victor Serge" --tag russia || exit 1; done'
    children = [
        subprocess.Popen(["bash", "-c", script, "sh", str(number), *READLOG], env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(8)
    ]  # fmt: skip
    ended = [child.communicate(timeout=240) for child in children]
    assert [(child.returncode, stderr) for child, (_, stderr) in zip(children, ended, strict=True)] == [(0, b"")] * 8
    assert sorted(int(line) for stdout, _ in ended for line in stdout.split()) == list(range(1, 25))
    assert len(is_whole(program.path)) == 24
    with Journal(str(program.path)) as journal:
        assert (journal.counts().books, journal.counts().people, journal.counts().tags) == (24, 1, 1)
