import sqlite3
from pathlib import Path

import pytest
from tests.full_reading import dump, full
from tests.given import TODAY, make
from tests.sql_rows import index_is_true

from readlog.core.errors import AlreadyExists, Ambiguous, BadInput, ConflictingChange, NotFound
from readlog.core.parse_fields import replace_fields
from readlog.journal import Journal


def test_a_second_reading_belongs_to_the_book_that_is_there(journal: Journal) -> None:
    """It is logged when the reader says so, and the first one stays as it was."""
    journal.add(full())
    first = journal.get(1)
    with pytest.raises(AlreadyExists, match=r"in the journal once: 1\.\nLog another reading with --again") as refused:
        journal.add(make("memoirs of a revolutionary!", authors=["victor serge"]))
    assert refused.value.ids == (1,)
    again = journal.add(make("memoirs of a revolutionary!", authors=["Victor Serge"], finished="1991"), again=True)
    assert [reading.id for reading in journal.readings_of_same_book(1)] == [again, 1]
    assert journal.get(again).book == first.book
    assert journal.get(1) == first


def test_another_reading_may_add_to_the_book(journal: Journal) -> None:
    """Tags, people and what was not known come in; what was known stays."""
    journal.add(make("Dune", authors=["Frank Herbert"], tags=["sf"], pages=500))
    journal.add(
        make(
            "Dune", authors=["Frank Herbert"], contributors=["X:narrator"], tags=["SF", "desert"], isbn="9780441013593"
        ),
        again=True,
    )
    book = journal.get(1).book
    assert (book.tags, book.isbn, book.pages, len(book.contributors)) == (("desert", "sf"), "9780441013593", 500, 2)


def test_two_books_may_have_one_title(journal: Journal) -> None:
    """Where the reader says that they are two."""
    journal.add(make("Selected Poems", authors=["A"]))
    journal.add(make("Selected Poems", authors=["A"]), new_book=True)
    assert journal.counts().books == 2


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
    journal.edit(2, lambda now: replace_fields(now, {"title": "Mémoires"}, TODAY))
    assert journal.get(1).book.title == "Mémoires"


def test_an_edit_of_what_was_changed_meanwhile_is_refused(journal: Journal, path: Path) -> None:
    """What another terminal wrote is not overwritten by what this one saw before."""
    journal.add(full())
    seen = journal.get(1)
    with Journal(str(path)) as other:
        other.edit(1, lambda now: replace_fields(now, {"private_note": "theirs"}, TODAY))
    with pytest.raises(ConflictingChange):
        journal.edit(1, lambda now: replace_fields(seen, {"review": "mine"}, TODAY), expected=seen)
    assert (journal.get(1).private_note, journal.get(1).review) == ("theirs", "Pétrograd")


def test_a_deleted_reading_is_gone_and_its_book_stays_while_it_is_read(
    journal: Journal, connection: sqlite3.Connection
) -> None:
    """Its quotes go with it; the other reading has all that it had."""
    journal.add(full())
    journal.add(full(finished="1991", quotes=["mine"]), again=True)
    left = journal.get(2)
    journal.delete(1)
    with pytest.raises(NotFound, match="no reading 1"):
        journal.get(1)
    assert journal.get(2)._replace(updated_at=None) == left._replace(updated_at=None)
    assert journal.counts().quotes == 1
    journal.delete(2)
    index_is_true(connection)
    assert set(journal.counts()) == {0}


def test_each_change_is_one_operation_with_its_command(journal: Journal, connection: sqlite3.Connection) -> None:
    """An add, an edit, a delete."""
    journal.add(full())
    journal.edit(1, lambda now: now._replace(rating=4))
    journal.delete(1)
    operations = connection.execute("SELECT command, running FROM operations").fetchall()
    assert operations == [("add", 0), ("edit", 0), ("delete", 0)]


def test_an_error_in_the_middle_leaves_the_journal_as_it_was(journal: Journal, path: Path) -> None:
    """Half a reading is none."""
    journal.add(full())
    before = dump(path)
    with pytest.raises(sqlite3.IntegrityError):
        journal.add(make("B", authors=["New"], quotes=["a", "b"])._replace(rating=7.0))
    with pytest.raises(sqlite3.IntegrityError):
        journal.edit(1, lambda now: now._replace(rating=7.0, book=now.book._replace(title="x")))
    assert dump(path) == before


def test_another_edition_belongs_to_its_reading(journal: Journal) -> None:
    """The book keeps its own pages, ISBN and publisher; those of the other edition are with the reading of it."""
    journal.add(full())
    known = journal.get(1).book
    other = {"pages": 412, "isbn": "9780199555819", "publisher": "Oxford University Press"}
    again = journal.add(full(**other, extra={"mood": "dark"}, language="English"), again=True)
    assert journal.get(again).extra == {"mood": "dark", "edition": other}
    assert journal.get(again).book == journal.get(1).book == known
    assert "edition" not in journal.get(1).extra


def test_the_same_edition_again_says_nothing_new(journal: Journal) -> None:
    """The book and its first reading are as they were, and so is the day on which they changed."""
    journal.add(full())
    first = journal.get(1)
    again = journal.add(full(finished="2020"), again=True)
    assert journal.get(1) == first
    assert "edition" not in journal.get(again).extra


def test_what_is_already_there_is_not_added_twice(journal: Journal) -> None:
    """A reading that brings the uid of one that is there is that one, whatever it says and however it is added."""
    journal.add(full())
    same = make("Quite another title")._replace(uid=journal.get(1).uid)
    for how in ({}, {"again": True}, {"new_book": True}):
        with pytest.raises(AlreadyExists, match=r"This very reading is in the journal: 1\.") as refused:
            journal.add(same, **how)
        assert refused.value.ids == (1,)
    assert journal.counts().readings == 1


def test_another_reading_of_a_book_that_is_not_there_is_refused(journal: Journal) -> None:
    """It is said what to leave out, and nothing is written."""
    journal.add(make("Emma"))
    with pytest.raises(NotFound, match="Dune, Frank Herbert is not in the journal. To add it, leave --again out."):
        journal.add(make("Dune", authors=["Frank Herbert"]), again=True)
    assert journal.counts().readings == 1


def test_another_reading_of_one_of_two_books_is_no_guess(journal: Journal) -> None:
    """Where two books fit equally, both are named, and nothing is written."""
    journal.add(make("Selected Poems", authors=["Ann Ash"]))
    journal.add(make("Selected Poems", authors=["Bob Beech"]))
    with pytest.raises(Ambiguous) as refused:
        journal.add(make("Selected Poems"), again=True)
    assert str(refused.value) == (
        "It can be one of 2 books: 1 Selected Poems, Ann Ash · 2 Selected Poems, Bob Beech. "
        "Give its --author or --isbn."
    )
    with pytest.raises(AlreadyExists, match="in the journal 2 times: 1, 2"):
        journal.add(make("Selected Poems"))
    assert journal.counts().readings == 2
    assert journal.add(make("Selected Poems", authors=["Bob Beech"]), again=True) == 3
    assert journal.readings_of_same_book(2)[-1].id == 3


def test_a_delete_of_what_was_changed_meanwhile_is_refused(journal: Journal, path: Path) -> None:
    """What another terminal wrote is not thrown away by who has not seen it."""
    journal.add(full())
    seen = journal.get(1)
    with Journal(str(path)) as other:
        other.edit(1, lambda now: now._replace(private_note="theirs"))
    with pytest.raises(
        ConflictingChange, match="Reading 1 was changed in another terminal meanwhile. See readlog show 1"
    ):
        journal.delete(1, expected=seen)
    assert journal.get(1).private_note == "theirs"
    journal.delete(1, expected=journal.get(1))
    assert journal.counts().readings == 0


@pytest.mark.parametrize("what", ["quotes", "tags"])
def test_a_change_of_what_belongs_to_a_reading_is_a_change_of_it(journal: Journal, path: Path, what: str) -> None:
    """A quote or a tag that came meanwhile has not been seen either, even in the same second."""
    journal.add(full())
    seen = journal.get(1)
    with Journal(str(path)) as other:
        other.edit(1, lambda now: replace_fields(now, {what: ["theirs"]}, TODAY))
    with pytest.raises(ConflictingChange):
        journal.edit(1, lambda now: now._replace(rating=1), expected=seen)
    with pytest.raises(ConflictingChange):
        journal.delete(1, expected=seen)
    assert journal.get(1).rating == 5


def test_an_edit_that_raises_writes_nothing(journal: Journal, path: Path) -> None:
    """What is said wrong in an edit leaves the journal, and its log, as they were."""
    journal.add(full())
    before = path.read_bytes()
    with pytest.raises(BadInput):
        journal.edit(1, lambda now: replace_fields(now, {"rating": "good"}, TODAY))
    assert path.read_bytes() == before


def test_what_a_reading_says_of_its_edition_itself_is_kept(journal: Journal) -> None:
    """Beside what the journal finds to be otherwise."""
    journal.add(make("X", pages=3))
    for extra, kept in (
        ("Folio", {"edition": "Folio", "pages": 4}),
        ({"cover": "blue"}, {"cover": "blue", "pages": 4}),
    ):
        id_ = journal.add(make("X", pages=4, extra={"edition": extra}), again=True)
        assert journal.get(id_).extra == {"edition": kept}


def test_an_edit_says_that_it_changed_something(journal: Journal) -> None:
    """Even where Python takes the two for the same."""
    journal.add(make("X", extra={"a": 1}))
    assert journal.edit(1, lambda now: now._replace(extra={"a": True})) is not None
    assert journal.edit(1, lambda now: now._replace(extra={"a": True})) is None
