import pytest
from tests.given import make
from tests.sql_rows import open_file

from readlog.core.errors import Ambiguous, NotFound
from readlog.journal import Journal


@pytest.fixture
def library(journal: Journal) -> Journal:
    """Six readings of five books."""
    journal.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"], finished="1991"))
    journal.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"], finished="2012-03"), again=True)
    journal.add(make("Conquered City", authors=["Victor Serge"], review="Memoirs of a poet"))
    journal.add(make("Dune", authors=["Frank Herbert"]))
    journal.add(make("Dune Messiah", authors=["Frank Herbert"]))
    journal.add(make("1984", authors=["George Orwell"]))
    return journal


@pytest.mark.parametrize(
    ("named", "id_"),
    [
        ("1", 1),
        ("#1", 1),
        ("revolutionary", 2),
        ("REVOLUTION", 2),
        ("memoirs serge", 2),
        ("conquered", 3),
        ("dune", 4),
        ("messiah", 5),
        ("1984", 6),
        ("orwell", 6),
    ],
)
def test_a_reading_is_named_by_number_or_by_words(library: Journal, named: str, id_: int) -> None:
    """Words mean the latest reading of the one book that they fit; a whole title means its book."""
    assert library.find(named).id == id_


@pytest.mark.parametrize("title", ["!!!", "\U0001f600", "C++", "C#", "Dune: Messiah"])
def test_a_title_is_named_to_the_letter(journal: Journal, title: str) -> None:
    """Although it has no word that the index knows, or the same words as another one."""
    titles = ["???", "!!!", "\U0001f600", "C++", "C#", "Dune, Messiah", "Dune: Messiah"]
    for each in titles:
        journal.add(make(each), new_book=True)
    assert journal.find(title).book.title == title
    with pytest.raises(NotFound):
        journal.find("!?")


def test_words_that_fit_several_books_are_never_a_guess(library: Journal) -> None:
    """The candidates are named with their numbers, the newest first."""
    with pytest.raises(Ambiguous) as refused:
        library.find("serge")
    assert str(refused.value) == (
        '2 books match "serge": 2 Memoirs of a Revolutionary, Victor Serge · 3 Conquered City, Victor Serge'
    )
    with pytest.raises(Ambiguous, match="5 Dune Messiah, Frank Herbert"):
        library.find("herbert")


def test_many_candidates_are_counted(journal: Journal) -> None:
    """A line is a line."""
    for number in range(12):
        journal.add(make(f"Volume {number}", authors=["Anon"]))
    with pytest.raises(Ambiguous, match=r"12 books match .* and 4 more$"):
        journal.find("volume")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("99", "no reading 99"),
        ("poet", 'has "poet"'),
        ("?!", "No title"),
        ("", "No title"),
        ("9" * 40, "no reading 9999"),
    ],
)
def test_what_fits_nothing_is_said(library: Journal, named: str, words: str) -> None:
    """A word of the review does not name a book: that is a search."""
    with pytest.raises(NotFound, match=words):
        library.find(named)


def test_a_number_comes_before_a_title_that_is_a_number(library: Journal) -> None:
    """1984 is the book as long as there are not so many readings; `#1984` is never a book."""
    assert library.find("1984").book.title == "1984"
    with pytest.raises(NotFound, match="There is no reading 1984"):
        library.find("#1984")
    with open_file(library) as connection:
        connection.execute("UPDATE readings SET id = 1984 WHERE id = 4")
    assert library.find("1984").book.title == "Dune"
    assert library.find("#1984").book.title == "Dune"


def test_a_number_is_only_a_whole_title(journal: Journal) -> None:
    """`rm 12` after reading 12 was deleted must not mean a book that has a 12 somewhere in its title or author."""
    journal.add(make("12 Rules", authors=["Studio 54"]))
    journal.add(make("Catch 12"))
    for number in ("12", "#12", "54"):
        with pytest.raises(NotFound, match=f"There is no reading {number.removeprefix('#')}. See all readings"):
            journal.find(number)
    journal.add(make("12"))
    assert journal.find("12").id == 3
    journal.add(make("12", authors=["Somebody Else"]), new_book=True)
    with pytest.raises(Ambiguous, match='^2 books match "12": 4 12, Somebody Else · 3 12$'):
        journal.find("12")


def test_a_number_that_is_a_title_is_its_latest_reading(journal: Journal) -> None:
    """As with any words."""
    journal.add(make("1984", finished="2003"))
    journal.add(make("1984", finished="1991"), again=True)
    assert journal.find("1984").finished == journal.get(1).finished


@pytest.mark.parametrize("title", ["0", "1234567890123456789"])
def test_a_number_sign_stands_before_numbers_only(journal: Journal, title: str) -> None:
    """A title that no reading can have for its number is not meant by it."""
    journal.add(make(title))
    assert journal.find(title).book.title == title
    with pytest.raises(NotFound, match=f"There is no reading {title}"):
        journal.find(f"#{title}")
