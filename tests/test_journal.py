import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from readlog.core.domain_model import Reading
from readlog.core.errors import JournalUnusable, NotFound
from readlog.core.reading_record import from_record
from readlog.journal import Journal
from readlog.query import id_list
from readlog.storage import connection as connection_module
from tests.full_reading import as_added, full, without_identity
from tests.given import TODAY, make
from tests.strategies import readings


def test_what_is_added_is_what_is_got(journal: Journal) -> None:
    """Every field, to the letter, with a number, a uid and a moment."""
    id_ = journal.add(full())
    got = journal.get(id_)
    assert as_added(got) == as_added(full())
    assert (got.id, got.created_at, got.updated_at) == (1, "2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000Z")
    assert got.uid
    assert got.uid.startswith("r")
    assert got.book.uid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(reading=readings())
def test_any_reading_is_got_as_it_was_added(journal: Journal, reading: Reading) -> None:
    """With hostile texts, all forms of dates, and whatever is in `extra`."""
    id_ = journal.add(without_identity(reading), new_book=True)
    assert as_added(journal.get(id_)) == as_added(reading)


def test_what_a_record_brings_is_kept(journal: Journal) -> None:
    """A uid is for good, and so is the moment at which it was written, in the one spelling that sorts."""
    record = {
        "title": "Dune",
        "uid": "r1",
        "book_uid": "b1",
        "created_at": "2001-01-01T00:00:00Z",
        "quotes": [{"uid": "q1", "text": "a"}],
    }
    got = journal.get(journal.add(from_record(record, TODAY)))
    assert (got.uid, got.book.uid, got.created_at, got.quotes[0].uid) == ("r1", "b1", "2001-01-01T00:00:00.000Z", "q1")


def test_what_is_written_goes_into_the_file_that_is_there(path: Path) -> None:
    """Also where another journal was put in its place after somebody had looked."""
    other = path.with_name("other.db")
    for each in (path, other):
        with Journal(str(each)) as journal:
            journal.add(make("Dune"))
    with Journal(str(path)) as journal:
        assert journal.list().total == 1
        other.replace(path)
        journal.add(make("Emma"))
    with Journal(str(path)) as journal:
        assert journal.list().total == 2


def test_a_journal_that_was_never_written_is_empty(path: Path) -> None:
    """Every question has an answer, and asking makes no file."""
    with Journal(str(path)) as journal:
        assert journal.list().total == 0
        assert journal.search("serge").total == 0
        assert list(journal.readings()) == []
        assert list(journal.outline()) == []
        assert journal.overview().readings == 0
        assert set(journal.counts()) == {0}
        assert journal.find_same_book(make()) == []
        questions: tuple[Callable[[], object], ...] = (
            lambda: journal.get(1),
            lambda: journal.find("1"),
            lambda: journal.delete(1),
            lambda: journal.edit(1, lambda now: now),
        )
        for missing in questions:
            with pytest.raises(NotFound):
                missing()
        assert not path.exists()


def test_an_error_of_sqlite_leaves_the_journal_as_a_line_for_the_reader(path: Path) -> None:
    """Inside `with Journal(...)` nothing is thrown at a person that is not about the file."""
    with pytest.raises(JournalUnusable, match="could not be used"), Journal(str(path)) as journal:
        journal.list()
        raise sqlite3.OperationalError("no such column: nonsense")


def test_names_are_in_order_of_the_alphabet_accents_aside(journal: Journal) -> None:
    """For the eye that looks for one."""
    journal.add(make("A", authors=["Zola", "Émile", "eco"]))
    assert journal.names("people") == ["eco", "Émile", "Zola"]


def test_no_lock_is_held_while_a_list_is_read(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pager that stays open for an hour keeps nobody from writing."""
    for number in range(6):
        journal.add(make(f"Book {number}"))
    monkeypatch.setattr(id_list, "BATCH_SIZE", 2)
    with Journal(str(path)) as reading, Journal(str(path)) as writing:
        rows, records = reading.list().rows, reading.readings()
        next(rows), next(records)
        writing.delete(1)
        writing.add(make("Book 7"))
        assert [row.title for row in rows] == ["Book 4", "Book 3", "Book 2", "Book 1"]
        assert next(records).book.title == "Book 1"


@pytest.fixture
def writer(journal: Journal, path: Path) -> Iterator[sqlite3.Connection]:
    """Another program in the middle of a change, on a journal with one reading."""
    journal.add(make("Book", tags=["tag"]))
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE books SET title = 'Theirs'")
        yield connection


def test_whoever_reads_waits_for_nobody_who_writes(
    writer: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every question is answered at once while another program holds the write lock, by what was committed."""
    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0)
    with Journal(str(path)) as journal:
        assert (journal.get(1).book.title, journal.find("book").id) == ("Book", 1)
        assert (journal.list("tag:tag").total, journal.search("book").total) == (1, 1)
        assert [len(list(each)) for each in (journal.readings(), journal.outline(), journal.names("tags"))] == [1, 1, 1]
        assert (journal.overview().readings, journal.info()["readings"]) == (1, 1)
        assert [each.id for each in journal.find_same_book(make("Book"))] == [1]
        writer.execute("COMMIT")
        assert journal.get(1).book.title == "Theirs"


def test_a_second_writer_waits_and_then_succeeds(writer: sqlite3.Connection, path: Path) -> None:
    """Two terminals that write at once both have their reading; nothing is lost and nobody is told to try again."""

    def add() -> int:
        with Journal(str(path)) as journal:
            return journal.add(make("Mine"))

    with ThreadPoolExecutor() as terminals:
        number = terminals.submit(add)
        assert wait([number], timeout=0.3).not_done
        writer.execute("COMMIT")
        assert number.result(timeout=9) == 2
    with Journal(str(path)) as journal:
        assert [title for _, _, title in journal.outline()] == ["Theirs", "Mine"]


def test_many_terminals_that_write_at_once_lose_nothing(path: Path) -> None:
    """Each gets a number of its own, even where the journal is not made yet."""

    def add(number: int) -> int:
        with Journal(str(path)) as journal:
            return journal.add(make(f"Book {number}"))

    with ThreadPoolExecutor(4) as terminals:
        ids = list(terminals.map(add, range(8)))
    assert sorted(ids) == list(range(1, 9))
