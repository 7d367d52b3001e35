import sqlite3
from pathlib import Path

import pytest

from readlog.storage import migrations
from readlog.storage.connection import VERSION, open_for_writing


def test_there_are_as_many_migrations_as_the_version_says(path: Path) -> None:
    """Normal runs look at one number only, and import nothing to do so."""
    assert len(migrations.migrations._migrations) == VERSION
    connection = open_for_writing(str(path))
    applied = connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    connection.close()
    assert applied == [("readlog", "m001_journal")]


def test_migrating_what_is_of_today_changes_nothing(path: Path) -> None:
    """Whoever comes second to an upgrade finds nothing left to do."""
    open_for_writing(str(path)).close()
    before = path.read_bytes()
    connection = sqlite3.connect(path)
    migrations.migrate(connection, VERSION)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()
    fresh = sqlite3.connect(":memory:")
    fresh.deserialize(before)
    assert tables == fresh.execute("SELECT count(*) FROM sqlite_master").fetchone()
    fresh.close()


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a table, not a version."""
    monkeypatch.setattr(migrations, "triggers", lambda: "CREATE TRIGGER nonsense")
    connection = sqlite3.connect(tmp_path / "new.db")
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrate(connection, VERSION)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    connection.close()


def test_a_journal_that_could_not_be_built_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal is whole or not at all."""
    monkeypatch.setattr(migrations, "triggers", lambda: "CREATE TRIGGER nonsense")
    with pytest.raises(Exception, match="could not be used"):
        open_for_writing(str(path))
    assert list(path.parent.iterdir()) == []
