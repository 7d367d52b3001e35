import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.old_journals import make_today
from tests.sql_rows import BOOK, count, index_is_true

from readlog.backups.backup import write_backup
from readlog.backups.restore import prepare_copy, replace_journal
from readlog.storage.open_journal import open_for_reading, open_for_writing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be copied on Windows")


@pytest.fixture
def hot(path: Path, tmp_path: Path) -> bytes:
    """A rollback journal, beside a place where its journal is not any more."""
    make_today(tmp_path / "other.db", BOOK)
    with closing(sqlite3.connect(tmp_path / "other.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("UPDATE readings SET review = ?", ("x" * 500_000,))
        left = Path(tmp_path / "other.db-journal").read_bytes()
        writer.execute("ROLLBACK")
    assert left.strip(b"\0")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    Path(f"{path}-journal").write_bytes(left)
    return left


def _is_whole(path: Path, books: int) -> None:
    with closing(open_for_reading(str(path))) as connection:
        assert count(connection, "books") == books
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        index_is_true(connection)


def test_what_is_left_of_a_journal_that_is_gone_is_not_applied_to_a_new_one(path: Path, hot: bytes) -> None:
    """SQLite would take it for the new one's own; it moves aside, and nothing of it is lost."""
    open_for_writing(str(path)).close()
    _is_whole(path, 0)
    assert not Path(f"{path}-journal").exists()
    assert Path(f"{path}-journal.1").read_bytes() == hot


def test_nor_to_a_backup_that_is_restored_or_made_there(path: Path, hot: bytes, tmp_path: Path, state: Path) -> None:
    """A reader who has removed a broken journal does not think of what lies beside it."""
    with prepare_copy(str(path), str(tmp_path / "other.db")) as fresh:
        assert replace_journal(str(path), fresh, "", None) is None
    _is_whole(path, 1)
    path.unlink()
    Path(f"{path}-journal").write_bytes(hot)
    write_backup(str(tmp_path / "other.db"), path)
    _is_whole(path, 1)
    assert sorted(each.name for each in path.parent.glob("*-journal*")) == ["journal.db-journal.1", "journal.db-journal.2"]  # fmt: skip


def test_what_is_left_beside_a_file_goes_with_it(path: Path, hot: bytes, tmp_path: Path) -> None:
    """Where another takes its place."""
    path.write_bytes(b"what was left of a backup")
    write_backup(str(tmp_path / "other.db"), path, replace=True)
    _is_whole(path, 1)
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]
