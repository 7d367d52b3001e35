import sqlite3
from pathlib import Path

import pytest
from tests.sql_rows import BOOK, contents

from readlog.storage import migrations
from readlog.storage.connection import APPLICATION_ID, SCHEMA_VERSION
from readlog.storage.open_journal import open_for_writing
from readlog.storage.run_migrations import migrate


def _state(connection: sqlite3.Connection) -> tuple[object, ...]:
    """All that a migration may change."""
    schema = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    marks = [connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")]
    return schema, marks


def test_there_are_as_many_migrations_as_the_version_says(path: Path) -> None:
    """Normal runs look at one number only, and import nothing to do so."""
    assert len(migrations.STEPS) == SCHEMA_VERSION
    connection = open_for_writing(str(path))
    applied = connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    connection.close()
    assert applied == [("readlog", name) for name in migrations.STEPS]


def test_the_steps_are_in_order() -> None:
    """The third that was released is the third that is applied, for good."""
    assert [name[:4] for name in migrations.STEPS] == [f"m{number:03}" for number in range(1, SCHEMA_VERSION + 1)]


def test_migrating_what_is_of_today_changes_nothing(path: Path) -> None:
    """Whoever comes second to an upgrade finds nothing left to do."""
    connection = open_for_writing(str(path))
    connection.executescript(BOOK)
    connection.close()
    connection = sqlite3.connect(path)
    before, rows = _state(connection), contents(connection)
    migrate(connection)
    assert (_state(connection), contents(connection)) == (before, rows)
    connection.close()


def test_a_step_changes_a_journal_that_is_in_use(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row stays, and the file says its new version."""
    connection = open_for_writing(str(path))
    connection.executescript(BOOK)
    before = contents(connection)
    connection.close()
    monkeypatch.setitem(migrations.STEPS, "m999_cover", "ALTER TABLE books ADD COLUMN cover TEXT;")
    connection = sqlite3.connect(path)
    migrate(connection)
    connection.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT cover FROM books").fetchall() == [(None,)]
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION + 1,)
    assert contents(connection) == before
    connection.close()


@pytest.mark.parametrize("nonsense", ["CREATE TRIGGER nonsense", "CREATE TABLE half (id);\nCREATE TRIGGER nonsense"])
def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: str
) -> None:
    """Not a table, not a version."""
    monkeypatch.setitem(migrations.STEPS, "m999_nonsense", nonsense)
    connection = sqlite3.connect(tmp_path / "new.db")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection)
    assert _state(connection) == ([], [(0,), (0,)])
    connection.close()


@pytest.mark.parametrize("nonsense", ["CREATE TRIGGER nonsense", "DELETE FROM books;\nCREATE TRIGGER nonsense"])
def test_an_upgrade_that_fails_leaves_the_journal_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: str
) -> None:
    """The rows of twenty years are not what a step is tried on."""
    connection = open_for_writing(str(path))
    connection.executescript(BOOK)
    before, rows = _state(connection), contents(connection)
    connection.close()
    monkeypatch.setitem(migrations.STEPS, "m999_nonsense", nonsense)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection)
    connection.close()
    connection = sqlite3.connect(path)
    assert (_state(connection), contents(connection)) == (before, rows)
    connection.close()
