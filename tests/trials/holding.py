"""What must hold after a command was interrupted, however it was."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from tests.trials.cases import Case, is_typed, where_typed
from tests.trials.child import Ended
from tests.trials.soundness import ABSENT, difference, faults, not_private, rows_of
from tests.trials.world import World

Files = dict[str, bytes]


class Looked(NamedTuple):
    """What is there afterwards: what does not hold whatever was said, the rows if they can be read, the command's files.

    The rows of what was damaged to begin with have its faults behind them: a command has mended it or it has not.
    """

    wrong: tuple[str, ...]
    rows: str
    files: Files


class Known(NamedTuple):
    """What a command begins with and what it comes to where nothing disturbs it: rows, and files that it writes.

    What was looked at is remembered, by the print of all files: a disk that fails leaves the same files again and
    again, most often those that were there, and files that are the same are as sound as they were, and a command does
    with them what it did. `listed` is the code with which `readlog list` ends before.
    """

    before: str
    after: str
    files_before: Files
    files_after: Files
    looked: dict[bytes, Looked]
    sound: dict[bytes, tuple[str, tuple[str, ...]]]
    came_to: dict[bytes, tuple[str, ...]]
    listed: int | None


def learn(case: Case, world: World) -> Known:
    """Run the command undisturbed. Raises RuntimeError where it does not even work then, or mends nothing."""
    case.make(world)
    found = tuple(faults(world.journal))
    before, files_before = _with_faults(case, world.rows(), found), files_of(case, world)
    listed = world.run("list").code if case.damaged_before else 0
    world.put_back()
    ended = run(case, world)
    left = tuple(faults(world.journal))
    if ended.code != 0:
        raise RuntimeError(f"{case.name} ended with {ended.code}: {ended.said}")
    if case.damaged_before and case.changes and left:
        raise RuntimeError(f"{case.name} mends not all: {left}")
    after = _with_faults(case, world.rows(before), left)
    return Known(before, after, files_before, files_of(case, world), {}, {}, {}, listed)


def _with_faults(case: Case, rows: str, found: tuple[str, ...]) -> str:
    return "\n".join((rows, *found)) if case.damaged_before else rows


def run(case: Case, world: World) -> Ended:
    """Run the command to its end."""
    return world.run(*case.arguments(world), stdin=case.stdin, env=case.environment(world))


def files_of(case: Case, world: World) -> Files:
    """What stands in the files that the command writes, but for what a crash may leave.

    That are hidden files, and what is beside the text of a draft: without the text it is no draft.
    """
    if not case.target:
        return {}
    target = world.folder / case.target
    paths = [target] if target.is_file() else target.rglob("*") if target.is_dir() else []
    return {str(path.relative_to(world.folder)): _bytes_of(path) for path in paths
            if path.is_file() and not path.name.startswith(".") and path.name not in ("draft.json", "lock")}  # fmt: skip


def _bytes_of(path: Path) -> bytes:
    """The bytes of a file; of a journal its rows, because two copies of one journal may differ in bytes."""
    content = path.read_bytes()
    return rows_of(path).encode() if content.startswith(b"SQLite format 3") else content


def broken(case: Case, known: Known, looked: Looked, ended: Ended) -> list[str]:
    """What does not hold: of what was said, of what is there, and of the one against the other."""
    found = ["it said a traceback"] * ("Traceback" in ended.said)
    if ended.code is None:
        found.append("it hung")
    if not looked.wrong:
        found += _between(case, known, looked.rows, ended) + _half(known, looked.files, ended)
    return [*found, *looked.wrong]


def look(case: Case, world: World, known: Known) -> Looked:
    """Look at the files, as a reader would; that mends what can be mended."""
    files = world.print_of_files(known.before)
    if files not in known.looked:
        known.looked[files] = _look(case, world, known)
    return known.looked[files]


def _look(case: Case, world: World, known: Known) -> Looked:
    wrong = ["what was typed is nowhere"] * (is_typed(world) and not case.throws_away and not where_typed(world))
    wrong += not_private(world.journal.parent, *([world.state / "readlog"] if world.state.exists() else []))
    at_once = world.rows(known.before) if case.looking_changes else None
    listed = world.run("list")
    if listed.code not in (0, known.listed):
        wrong.append(f"readlog list ends with {listed.code} afterwards: {listed.said}")
        return Looked(tuple(wrong), "", {})
    rows, found = _rows_and_faults(case, world, known)
    wrong += [] if case.damaged_before else found
    return Looked((*wrong, *_faults_of_copies(case, world)), at_once or rows, files_of(case, world))


def _rows_and_faults(case: Case, world: World, known: Known) -> tuple[str, tuple[str, ...]]:
    """What the journal holds, and what is wrong with it; of the same bytes with nothing beside them it is the same."""
    if not world.journal.exists() or world.journal.with_name(f"{world.journal.name}-journal").exists():
        found = tuple(faults(world.journal))
        return _with_faults(case, world.rows(known.before), found), found
    content = hashlib.blake2b(world.journal.read_bytes()).digest()
    if content not in known.sound:
        found = tuple(faults(world.journal))
        rows = _with_faults(case, world.rows(known.before), found)
        one = next((each for each in (known.before, known.after) if each == rows), rows)  # hundreds take much memory
        known.sound[content] = (one, found)
    return known.sound[content]


def _faults_of_copies(case: Case, world: World) -> list[str]:
    """What is wrong with a journal that the command has made beside this one."""
    copies = [world.folder / case.target] if case.target.endswith(".db") else []
    return [f"{copy.name}: {each}" for copy in copies for each in (*faults(copy), *_open_to_others(copy))]


def _open_to_others(copy: Path) -> list[str]:
    return not_private(copy) if copy.exists() else []


def again(case: Case, world: World, known: Known) -> tuple[str, ...]:
    """What goes wrong where the same command is run once more, on what is left of the first time."""
    files = world.print_of_files(known.before)
    if files not in known.came_to:
        known.came_to[files] = tuple(_again(case, world, known))
    return known.came_to[files]


def _again(case: Case, world: World, known: Known) -> list[str]:
    if not is_before(known, _rows_and_faults(case, world, known)[0]):
        return []
    ended = run(case, world)
    now, _ = _rows_and_faults(case, world, known)
    if ended.code != 0:
        is_there = case.target and files_of(case, world) == known.files_after and is_before(known, now)
        return [] if is_there else [f"run again, it ends with {ended.code}: {ended.said}"]
    if now != known.after:
        return [f"run again, it comes to something else:\n{difference(known.after, now)}"]
    return []


def _between(case: Case, known: Known, now: str, ended: Ended) -> list[str]:
    if now != known.after and not is_before(known, now):
        return [f"the journal is neither as before nor as after:\n{difference(known.before, now)}"]
    if acknowledged(case, ended) and now != known.after:
        return ["it said that it was done, and it was not"]
    return []


def is_before(known: Known, now: str) -> bool:
    """Whether the journal is as it was; one that has nothing in it yet is as good as none."""
    return now == known.before or (known.before == ABSENT and _is_empty(now))


def acknowledged(case: Case, ended: Ended) -> bool:
    """Whether the program said that it had done it: by its exit code, or by its data on stdout."""
    return ended.code == 0 or (case.changes and bool(ended.stdout.strip()) and ended.code not in (4, 5, 6))


def _is_empty(rows: str) -> bool:
    """Whether a journal was made and has nothing in it yet."""
    return rows != ABSENT and not any(line.startswith(("books", "operations")) for line in rows.splitlines())


def _half(known: Known, now: Files, ended: Ended) -> list[str]:
    """Files that are neither what they were nor what they were to become."""
    found = [
        f"{name} is half written"
        for name, content in now.items()
        if content not in (known.files_before.get(name), known.files_after.get(name))
        and not (name.endswith(".md") and content in known.files_before.values())
    ]
    if ended.code == 0 and now != known.files_after:
        found.append("it said that it was done, and the files are not all there")
    return found
