"""The trials can fail: each is given a program that breaks what it looks for."""

import os
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("the trials fork", allow_module_level=True)

from readlog.cli.app import MODULES
from tests.trials import failing_disk
from tests.trials.bombs import not_asked
from tests.trials.cases import BEYOND_MEMORY, CASES, Case, chosen, names_of
from tests.trials.child import Ended, readlog
from tests.trials.disk import ERRORS
from tests.trials.failing_disk import Calls
from tests.trials.hands import HANDS, share
from tests.trials.holding import Known, broken, learn, look
from tests.trials.kills import kill_all
from tests.trials.report import BEGIN, DOCUMENT, END, written_into
from tests.trials.soundness import print_of
from tests.trials.trial import MOST_TOLD, Budget, Found
from tests.trials.world import World, a_world


def acknowledges_too_early(args: Sequence[str]) -> None:
    """Says that it is done, and then does it."""
    if args[0] == "add":
        os.write(1, b"13\n")
        time.sleep(0.15)
    readlog(args)


def writes_in_two_steps(args: Sequence[str]) -> None:
    """Commits half of it."""
    if args[0] == "add":
        readlog_to_its_end(["add", "Half", "--new-book"])
        time.sleep(0.15)
    readlog(args)


def ends_well_always(args: Sequence[str]) -> None:
    """Takes no notice of a failure."""
    readlog_to_its_end(args)
    sys.exit(0)


class Measured(sqlite3.Connection):
    """Tells before each commit how large the file is."""

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        """Run a statement."""
        if sql == "COMMIT":
            os.write(2, f"{os.path.getsize(os.environ['READLOG_JOURNAL'])}\n".encode())
        return super().execute(sql, *parameters)  # type: ignore[arg-type]


def measures_the_file(args: Sequence[str]) -> None:
    """Tells the size of the journal before each commit."""
    sqlite3.connect = partial(sqlite3.connect, factory=Measured)  # type: ignore[assignment]
    readlog(args)


def a_case(name: str) -> Case:
    """The case of that name."""
    [case] = [case for case in CASES if case.name == name]
    return case


def readlog_to_its_end(args: Sequence[str]) -> None:
    """One command more in the same process."""
    try:
        readlog(args)
    except SystemExit:
        return


@pytest.mark.parametrize(
    ("main", "told"),
    [
        (acknowledges_too_early, "it said that it was done, and it was not"),
        (writes_in_two_steps, "the journal is neither as before nor as after"),
        (readlog, None),
    ],
)
def test_kills_find_a_program_that_does_half_of_it(main: Callable[[Sequence[str]], object], told: str | None) -> None:
    """One that says so before the commit, one that commits twice; and nothing is found at ours."""
    found, budget = Found(), Budget(1905, None)
    for _ in range(12 if told else 1):
        if not found.wrong:
            kill_all(budget, found, main, [a_case("add")])
    assert bool(found.wrong) == bool(told), found.failures
    assert any(told in failure for failure in found.failures) if told else True


def test_a_program_that_takes_no_notice_of_a_failing_disk_is_found() -> None:
    """An exit code of 0 with nothing in the journal is told, also where the files have been looked at before."""
    resource = pytest.importorskip("resource")
    case = a_case("add")
    with a_world(ends_well_always) as world:
        known = learn(case, world)
        world.put_back()
        limit = (world.journal.stat().st_size,) * 2
        for _ in range(2):
            ended = failing_disk.run_case(case, world, partial(resource.setrlimit, resource.RLIMIT_FSIZE, limit))
            assert "it said that it was done, and it was not" in broken(case, known, look(case, world, known), ended)


def test_every_command_is_tried() -> None:
    """By those that interrupt it if it writes, and by the one that has no network; a new command has to be in their lists."""
    looking = {"show", "search", "quotes", "random", "history", "info", "completion"}
    assert {case.args[0] for case in CASES} == set(MODULES) - looking
    assert not_asked() == []


def test_a_short_run_tries_some_of_the_commands() -> None:
    """Others for another seed, the same for the same; a long run tries all."""
    some = [names_of(chosen(Budget(seed, None))) for seed in (1, 1, 2)]
    assert some[0] == some[1] != some[2]
    assert chosen(Budget(1, 60)) == list(CASES)


LEFT_ALONE, BETWEEN = "it said that it was done, and it was not", "the journal is neither as before nor as after"


@pytest.mark.parametrize(
    ("name", "script", "told"),
    [
        ("doctor --fix of the index", "SELECT 1", LEFT_ALONE),
        ("doctor --fix of the index", "INSERT INTO goals (year, books) VALUES (2026, 40)", BETWEEN),
        ("doctor --fix of dropped parts", "CREATE INDEX books_by_title ON books (title)", BETWEEN),
        ("doctor --salvage", "INSERT INTO goals (year, books) VALUES (2026, 40)", BETWEEN),
    ],
)
def test_what_is_damaged_to_begin_with_is_as_it_was_or_mended(name: str, script: str, told: str) -> None:
    """A mend that does nothing, or half of it, is found; and so is a salvage that touches the damaged file."""
    case = a_case(name)
    with a_world() as world:
        known = learn(case, world)
        world.put_back()
        assert broken(case, known, look(case, world, known), Ended(b"", b"", 6)) == []
        with closing(sqlite3.connect(world.journal)) as connection:
            connection.executescript(script)
        found = broken(case, known, look(case, world, known), Ended(b"", b"", 0))
        assert any(told in each for each in found), found


@pytest.mark.parametrize(("name", "grows"), [(BEYOND_MEMORY, True), ("edit by options", False)])
def test_an_edit_beyond_the_memory_is_in_the_file_before_its_commit(name: str, *, grows: bool) -> None:
    """SQLite writes most of its pages when it has no room for them, and others when it commits."""
    with closing(sqlite3.connect(":memory:")) as memory:
        options = {option for (option,) in memory.execute("PRAGMA compile_options")}
    if "OMIT_DEPRECATED" in options:
        pytest.skip("this SQLite has no default_cache_size")
    with a_world(measures_the_file) as world:
        a_case(name).make(world)
        before = world.journal.stat().st_size
        told = world.run(*a_case(name).arguments(world), stdin=a_case(name).stdin).said
        assert max(int(size) for size in told.split()) > before + 50_000 * grows - 1
        assert grows or {int(size) for size in told.split()} == {before}
        assert world.journal.stat().st_size > before


class FakeDisk:
    """A disk of four calls, of which none really fails; notes which were to."""

    calls, last = 4, "write"

    def __init__(self) -> None:
        self.armed: Counter[tuple[int, int, bool]] = Counter()
        self._nth = 0

    def arm(self, nth: int, what: int, *, from_then_on: bool = False) -> None:
        """Nothing, for it is called in the process of the program."""

    @property
    def fired(self) -> bool:
        """Whether there is such a call."""
        return 0 < self._nth <= self.calls

    def note(self, disk: "FakeDisk", error: str, nth: int) -> None:
        """Take down that this call is to fail."""
        self._nth = nth
        self.armed[nth, *ERRORS[error]] += 1


@pytest.mark.parametrize("parts", [1, 2])
def test_every_call_fails_with_every_error_once(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until none fails, in one process or shared by two; with no time nothing is said to be done."""
    disk, found, case = FakeDisk(), Found(), a_case("export to a file")
    monkeypatch.setattr(failing_disk, "run_case", lambda *_: None)
    monkeypatch.setattr(
        failing_disk, "_fail", lambda case, world, known, disk, error, nth, found: disk.note(disk, error, nth)
    )
    world: World = None  # type: ignore[assignment]
    known: Known = None  # type: ignore[assignment]
    for part in range(parts):
        calls = Calls(case, part, parts)
        calls.count(world, disk, Budget(1905, 60), found)  # type: ignore[arg-type]
        calls.fail(world, known, disk, Budget(1905, 0), found)  # type: ignore[arg-type]
        assert not calls.are_done
        calls.fail(world, known, disk, Budget(1905, 60), found)  # type: ignore[arg-type]
        assert calls.are_done
    assert disk.armed == Counter({(nth, *error): 1 for nth in range(1, 6) for error in ERRORS.values()})
    assert sum(disk.armed.values()) == found.figures["calls that there are, with each error"]


def test_files_are_the_same_where_only_new_uids_and_moments_differ(tmp_path: Path) -> None:
    """Any other byte, a name, a mode or what is behind a link tells them apart, and so does a uid that was there before."""
    before = "books r0000000000000001 2026-11-22 12:00:00"

    def printed(name: str, content: bytes, mode: int = 0o600) -> bytes:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / name).write_bytes(content)
        (folder / name).chmod(mode)
        return print_of(folder, before)

    one = printed("draft.md", b"uid: r00000000000000aa\nat 2026-11-23 01:02:03")
    assert printed("draft.md", b"uid: r00000000000000bb\nat 2026-11-23 01:02:04") == one
    others = {
        printed("draft.md", b"uid: r0000000000000001\nat 2026-11-23 01:02:03"),
        printed("draft.md", b"uid: r00000000000000aa\nat 2026-11-22 12:00:00"),
        printed("draft.md", b"uid: r00000000000000aa\nAt 2026-11-23 01:02:03"),
        printed("other.md", b"uid: r00000000000000aa\nat 2026-11-23 01:02:03"),
        printed("draft.md", b"uid: r00000000000000aa\nat 2026-11-23 01:02:03", mode=0o644),
        printed("draft.md", b"uid: r00000000000000aa\0\nat 2026-11-23 01:02:03"),
        printed("draft.md", b"uid: r00000000000000bb\0\nat 2026-11-23 01:02:03"),
    }
    assert len(others | {one}) == 8


def _finds(budget: Budget, found: Found, part: int, parts: int) -> None:
    found.count("parts")
    found.count("of", parts)
    found.tell("chance", str(budget.chance.random()))
    for number in range(MOST_TOLD if part else 1):
        found.fail(f"part {part}", str(number))


def _breaks(budget: Budget, found: Found, part: int, parts: int) -> None:
    if part:
        raise RuntimeError("no world")
    found.count("parts")


def test_two_processes_share_a_trial() -> None:
    """Figures are added, failures are counted, and a part that could not be tried is one."""
    found = Found()
    share(_finds, Budget(1905, 60), found)
    assert (found.figures["parts"], found.figures["of"]) == (HANDS, HANDS * HANDS)
    assert (found.wrong, len(found.failures)) == (MOST_TOLD + 1, MOST_TOLD)
    broke = Found()
    share(_breaks, Budget(1905, 60), broke)
    assert broke.figures["parts"] == 1
    assert "no world" in broke.failures[0]


def test_what_is_not_done_has_another_turn_while_there_is_time() -> None:
    """Each part has one; what a short portion has left over is taken up again."""
    left = {"small": 1, "large": 3}
    turns = []
    for part, _ in Budget(1905, 60).turns(list(left), lambda part: not left[part]):
        turns.append(part)
        left[part] -= 1
    assert turns == ["small", "large", "large", "large"]
    assert [part for part, _ in Budget(1905, 0).turns(["small", "large"], lambda _: False)] == ["small", "large"]
    assert [part for part, _ in Budget(1905, None).turns(["small", "large"], lambda _: False)] == ["small", "large"]


def test_rounds_end_where_there_were_enough() -> None:
    """Or where the time is up, but not before the least number of them."""
    assert len(list(Budget(1905, 60).rounds(1, least=2, enough=5))) == 5
    assert len(list(Budget(1905, 0).rounds(1, least=2, enough=5))) == 2
    assert len(list(Budget(1905, None).rounds(1, least=2, enough=5))) == 1


def test_figures_stand_between_the_markers_and_nothing_else_is_touched() -> None:
    """A second run takes the place of the first."""
    document = DOCUMENT.read_text(encoding="utf-8")
    once = written_into(document, "one\n")
    assert written_into(once, "two\n") == written_into(document, "two\n")
    above, below = document.split(BEGIN)[0], document.split(END)[1]
    assert once == f"{above}{BEGIN}\n\none\n\n{END}{below}"
