import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.given import make
from tests.old_journals import make_old

from readlog.backups import restore, restore_plan
from readlog.backups.backup import write_backup
from readlog.backups.results import ReadingTitle
from readlog.core.errors import JournalUnusable
from readlog.journal import Journal
from readlog.storage import connection as connection_module
from readlog.storage.connection import SCHEMA_VERSION


@pytest.fixture
def backup(journal: Journal, tmp_path: Path, state: Path) -> str:
    """A backup of three readings; since then one was added, one changed, one deleted."""
    for title in ("Dune", "Ubik", "Solaris"):
        journal.add(make(title, finished="2012"))
    write_backup(journal.path, tmp_path / "b.db")
    journal.add(make("Emma", finished="2013"))
    journal.edit(1, lambda reading: make("Dune", uid=reading.uid, rating=5))
    journal.delete(2)
    return str(tmp_path / "b.db")


def test_a_plan_says_what_would_change(journal: Journal, backup: str) -> None:
    """What is in it and in the journal; which readings go, come and change. Looking changes nothing."""
    before = Path(journal.path).read_bytes()
    with journal.open_backup(backup) as restoring:
        plan = restoring.plan
    assert (plan.in_backup.counts.readings, plan.in_backup.schema, plan.in_backup.newest and plan.in_backup.newest.title) == (3, SCHEMA_VERSION, "Solaris")  # fmt: skip
    assert plan.in_journal
    assert (plan.in_journal.counts.readings, plan.in_journal.newest and plan.in_journal.newest.title) == (3, "Emma")
    assert (plan.only_in_journal, plan.only_in_backup, plan.changed) == (
        [ReadingTitle(4, "Emma")],
        [ReadingTitle(2, "Ubik")],
        [ReadingTitle(1, "Dune")],
    )
    assert Path(journal.path).read_bytes() == before


def test_what_it_says_comes_to_pass(journal: Journal, backup: str) -> None:
    """Afterwards nothing would change; and the journal as it was can be restored in its turn."""
    with journal.open_backup(backup) as restoring:
        kept = restoring.apply()
    assert [row.title for row in journal.list(sort="title").rows] == ["Dune", "Solaris", "Ubik"]
    with journal.open_backup(backup) as restoring:
        assert (restoring.plan.only_in_journal, restoring.plan.only_in_backup, restoring.plan.changed) == ([], [], [])
    assert kept
    with journal.open_backup(kept) as restoring:
        restoring.apply()
    assert [row.title for row in journal.list(sort="title").rows] == ["Dune", "Emma", "Solaris"]
    assert journal.get(1).rating == 5


def test_a_difference_without_a_date_is_one(journal: Journal, backup: str) -> None:
    """A tool may have changed a review and set the time back."""
    with journal.open_backup(backup) as restoring:
        restoring.apply()
    with closing(sqlite3.connect(backup, isolation_level=None)) as other:
        (at,) = other.execute("SELECT updated_at FROM readings WHERE id = 3").fetchone()
        other.execute("UPDATE readings SET review = 'new' WHERE id = 3")
        other.execute("UPDATE readings SET updated_at = ? WHERE id = 3", (at,))
    with journal.open_backup(backup) as restoring:
        assert restoring.plan.changed == [ReadingTitle(3, "Solaris")]


def test_what_cannot_be_compared_is_said(journal: Journal, backup: str, tmp_path: Path) -> None:
    """No journal, an emptied one, a broken one, one of a newer readlog."""
    path = Path(journal.path)
    whole = path.read_bytes()
    for broken, why in ((None, None), (b"", "empty: it was truncated"), (whole[:-4096], "damaged: it cannot be read")):
        path.unlink()
        if broken is not None:
            path.write_bytes(broken)
        else:
            pass
        with journal.open_backup(backup) as restoring:
            assert (restoring.plan.in_journal, restoring.plan.unreadable) == (None, why)
        path.touch()
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with journal.open_backup(backup) as restoring:
        assert "newer readlog" in (restoring.plan.unreadable or "")


def test_a_journal_that_another_program_has_is_not_restored_over_unseen(
    journal: Journal, backup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not damaged: who waits a while can see what would change."""
    for module in (connection_module, restore):
        monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JournalUnusable, match="Another program kept"), journal.open_backup(backup):
            pytest.fail("it is not to be seen")
        monkeypatch.setattr(restore_plan, "check_replaceable", str)
        with pytest.raises(JournalUnusable, match="Another program kept"), journal.open_backup(backup):
            pytest.fail("nor where the other came a moment later")


def test_a_journal_of_an_older_readlog_is_compared_and_left_as_it_is(path: Path, tmp_path: Path, state: Path) -> None:
    """It is upgraded in memory only."""
    make_old(path, 1)
    make_old(tmp_path / "b.db", 1)
    before = path.read_bytes()
    with Journal(str(path)) as journal, journal.open_backup(str(tmp_path / "b.db")) as restoring:
        assert restoring.plan.in_journal
        assert (restoring.plan.in_journal.counts.readings, len(restoring.plan.only_in_journal)) == (2, 2)
    assert path.read_bytes() == before
