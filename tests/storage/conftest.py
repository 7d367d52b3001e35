"""A journal with a book in it, as readlog and as any other tool opens it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.storage.rows import BOOK

from readlog.storage.connection import open_for_writing


@pytest.fixture(params=["readlog", "another tool"])
def rows(path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A book read twice, open with readlog's settings or with those of another tool."""
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
    open_for_writing(str(path)).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(BOOK)
    yield connection
    connection.close()


@pytest.fixture
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A book read twice, open for operations of readlog."""
    connection = open_for_writing(str(path))
    connection.executescript(BOOK)
    yield connection
    connection.close()
