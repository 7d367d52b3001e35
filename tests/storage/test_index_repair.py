import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.library import fill
from tests.process import Program
from tests.sql_rows import index_is_true

from readlog.storage.index_repair import rebuild_index
from readlog.storage.open_journal import open_for_writing

DAMAGE = {
    "its structure": "UPDATE search_data SET block = x'00000000ff' WHERE id = 10",
    "a leaf": "UPDATE search_data SET block = zeroblob(20) WHERE id > 10",
    "all leaves": "DELETE FROM search_data WHERE id > 10",
    "everything": "DELETE FROM search_data",
    "its sizes": "DELETE FROM search_docsize",
    "its text": "DELETE FROM search_content",
    "its version": "UPDATE search_config SET v = 99",
    "a table": "DROP TABLE search_data",
    "the table of its text": "DROP TABLE search_content",
}
NOTICED = [name for name in DAMAGE if name != "a leaf"]
"""A leaf of zeros is a leaf without words to FTS5."""


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


def damage(path: Path, name: str) -> None:
    """Do to the index what a failing disk might."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(DAMAGE[name])


@pytest.mark.parametrize("name", DAMAGE)
def test_an_index_is_made_anew_from_the_tables(path: Path, name: str) -> None:
    """Whatever is broken of it, and then it follows every change again."""
    damage(path, name)
    with closing(open_for_writing(str(path))) as connection:
        rebuild_index(connection)
        index_is_true(connection)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("UPDATE books SET title = 'Xyzzy' WHERE id = 1")
        index_is_true(connection)


@pytest.mark.parametrize("name", NOTICED)
def test_a_search_goes_on_and_says_so(program: Program, path: Path, name: str) -> None:
    """Once: the next search finds a whole index."""
    damage(path, name)
    ended = program("search", "petrograd", "--all")
    assert [line.split("\t")[0] for line in ended.stdout.splitlines()] == ["3", "1"]
    assert (ended.stderr, ended.code) == ("The search index was damaged; it was made anew.\n", 0)
    assert program("search", "petrograd").stderr == ""


@pytest.mark.parametrize(
    "args",
    [("add", "Dune"), ("edit", "1", "--rating", "4"), ("delete", "2", "--yes"), ("show", "tulayev"), ("list", "serge")],
)
def test_every_command_goes_on(program: Program, path: Path, args: tuple[str, ...]) -> None:
    """No word is lost because an index is."""
    damage(path, "everything")
    ended = program(*args)
    assert ended.code == 0
    assert "The search index was damaged; it was made anew.\n" in ended.stderr
    with closing(open_for_writing(str(path))) as connection:
        index_is_true(connection)


def test_what_cannot_be_repaired_is_said(program: Program, path: Path) -> None:
    """A table that is gone is more than an index."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE quotes")
    damage(path, "everything")
    ended = program("search", "petrograd")
    assert (ended.stdout, ended.code) == ("", 6)
    assert ended.stderr.startswith("readlog: ")
    assert ended.stderr.count("\n") == 1


def test_tables_of_another_tool_stay(path: Path) -> None:
    """Also those that are called as if they belonged to the index."""
    with closing(open_for_writing(str(path))) as connection:
        connection.execute("CREATE TABLE search_counts AS SELECT 7 AS n")
        connection.execute("CREATE VIEW search_docs AS SELECT 8 AS n")
        rebuild_index(connection)
        index_is_true(connection)
        assert connection.execute("SELECT * FROM search_counts, search_docs").fetchall() == [(7, 8)]
