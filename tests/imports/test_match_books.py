import pytest
from tests.given import TODAY, make
from tests.import_files import Imports

from readlog.core.domain_model import Reading
from readlog.core.parse_fields import replace_fields
from readlog.imports.import_history import ImportHistory
from readlog.imports.match_books import BookMatcher, Match
from readlog.readings.save_rows import RowInserter

DUNE, OTHER_DUNE = "9780441013593", "9780340960196"


def match(imports: Imports, incoming: Reading, service: str = "storygraph") -> Match:
    """Which book of the journal a row is about."""
    connection = imports.connection
    return BookMatcher(connection, ImportHistory(connection, service), RowInserter(connection)).match(incoming)


def book(title: str, *authors: str, **fields: object) -> Reading:
    """A reading of a book."""
    return make(title, authors=list(authors), **fields)


@pytest.mark.parametrize(
    ("stored", "incoming"),
    [
        (book("Dune", "Frank Herbert"), book("DUNE!", "Herbert, Frank")),
        (book("Dune", "Frank Herbert"), book("Dune", "F.  Herbert")),
        (book("Dune", "Frank Herbert", isbn=DUNE), book("Dune", "Frank Herbert", isbn=OTHER_DUNE)),
        (book("Dune", "Frank Herbert", isbn=DUNE), book("Der Wüstenplanet", "Frank Herbert", isbn=DUNE)),
        (book("Dune", "Frank Herbert", isbn=DUNE), book("Dune", "A Translator", isbn=DUNE)),
        (book("Cien años de soledad", "G. García Márquez"), book("Cien anos de soledad", "Garcia Marquez, Gabriel")),
        (book("Crime & Punishment", "F. Dostoevsky"), book("Crime and Punishment", "Fyodor Dostoevsky")),
        (book("Good Omens", "Terry Pratchett", "Neil Gaiman"), book("Good Omens", "Neil Gaiman")),
        (
            book("Good Omens", "Terry Pratchett", contributors=["Neil Gaiman:contributor"]),
            book("Good Omens", "Neil Gaiman"),
        ),
        (book("Sapiens", "Yuval Noah Harari"), book("Sapiens: A Brief History of Humankind", "Y. N. Harari")),
        (book("Sapiens: A Brief History", "Yuval Noah Harari"), book("Sapiens", "Yuval Noah Harari")),
        (book("Sapiens", "Y. N. Harari", subtitle="A Brief History"), book("Sapiens: A Brief History", "Y. N. Harari")),
        (book("Emma (Penguin Classics)", "Jane Austen"), book("Emma", "Jane Austen")),
        (book("Dune", "F. Herbert", series="Dune", series_number="1"), book("Dune", "Frank Herbert")),
        (
            book("Mort", "Terry Pratchett", series="Discworld", series_number="4"),
            book("Mort", "Terry Pratchett", series="Death", series_number="1"),
        ),
        (book("Beowulf"), book("Beowulf")),
        (book("1984", "George Orwell"), book("1984", "George Orwell")),
        (book("???", "Ann Ash"), book("???", "Ann Ash")),
    ],
    ids=lambda reading: f"{reading.book.name} {reading.book.subtitle or ''}",
)
def test_a_book_is_known_again(imports: Imports, stored: Reading, incoming: Reading) -> None:
    """By its ISBN, or its title and an author in common, however another service spells them."""
    imports.add(stored)
    found = match(imports, incoming)
    assert found.found
    assert [reading.id for reading in found.found.readings] == [1]
    assert (found.is_by_source, found.possible) == (False, ())


@pytest.mark.parametrize(
    ("stored", "incoming", "why"),
    [
        (book("Emma", "Jane Austen"), book("Emma", "John Austen"), "the same title, but the author may be another"),
        (book("Emma", "Jane Austen"), book("Emma"), "the same title, but the author may be another"),
        (book("Beowulf"), book("Beowulf", "Ann Ash"), "the same title, but the author may be another"),
        (
            book("Crime and Punishment", "Fyodor Dostoevsky"),
            book("Crime and Punishment", "Fyodor Dostoyevsky"),
            "the same title, but the author may be another",
        ),
        (
            book("Dune", "Frank Herbert", isbn=DUNE),
            book("Emma", "Jane Austen", isbn=DUNE),
            "the same ISBN, but another title and author",
        ),
        (
            book("Berserk", "Kentaro Miura"),
            book("Berserk: Volume One", "Kentaro Miura"),
            "the same title before the subtitle, but one may be a part of the other",
        ),
        (
            book("Peanuts: 1950-1952", "Charles M. Schulz"),
            book("Peanuts", "Charles M. Schulz"),
            "the same title before the subtitle, but one may be a part of the other",
        ),
        (
            book("The Lord of the Rings: The Two Towers", "J.R.R. Tolkien", pages=352),
            book("The Lord of the Rings", "J.R.R. Tolkien", pages=1178),
            "the same title before the subtitle, but one may be a part of the other",
        ),
        (
            book("Mistborn: The Final Empire", "B. Sanderson", series="Mistborn", series_number="1"),
            book("Mistborn", "B. Sanderson"),
            "the same title before the subtitle, but one may be a part of the other",
        ),
    ],
    ids=lambda value: value.book.name if isinstance(value, Reading) else "",
)
def test_a_possible_duplicate_is_reported_and_not_merged(
    imports: Imports, stored: Reading, incoming: Reading, why: str
) -> None:
    """What comes close is another book, until a reader says that it is not."""
    imports.add(stored)
    assert not match(imports, incoming).found
    report = imports.bring(incoming._replace(sources=("storygraph:x",)), service="storygraph")
    assert [(found.existing_id, found.existing_name, found.reason) for found in report.possible_duplicates] == [
        (1, stored.book.name, why)
    ]
    assert report.possible_duplicates[0].name == incoming.book.name
    assert imports.journal.counts().books == 2


@pytest.mark.parametrize(
    ("stored", "incoming"),
    [
        (book("Selected Poems", "Ann Ash"), book("Selected Poems", "Bob Beech")),
        (book("Dune", "Frank Herbert"), book("Dune Messiah", "Frank Herbert")),
        (
            book("One Piece", "Eiichiro Oda", series="One Piece", series_number="1"),
            book("One Piece", "Eiichiro Oda", series="One Piece", series_number="2"),
        ),
        (book("Star Wars: Thrawn", "Timothy Zahn"), book("Star Wars: Heir to the Empire", "Timothy Zahn")),
        (book("Emma", "Jane Austen", isbn="9780141439587"), book("Dune", "Frank Herbert", isbn=DUNE)),
        (book("???", "Ann Ash"), book("!!!", "Ann Ash")),
    ],
    ids=lambda reading: reading.book.name,
)
def test_two_books_never_become_one(imports: Imports, stored: Reading, incoming: Reading) -> None:
    """Another author, another number of the series, a longer title: there is not even a doubt."""
    imports.add(stored)
    assert match(imports, incoming) == Match()


def test_two_ids_of_one_service_are_two_books_where_only_the_main_title_is_the_same(imports: Imports) -> None:
    """The service keeps them apart, and there is something that does."""
    imports.bring(book("Sapiens", "Y. Harari", sources=["goodreads:1"]))
    assert not match(imports, book("Sapiens: A Brief History", "Y. Harari", sources=["goodreads:2"])).found
    assert match(imports, book("Sapiens: A Brief History", "Y. Harari", sources=["storygraph:2"])).found


def test_several_that_fit_are_no_guess(imports: Imports) -> None:
    """The row becomes a book of its own, those that it can be are told, and the next time it is known again."""
    for _ in range(2):
        imports.add(book("Selected Poems", "Ann Ash"), new_book=True)
    row = book("Selected Poems", "Ann Ash", finished="2015")
    report = imports.bring(row, service="csv")
    assert [(found.existing_id, found.reason) for found in report.possible_duplicates] == [
        (1, "it can be one of several"),
        (2, "it can be one of several"),
    ]
    imports.again(row, service="csv")


def test_what_tells_most_decides(imports: Imports) -> None:
    """The source before the ISBN, the ISBN before the title, the whole title before a part of it."""
    imports.bring(book("Emma", "Jane Austen", sources=["goodreads:1"]))
    imports.add(book("Der Wüstenplanet", "Frank Herbert", isbn=DUNE))
    imports.add(book("Dune", "Frank Herbert"))
    imports.add(book("Dune: A Novel", "Frank Herbert"))

    def found(title: str = "Dune", author: str = "Frank Herbert", **fields: object) -> int | None:
        shelved = match(imports, book(title, author, **fields)).found
        return shelved.readings[0].id if shelved else None

    assert found("Emma: A Novel", "Jane Austen", sources=["goodreads:1"], isbn=DUNE) == 1
    assert found(isbn=DUNE) == 2
    assert found() == 3


def test_a_book_that_a_reader_has_respelled_is_known_by_its_former_title_and_people(imports: Imports) -> None:
    """A row without an id finds it all the same."""
    row = book("Der Wüstenplanet", "Herbert, Frank", finished="2012")
    imports.bring(row, service="csv")
    imports.edit(1, lambda now: replace_fields(now, {"title": "Dune", "authors": ["F. P. Herbert jun."]}, TODAY))
    imports.again(row, service="csv")
    imports.edit(1, lambda now: now._replace(book=now.book._replace(contributors=())))
    imports.again(row, service="csv")


def test_many_books_of_one_title_are_told_apart_by_their_authors(imports: Imports) -> None:
    """However many there are, and however their names are turned."""
    rows = [book("Poems", f"Ann {name}") for name in "Ash Beech Cedar Elm Fir Hazel Larch Maple Oak Pine".split()]
    report = imports.bring(*rows, service="csv")
    assert (report.added, report.possible_duplicates) == (10, [])
    imports.again(*rows, service="csv")
    for name, id_ in (("Oak, Ann", 9), ("A. Beech", 2), ("Larch Ann", 7)):
        shelved = match(imports, book("Poems", name)).found
        assert shelved, name
        assert shelved.readings[0].id == id_
    assert len(match(imports, book("Poems")).possible) == 3
    imports.bring(book("Poems", "Ann Yew"), book("Poems", "Yew, Ann"), service="csv")
    assert imports.journal.counts().books == 11


def test_a_number_that_stands_for_two_books_makes_them_no_one(imports: Imports) -> None:
    """Neither title nor author go with it: another book, which is told, and again with the same file nothing changes."""
    rows = [
        book("Emma", "Jane Austen", sources=["storygraph:9"], rating=1),
        book("Dune", "Frank Herbert", sources=["storygraph:9"], rating=4),
    ]
    reports = [imports.bring(row, service="storygraph") for row in rows]
    assert [report.added for report in reports] == [1, 1]
    assert [found.reason for found in reports[1].possible_duplicates] == [
        "the same number at its source, but another title and author"
    ]
    assert [imports.bring(row, service="storygraph").unchanged for row in rows] == [1, 1]
