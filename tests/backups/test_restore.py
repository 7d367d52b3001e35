import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.backups.test_backup import damaged_index
from tests.old_journals import make_old, make_today
from tests.process import READLOG, Program
from tests.sql_rows import BOOK, contents, count, index_is_true
from tests.storage.test_atomic_files_write import no_room

from readlog.backups import backup as kept_room
from readlog.backups import restore as room
from readlog.backups.backup import stored_backups
from readlog.backups.restore import check_replaceable, find_backup, prepare_copy, replace_journal
from readlog.backups.results import Backup
from readlog.core.errors import BadInput, ConflictingChange, JournalUnusable, NotFound, ReadlogError, UnreadableInput
from readlog.storage import atomic_files
from readlog.storage import connection as connection_module
from readlog.storage.connection import SCHEMA_VERSION
from readlog.storage.open_journal import open_for_reading, open_for_writing

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, and links need rights")


@pytest.fixture
def backup(path: Path, tmp_path: Path, state: Path) -> str:
    """A backup of a journal with one book, to which a second was added since."""
    make_today(tmp_path / "b.db", BOOK)
    make_today(path, BOOK + "INSERT INTO books (title) VALUES ('since');")
    return str(tmp_path / "b.db")


def restore(path: Path, backup: str, seen: int | None = None) -> str | None:
    """Restore it; returns where the journal as it was is kept."""
    with prepare_copy(str(path), backup) as fresh:
        return replace_journal(str(path), fresh, backup, seen)


def books(path: Path | str) -> int:
    """How many there are."""
    with closing(open_for_reading(str(path))) as connection:
        return count(connection, "books")


def test_the_journal_is_what_the_backup_is(path: Path, backup: str) -> None:
    """And what it was is kept; nothing else is left anywhere."""
    kept = restore(path, backup)
    assert books(path) == 1
    assert kept
    assert books(kept) == 2
    with closing(sqlite3.connect(path, isolation_level=None)) as journal, closing(sqlite3.connect(backup)) as original:
        assert contents(journal) == contents(original)
        index_is_true(journal)
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


@posix
def test_a_link_stays_a_link_and_a_mode_a_mode(path: Path, backup: str, tmp_path: Path) -> None:
    """Restored is the file that it leads to, which may be shared with a group; also where it had been emptied."""
    link = tmp_path / "link.db"
    link.symlink_to(path)
    path.chmod(0o640)
    for emptied in (False, True):
        if emptied:
            path.write_bytes(b"")
        restore(link, backup)
        assert link.is_symlink()
        assert books(path) == 1
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_whoever_has_the_journal_open_goes_on_in_the_new_one(path: Path, backup: str) -> None:
    """Nothing that is written after the restore is lost, nor goes to a file without a name."""
    with closing(open_for_reading(str(path))) as reader, closing(open_for_writing(str(path))) as writer:
        assert count(reader, "books") == count(writer, "books") == 2
        restore(path, backup)
        assert count(reader, "books") == count(writer, "books") == 1
        writer.execute("INSERT INTO books (title) VALUES ('after')")
        assert count(reader, "books") == 2
    assert books(path) == 2


def test_what_is_written_meanwhile_is_refused_or_restored_over_knowingly(path: Path, backup: str) -> None:
    """The reader has seen what would go: if there is more by now, it is asked again."""
    with closing(open_for_writing(str(path))) as writer:
        (seen,) = writer.execute("SELECT max(id) FROM operations").fetchone()
        writer.execute("UPDATE operations SET at = '2020-01-01T00:00:00.000Z'")
        writer.execute("INSERT INTO books (title) VALUES ('just now')")
    with pytest.raises(ConflictingChange, match="changed in another terminal meanwhile"):
        restore(path, backup, seen)
    assert books(path) == 3
    assert stored_backups(str(path)) == []


def test_nobody_writes_between_the_backup_and_the_restore(
    path: Path, backup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another terminal writes is in the backup that is kept, or in the restored journal."""
    keep = kept_room.store_backup

    def slowly(journal: str, why: str, *, source: sqlite3.Connection, sparing: str) -> Backup:
        made = keep(journal, why, source=source, sparing=sparing)
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
        return made

    monkeypatch.setattr(room, "store_backup", slowly)
    assert restore(path, backup)


@posix
def test_a_write_that_waits_is_in_the_restored_journal(path: Path, backup: str, program: Program) -> None:
    """Real processes: one adds a book while the other restores."""
    with prepare_copy(str(path), backup) as fresh, closing(open_for_writing(str(path))) as holder:
        holder.execute("BEGIN IMMEDIATE")
        adding = subprocess.Popen([*READLOG, "add", "Dune"], env=program.environment(), stdout=subprocess.DEVNULL)
        holder.execute("ROLLBACK")
        kept = replace_journal(str(path), fresh, backup, None)
    assert adding.wait(timeout=60) == 0
    assert kept
    assert books(path) + books(kept) in (1 + 3, 2 + 2)


@posix
def test_a_journal_that_another_holds_is_not_replaced(path: Path, backup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so when it has waited long enough."""
    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnusable, match="locked"):
            restore(path, backup)
    assert books(path) == 2


def test_a_journal_is_made_where_there_is_none(backup: str, tmp_path: Path) -> None:
    """With its folder; and one that was made meanwhile is not replaced."""
    new = tmp_path / "new" / "journal.db"
    assert restore(new, backup) is None
    assert books(new) == 1


@posix
def test_folders_that_are_made_for_it_are_its_owners_alone_and_go_again(backup: str, tmp_path: Path) -> None:
    """All of them, whatever the umask lets through."""
    new, before = tmp_path / "a" / "b" / "new.db", os.umask(0)
    try:
        with prepare_copy(str(new), backup):
            assert {stat.S_IMODE(each.stat().st_mode) for each in (new.parent, new.parent.parent)} == {0o700}
    finally:
        os.umask(before)
    assert not (tmp_path / "a").exists()


def test_a_journal_that_was_made_meanwhile_is_not_replaced(
    backup: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was none when the reader agreed."""
    new, link_new = tmp_path / "new.db", atomic_files.link_new

    def slowly(fresh: str, target: str) -> None:
        new.write_text("made meanwhile")
        link_new(fresh, target)

    monkeypatch.setattr(room, "link_new", slowly)
    with pytest.raises(ConflictingChange, match="made in another terminal meanwhile"):
        restore(new, backup)
    assert new.read_text() == "made meanwhile"


@pytest.mark.parametrize("left", ["empty", "cut", "zeros", "text", "page"])
def test_over_what_is_left_of_a_journal(path: Path, backup: str, left: str) -> None:
    """That is what it is for: and what is left is kept as it is."""
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'readings'").fetchone()
    broken = {"empty": b"", "cut": whole[: len(whole) // 2], "zeros": bytes(100) + whole[100:], "text": b"notes\n" * 999,
              "page": whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :]}[left]  # fmt: skip
    path.write_bytes(broken)
    kept = restore(path, backup)
    assert kept
    assert Path(kept).read_bytes() == broken
    assert books(path) == 1
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]


@posix
def test_what_a_crash_left_beside_the_old_journal_is_never_applied_to_the_new(path: Path, backup: str) -> None:
    """A hot rollback journal: of an emptied file it is kept, and else it makes what is kept whole."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("UPDATE readings SET review = ?", ("x" * 500_000,))
        hot = Path(f"{path}-journal").read_bytes()
        torn = path.read_bytes()
        writer.execute("ROLLBACK")
    assert hot.strip(b"\0")
    path.write_bytes(b"")
    Path(f"{path}-journal").write_bytes(hot)
    kept = restore(path, backup)
    assert kept
    assert (Path(kept).read_bytes(), Path(f"{kept}-journal").read_bytes()) == (b"", hot)
    assert (Path(f"{path}-journal").exists(), books(path)) == (False, 1)
    path.write_bytes(torn)
    Path(f"{path}-journal").write_bytes(hot)
    kept = restore(path, backup)
    assert kept
    assert (books(kept), books(path), Path(f"{path}-journal").exists()) == (2, 1, False)


@posix
def test_a_backup_is_taken_with_what_a_crash_left_beside_it(path: Path, backup: str, tmp_path: Path) -> None:
    """A plain copy of a journal in the middle of a write is whole with its rollback journal; it stays as it is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN")
        writer.execute("UPDATE readings SET review = ?", ("x" * 500_000,))
        (tmp_path / "torn.db").write_bytes(path.read_bytes())
        (tmp_path / "torn.db-journal").write_bytes(Path(f"{path}-journal").read_bytes())
        writer.execute("ROLLBACK")
    before = (tmp_path / "torn.db").read_bytes(), (tmp_path / "torn.db-journal").read_bytes()
    restore(path, str(tmp_path / "torn.db"))
    assert ((tmp_path / "torn.db").read_bytes(), (tmp_path / "torn.db-journal").read_bytes()) == before
    with closing(sqlite3.connect(path, isolation_level=None)) as journal:
        assert journal.execute("SELECT max(length(review)) FROM readings").fetchone() == (9,)
        index_is_true(journal)


def test_a_backup_of_an_older_readlog_is_upgraded(path: Path, backup: str, tmp_path: Path) -> None:
    """The journal is of today, the backup stays of its version."""
    make_old(tmp_path / "old.db", 1)
    before = (tmp_path / "old.db").read_bytes()
    restore(path, str(tmp_path / "old.db"))
    with closing(sqlite3.connect(path)) as journal:
        assert journal.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert books(path) == 2
    assert (tmp_path / "old.db").read_bytes() == before


def test_a_backup_with_a_damaged_index_is_mended(path: Path, backup: str) -> None:
    """The index holds nothing that the rows do not say."""
    damaged_index(backup)
    restore(path, backup)
    with closing(sqlite3.connect(path, isolation_level=None)) as journal:
        index_is_true(journal)


@pytest.mark.parametrize("broken", ["empty", "cut", "text", "other", "newer", "page", "bare"])
def test_what_is_no_backup_is_refused_before_anything_is_touched(path: Path, backup: str, broken: str) -> None:
    """Exit code 5, and why; not a byte of the journal or of the backup is changed, and no file is left."""
    whole = Path(backup).read_bytes()
    with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'readings'").fetchone()
    spoiled = {"empty": b"", "cut": whole[:-4096], "text": b"my notes\n" * 500,
               "page": whole[: (page - 1) * 4096] + bytes(4096) + whole[page * 4096 :]}  # fmt: skip
    if broken in spoiled:
        Path(backup).write_bytes(spoiled[broken])
    elif broken == "newer":
        with closing(sqlite3.connect(backup)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    else:
        Path(backup).unlink()
        with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
            connection.execute("CREATE TABLE readings (id)")
            connection.execute(f"PRAGMA application_id = {0x52444C47 if broken == 'bare' else 7}")
    before = path.read_bytes(), Path(backup).read_bytes()
    with pytest.raises(UnreadableInput, match=f"^{backup} cannot be restored: it (is|was) .*"):
        restore(path, find_backup(str(path), backup))
    assert (path.read_bytes(), Path(backup).read_bytes()) == before
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]
    assert stored_backups(str(path)) == []


def test_a_backup_has_a_path_or_the_name_under_which_it_is_kept(path: Path, backup: str, tmp_path: Path) -> None:
    """A file that is not there is named, and the journal is no backup of itself."""
    kept = restore(path, backup)
    assert kept
    assert find_backup(str(path), os.path.basename(kept)) == kept
    for name, kind in ((str(tmp_path / "none.db"), NotFound), (str(tmp_path), UnreadableInput), (str(path), BadInput)):
        with pytest.raises(ReadlogError) as refused:
            find_backup(str(path), name)
        assert type(refused.value) is kind


@posix
def test_what_never_was_a_journal_is_not_replaced(path: Path, backup: str, tmp_path: Path) -> None:
    """The database of another program, a folder, a link that leads nowhere."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE moz_places (id)")
    (tmp_path / "link.db").symlink_to(tmp_path / "gone")
    for name in ("other.db", "link.db", "journal"):
        with pytest.raises(JournalUnusable):
            check_replaceable(str(tmp_path / name))
    check_replaceable(str(path))


@posix
def test_a_full_disk_changes_nothing(path: Path, backup: str) -> None:
    """Neither where the copy has no room, nor where the backup of what is there has none."""
    before = path.read_bytes()
    with no_room(50_000), pytest.raises(JournalUnusable, match="cannot be restored"):
        restore(path, backup)
    with prepare_copy(str(path), backup) as fresh, no_room(50_000), pytest.raises(JournalUnusable, match="No backup"):
        replace_journal(str(path), fresh, backup, None)
    assert path.read_bytes() == before
    assert stored_backups(str(path)) == []


class FailsBehind(sqlite3.Connection):
    """Fails when the backup is written, as SQLite does where a disk fails at cutting the file behind the commit."""

    def backup(self, target: sqlite3.Connection, **_: object) -> None:  # type: ignore[override]
        """Write it, and fail."""
        super().backup(target)
        raise sqlite3.OperationalError("disk I/O error")


class FailsBefore(FailsBehind):
    """Fails with nothing written."""

    def backup(self, target: sqlite3.Connection, **_: object) -> None:  # type: ignore[override]
        """Fail."""
        raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize(
    ("fails", "told", "left"), [(FailsBehind, "did not confirm it", 1), (FailsBefore, "I/O error", 2)]
)
def test_a_failure_says_what_is_in_the_journal(
    path: Path, backup: str, fails: type[FailsBehind], told: str, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails behind the commit has not kept anything from being restored."""
    with prepare_copy(str(path), backup) as fresh:
        monkeypatch.setattr(room.sqlite3, "connect", partial(connect_with, fails, sqlite3.connect))
        with pytest.raises(JournalUnusable, match=told):
            replace_journal(str(path), fresh, backup, None)
        monkeypatch.undo()
    assert books(path) == left


def connect_with(
    fails: type[sqlite3.Connection], connect: Callable[..., sqlite3.Connection], path: str, **options: Any
) -> sqlite3.Connection:
    """A connection that fails where it is one to the copy beside the journal."""
    return connect(path, **({"factory": fails} if str(path).endswith(".new") else {}), **options)


def test_a_journal_in_wal_mode_is_replaced(path: Path, backup: str) -> None:
    """What is only in the file beside it is in the backup that is kept; that file goes."""
    with closing(open_for_writing(str(path))) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("INSERT INTO books (title) VALUES ('only in the log')")
    kept = restore(path, backup)
    assert kept
    assert (books(kept), books(path)) == (3, 1)
    assert [each.name for each in path.parent.iterdir()] == ["journal.db"]
