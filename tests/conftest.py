"""What every test stands on: no real home, a clock that stands still, a journal of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from readlog.journal import Journal
from tests.given import NOW
from tests.made import make_empty
from tests.process import Cli, Program

settings.register_profile("readlog", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("readlog")

_OF_THE_READER = ("VISUAL", "EDITOR", "PAGER", "LESS", "NO_COLOR", "COLUMNS", "LINES", "FORCE_COLOR", "TTY_COMPATIBLE")
_OF_THE_MACHINE = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "GITHUB_ACTIONS", "LC_ALL")


@pytest.fixture(autouse=True)
def no_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Make the home directory a plain file: a test that forgets to name a journal fails, and touches nothing."""
    home = tmp_path_factory.getbasetemp() / "this-test-forgot-to-name-a-journal"
    home.touch()
    for name in list(os.environ):
        if name.startswith(("READLOG_J", "XDG_")) or name in _OF_THE_READER + _OF_THE_MACHINE:
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("READLOG_NOW", NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal can be made."""
    return tmp_path / "journal" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """The journal that is there, or else an empty one."""
    if not path.exists():
        make_empty(path)
    with Journal(str(path)) as journal:
        yield journal


@pytest.fixture
def program(path: Path) -> Program:
    """The program, on a journal that is not made yet."""
    return Program(path)


@pytest.fixture
def cli(path: Path) -> Cli:
    """The program in this process, on a journal that is not made yet."""
    return Cli(path)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory, for drafts."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "readlog"
