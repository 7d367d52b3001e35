import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.sql_rows import BOOK, contents, count, found, index_is_true, last_line, run, taken_back
from tests.storage import half_written
from tests.storage.test_atomic_files_write import no_room

from readlog.storage.create_journal import empty_journal
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.sqlite_errors import to_journal_error
from readlog.storage.transaction import logged_operation

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL, and no limit for the size of files")


def test_all_that_a_command_changes_is_its_operation(path: Path) -> None:
    """And nothing of it is left running."""
    connection = open_for_writing(str(path))
    with logged_operation(connection, "add"):
        run(connection, BOOK)
    assert connection.execute("SELECT command, running, at FROM operations").fetchall() == [
        ("add", 0, "2026-11-22T12:00:00.000Z")
    ]
    assert connection.execute("SELECT DISTINCT operation_id FROM changes").fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt, sqlite3.IntegrityError, SystemExit])
def test_an_operation_is_all_or_nothing(writing: sqlite3.Connection, error: type[BaseException]) -> None:
    """An error in the middle, even Ctrl-C, leaves the rows, the log and the index as they were."""
    before, line, operations = contents(writing), last_line(writing), count(writing, "operations")
    with pytest.raises(error), logged_operation(writing, "edit"):
        run(writing, "UPDATE books SET title = 'x';\nDELETE FROM quotes")
        raise error
    assert contents(writing) == before
    assert (last_line(writing), count(writing, "operations")) == (line, operations)
    assert not writing.in_transaction
    index_is_true(writing)


def test_an_operation_that_changes_nothing_is_not_logged(writing: sqlite3.Connection) -> None:
    """The history tells what happened."""
    operations = count(writing, "operations")
    with logged_operation(writing, "edit"):
        pass
    with logged_operation(writing, "edit"):
        writing.execute("UPDATE books SET title = 'x' WHERE id = 99")
    assert count(writing, "operations") == operations
    assert not writing.in_transaction


def test_writing_what_is_there_already_is_no_change(writing: sqlite3.Connection) -> None:
    """An operation that has no line in the log is not in the history either."""
    operations = count(writing, "operations")
    with logged_operation(writing, "edit"):
        writing.execute("UPDATE books SET title = title")
    assert count(writing, "operations") == operations


def test_an_operation_makes_the_index_anew_once_at_its_end(writing: sqlite3.Connection) -> None:
    """However often it changes a row; from then on search finds what was written last, and nothing is left to do."""
    with logged_operation(writing, "edit"):
        for number in range(20):
            writing.execute("UPDATE readings SET review = ? WHERE id = 1", (f"Zimmerwald{number}",))
        writing.execute("DELETE FROM readings WHERE id = 2")
        assert found(writing, "petrograd") == {1}
        assert found(writing, "again") == {2}
        assert count(writing, "stale") > 0
    assert found(writing, "zimmerwald19") == {1}
    for gone in ("petrograd", "zimmerwald18", "again"):
        assert found(writing, gone) == set()
    index_is_true(writing)


def test_an_operation_dates_what_it_changes_itself(writing: sqlite3.Connection) -> None:
    """A command says when it was; the file does not overrule it."""
    with logged_operation(writing, "edit"):
        run(writing, "UPDATE readings SET rating = 3;\nUPDATE books SET pages = 7;\nDELETE FROM quotes")
    assert writing.execute("SELECT DISTINCT updated_at FROM readings").fetchall() == [("2020-01-01T00:00:00.000Z",)]


def test_each_operation_can_be_taken_back(path: Path) -> None:
    """Commands and other tools by turns: the log leads back to every state between them, the empty one too."""
    connection = open_for_writing(str(path))
    states = [(0, contents(connection))]
    steps = (BOOK, "UPDATE books SET title = 'x', pages = 3;\nINSERT INTO tags (name) VALUES ('new')",
             "INSERT INTO book_tags (book_id, tag_id) VALUES (1, 2);\nUPDATE readings SET rating = 4, updated_at = 'now'",
             "DELETE FROM readings WHERE id = 1;\nINSERT INTO readings (book_id) VALUES (1)", "DELETE FROM people",
             "DELETE FROM books")  # fmt: skip
    for number, step in enumerate(steps):
        if number % 2:
            connection.executescript(step)
        else:
            with logged_operation(connection, "edit"):
                run(connection, step)
        states.append((last_line(connection), contents(connection)))
    for line, state in states:
        assert taken_back(connection, line) == state
    connection.close()


def test_an_operation_logs_when_a_reading_was_changed_before(writing: sqlite3.Connection) -> None:
    """Whether it dates the reading anew or not."""
    line = last_line(writing)
    with logged_operation(writing, "edit"):
        run(
            writing,
            "UPDATE readings SET rating = 3 WHERE id = 1;\nUPDATE readings SET updated_at = '2026' WHERE id = 2",
        )
    lines = writing.execute("SELECT before FROM changes WHERE id > ? ORDER BY id", (line,)).fetchall()
    old = "2020-01-01T00:00:00.000Z"
    assert [json.loads(before) for (before,) in lines] == [{"rating": None, "updated_at": old}, {"updated_at": old}]


def test_a_writer_waits_for_another_and_then_says_so(path: Path) -> None:
    """Ten seconds in life, none in a test; nothing is changed."""
    first, second = open_for_writing(str(path)), open_for_writing(str(path))
    second.execute("PRAGMA busy_timeout = 0")
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as locked, logged_operation(second, "add"):
        raise AssertionError
    assert "Another program kept" in str(to_journal_error(locked.value, str(path)))
    first.close()
    second.close()


def test_a_commit_that_fails_leaves_the_journal_as_it_was(path: Path, writing: sqlite3.Connection) -> None:
    """As where another tool keeps on reading: a line says so, and when it has read, the same goes through."""
    before, line = contents(writing), last_line(writing)
    writing.execute("PRAGMA busy_timeout = 0")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert count(reader, "books") == 1
    done = []
    with pytest.raises(sqlite3.OperationalError) as failed, logged_operation(writing, "edit"):
        writing.execute("UPDATE readings SET review = 'Zimmerwald'")
        done.append("everything but the commit")
    assert done
    assert "Another program kept" in str(to_journal_error(failed.value, str(path)))
    reader.close()
    assert not writing.in_transaction
    assert (contents(writing), last_line(writing), found(writing, "zimmerwald")) == (before, line, set())
    index_is_true(writing)
    with logged_operation(writing, "edit"):
        writing.execute("UPDATE readings SET review = 'Zimmerwald'")
    assert found(writing, "zimmerwald") == {1, 2}


def test_a_full_disk_leaves_the_journal_as_it_was(path: Path, writing: sqlite3.Connection) -> None:
    """Whatever was written before it was full; the line says that nothing was changed."""
    before, line = contents(writing), last_line(writing)
    (pages,) = writing.execute("PRAGMA page_count").fetchone()
    writing.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError) as failed, logged_operation(writing, "edit"):
        writing.execute("UPDATE readings SET rating = 1, review = ?", ("x" * 100_000,))
    assert str(to_journal_error(failed.value, "j.db")) == "The disk is full. Nothing was changed in j.db."
    assert not writing.in_transaction
    assert (contents(writing), last_line(writing)) == (before, line)
    index_is_true(writing)


@posix
def test_a_disk_that_fails_leaves_the_journal_as_it_was(path: Path, writing: sqlite3.Connection) -> None:
    """SQLite takes such a transaction back by itself, and what it said stays the reason."""
    before, line = contents(writing), last_line(writing)
    with (
        pytest.raises(sqlite3.OperationalError) as failed,
        no_room(path.stat().st_size),
        logged_operation(writing, "edit"),
    ):
        writing.execute("PRAGMA cache_size = 5")
        writing.execute("UPDATE readings SET rating = 1, review = ?", ("x" * 100_000,))
    assert str(to_journal_error(failed.value, "j.db")) == "The disk failed under j.db. Nothing was changed."
    assert not writing.in_transaction
    assert (contents(writing), last_line(writing)) == (before, line)
    index_is_true(writing)


@posix
@pytest.mark.parametrize("open_it", [open_for_reading, open_for_writing])
def test_a_command_that_is_killed_leaves_the_journal_as_it_was(path: Path, open_it: type) -> None:
    """Although half of what it wrote is in the file already: whoever opens it next takes that back, even a reader."""
    connection = open_for_writing(str(path))
    connection.executescript(BOOK)
    before, line, size = contents(connection), last_line(connection), path.stat().st_size
    connection.close()
    child = subprocess.Popen([sys.executable, half_written.__file__, str(path)], stdout=subprocess.PIPE)
    with child:
        assert child.stdout
        assert child.stdout.readline() == b"inside\n"
        child.kill()
    assert child.returncode == -signal.SIGKILL
    assert path.stat().st_size > size
    connection = open_it(str(path))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert (contents(connection), last_line(connection)) == (before, line)
    assert connection.execute("SELECT count(*) FROM operations WHERE running").fetchone() == (0,)
    connection.close()
    assert path.stat().st_size == size
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]
    connection = open_for_writing(str(path))
    index_is_true(connection)
    with logged_operation(connection, "edit"):
        connection.execute("UPDATE books SET title = 'whole'")
    connection.close()


def test_the_last_operation_is_found_without_reading_all_of_them() -> None:
    """Every change asks for it, several times: what it costs must not grow with the years."""
    with closing(empty_journal()) as journal:
        plan = journal.execute("EXPLAIN QUERY PLAN SELECT max(id) FROM operations").fetchall()
        assert not [row for row in plan if "INDEX" in row[3]]
