"""Eight processes write into one journal while others read it: what was acknowledged is there, once."""

import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from readlog.cli.app import MODULES
from readlog.journal import Journal
from tests.trials.child import Child, Ended, readlog
from tests.trials.soundness import faults
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import World, a_world

WRITERS, READERS, WRITES, SHORT = 8, 2, 2_000, 12
ASKED = (("list",), ("search", "petrograd"), ("show", "1"), ("stats",), ("export", "--json"), ())
_DONE = "done"


class Share(NamedTuple):
    """What one writer has to do, and the file in which it notes what was acknowledged."""

    number: int
    writes: int
    seed: int
    notes: Path
    until: float


class Mine:
    """What a writer knows to be in the journal: its own readings, and which of them it has changed last, not taken back."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.changed: list[int] = []


def _work(share: Share) -> None:
    """In a process of its own: one command after the other, each with a connection of its own."""
    chance, mine, longest = random.Random(share.seed), Mine(), 0.0
    with share.notes.open("w", encoding="utf-8") as notes:
        for number in range(share.writes):
            if time.monotonic() > share.until:
                break
            began = time.monotonic()
            line = _write(share.number, number, mine, chance, share.notes)
            longest = max(longest, time.monotonic() - began)
            notes.write(f"{line}\n")
            notes.flush()
        notes.write(f"{_DONE}\t{longest}\n")


def _write(writer: int, number: int, mine: Mine, chance: random.Random, beside: Path) -> str:
    """One write, and the line that tells what it was: kind, exit code, reading, mark."""
    mark = f"w{writer}n{number}"
    kinds = ["add", "add", "edit", "edit", "note", "tag", "delete"] + ["undo"] * bool(
        mine.changed and "undo" in MODULES
    )
    kind = chance.choice(kinds) if mine.ids else "add"
    own = chance.choice(mine.changed if kind == "undo" else mine.ids) if mine.ids or kind == "undo" else 0
    code, out = _called(beside, *_arguments(kind, own, mark))
    if kind == "add":
        own = int(out.strip() or 0)
    _remember(mine, kind, own)
    return f"{kind}\t{code}\t{own}\t{mark}"


def _arguments(kind: str, own: int, mark: str) -> tuple[str, ...]:
    if kind == "add":
        return "add", f"Book {mark}", "--author", "Victor Serge", "--review", f"Petrograd {mark}"
    if kind == "undo":
        return "undo", str(_last_operation_on(own))
    return {
        "edit": ("edit", str(own), "--rating", "4", "--review", f"Petrograd {mark}"),
        "note": ("edit", str(own), "--note", f"a note {mark}"),
        "tag": ("edit", "1", "--tag", mark),
        "delete": ("delete", str(own), "--yes"),
    }[kind]


def _last_operation_on(reading: int) -> int:
    """The last operation that changed a reading; nobody but its writer does."""
    sql = "SELECT max(operation_id) FROM changes WHERE table_name = 'readings' AND row_id = ?"
    with closing(sqlite3.connect(os.environ["READLOG_JOURNAL"], timeout=60)) as connection:
        return int(connection.execute(sql, (reading,)).fetchone()[0])


def _remember(mine: Mine, kind: str, own: int) -> None:
    if kind == "tag":
        return
    mine.changed = [each for each in mine.changed if each != own]
    if kind in ("edit", "note", "delete"):
        mine.changed.append(own)
    if kind == "delete":
        mine.ids.remove(own)
    elif own not in mine.ids:
        mine.ids.append(own)


def _called(beside: Path, *args: str) -> tuple[int, str]:
    """The exit code and the stdout of a command run in this process, as a start of Python for each would take hours.

    What it says goes to this process's stderr.
    """
    out = beside.with_suffix(f".{os.getpid()}.out")
    with out.open("w+", encoding="utf-8") as file:
        before, sys.stdout = sys.stdout, file
        try:
            readlog(args)
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.stdout = before
        file.seek(0)
        return code, file.read()


def _read(until_gone: Path) -> None:
    """In a process of its own: ask until the writers are done."""
    number = 0
    while until_gone.exists():
        code, _ = _called(until_gone, *ASKED[number % len(ASKED)])
        if code:
            sys.stderr.write(f"{ASKED[number % len(ASKED)]} ended with {code}\n")
        number += 1
    sys.stdout.write(f"{number}\n")


def run(budget: Budget, found: Found) -> None:
    """Let all of them write and read, and look at what is there in the end."""
    with a_world() as world:
        world.begin_with_library()
        before = _operations(world.journal)
        running = world.folder / "running"
        running.touch()
        shares = [Share(number, SHORT if budget.short else WRITES, budget.seed + number, world.folder / f"notes-{number}",
                        budget.end) for number in range(WRITERS)]  # fmt: skip
        began = time.monotonic()
        writers = [_started(world, lambda args, share=share: _work(share)) for share in shares]
        readers = [_started(world, lambda args: _read(running)) for _ in range(READERS)]
        others = list(_started_by_a_shell(world, 2 if budget.short else 30))
        ended = [writer.wait() for writer in writers]
        took = time.monotonic() - began
        running.unlink()
        read = [reader.wait() for reader in readers]
        _judge_processes([*ended, *read, *others], found)
        lines = [line.split("\t") for share in shares for line in share.notes.read_text(encoding="utf-8").splitlines()]
        writes = [line for line in lines if line[0] != _DONE]
        _judge_rows(world, writes, before + len(others), found)
        found.tell("processes that wrote", WRITERS)
        found.tell("writes acknowledged", sum(line[1] == "0" for line in writes))
        found.tell("answers to readers meanwhile", sum(int(each.stdout or 0) for each in read))
        found.tell("writes in a second", f"{len(writes) / took:,.0f}")
        longest = max((float(line[1]) for line in lines if line[0] == _DONE), default=0)
        found.tell("longest wait of a writer", f"{longest:.1f} s")


def _started(world: World, work: "object") -> Child:
    return Child(work, (), env=world.environment(), patience=3600)  # type: ignore[arg-type]


def _started_by_a_shell(world: World, number: int) -> Iterator[Ended]:
    """Whole starts of the program, as people make them, in between."""
    for each in range(number):
        command = [sys.executable, "-m", "readlog", "add", f"By hand {each}", "--review", "whole starts"]
        done = subprocess.run(command, env=world.environment() | _PATH, capture_output=True, check=False, timeout=120)
        yield Ended(done.stdout, done.stderr, done.returncode)


_PATH = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}


def _judge_processes(ended: Sequence[Ended], found: Found) -> None:
    for each in ended:
        if each.code != 0:
            found.fail("a process", f"ended with {each.code}: {each.said:.300}")
        for line in each.said.splitlines():
            if not re.match("Deleted |Undid |Took back |Undone", line):
                found.fail("a process said", line)


def _judge_rows(world: World, writes: Sequence[Sequence[str]], operations: int, found: Found) -> None:
    """Each acknowledged write is in the journal, as one operation, and nothing else is."""
    for kind, code, number, mark in writes:
        if code != "0":
            found.fail(f"{kind} of reading {number} ({mark})", f"ended with {code}")
    done = [(kind, int(id_), mark) for kind, code, id_, mark in writes if code == "0"]
    _judge_readings(world, done, found)
    ids = [id_ for kind, id_, _ in done if kind == "add"]
    if len(ids) != len(set(ids)):
        found.fail("ids", "one was given twice")
    for fault in faults(world.journal):
        found.fail("the journal", fault)
    if (more := _operations(world.journal) - operations) != len(done):
        found.fail("operations", f"{more} for {len(done)} writes")


def _judge_readings(world: World, done: Sequence[tuple[str, int, str]], found: Found) -> None:
    expected, tags = _expected(done)
    with Journal(str(world.journal)) as journal:
        there = {each.id or 0: each for each in journal.readings() if each.book.title.startswith("Book w")}
        given = {tag for tag in journal.get(1).book.tags if re.fullmatch(r"w\d+n\d+", tag)}
    for id_ in expected.keys() ^ there.keys():
        found.fail(f"reading {id_}", "is missing" if id_ in expected else "is there, and nobody was told so")
    for id_ in expected.keys() & there.keys():
        if (there[id_].book.title, there[id_].review, there[id_].private_note) != expected[id_]:
            found.fail(f"reading {id_}", f"is not as it was acknowledged: {there[id_]!r:.200}")
    if given != tags:
        found.fail("tags of reading 1", f"{len(tags - given)} are missing, {len(given - tags)} are too many")


Row = tuple[str, str, str | None]


def _expected(done: Sequence[tuple[str, int, str]]) -> tuple[dict[int, Row], set[str]]:
    """By what was acknowledged: title, review and note of each reading, and the tags."""
    states: dict[int, list[Row | None]] = {}
    for kind, id_, mark in done:
        now = states[id_][-1] if id_ in states else None
        if kind == "add":
            states[id_] = [(f"Book {mark}", f"Petrograd {mark}", None)]
        elif kind == "undo":
            states[id_].pop()
        elif kind == "delete":
            states[id_].append(None)
        elif now and kind != "tag":
            states[id_].append(
                (now[0], f"Petrograd {mark}", now[2]) if kind == "edit" else (*now[:2], f"a note {mark}")
            )
    rows = {id_: each[-1] for id_, each in states.items()}
    return {id_: row for id_, row in rows.items() if row}, {mark for kind, _, mark in done if kind == "tag"}


def _operations(path: Path) -> int:
    """How many operations are in the log."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM operations").fetchone()[0])


TRIAL = Trial("at once", "Eight processes that write and two that read: every acknowledged write is there, none twice, "
              "and nobody is told that the database is locked.", run, share=6)  # fmt: skip
