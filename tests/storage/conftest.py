"""A journal with a book in it, as readlog and as any other tool opens it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.made import make_empty
from tests.storage.rows import BOOK

from readlog.storage.connection import open_for_writing


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
