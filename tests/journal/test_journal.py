import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.given import TODAY, make
from tests.storage.test_triggers import index_is_true
from tests.strategies import readings

from readlog.ground.errors import AlreadyThere, BadInput, JournalUnusable, NotFound, Overtaken
from readlog.ground.fields import with_fields
from readlog.ground.model import Quote, Reading
from readlog.ground.record import from_record, to_record
from readlog.journal import Journal

FULL = {
    "subtitle": "1905-1941",
    "authors": ["Victor Serge"],
    "contributors": ["Peter Sedgwick:translator", "George Paizis:translator"],
    "series": "Classics",
    "series_number": "2",
    "isbn": "9781590174517",
    "publisher": "New York Review Books",
    "published": 2012,
    "pages": 576,
    "language": "English",
    "tags": ["history", "russia"],
    "status": "finished",
    "started": "2012-02",
    "finished": "2012-03",
    "rating": 5,
    "format": "print",
    "review": "Pétrograd",
    "private_note": "from Anna",
    "quotes": [{"text": "the bread", "page": "133"}, {"text": "the peace"}],
    "sources": ["goodreads:55401"],
    "extra": {"mood": ["dark"]},
}


def full(**fields: object) -> Reading:
    """A reading with every field that there is."""
    return make("Memoirs of a Revolutionary", **FULL | fields)


def as_added(reading: Reading) -> dict[str, object]:
    """Its record without what the journal gives."""
    record = to_record(reading)
    for quote in record["quotes"]:
        quote.pop("uid")
    return {
        key: value for key, value in record.items() if key not in ("id", "uid", "book_uid", "created_at", "updated_at")
    }


def without_identity(reading: Reading) -> Reading:
    """The reading with quotes that the journal has not seen."""
    return replace(reading, quotes=tuple(replace(quote, uid=None) for quote in reading.quotes))


def dump(path: Path) -> list[tuple[object, ...]]:
    """Every row of every table that a reader's words are in."""
    with sqlite3.connect(path) as connection:
        tables = "books people contributions tags book_tags readings quotes".split()
        rows = [row for table in tables for row in connection.execute(f"SELECT '{table}', * FROM {table}")]
    connection.close()
    return rows


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
    """A uid is for good, and so is the day on which it was written."""
    record = {
        "title": "Dune",
        "uid": "r1",
        "book_uid": "b1",
        "created_at": "2001-01-01T00:00:00Z",
        "quotes": [{"uid": "q1", "text": "a"}],
    }
    got = journal.get(journal.add(from_record(record, TODAY)))
    assert (got.uid, got.book.uid, got.created_at, got.quotes[0].uid) == ("r1", "b1", "2001-01-01T00:00:00Z", "q1")


def test_a_journal_that_was_never_written_is_empty(journal: Journal, path: Path) -> None:
    """Every question has an answer, and asking makes no file."""
    assert journal.list().total == 0
    assert journal.search("serge").total == 0
    assert list(journal.records()) == list(journal.outline()) == []
    assert journal.overview().readings == 0
    assert set(journal.counts()) == {0}
    assert journal.same_book(make()) == []
    for missing in (
        lambda: journal.get(1),
        lambda: journal.find("1"),
        lambda: journal.delete(1),
        lambda: journal.edit(1, full),
    ):
        with pytest.raises(NotFound):
            missing()
    assert not path.exists()


def test_a_second_reading_belongs_to_the_book_that_is_there(journal: Journal) -> None:
    """It is logged when the reader says so, and the first one stays as it was."""
    journal.add(full())
    first = journal.get(1)
    with pytest.raises(AlreadyThere, match=r"in the journal once: 1\.\nLog another reading with --again") as refused:
        journal.add(make("memoirs of a revolutionary!", authors=["victor serge"]))
    assert refused.value.ids == (1,)
    again = journal.add(make("memoirs of a revolutionary!", authors=["Victor Serge"], finished="1991"), again=True)
    assert [reading.id for reading in journal.readings_of_same_book(1)] == [again, 1]
    assert journal.get(again).book == first.book
    assert journal.get(1) == first


def test_another_reading_may_add_to_the_book(journal: Journal) -> None:
    """Tags, people and what was not known come in; what was known is not overwritten in silence."""
    journal.add(make("Dune", authors=["Frank Herbert"], tags=["sf"], pages=500))
    journal.add(
        make(
            "Dune", authors=["Frank Herbert"], contributors=["X:narrator"], tags=["SF", "desert"], isbn="9780441013593"
        ),
        again=True,
    )
    book = journal.get(1).book
    assert (book.tags, book.isbn, book.pages, len(book.contributors)) == (("desert", "sf"), "9780441013593", 500, 2)
    with pytest.raises(BadInput, match="The book has pages 500 and not 412. Change it with: readlog edit --pages"):
        journal.add(make("Dune", authors=["Frank Herbert"], pages=412), again=True)
    assert journal.list().total == 2


def test_two_books_may_have_one_title(journal: Journal) -> None:
    """Where the reader says that they are two."""
    journal.add(make("Selected Poems", authors=["A"]))
    journal.add(make("Selected Poems", authors=["A"]), new_book=True)
    assert journal.counts().books == 2


def test_an_edit_changes_what_it_says_and_nothing_else(journal: Journal, path: Path) -> None:
    """The rest of the rows are as they were, but for the date of the change."""
    journal.add(full())
    before = dump(path)
    after = journal.edit(1, lambda now: with_fields(now, {"rating": "4.5"}, TODAY))
    assert after == replace(journal.get(1), rating=4.5)
    changed = [(old, new) for old, new in zip(before, dump(path), strict=True) if old != new]
    assert len(changed) == 1
    assert [column for column in zip(*changed[0], strict=True) if column[0] != column[1]] == [(5.0, 4.5)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(one=readings(), two=readings())
def test_any_reading_can_become_any_other(journal: Journal, one: Reading, two: Reading) -> None:
    """An edit of everything at once leaves exactly what it says, and a true index."""
    id_ = journal.add(without_identity(one), new_book=True)
    journal.edit(
        id_,
        lambda now: replace(
            two, id=now.id, uid=now.uid, created_at=now.created_at, book=replace(two.book, uid=now.book.uid)
        ),
    )
    assert as_added(journal.get(id_)) == as_added(two)
    index_is_true(journal._writable())


def test_an_edit_that_changes_nothing_is_no_operation(journal: Journal, path: Path) -> None:
    """Nothing is written, and nothing is dated anew."""
    journal.add(full())
    before = path.read_bytes()
    assert journal.edit(1, lambda now: now) is None
    assert path.read_bytes() == before


def test_an_edit_of_the_book_shows_in_all_its_readings(journal: Journal) -> None:
    """They share it."""
    journal.add(full())
    journal.add(full(finished="1991", quotes=[]), again=True)
    journal.edit(2, lambda now: with_fields(now, {"title": "Mémoires"}, TODAY))
    assert journal.get(1).book.title == "Mémoires"


def test_an_edit_of_what_was_changed_meanwhile_is_refused(journal: Journal, path: Path) -> None:
    """What another terminal wrote is not overwritten by what this one saw before."""
    journal.add(full())
    seen = journal.get(1)
    with Journal(str(path)) as other:
        other.edit(1, lambda now: with_fields(now, {"private_note": "theirs"}, TODAY))
    with pytest.raises(Overtaken):
        journal.edit(1, lambda now: with_fields(seen, {"review": "mine"}, TODAY), seen=seen)
    assert (journal.get(1).private_note, journal.get(1).review) == ("theirs", "Pétrograd")


def test_quotes_keep_their_identity_through_an_edit(journal: Journal) -> None:
    """One is changed, one goes, one comes, and they stand in the order that was said."""
    journal.add(full())
    bread, peace = journal.get(1).quotes
    new = (replace(peace, remark="!"), Quote("new"), bread)
    journal.edit(1, lambda now: replace(now, quotes=new))
    got = journal.get(1).quotes
    assert [quote.text for quote in got] == ["the peace", "new", "the bread"]
    assert (got[0].uid, got[0].remark, got[2].uid) == (peace.uid, "!", bread.uid)
    journal.edit(1, lambda now: replace(now, quotes=now.quotes[:1]))
    assert [quote.text for quote in journal.get(1).quotes] == ["the peace"]


def test_a_quote_that_was_copied_is_another_quote(journal: Journal) -> None:
    """Who copies lines in the editor copies uids with them, of this reading or of another."""
    journal.add(full())
    journal.add(make("Other"))
    bread = journal.get(1).quotes[0]
    journal.edit(1, lambda now: replace(now, quotes=(bread, bread)))
    journal.edit(2, lambda now: replace(now, quotes=(bread,)))
    uids = [quote.uid for id_ in (1, 2) for quote in journal.get(id_).quotes]
    assert uids[0] == bread.uid
    assert len(set(uids)) == 3


def test_people_and_tags_that_nobody_needs_go(journal: Journal) -> None:
    """So that completion does not offer a name that was mistyped once."""
    journal.add(make("A", authors=["Serge", "Sergei"], tags=["x", "y"]))
    journal.add(make("B", authors=["Serge"], tags=["x"]))
    journal.edit(1, lambda now: with_fields(now, {"authors": ["Serge"], "tags": "x"}, TODAY))
    assert (journal.names("people"), journal.names("tags")) == (["Serge"], ["x"])
    journal.delete(1)
    assert (journal.names("people"), journal.names("tags")) == (["Serge"], ["x"])
    journal.delete(2)
    assert set(journal.counts()) == {0}


def test_a_tag_is_spelled_as_it_was_first(journal: Journal) -> None:
    """History and HISTORY are one label, and so are mémoire and MÉMOIRE."""
    journal.add(make("A", tags=["mémoire", "History"]))
    journal.add(make("B", tags=["MÉMOIRE", "HISTORY"]))
    assert journal.get(2).book.tags == ("History", "mémoire")


def test_a_deleted_reading_is_gone_and_its_book_stays_while_it_is_read(journal: Journal) -> None:
    """Its quotes go with it; the other reading has all that it had."""
    journal.add(full())
    journal.add(full(finished="1991", quotes=["mine"]), again=True)
    left = journal.get(2)
    journal.delete(1)
    with pytest.raises(NotFound, match="no reading 1"):
        journal.get(1)
    assert replace(journal.get(2), updated_at=None) == replace(left, updated_at=None)
    assert journal.counts().quotes == 1
    journal.delete(2)
    index_is_true(journal._writable())
    assert set(journal.counts()) == {0}


def test_each_change_is_one_operation_with_its_command(journal: Journal) -> None:
    """An add, an edit, a delete."""
    journal.add(full())
    journal.edit(1, lambda now: replace(now, rating=4))
    journal.delete(1)
    operations = journal._writable().execute("SELECT command, running FROM operations").fetchall()
    assert operations == [("add", 0), ("edit", 0), ("delete", 0)]


def test_an_error_in_the_middle_leaves_the_journal_as_it_was(journal: Journal, path: Path) -> None:
    """Half a reading is none."""
    journal.add(full())
    before = dump(path)
    with pytest.raises(sqlite3.IntegrityError):
        journal.add(make("B", authors=["New"], quotes=[{"uid": "q1", "text": "a"}, {"uid": "q1", "text": "b"}]))
    with pytest.raises(sqlite3.IntegrityError):
        journal.edit(1, lambda now: replace(now, rating=7.0, book=replace(now.book, title="x")))
    assert dump(path) == before


def test_an_error_of_sqlite_leaves_the_journal_as_a_line_for_the_reader(path: Path) -> None:
    """Inside `with Journal(...)` nothing is thrown at a person that is not about the file."""
    with pytest.raises(JournalUnusable, match="could not be used"), Journal(str(path)) as journal:
        journal.list()
        journal._connection.execute("SELECT nonsense")


def test_names_are_in_order_of_the_alphabet_accents_aside(journal: Journal) -> None:
    """For the eye that looks for one."""
    journal.add(make("A", authors=["Zola", "Émile", "eco"]))
    assert journal.names("people") == ["eco", "Émile", "Zola"]


def test_no_lock_is_held_while_a_list_is_read(journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pager that stays open for an hour keeps nobody from writing."""
    for number in range(6):
        journal.add(make(f"Book {number}"))
    monkeypatch.setattr("readlog.journal.listing.BATCH", 2)
    with Journal(str(path)) as reading, Journal(str(path)) as writing:
        rows, records = reading.list().rows, reading.records()
        next(rows), next(records)
        writing.delete(1)
        writing.add(make("Book 7"))
        assert [row.title for row in rows] == ["Book 4", "Book 3", "Book 2", "Book 1"]
        assert next(records).book.title == "Book 1"
