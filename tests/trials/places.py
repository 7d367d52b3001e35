"""Places where a journal, a draft or an export cannot be: each is a clear line and the right exit code."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.trials.child import Ended
from tests.trials.soundness import faults
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import World, a_world

Env = Mapping[str, str | None]
WRITES: tuple[tuple[str, ...], ...] = (("add", "Emma"), ("edit", "2", "--rating", "4"), ("delete", "2", "--yes"))
READS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("search", "serge"),
    ("show", "1"),
    ("export", "--json"),
    ("stats",),
    ("info",),
    (),
)
NOBODY = 65_534


class Place(NamedTuple):
    """A place: what makes it so, and the codes with which reading and writing may end there."""

    name: str
    make: Callable[[World], Env]
    reads: tuple[int, ...]
    writes: tuple[int, ...]


def run(budget: Budget, found: Found) -> None:
    """Read and write in each place, then the places that need a mount or another user."""
    with a_world() as world:
        for place in PLACES:
            world.begin_with_library()
            _ask(world, place, place.make(world), found)
        _read_only_files(world, found)
        _as_nobody(world, found)
        _full_stdout(world, found)
        _odd_names(world, found)
        _no_place_for_drafts(world, found)


def _ask(world: World, place: Place, env: Env, found: Found) -> None:
    found.count("places")
    for args in READS:
        _judge(f"{place.name}: readlog {' '.join(args)}", world.run(*args, env=env), place.reads, found)
    for args in WRITES:
        _judge(f"{place.name}: readlog {' '.join(args)}", world.run(*args, env=env), place.writes, found)


def _judge(what: str, ended: Ended, codes: tuple[int, ...], found: Found) -> None:
    found.count("commands")
    if ended.code not in codes:
        found.fail(what, f"ended with {ended.code}, not with one of {codes}: {ended.said:.300}")
    lines = ended.said.splitlines()
    if "Traceback" in ended.said or (ended.code and not (1 <= len(lines) <= 3 and lines[0].startswith("readlog: "))):
        found.fail(what, f"that is no clear line: {ended.said:.300}")


def _moved(world: World, target: str) -> Path:
    """The journal elsewhere; nothing is where it was."""
    elsewhere = world.folder / target
    elsewhere.parent.mkdir(exist_ok=True)
    shutil.move(world.journal, elsewhere)
    return elsewhere


def _a_directory(world: World) -> Env:
    world.journal.unlink()
    world.journal.mkdir()
    return {}


def _a_link(world: World) -> Env:
    world.journal.symlink_to(_moved(world, "elsewhere/real.db"))
    return {}


def _a_chain_of_links(world: World) -> Env:
    real = _moved(world, "elsewhere/real.db")
    (world.folder / "second").symlink_to(real)
    world.journal.symlink_to(Path("..", "second"))
    return {}


def _a_dangling_link(world: World) -> Env:
    world.journal.unlink()
    world.journal.symlink_to(world.folder / "nowhere" / "real.db")
    return {}


def _a_link_to_itself(world: World) -> Env:
    world.journal.unlink()
    world.journal.symlink_to(world.journal)
    return {}


def _a_linked_folder(world: World) -> Env:
    shutil.move(world.journal.parent, world.folder / "elsewhere")
    world.journal.parent.symlink_to(world.folder / "elsewhere")
    return {}


def _below_a_file(world: World) -> Env:
    (world.folder / "file").write_text("mine")
    return {"READLOG_JOURNAL": str(world.folder / "file" / "journal.db")}


def _a_pipe(world: World) -> Env:
    world.journal.unlink()
    os.mkfifo(world.journal)
    return {}


def _a_text(world: World) -> Env:
    world.journal.write_text("my notes\n" * 1000)
    return {}


def _another_database(world: World) -> Env:
    import sqlite3
    from contextlib import closing

    world.journal.unlink()
    with closing(sqlite3.connect(world.journal)) as other:
        other.execute("CREATE TABLE notes (text)")
        other.commit()
    return {}


def _without_home(world: World) -> Env:
    """With a journal that is named nothing else is needed."""
    return {"HOME": "", "XDG_STATE_HOME": None}


def _without_home_and_name(world: World) -> Env:
    return {"HOME": "", "XDG_STATE_HOME": None, "READLOG_JOURNAL": None, "XDG_DATA_HOME": None}


def _relative_data_home(world: World) -> Env:
    """A relative path is ignored, as the specification says: the journal is below the home."""
    there = world.home / ".local" / "share" / "readlog"
    there.mkdir(parents=True)
    shutil.move(world.journal, there / "journal.db")
    return {"READLOG_JOURNAL": None, "XDG_DATA_HOME": "relative/data", "XDG_STATE_HOME": "relative/state"}


def _too_long(world: World) -> Env:
    return {"READLOG_JOURNAL": str(world.folder / ("x" * 300))}


PLACES = (
    Place("a directory", _a_directory, (6,), (6,)),
    Place("a symbolic link", _a_link, (0,), (0,)),
    Place("a chain of links", _a_chain_of_links, (0,), (0,)),
    Place("a link to a folder", _a_linked_folder, (0,), (0,)),
    Place("a dangling link", _a_dangling_link, (6,), (6,)),
    Place("a link to itself", _a_link_to_itself, (6,), (6,)),
    Place("below a file", _below_a_file, (6,), (6,)),
    Place("a pipe", _a_pipe, (6,), (6,)),
    Place("a text", _a_text, (6,), (6,)),
    Place("a database of another program", _another_database, (6,), (6,)),
    Place("no HOME", _without_home, (0,), (0,)),
    Place("no HOME, and no journal named", _without_home_and_name, (6,), (6,)),
    Place("a relative XDG_DATA_HOME", _relative_data_home, (0,), (0,)),
    Place("a name that is too long", _too_long, (0, 3, 6), (6,)),
)


def _read_only_files(world: World, found: Found) -> None:
    """Read-only by their bits, for who is bound by bits; read-only by a mount, for root too."""
    if os.geteuid() != 0:
        world.begin_with_library()
        world.journal.chmod(0o400)
        _ask(world, Place("a read-only file", lambda world: {}, (0, 6), (6,)), {}, found)
        return
    world.begin_with_library()
    with _read_only_mount(world) as is_mounted:
        if is_mounted:
            _ask(world, Place("a read-only file system", lambda world: {}, (0,), (6,)), {}, found)
            env: Env = {"READLOG_JOURNAL": str(world.journal.with_name("new.db"))}
            _ask(world, Place("a new journal on it", lambda world: env, (0, 3), (3, 6)), env, found)
        else:
            found.tell("a read-only file system", "not on this machine: nothing can be mounted")


@contextmanager
def _read_only_mount(world: World) -> Iterator[bool]:
    data = world.journal.parent
    content = world.journal.read_bytes()
    done = subprocess.run(["mount", "-t", "tmpfs", "none", data], capture_output=True, check=False).returncode == 0
    try:
        if done:
            world.journal.write_bytes(content)
            subprocess.run(["mount", "-o", "remount,ro", data], check=True)
        yield done
    finally:
        if done:
            subprocess.run(["umount", data], check=True)


def _as_nobody(world: World, found: Found) -> None:
    """As a user who may not do everything: root becomes one, anybody else is one."""
    for name, mode_of_file, mode_of_folder, reads, writes in _MODES:
        world.begin_with_library()
        for path in (world.folder.parent, world.folder, *world.folder.rglob("*")):
            if os.geteuid() == 0 and path != world.folder.parent:
                os.chown(path, NOBODY, NOBODY)
        world.folder.parent.chmod(0o755)
        world.journal.chmod(mode_of_file)
        world.journal.parent.chmod(mode_of_folder)
        found.count("places")
        for args, codes in [*((args, reads) for args in READS), *((args, writes) for args in WRITES)]:
            _judge(f"{name}: readlog {' '.join(args)}", world.run(*args, first=_become_nobody), codes, found)
        world.journal.parent.chmod(0o700)


_MODES = (
    ("a file that may only be read", 0o400, 0o700, (0,), (6,)),
    ("a folder that may only be read", 0o600, 0o500, (0,), (6,)),
    ("a file that may not be read", 0, 0o700, (6,), (6,)),
    ("a folder that may not be entered", 0o600, 0, (6,), (6,)),
)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _full_stdout(world: World, found: Found) -> None:
    """What cannot be written to stdout is said; what was done is done."""
    if not os.path.exists("/dev/full"):
        found.tell("/dev/full", "not on this machine")
        return

    def full() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)

    world.begin_with_library()
    found.count("places")
    for args in READS:
        _judge(f"/dev/full as stdout: readlog {' '.join(args)}", world.run(*args, first=full), (1,), found)
    before = world.rows()
    _judge("/dev/full as stdout: readlog add", world.run("add", "Emma", first=full), (1,), found)
    if world.rows() == before:
        found.fail("/dev/full as stdout: readlog add", "the reading is not there")


def _odd_names(world: World, found: Found) -> None:
    """A path may have any character: the journal is made there, and nowhere else."""
    for name in (
        "a\nb.db",
        "a?mode=ro.db",
        "a#b.db",
        "a%20b.db",
        "a b.db",
        "-journal.db",
        "é.db",
        ":memory:",
        "a&b=c;d.db",
        "~x.db",
    ):
        world.begin_with_library()
        path = world.folder / "odd" / name
        env = {"READLOG_JOURNAL": str(path)}
        found.count("places")
        for args in (("add", "Dune"), ("edit", "1", "--rating", "4"), ("list",), ("info",)):
            _judge(f"a journal named {name!r}: readlog {args[0]}", world.run(*args, env=env), (0,), found)
        there = sorted(each.name for each in path.parent.iterdir())
        if there != [name]:
            found.fail(f"a journal named {name!r}", f"in its folder is {there}")
        for fault in faults(path):
            found.fail(f"a journal named {name!r}", fault)


def _no_place_for_drafts(world: World, found: Found) -> None:
    """Where no draft can be kept, no editor is opened: nobody types what is lost."""
    for name, make in (("a file", _state_is_a_file), ("missing with no HOME", _state_is_nowhere)):
        world.begin_with_library()
        env = {**make(world), **world.editor("true")}
        found.count("places")
        _judge(f"a state directory that is {name}: readlog edit", world.run("edit", "3", env=env), (6,), found)
        if world.typed.exists():
            found.fail(f"a state directory that is {name}", "the editor was opened")
        for args in (("list",), ("add", "Emma"), ()):
            _judge(f"a state directory that is {name}: readlog {args}", world.run(*args, env=env), (0,), found)


def _state_is_a_file(world: World) -> Env:
    world.state.write_text("mine")
    return {}


def _state_is_nowhere(world: World) -> Env:
    return {"XDG_STATE_HOME": None, "HOME": ""}


TRIAL = Trial("places", "Wherever the journal is or cannot be, there is a clear line and the right exit code, and nothing is "
              "written anywhere else.", run, share=1)  # fmt: skip
