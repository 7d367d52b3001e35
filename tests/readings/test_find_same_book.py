import pytest
from tests.given import make

from readlog.core.domain_model import Book, Reading
from readlog.core.errors import Ambiguous
from readlog.journal import Journal
from readlog.readings.add_book_details import complete_book


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
    assert [reading.id for reading in journal.find_same_book(said)] == [1]  # type: ignore[arg-type]


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
    assert journal.find_same_book(said) == []  # type: ignore[arg-type]


def test_all_its_readings_are_named_the_latest_first(journal: Journal) -> None:
    """For the question whether this is another one."""
    journal.add(make("Dune", finished="2003"))
    for finished in ("2012-03", "1991"):
        journal.add(make("Dune", finished=finished), again=True)
    assert [reading.id for reading in journal.find_same_book(make("Dune"))] == [2, 1, 3]


UID, ISBN = "b-of-that-book", "9780441013593"


def _with_uid(reading: Reading, uid: str) -> Reading:
    return reading._replace(book=reading.book._replace(uid=uid))


@pytest.mark.parametrize(
    ("said", "id_"),
    [
        (_with_uid(make("Dune", authors=["Frank Herbert"], isbn=ISBN), UID), 1),
        (make("Dune", authors=["Frank Herbert"], isbn=ISBN), 2),
        (_with_uid(make("Dune", authors=["Frank Herbert"], isbn=ISBN), "b-unknown"), 2),
        (make("Dune", authors=["Frank Herbert"]), 3),
        (make("Dune", authors=["Frank Herbert"], isbn="9781590174517"), 3),
        (make("Dune", authors=["Nobody Known"]), 4),
    ],
    ids=["uid", "isbn", "a uid not known", "title and author", "an isbn not known", "title"],
)
def test_what_tells_most_decides_which_book_it_is(journal: Journal, said: Reading, id_: int) -> None:
    """A uid, then an ISBN, then title and author, then the title where an author is not known."""
    journal.add(_with_uid(make("Emma", authors=["Jane Austen"]), UID))
    journal.add(make("Der Wüstenplanet", authors=["Herbert, Frank"], isbn=ISBN))
    journal.add(make("Dune", authors=["Frank Herbert"]))
    journal.add(make("Dune"), new_book=True)
    assert [reading.id for reading in journal.find_same_book(said)] == [id_]


@pytest.mark.parametrize(
    "said",
    [make("Selected Poems", authors=["Ann Ash"]), make("Selected Poems"), make("selected poems!", authors=["ANN ASH"])],
    ids=lambda said: str(said.book.name),
)
def test_two_books_that_fit_equally_are_both_named(journal: Journal, said: Reading) -> None:
    """There is no guessing: each is named by its latest reading, with its author, and what would tell them apart."""
    journal.add(make("Selected Poems", authors=["Ann Ash"], finished="2003"))
    journal.add(make("Selected Poems", authors=["Ann Ash"], pages=90), new_book=True)
    with pytest.raises(Ambiguous) as refused:
        journal.find_same_book(said)
    assert str(refused.value) == (
        "It can be one of 2 books: 1 Selected Poems, Ann Ash · 2 Selected Poems, Ann Ash. Give its --author or --isbn."
    )


def test_an_isbn_tells_two_books_of_one_name_apart(journal: Journal) -> None:
    """As the message says."""
    journal.add(make("Selected Poems", isbn=ISBN))
    journal.add(make("Selected Poems", isbn="9781590174517"), new_book=True)
    assert [reading.id for reading in journal.find_same_book(make("Selected Poems", isbn="9781590174517"))] == [2]


@pytest.mark.parametrize(
    ("key", "known", "said"),
    [
        ("pages", 500, 412),
        ("isbn", ISBN, "9781590174517"),
        ("publisher", "Ace", "Gollancz"),
        ("published", 1990, 2007),
        ("language", "English", "German"),
        ("series", "Dune", "SF Masterworks"),
        ("series_number", "1", "25"),
    ],
)
def test_what_another_edition_has_otherwise_is_told_apart(key: str, known: object, said: object) -> None:
    """The book keeps what it has, takes what it has not, and is no other edition where both say the same."""
    old, new = make("Dune", **{key: known}).book, make("Dune", **{key: said}).book
    assert complete_book(old, new) == (old, {key: said})
    assert complete_book(Book("Dune"), new) == (new, {})
    assert complete_book(old, Book("Dune")) == complete_book(old, old) == (old, {})


def test_a_title_in_another_language_is_of_that_edition() -> None:
    """The book is called what it was called; a subtitle comes in where the title is the same."""
    dune = make("Dune", isbn=ISBN).book
    german = make("Der Wüstenplanet", subtitle="Roman", isbn=ISBN).book
    assert complete_book(dune, german)[1] == {"title": "Der Wüstenplanet: Roman"}
    assert complete_book(dune, german)[0].title == "Dune"
    assert complete_book(dune, make("DUNE", subtitle="A Novel").book) == (dune._replace(subtitle="A Novel"), {})
    whole = make("Sapiens: A Brief History").book
    assert complete_book(whole, make("Sapiens", subtitle="A Brief History").book) == (whole, {})


def test_people_and_tags_of_another_edition_are_added_once() -> None:
    """Whatever the case and the accents, as they were first spelled, authors first."""
    known = make("Dune", authors=["Frank Herbert"], contributors=["X:narrator"], tags=["Sf"]).book
    said = make("Dune", authors=["FRANK HERBERT", "B"], contributors=["x:narrator", "X:editor"], tags=["SF", "a"]).book
    book, otherwise = complete_book(known, said)
    assert otherwise == {}
    assert [(person.name, person.role) for person in book.contributors] == [
        ("Frank Herbert", "author"), ("B", "author"), ("X", "narrator"), ("X", "editor"),
    ]  # fmt: skip
    assert book.tags == ("a", "Sf")


@pytest.mark.parametrize("names", [["!!!", "???"], ["José Díaz", "Jose Diaz"]])
def test_nobody_who_is_known_goes(journal: Journal, names: list[str]) -> None:
    """However alike two names are."""
    journal.add(make("X", authors=names))
    journal.add(make("X", authors=names[:1]), again=True)
    assert journal.get(2).book.authors == tuple(names)


def test_names_without_a_letter_are_names(journal: Journal) -> None:
    """Two of them are not the same for having nothing else in them."""
    journal.add(make("X", authors=["!!!"]))
    assert journal.find_same_book(make("X", authors=["???"])) == []


def test_the_year_nought_is_a_year(journal: Journal) -> None:
    """And not an unknown one."""
    journal.add(make("X", published=0))
    journal.add(make("X", published=2012), again=True)
    assert journal.get(1).book.published == 0
    assert journal.get(2).extra == {"edition": {"published": 2012}}
