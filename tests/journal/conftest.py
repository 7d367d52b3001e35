from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from tests.journal.imports import Imports, ticking
from tests.made import make_empty

from readlog.journal import Journal


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
        yield Imports(journal, ticking(monkeypatch))
