import pytest
from tests.given import make

from readlog.journal import Journal


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (make("Dune", authors=["Frank Herbert"]), make("dune", authors=["FRANK HERBERT"])),
        (make("Cien años de soledad"), make("Cien anos de soledad!")),
        (make("Wizard's First Rule", authors=["T. Goodkind"]), make("Wizards First Rule", authors=["T Goodkind"])),
        (make("Sapiens: A Brief History"), make("Sapiens", subtitle="A Brief History")),
        (make("Dune", authors=["Frank Herbert"]), make("Dune")),
        (make("Good Omens", authors=["A", "B"]), make("Good Omens", authors=["B"])),
        (make("Dune", isbn="9780441013593"), make("Der Wüstenplanet", isbn="0441013597")),
        (make("???"), make("???")),
        (make("雪国", authors=["川端康成"]), make("雪国", authors=["川端康成"])),
    ],
)
def test_a_book_is_recognised(journal: Journal, there: object, said: object) -> None:
    """By its ISBN, or its title and an author, however they are spelled."""
    journal.add(there)  # type: ignore[arg-type]
    assert [reading.id for reading in journal.same_book(said)] == [1]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (make("Selected Poems", authors=["A"]), make("Selected Poems", authors=["B"])),
        (make("Dune"), make("Dune Messiah")),
        (make("Dune Messiah"), make("Dune")),
        (make("???"), make("!!!")),
        (make("Dune", isbn="9780441013593"), make("Emma", isbn="9781590174517")),
    ],
)
def test_two_books_are_not_taken_for_one(journal: Journal, there: object, said: object) -> None:
    """The same title by somebody else, or a part of a title, is another book."""
    journal.add(there)  # type: ignore[arg-type]
    assert journal.same_book(said) == []  # type: ignore[arg-type]


def test_all_its_readings_are_named_the_latest_first(journal: Journal) -> None:
    """For the question whether this is another one."""
    for finished in ("2003", "2012-03", "1991"):
        journal.add(make("Dune", finished=finished), again=True)
    assert [reading.id for reading in journal.same_book(make("Dune"))] == [2, 1, 3]
