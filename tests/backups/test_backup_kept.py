import os
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.old_journals import make_today
from tests.storage.test_atomic_files_write import no_room

from readlog.backups.backup import BackupFailed, store_backup, store_raw_copy, stored_backups
from readlog.backups.results import BEFORE_IMPORT, BY_HAND
from readlog.storage.atomic_files import PREFIX, SUFFIX
from readlog.storage.open_journal import open_for_reading

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, and links need rights")


@pytest.fixture
def folder(path: Path, state: Path) -> Path:
    """Where backups of a new journal are kept."""
    make_today(path)
    return state / "backups"


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def _pretend(path: Path, moments: list[str], why: str = BY_HAND) -> None:
    """Files that are named as backups of those moments."""
    made = store_backup(str(path), why).path
    folder, label = os.path.dirname(made), os.path.basename(made).split(".")[0]
    os.unlink(made)
    for moment in moments:
        Path(folder, f"{label}.{moment}Z.{why}.db").touch()


@posix
def test_a_name_says_of_what_when_and_why(path: Path, folder: Path) -> None:
    """In a folder of its owner alone; two in a second have two names."""
    made = [store_backup(str(path), why).path for why in (BY_HAND, BEFORE_IMPORT, BY_HAND)]
    ends = [os.path.basename(each).split(".", 1) for each in made]
    assert [end for _, end in ends] == ["2026-11-22T12-00-00Z.by-hand.db", "2026-11-22T12-00-00Z.before-import.db", "2026-11-22T12-00-00Z.by-hand.2.db"]  # fmt: skip
    assert {label[:8] for label, _ in ends} == {"journal-"}
    kept = stored_backups(str(path))
    assert {(each.made, each.size) for each in kept} == {("2026-11-22T12:00:00Z", path.stat().st_size)}
    assert sorted(each.path for each in kept) == sorted(made)
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent)} == {0o700}


def test_the_newest_ten_and_the_first_of_every_month_are_kept(
    path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else was made in that month goes."""
    old = [f"2026-{month:02}-{day:02}T08-00-00" for month in (9, 10, 11) for day in (3, 9, 20)]
    _pretend(path, old)
    for minute in range(10):
        monkeypatch.setenv("READLOG_NOW", f"2026-11-22T12:{minute:02}:00+00:00")
        store_backup(str(path), BY_HAND)
    kept = [each.made[:16] for each in stored_backups(str(path))]
    newest = [f"2026-11-22T12:{minute:02}" for minute in reversed(range(10))]
    assert kept == [*newest, "2026-11-03T08:00", "2026-10-03T08:00", "2026-09-03T08:00"]


def test_a_new_backup_stays_where_the_clock_was_wrong(
    path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that say that they are of next year neither take its place nor go."""
    future = [f"2027-03-{day:02}T08-00-00" for day in range(1, 13)]
    _pretend(path, future)
    for day in range(1, 14):
        monkeypatch.setenv("READLOG_NOW", f"2026-11-{day:02}T12:00:00+00:00")
        assert os.path.exists(store_backup(str(path), BY_HAND).path)
    assert [each.made[:4] for each in stored_backups(str(path))] == ["2027"] * 12 + ["2026"] * (10 + 1)


def test_only_the_journals_own_backups_go(path: Path, folder: Path, tmp_path: Path) -> None:
    """Not those of another journal of the same name, nor what its owner has put there, nor one that is being restored."""
    other = tmp_path / "other" / "journal.db"
    make_today(other)
    theirs = store_backup(str(other), BY_HAND).path
    (folder / "mine.db").write_text("mine")
    _pretend(path, [f"2026-10-01T08-00-{second:02}" for second in range(14)])
    spared = stored_backups(str(path))[-2].path
    store_backup(str(path), BY_HAND, sparing=spared)
    assert len(stored_backups(str(path))) == 10 + 1 + 1
    assert os.path.exists(spared)
    assert [each.path for each in stored_backups(str(other))] == [theirs]
    assert (folder / "mine.db").read_text() == "mine"


@posix
def test_a_journal_is_the_same_by_any_name(path: Path, folder: Path, tmp_path: Path) -> None:
    """Its backups are found by a link to it as well."""
    (tmp_path / "link.db").symlink_to(path)
    store_backup(str(tmp_path / "link.db"), BY_HAND)
    assert len(stored_backups(str(path))) == 1
    assert stored_backups(str(path)) == stored_backups(str(tmp_path / "link.db"))


def test_a_name_may_have_anything_in_it(state: Path, tmp_path: Path) -> None:
    """What is no letter or digit is not in the names of its backups."""
    for name in ("a b.[c]*.db", "雪国.db", "....db"):
        path = str(tmp_path / name)
        make_today(Path(path))
        store_backup(path, BY_HAND)
        assert len(stored_backups(path)) == 1


def test_a_plain_copy_of_what_is_left_is_never_removed(path: Path, folder: Path) -> None:
    """With what SQLite has left beside it, and however many backups there are."""
    path.write_bytes(b"broken")
    beside = path.with_name("journal.db-journal")
    beside.write_bytes(b"half done")
    copy = store_raw_copy(str(path))
    assert (Path(copy).read_bytes(), Path(f"{copy}-journal").read_bytes()) == (b"broken", b"half done")
    path.unlink()
    beside.unlink()
    make_today(path)
    _pretend(path, [f"2026-12-{day:02}T08-00-00" for day in range(1, 20)])
    store_backup(str(path), BY_HAND)
    assert Path(copy).exists()
    assert Path(f"{copy}-journal").exists()
    assert "damaged" in {each.why for each in stored_backups(str(path))}


def test_what_a_killed_process_has_left_goes_the_day_after(path: Path, folder: Path) -> None:
    """Not before: another process may be writing it."""
    folder.mkdir(parents=True)
    for name, age in (("old", 100_000), ("new", 100)):
        left = folder / f"{PREFIX}{name}{SUFFIX}"
        left.touch()
        os.utime(left, (left.stat().st_mtime - age,) * 2)
    store_backup(str(path), BY_HAND)
    assert _names(folder)[:1] == [f"{PREFIX}new{SUFFIX}"]
    assert len(_names(folder)) == 2


@posix
def test_where_none_can_be_kept_it_says_so(path: Path, folder: Path) -> None:
    """A file in the place of the folder, and a full disk."""
    with no_room(50_000), pytest.raises(BackupFailed, match="No backup can be written to .*/backups: "):
        store_backup(str(path), BY_HAND)
    assert _names(folder) == []
    folder.rmdir()
    folder.write_text("mine")
    with pytest.raises(BackupFailed, match="No backup can be kept in .*/backups: File exists."):
        store_backup(str(path), BY_HAND)
    assert stored_backups(str(path)) == []


def test_a_kept_backup_is_a_journal(path: Path, folder: Path) -> None:
    """It can be looked into with --journal."""
    with closing(open_for_reading(store_backup(str(path), BY_HAND).path)) as backup:
        assert backup.execute("SELECT count(*) FROM readings").fetchone() == (0,)
