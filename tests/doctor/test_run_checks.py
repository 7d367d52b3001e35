import os
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy, disk_usage
from threading import Timer

import pytest
from tests.full_reading import dump
from tests.library import fill
from tests.sql_rows import index_is_true

from readlog.backups.backup import store_backup
from readlog.core.errors import JournalUnusable, NotFound
from readlog.doctor.results import Checkup, Finding
from readlog.drafts.draft_files import create_draft
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal

DROPPED = "DROP TRIGGER {}; "
"""How a tool gets past the triggers."""

STATES = {
    "never indexed": DROPPED.format("stale_insert")
    + "INSERT INTO readings (book_id, review) VALUES (1, 'zebra'); DELETE FROM stale",
    "entry left": DROPPED.format("readings_delete") + "DELETE FROM readings WHERE id = 2",
    "text changed": DROPPED.format("readings_update") + "UPDATE readings SET review = 'zebra' WHERE id = 3",
    "replaced": DROPPED.format("readings_insert")
    + "INSERT OR REPLACE INTO readings (id, book_id, review) VALUES (3, 1, 'zebra')",
    "block zeroed": "UPDATE search_data SET block = zeroblob(length(block)) WHERE id = (SELECT max(id) FROM search_data)",
    "block deleted": "DELETE FROM search_data WHERE id = (SELECT max(id) FROM search_data)",
    "index dropped": "DROP TABLE search",
    "its text dropped": "DROP TABLE search_content",
    "left waiting": DROPPED.format("stale_insert") + "INSERT INTO stale VALUES (4)",
}
"""The six states of a damaged index that peers do not notice, and some more."""

OTHERS = {
    "a view": ("DROP VIEW search_text", "search_text"),
    "an index": ("DROP INDEX readings_by_moment", "readings_by_moment"),
    "another trigger": (
        "DROP TRIGGER books_update; CREATE TRIGGER books_update AFTER UPDATE ON books BEGIN SELECT 1; END",
        "books_update",
    ),
    "a running operation": ("UPDATE operations SET running = 1 WHERE id = 3", "change log, running"),
    "a lost operation": ("DELETE FROM operations WHERE id = 3", "change log, operations"),
    "rows of nobody": (
        "DROP TRIGGER people_cascade; DELETE FROM people WHERE name = 'Homer'",
        "contributions",
    ),
    "WAL": ("PRAGMA journal_mode = WAL", "WAL"),
    "numbers": ("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'readings'", "numbers"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with everything, made once."""
    path = tmp_path_factory.mktemp("library") / "journal.db"
    os.environ["READLOG_NOW"] = "2026-11-22T12:00:00+00:00"
    fill(path)
    return path


@pytest.fixture
def path(library: Path, tmp_path: Path, state: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(copy(library, tmp_path / "journal.db"))


def run(path: Path, script: str) -> None:
    """Do what another tool might."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(script)


def examine(path: Path, *, fix: bool = False) -> Checkup:
    """What the doctor finds, but for the age of backups, which is no fault of the file."""
    with Journal(str(path)) as journal:
        found = journal.check(lambda label: None, fix=fix)
    return found._replace(findings=[each for each in found.findings if each.where != "backup"])


def one(path: Path, where: str) -> Finding:
    """The one finding of this place."""
    (found,) = (each for each in examine(path).findings if each.where == where)
    return found


def test_a_sound_journal_is_sound(path: Path) -> None:
    """And looking changes nothing, not even a byte."""
    before = path.read_bytes()
    assert examine(path) == Checkup(str(path), 12, [])
    assert path.read_bytes() == before


@pytest.mark.parametrize("state", STATES)
def test_an_outdated_index_is_found_and_repaired(
    path: Path, tmp_path: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each state in which a search would miss something without a word; the rows stay as they are."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    run(path, STATES[state])
    rows = dump(path)
    found = one(path, "search index")
    assert (found.level, found.fix, found.command) == ("damage", True, "readlog doctor --fix")
    assert not examine(path).is_healthy
    repaired = examine(path, fix=True)
    assert repaired.is_healthy
    assert [
        each for each in repaired.findings if not each.repaired and not each.where.startswith("change log, rows")
    ] == []
    assert repaired.copy
    assert Path(repaired.copy).exists()
    assert [row for row in rows if row[0] == "readings"] == [row for row in dump(path) if row[0] == "readings"]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        index_is_true(connection)
        connection.execute("UPDATE readings SET review = 'okapi' WHERE id = 1")
        index_is_true(connection)


@pytest.mark.parametrize("what", OTHERS)
def test_what_a_tool_has_dropped_is_put_back(path: Path, what: str) -> None:
    """Found by its name, repaired, and not found again."""
    script, where = OTHERS[what]
    run(path, script)
    assert one(path, where).fix
    assert {each.where for each in examine(path, fix=True).findings if each.repaired} >= {where}
    again = examine(path)
    assert (again.is_healthy, [each for each in again.findings if each.level != "remark"]) == (True, [])


def test_orphans_are_removed_in_an_operation(path: Path) -> None:
    """Books without readings, people and tags without books: an undo brings them back."""
    run(
        path,
        "INSERT INTO books (title) VALUES ('Nobody'); INSERT INTO people (name) VALUES ('X'); INSERT INTO tags (name) VALUES ('y')",
    )
    rows = dump(path)
    found = examine(path)
    assert found.is_healthy
    assert [each.where for each in found.findings] == ["orphans, books", "orphans, people", "orphans, tags"]
    assert all(each.repaired for each in examine(path, fix=True).findings)
    assert len(dump(path)) == len(rows) - 3
    with Journal(str(path)) as journal:
        journal.undo()
    assert dump(path) == rows


def test_what_needs_judgement_is_left(path: Path) -> None:
    """A reading whose book is gone: nothing of it is removed, and the undo that brings the book back is named."""
    run(path, "DROP TRIGGER books_cascade; DELETE FROM books WHERE id = 1")
    readings = [row for row in dump(path) if row[0] in ("readings", "contributions")]
    left = examine(path, fix=True)
    assert not left.is_healthy
    assert [row for row in dump(path) if row[0] in ("readings", "contributions")] == readings
    command = next(each.command for each in left.findings if each.where == "readings")
    assert command
    with Journal(str(path)) as journal:
        journal.undo(int(command.split()[-1]))
    assert examine(path).is_healthy


def test_columns_and_rows_of_another_tool_are_remarked_upon(path: Path) -> None:
    """They are no damage, and are left alone, unless a reader has the journal made anew."""
    run(path, "ALTER TABLE books ADD COLUMN mood TEXT; DELETE FROM changes WHERE table_name = 'quotes'")
    found = examine(path, fix=True)
    assert found.is_healthy
    assert [(each.level, each.where) for each in found.findings] == [
        ("remark", "books"),
        ("remark", "change log, rows"),
    ]
    assert found.copy is None
    with Journal(str(path)) as journal:
        journal.salvage(str(path.with_name("new.db")))
    assert [each.where for each in examine(path.with_name("new.db")).findings] == ["change log, rows"]


def test_where_there_is_no_home_a_sound_journal_is_sound(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Backups and drafts have no place then, which is no damage of the file."""
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("LOCALAPPDATA", "")
    assert examine(path) == Checkup(str(path), 12, [])


def test_an_empty_file_is_replaced_by_the_last_backup(path: Path) -> None:
    """The command names it; where none is kept, it is for the reader to say."""
    whole = path.read_bytes()
    kept = store_backup(str(path), "by-hand").path
    path.write_bytes(b"")
    (found,) = examine(path).findings
    assert (found.what, found.command) == ("The file is empty: it was truncated.", f"readlog restore {kept}")
    assert Path(kept).stat().st_size == len(whole)
    Path(kept).unlink()
    assert examine(path).findings[0].command == "readlog restore PATH"


def test_a_broken_log_is_found(path: Path) -> None:
    """Lines that do not say what was before, and operations without a time."""
    run(
        path,
        """
        INSERT INTO changes (operation_id, action, table_name, row_id, before) VALUES (1, 'update', 'books', 1, '{"titel": 1}');
        UPDATE operations SET at = '2026-99-99' WHERE id = 2;
    """,
    )
    found = examine(path, fix=True)
    assert [each.where for each in found.findings] == ["change log, lines", "change log, times"]
    assert not found.is_healthy


def test_a_damaged_file_is_not_written_to(path: Path) -> None:
    """Where SQLite itself finds it broken, to mend could make it worse: what saves the readings is named."""
    run(path, "DROP INDEX readings_by_moment")
    data = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quotes'").fetchone()
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(data)
    found = examine(path, fix=True)
    assert not found.is_healthy
    assert found.copy is None
    assert next(each.command for each in found.findings if each.where == "file") == "readlog doctor --salvage NEW"
    assert path.read_bytes() == data


@pytest.mark.parametrize("damage", ["header", "cut", "empty"])
def test_a_file_that_cannot_be_opened_is_damaged(path: Path, damage: str) -> None:
    """It is a finding, not a traceback; what is no journal at all is not examined."""
    data = path.read_bytes()
    path.write_bytes({"header": b"?" * 16 + data[16:], "cut": data[: len(data) // 2], "empty": b""}[damage])
    found = examine(path)
    assert (found.is_healthy, found.readings, [each.where for each in found.findings]) == (False, None, ["file"])
    path.write_bytes(b"a novel" * 10_000)
    with pytest.raises(JournalUnusable, match="not a readlog journal"):
        examine(path)
    path.unlink()
    with pytest.raises(NotFound):
        examine(path)


def test_permissions_and_leftovers_are_found_and_repaired(path: Path, state: Path) -> None:
    """Files that others may read, and what killed commands have left; what is young may belong to one at work."""
    state.mkdir(parents=True, mode=0o755)
    old, young, kept = (
        path.parent / ".readlog-old.new",
        path.parent / ".readlog-young.new",
        state / "drafts" / ".readlog-x.md",
    )
    kept.parent.mkdir(mode=0o700)
    for each in (old, young, kept):
        each.write_text("left")
        each.chmod(0o600)
    for each in (old, kept):
        os.utime(each, (0, 0))
    path.chmod(0o644)
    assert [each.where for each in examine(path).findings] == ["permissions", "leftovers"]
    assert all(each.repaired for each in examine(path, fix=True).findings)
    assert (path.stat().st_mode & 0o777, state.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [old.exists(), young.exists(), kept.exists()] == [False, True, True]
    assert path.parent.stat().st_mode & 0o777 != 0, "a directory that is not readlog's own is left as it is"


def test_an_interrupted_command_is_told_of(path: Path, tmp_path: Path) -> None:
    """What it had begun was taken back, as whatever command had come next would have done."""
    rows = dump(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE readings SET review = 'half ' || review")
        hot = Path(copy(path, tmp_path / "hot.db"))
        copy(f"{path}-journal", f"{hot}-journal")
    hot.chmod(0o600)
    found = examine(hot)
    assert [(each.where, each.repaired) for each in found.findings] == [("rollback", True)]
    assert found.is_healthy
    assert dump(hot) == rows
    assert examine(hot).findings == []


def test_a_command_at_work_is_not_an_interrupted_one(path: Path) -> None:
    """Its rollback journal is there for a moment: what it changes is not taken back."""
    beside = Path(f"{path}-journal")
    beside.write_bytes(b"x")
    ends = Timer(0.1, beside.unlink)
    ends.start()
    assert examine(path).findings == []
    ends.join()


@pytest.mark.parametrize(("missing", "found"), [(0, []), (1, ["disk"])])
def test_a_disk_that_is_nearly_full_is_told_of(
    path: Path, missing: int, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where less is free than an import or a backup can need: the journal twice, and 50 MB. It is no damage."""
    wanted = 2 * path.stat().st_size + 50_000_000
    usage = disk_usage(path.parent)._replace(free=wanted - missing)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    checkup = examine(path)
    assert ([each.where for each in checkup.findings], checkup.is_healthy) == (found, True)
    assert all(" MB are free; an import or a backup may need " in each.what for each in checkup.findings)


def test_texts_that_wait_in_drafts_are_told_of(path: Path, state: Path) -> None:
    """They are in no search and no export. What another terminal is writing at this moment waits for nobody."""
    drafts = [create_draft(f"{number} dune", "Cold.", DraftTarget(str(path))) for number in range(3)]
    for draft in drafts[:2]:
        draft.__exit__()
    with drafts[2]:
        (found,) = examine(path).findings
    assert (found.part, found.what, found.number) == ("record", "2 drafts are waiting.", 2)
    assert found.command == "readlog recover"
    assert one(path, "drafts").what == "3 drafts are waiting."
    for draft in drafts[1:]:
        draft.remove()
    assert one(path, "drafts").what == "A draft is waiting."


def test_only_old_backups_are_missed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None at all, or none for a month in which something has changed."""

    def said() -> list[str]:
        with Journal(str(path)) as journal:
            return [each.what for each in journal.check(lambda label: None).findings if each.where == "backup"]

    assert said() == ["readlog has kept none of this journal."]
    store_backup(str(path), "by-hand")
    assert said() == []
    monkeypatch.setenv("READLOG_NOW", "2027-02-01T12:00:00+00:00")
    assert said() == []
    run(
        path,
        "UPDATE books SET title = 'Newer' WHERE id = 1; UPDATE operations SET at = '2027-01-30T00:00:00.000Z' WHERE command IS NULL",
    )
    assert said() == ["The last one that readlog has kept is 71 days old."]
