"""What every test stands on: no real home, a clock that stands still, a journal of its own."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import HealthCheck, settings

from readlog.journal import Journal
from readlog.storage.open_journal import open_for_writing
from tests.exports_of_services import Years
from tests.given import NOW
from tests.import_files import Imports, make_clock
from tests.made import make_empty
from tests.process import Cli, Program
from tests.sql_rows import BOOK, open_file

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
def connection(journal: Journal) -> Iterator[sqlite3.Connection]:
    """The file of `journal`, opened beside it for writing, outside of any operation."""
    with open_file(journal) as connection:
        yield connection


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


@pytest.fixture
def years(tmp_path: Path) -> Years:
    """A journal and a folder, both empty."""
    folder = tmp_path / "notes"
    folder.mkdir()
    return Years(folder)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal in which nothing is yet; to copy it is quicker than to make one."""
    path = tmp_path_factory.mktemp("empty") / "journal.db"
    make_empty(path)
    return path


@pytest.fixture
def imports(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imports]:
    """A journal into which files are brought while the clock goes on."""
    copy(empty, tmp_path / "imports.db")
    with Journal(str(tmp_path / "imports.db")) as journal:
        imports = Imports(journal, make_clock(monkeypatch))
        yield imports
        imports.close()


@pytest.fixture(params=["readlog", "another tool"])
def rows(path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A book read twice, open with readlog's settings or with those of another tool."""
    make_empty(path)
    connection = open_for_writing(str(path))
    if request.param != "readlog":
        connection.close()
        connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(BOOK)
    yield connection
    connection.close()


@pytest.fixture
def other_tool(path: Path) -> Iterator[sqlite3.Connection]:
    """A book read twice, open with another tool: foreign keys and recursive triggers are off."""
    make_empty(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(BOOK)
    yield connection
    connection.close()


@pytest.fixture
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A book read twice, open for operations of readlog."""
    make_empty(path)
    connection = open_for_writing(str(path))
    connection.executescript(BOOK)
    yield connection
    connection.close()
