"""A folder in which the program runs: a journal, a state directory, a home, files to bring in; put back for each run."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.given import NOW
from tests.library import fill
from tests.trials.child import Child, Ended, Main, readlog
from tests.trials.soundness import print_of, rows_of

TYPED = "typed in a winter in Petrograd"
"""What the editors of the trials type."""
EDITOR = "editor.sh"
_ROOM = 500_000_000
"""Bytes that are enough for any world."""


class World:
    """`world.run("list")` runs a command; `save` remembers all files, `put_back` makes them what they were."""

    def __init__(self, folder: Path, main: Main = readlog) -> None:
        self.folder = folder / "world"
        self._saved = folder / "saved"
        self._library = folder / "library" / "journal.db"
        self._temporary = folder / "temporary"
        self._main = main
        self.home, self.state, self.out = (self.folder / name for name in ("home", "state", "out"))
        self.journal = self.folder / "data" / "journal.db"
        self.typed = self.folder / "home" / "typed"
        self.begin()

    def begin(self) -> None:
        """Have nothing but an empty home."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._have_nothing_temporary()
        for directory in (self.home, self.out):
            directory.mkdir(parents=True, mode=0o700)

    def begin_with_library(self) -> None:
        """Have a small library, which is made only once."""
        self.begin()
        if not self._library.exists():
            fill(self._library)
        self.journal.parent.mkdir(mode=0o700)
        shutil.copy(self._library, self.journal)

    def save(self) -> None:
        """Remember what all files are."""
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self.folder, self._saved, symlinks=True)

    def put_back(self) -> None:
        """Make all files what they were."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._saved, self.folder, symlinks=True)
        self._have_nothing_temporary()

    def _have_nothing_temporary(self) -> None:
        """An empty folder for temporary files, where a text is that no draft can take; it lies on a disk that does not fail."""
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir()

    def environment(self, more: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The environment of a run; None in `more` takes a variable away."""
        values: dict[str, str | None] = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.state),
            "TMPDIR": str(self._temporary),
            "READLOG_JOURNAL": str(self.journal),
            "READLOG_NOW": NOW,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        return {name: value for name, value in (values | dict(more or {})).items() if value is not None}

    def start(
        self,
        *args: str,
        stdin: bytes = b"",
        env: Mapping[str, str | None] | None = None,
        first: Callable[[], None] | None = None,
        terminal: bool = False,
    ) -> Child:
        """Start a command; `first` is called in its process, before the program."""
        return Child(self._main, args, stdin=stdin, env=self.environment(env), first=first, terminal=terminal)

    def run(
        self,
        *args: str,
        stdin: bytes = b"",
        env: Mapping[str, str | None] | None = None,
        first: Callable[[], None] | None = None,
        terminal: bool = False,
    ) -> Ended:
        """Run a command to its end."""
        return self.start(*args, stdin=stdin, env=env, first=first, terminal=terminal).wait()

    def must(self, *args: str, stdin: bytes = b"", env: Mapping[str, str | None] | None = None) -> Ended:
        """Run a command that prepares something; raises RuntimeError where it fails."""
        ended = self.run(*args, stdin=stdin, env=env)
        if ended.code != 0:
            raise RuntimeError(f"{args} ended with {ended.code}: {ended.said}")
        return ended

    def rows(self, before: str | None = None) -> str:
        """What the journal holds; with `before`, what is new since then is told as new, and not by its uid."""
        return rows_of(self.journal, before)

    def print_of_files(self, before: str) -> bytes:
        """What tells all files of this world from others; uids and moments that are not in the rows `before` are one."""
        return print_of(self.folder, before)

    def editor(self, script: str) -> dict[str, str | None]:
        """An environment whose editor runs these lines of sh, with the file to edit as $1, and notes that it has."""
        path = self.home / EDITOR
        path.write_text(f"#!/bin/sh -e\n{script}\n: > '{self.typed}'\n")
        path.chmod(0o700)
        return {"EDITOR": str(path), "VISUAL": None}

    def texts(self) -> Iterator[Path]:
        """The files in which a text may be that is not in the journal."""
        yield from (path for path in self.state.rglob("*") if path.is_file())


@contextmanager
def a_world(main: Main = readlog, parent: Path | None = None) -> Iterator[World]:
    """A world in a folder that is gone afterwards, below `parent` or where temporary files are."""
    with TemporaryDirectory(prefix="readlog-trials-", dir=parent) as name:
        yield World(Path(name).resolve(), main)


def in_memory() -> Path | None:
    """A folder on a file system of memory, on which a sync takes no time, where programs can lie too; None where there is none."""
    folder = Path("/dev/shm")
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return None
    there = os.statvfs(folder)
    is_fit = not there.f_flag & os.ST_NOEXEC and there.f_bavail * there.f_frsize > _ROOM
    return folder if is_fit else None
