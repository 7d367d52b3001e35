from collections.abc import Iterator

import pytest
from tests.given import make
from tests.made import make_empty

from readlog.core.domain_model import Reading
from readlog.journal import Journal


def fill(journal: Journal, *readings: Reading) -> None:
    """Add them in their order, a book that is there as another reading of it."""
    for reading in readings:
        journal.add(reading, again=bool(journal.find_same_book(reading)))


def titles(journal: Journal, query: str, limit: int = 20) -> list[str]:
    """The titles that are found, best first; the scores never rise on the way down."""
    hits = journal.search(query, limit).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    return [hit.reading.title for hit in hits]


def others(word: str, many: int) -> list[Reading]:
    """Books by somebody of that name, with much of the word in titles and little else that could count."""
    return [make(f"{word} {word} {number}", authors=[f"{word} Author"]) for number in range(many)]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Émile", "Émile"), ("Émile", "emile"), ("Émile", "EMILE"), ("Dune", "dune"), ("Dune", "DUNE"), ("It", "it"), ("1984", "1984"),
        ("Преступление и наказание", "преступление И НАКАЗАНИЕ"), ("Finnegan's Wake", "finnegans wake"), ("C++ (2nd ed.)", "C++ 2nd ed"), ("雪国", "雪国"),
        ("Slaughterhouse-Five", "slaughterhouse five"), ("Ulysses, or: The End", '"ulysses or the end"'),
    ],
)  # fmt: skip
def test_the_title_that_was_asked_for_comes_first(journal: Journal, title: str, query: str) -> None:
    """With other case, without accents and signs, and though other books speak of nothing else."""
    word = query.strip('"').split()[0]
    journal.add(make(title, review="Not a telling word in it. " * 50))
    fill(journal, *others(query.strip('"'), 3), make("Of books", authors=[word], review=f"{query} " * 30))
    assert titles(journal, query)[0] == title


@pytest.mark.parametrize("limit", [1, 2, 20, 0])
def test_a_title_as_it_was_typed_comes_first_among_many(journal: Journal, limit: int) -> None:
    """However few are shown, and however long its review."""
    journal.add(make("Dune", review="Not a telling word in it. " * 400))
    fill(journal, *others("dune", 60))
    assert titles(journal, "dune", limit)[0] == "Dune"
    assert titles(journal, "DUNE", limit)[0] == "Dune"


@pytest.mark.parametrize(
    ("book", "query"),
    [(make("Émile"), "emile"), (make("Война"), "ВОЙНА"), (make("Dune", subtitle="A Novel"), "dune a novel"), (make("Slaughterhouse-Five"), "slaughterhouse five")],
    ids=["accents", "case", "subtitle", "hyphen"],
)  # fmt: skip
def test_a_title_without_its_accents_comes_first_among_many(journal: Journal, book: Reading, query: str) -> None:
    """As does one that was typed just as it is written, however long the review of it."""
    fill(journal, *others(query, 60))
    journal.add(make(book.book.title, subtitle=book.book.subtitle, review="Not a telling word in it. " * 400))
    assert titles(journal, query, 20)[0] == book.book.title


def test_a_title_with_its_subtitle_is_a_title_that_was_asked_for(journal: Journal) -> None:
    """It may be typed with it and without."""
    journal.add(make("Dune", subtitle="A Novel of Sand", review="Not a telling word in it. " * 50))
    fill(journal, *others("dune a novel of sand", 3))
    assert titles(journal, "dune a novel of sand")[0] == "Dune"
    assert titles(journal, "dune")[0] == "Dune"


def test_hits_come_in_four_kinds(journal: Journal) -> None:
    """The title, then titles and names with every word, then whole words, then beginnings of words, however often they stand there."""
    fill(
        journal,
        make("Beginnings", review="cityscape and surged " * 40),
        make("Whole words", review="a city; at its end, a surge"),
        make("A novel", authors=["Anna Surge"], series="City"),
        make("Conquered City", authors=["Victor Surge"], review="much else " * 200),
        make("City Surge", review="much else " * 200),
    )
    assert titles(journal, "city surge") == ["City Surge", "Conquered City", "A novel", "Whole words", "Beginnings"]
    kinds = [hit.score // 1000 for hit in journal.search("city surge").hits]
    assert kinds == [3, 2, 1, 1, 0]


def test_title_and_author_together_find_the_book(journal: Journal) -> None:
    """Before one whose review has both words many times."""
    fill(
        journal,
        make("Essays", review="Serge on memoirs, memoirs of Serge " * 30),
        make("Memoirs", authors=["Victor Serge"]),
    )
    assert titles(journal, "serge memoirs") == titles(journal, "memoirs serge") == ["Memoirs", "Essays"]


def test_what_was_corrected_is_ranked_as_if_typed_right(journal: Journal) -> None:
    """The title first; and a word that is there is asked for alone, so that no correction stands before it."""
    fill(journal, make("Sand", review="a dune"), make("Dune"), make("Of Serge"), make("A surge"))
    assert titles(journal, "dnue") == ["Dune", "Sand"]
    assert titles(journal, "surge") == ["A surge"]
    assert titles(journal, "serge") == ["Of Serge"]


DUNE = (
    make("Dune", authors=["Frank Herbert"], finished="1990", review="The worm turns.", rating=3),
    make("Dune", authors=["Frank Herbert"], finished="2010", rating=5, private_note="lent to Anna"),
    make("Dune", authors=["Frank Herbert"], finished="2000", review="Spice and sand."),
)


@pytest.mark.parametrize(("query", "id_"), [("dune", 2), ("herbert", 2), ("dune herbert", 2), ("worm", 1), ("spice", 3), ("anna", 2), ("dune worm", 1), ("spic", 3)])  # fmt: skip
def test_a_book_that_was_read_again_stands_once(journal: Journal, query: str, id_: int) -> None:
    """The latest reading where its title or author was asked for, else the one that has the words."""
    fill(journal, *DUNE)
    (hit,) = journal.search(query).hits
    assert (hit.reading.id, hit.readings) == (id_, 3)


@pytest.mark.parametrize("later", ["worms in it", "much else is said of it, and of a worm " * 9])
def test_the_reading_that_has_the_words_best_is_shown(journal: Journal, later: str) -> None:
    """Not the latest one, if it has only the beginning of the word, or has it among much else."""
    fill(journal, *(make(f"Other {number}") for number in range(9)))
    fill(journal, make("Dune", finished="1990", review="The worm turns."), make("Dune", finished="2010", review=later))
    (hit,) = journal.search("worm").hits
    assert (hit.reading.finished, hit.readings) == ("1990", 2)


def test_the_readings_of_a_book_stand_together(journal: Journal) -> None:
    """By its title or author all of them fit as well as the best, though one has a long review and another none."""
    fill(journal, *(make(f"Other {number}") for number in range(9)))
    fill(
        journal,
        make("Dune", authors=["Frank Herbert"], finished="1990"),
        make("Sand", authors=["Frank Herbert"], review="short enough"),
    )
    fill(journal, make("Dune", authors=["Frank Herbert"], finished="2010", review="It goes on and on. " * 90))
    hits = journal.search("herbert", every=True).hits
    assert [(hit.reading.title, hit.reading.finished) for hit in hits] == [
        ("Dune", "2010"),
        ("Dune", "1990"),
        ("Sand", None),
    ]


def test_what_is_being_read_is_the_latest_reading(journal: Journal) -> None:
    """Though it has no end yet, and though another has more of the words."""
    fill(
        journal,
        make("Dune", finished="2020", review="Dune! Dune! Dune!"),
        make("Dune", status="reading", started="1999"),
    )
    (hit,) = journal.search("dune").hits
    assert hit.reading.status == "reading"


def test_every_reading_is_shown_if_wanted(journal: Journal) -> None:
    """Those of one book stand together, the latest first, and each says how many there are."""
    fill(
        journal,
        *DUNE,
        make("Of Dune", finished="2005", review="Dune. " * 20),
        make("Sand", finished="2025", review="dune"),
    )
    hits = journal.search("dune", every=True)
    assert [(hit.reading.id, hit.readings) for hit in hits.hits] == [(2, 3), (3, 3), (1, 3), (4, 1), (5, 1)]
    assert hits.total == 5
    assert [hit.reading.id for hit in journal.search("dune", 2, every=True).hits] == [2, 3]
    assert {hit.reading.id for hit in journal.search("herbert", every=True).hits} == {1, 2, 3}


@pytest.fixture(scope="module")
def often(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Sixty readings of one book, and thirty other books."""
    path = tmp_path_factory.mktemp("often") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for number in range(60):
            journal.add(make("Dune", review="sand", finished=str(1960 + number)), again=number > 0)
        fill(
            journal, *(make(f"Of dune {number}", review="no sand, and much more is said of it") for number in range(30))
        )
        yield journal


@pytest.mark.parametrize(("limit", "books"), [(1, 1), (20, 20), (30, 30), (31, 31), (500, 31), (0, 31)])
@pytest.mark.parametrize("word", ["dune", "sand", "san"])
def test_a_book_read_very_often_leaves_room_for_others(often: Journal, word: str, limit: int, books: int) -> None:
    """As many books are shown as were wanted, each once, and each reading where every one was wanted."""
    hits = often.search(word, limit)
    shown = [hit.reading.title for hit in hits.hits]
    assert len(shown) == len(set(shown)) == books
    assert hits.total == 90
    assert {hit.readings for hit in hits.hits if hit.reading.title == "Dune"} <= {60}
    assert len(often.search(word, limit, every=True).hits) == min(limit or 90, 90)


def test_the_latest_of_many_readings_is_shown(often: Journal) -> None:
    """A book read every year is shown with this year's reading."""
    (hit,) = [hit for hit in often.search("dune").hits if hit.reading.title == "Dune"]
    assert hit.reading.finished == "2019"


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_the_latest_of_many_readings_is_shown_however_few_are_wanted(journal: Journal, limit: int) -> None:
    """Also where its review is longer than those of the earlier ones, and other books are found as well."""
    fill(journal, *(make(f"Sand {number}", authors=["Herbert"]) for number in range(limit - 1)))
    for number in range(60):
        dune = make("Dune", authors=["Herbert"], finished=str(1960 + number), review="so many words " * number)
        journal.add(dune, again=number > 0)
    (hit,) = [hit for hit in journal.search("herbert", limit).hits if hit.reading.title == "Dune"]
    assert hit.reading.finished == "2019"


@pytest.mark.parametrize("query", ["title:dune", "dune is:reread", "dune -lenin", "author:herbert"])
def test_a_title_is_a_title_under_a_condition_too(journal: Journal, query: str) -> None:
    """The latest reading is shown, as without the condition."""
    fill(journal, *DUNE)
    assert [hit.reading.id for hit in journal.search(query).hits] == [2]


@pytest.mark.parametrize("limit", [1, 20, 0])
def test_so_many_are_shown_as_were_wanted(journal: Journal, limit: int) -> None:
    """Of forty books; all of them where 0 were wanted, and all are counted."""
    fill(journal, *others("dune", 40))
    for query in ("dune", "dun", "title:dune", "dune -worm", "dune id:1.."):
        hits = journal.search(query, limit)
        assert (len(hits.hits), hits.total) == (limit or 40, 40), query


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("dune rating:4..", {2}), ("dune rating:..3", {1}), ("dune -worm", {2, 3, 4}), ("dune -spice -worm", {2, 4}), ("sand tag:desert", {4}),
        ("dune tag:desert -worm", {4}), ("dune -tag:desert", {1, 2, 3}), ("tag:desert -sandy", {4}), ("dune or worm", {1, 2, 3, 4}),
        ("dune finished:..2000", {1, 3}), ("dune is:reread", {1, 2, 3}), ("dune -is:reread", {4}), ("author:herbert spice", {3}), ("dune rating:none", {3, 4}),
        ('dune "spice and sand"', {3}), ("title:dune", {1, 2, 3, 4}), ("rating:5 dune author:herbert -worm", {2}), ("dune rating:2..2.5", set()),
    ],
)  # fmt: skip
def test_conditions_hold_for_what_is_ranked(journal: Journal, query: str, ids: set[int]) -> None:
    """Ratings, tags, dates and excluded words decide which readings are there to be ranked."""
    fill(journal, *DUNE, make("Dune Messiah", authors=["Frank Herbert"], tags=["desert"], review="More sand."))
    every = journal.search(query, every=True)
    assert {hit.reading.id for hit in every.hits} == ids
    assert every.total == len(ids)
    books = [hit.reading.id for hit in journal.search(query).hits]
    assert set(books) <= ids
    assert len(books) == bool(ids & {1, 2, 3}) + (4 in ids)


@pytest.mark.parametrize("query", ["red", "blue sea", "sk", "red finished:1990..2000", "green -sky", "red or blue"])
def test_each_book_and_each_reading_is_found_once(journal: Journal, query: str) -> None:
    """A search without limit finds what a list finds, book for book, whatever the kinds of hits."""
    colours, things = ("Red", "Blue", "Green", "Reddish"), ("Sea", "Sun", "Sky")
    for number in range(60):
        colour, thing = colours[number % 4], things[number % 3]
        review = f"{colours[number % 3]} {things[number % 5 % 3]}".lower() * (number % 4)
        journal.add(
            make(f"{colour} {thing} {number // 2}", review=review, finished=str(1980 + number % 25)), new_book=True
        )
    listed = sorted(row.id for row in journal.list(query).rows)
    assert listed
    assert sorted(hit.reading.id for hit in journal.search(query, 0).hits) == listed
    assert sorted(hit.reading.id for hit in journal.search(query, 0, every=True).hits) == listed
    assert len(titles(journal, query, 7)) == min(7, len(listed))
