"""Two books that are one."""

from functools import partial

import pytest
from tests.books.test_author_and_tag_names_rename import there_and_back
from tests.given import make

from readlog.core.domain_model import EDITION
from readlog.core.errors import AlreadyExists, NotFound
from readlog.journal import Journal


@pytest.fixture
def two(journal: Journal) -> Journal:
    """A book with two readings, 1 and 2, and the same one in another edition, 3, with a book beside them, 4."""
    emma = {"title": "Emma", "authors": ["Jane Austen"]}
    journal.add(make(**emma, finished="2012", review="Bright.", pages=474, tags=["love"], quotes=["Handsome, clever"]))
    journal.add(make(**emma, finished="2015", rating=4), again=True)
    other = make("Emma: A Novel", authors=["Austen, J."], contributors=["A. Bee:editor"], finished="2020", pages=512,
                 isbn="9780141439587", tags=["Love", "england"], rating=5, private_note="mine")  # fmt: skip
    journal.add(other, new_book=True)
    journal.add(make("Persuasion", authors=["Jane Austen"], tags=["england"]))
    return journal


@pytest.mark.parametrize(("gone", "into"), [(3, 1), (1, 3), (2, 3)])
def test_all_readings_are_of_the_second_one(two: Journal, gone: int, into: int) -> None:
    """In one operation, which undo takes back to the letter; what each reading says of itself stays."""
    own = {id_: two.get(id_) for id_ in (1, 2, 3)}
    title = two.get(into).book.title
    there_and_back(two, partial(two.merge_books, gone, into))
    assert {reading.id for reading in two.readings_of_same_book(1)} == {1, 2, 3}
    for id_, before in own.items():
        after = two.get(id_)
        assert after.book.title == title
        assert after._replace(book=before.book, extra=before.extra, updated_at=before.updated_at) == before
    assert two.counts().books == 2


def test_a_book_gets_what_it_lacks(two: Journal) -> None:
    """What is otherwise in the other one is that reading's edition; what nobody needs any more goes."""
    two.merge_books(3, 1)
    book = two.get(1).book
    assert (book.title, book.pages, book.isbn, book.tags) == ("Emma", 474, "9780141439587", ("england", "love"))
    assert [person.name for person in book.contributors] == ["Jane Austen", "Austen, J.", "A. Bee"]
    assert two.get(3).extra == {EDITION: {"pages": 512, "title": "Emma: A Novel"}}
    assert two.get(1).extra == {}


def test_the_life_of_a_reading_knows_its_first_book(two: Journal) -> None:
    """Its versions before stay those of the book that it was of."""
    two.merge_books(3, 1)
    before, after = two.versions_of(3)
    assert before.reading
    assert after.reading
    assert (before.reading.book.pages, after.reading.book.pages, after.command) == (512, 474, "merge")


def test_one_book_cannot_become_one(two: Journal) -> None:
    """Nor what is not there."""
    for gone, into in ((1, 2), (4, 4)):
        with pytest.raises(AlreadyExists, match=f"{gone} and {into} are readings of one book already"):
            two.merge_books(gone, into)
    for gone, into in ((1, 9), (9, 1)):
        with pytest.raises(NotFound):
            two.merge_books(gone, into)
    assert next(iter(two.history(1).rows)).command == "add"


def test_another_terminal_may_be_faster(two: Journal) -> None:
    """Who comes second finds that they are one already."""
    with Journal(two.path) as other:
        other.merge_books(3, 1)
    with pytest.raises(AlreadyExists):
        two.merge_books(3, 1)


def test_the_doctor_is_content_afterwards(two: Journal) -> None:
    """With the command that it names."""
    command = next(each.command for each in two.check(lambda label: None).findings if each.where == "books")
    assert command == "readlog merge 3 1"
    two.merge_books(3, 1)
    assert not [each for each in two.check(lambda label: None).findings if each.where == "books"]
