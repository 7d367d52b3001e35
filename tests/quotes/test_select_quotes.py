from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import make
from tests.made import make_empty

from readlog.core.domain_model import Quote
from readlog.core.errors import BadInput
from readlog.journal import Journal


@pytest.fixture
def shelf(journal: Journal) -> Journal:
    """Three books, one of them read twice, with quotes of each."""
    journal.add(make("Memoirs", authors=["Victor Serge"], finished="2012", tags=["history"], quotes=["The snow of winter.", {"text": "I own nothing.", "remark": "In Mexico."}]))  # fmt: skip
    journal.add(make("The Winter's Tale", authors=["William Shakespeare"], finished="2020", quotes=["Exit, pursued by a bear."]))  # fmt: skip
    journal.add(make("Memoirs", authors=["Victor Serge"], finished="2026", review="Petrograd.", quotes=["It was cold, in wintertime."]), again=True)  # fmt: skip
    journal.add(make("Empty", finished="2021", review="No word of winter."))
    journal.add(make("Dune", status="to-read", quotes=["Fear is the ||mind|| killer."]))
    return journal


def found(journal: Journal, query: str, limit: int = 0) -> list[str]:
    """The first words of the quotes that a query chooses."""
    return [kept.text.split()[0] for kept in journal.quotes(query, limit).quotes]


def test_all_quotes_stand_book_by_book(shelf: Journal) -> None:
    """By the newest reading of each, the newest first, and in the order in which they were marked."""
    assert found(shelf, "") == ["It", "The", "I", "Exit,", "Fear"]
    selection = shelf.quotes("", 2)
    assert (selection.shown, selection.total, len(list(selection.quotes))) == (2, 5, 2)
    first = next(shelf.quotes("memoirs").quotes)
    assert (first.reading_id, first.title) == (3, "Memoirs")


@pytest.mark.parametrize(
    ("query", "quotes"),
    [
        ("winter", ["It", "The", "Exit,"]),
        ("quote:winter", ["It", "The"]),
        ('"of winter"', ["The"]),
        ("mexico", ["I"]),
        ("serge", ["It", "The", "I"]),
        ("serge winter", ["It", "The"]),
        ("serge -winter", ["I"]),
        ("-winter", ["I", "Fear"]),
        ("-quote:winter serge", ["I"]),
        ("bear or mexico", ["Exit,", "I"]),
        ("history own", ["I"]),
        ("finished:2012", ["The", "I"]),
        ("finished:2012 winter", ["The"]),
        ("tag:history or status:to-read", ["It", "The", "I", "Fear"]),
        ("memoirs: snow", ["The"]),
        ("review:petrograd", ["It"]),
        ("title:dune", ["Fear"]),
        ("has:quote is:reread", ["It", "The", "I"]),
        ("id:5", ["Fear"]),
    ],
)
def test_words_choose_quotes_and_everything_else_readings(shelf: Journal, query: str, quotes: list[str]) -> None:
    """A word that stands in the passage or the remark; or in title, names, series or tags, and then all of the book."""
    assert found(shelf, query) == quotes
    assert shelf.quotes(query).total == len(quotes)
    assert not shelf.quotes(query).matched_elsewhere


def test_where_no_quote_has_the_words_those_of_the_readings_come(shelf: Journal) -> None:
    """And it is told that they stand elsewhere: in a review, a note."""
    assert shelf.quotes("petrograd").matched_elsewhere
    assert found(shelf, "petrograd") == ["It"]
    assert not shelf.quotes("zzz").matched_elsewhere
    assert found(shelf, "zzz") == found(shelf, "id:4") == []


@pytest.mark.parametrize("query", ["foo:x", "quote:", "rating:x", "finished:13"])
def test_a_query_that_makes_no_sense_is_refused(shelf: Journal, query: str) -> None:
    """As in a list."""
    for ask in (shelf.quotes, shelf.random_quote):
        with pytest.raises(BadInput):
            ask(query)


_WORDS = st.sampled_from(
    ["snow", "Wintér", "o'neill", "oneill", "wizards", "wizard's", "雪国", "bread-winner", "ा", "a"]
)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with one reading."""
    path = tmp_path_factory.mktemp("one") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        journal.add(make("Dune"))
    return path


@settings(max_examples=60)
@given(passage=st.lists(_WORDS, min_size=1, max_size=4).map(" ".join), word=_WORDS, quoted=st.booleans())
def test_a_word_is_the_same_in_a_quote_as_in_a_search(one: Path, passage: str, word: str, quoted: bool) -> None:
    """With accents and apostrophes, its beginning or the whole of it, in any script."""
    query = f'"{word}"' if quoted else word
    with Journal(str(one)) as journal:
        journal.edit(1, lambda now: now._replace(quotes=(Quote(passage),)))
        assert bool(journal.quotes(query).total) == bool(journal.search(query, exact=True).total)


def test_any_quote_may_come(shelf: Journal) -> None:
    """In sixty times not always the same, and always one that the query chooses."""
    assert len({kept.text for _ in range(60) for kept in shelf.random_quote().quotes}) == 5
    chosen = {kept.text.split()[0] for _ in range(60) for kept in shelf.random_quote("serge winter").quotes}
    assert chosen == {"It", "The"}
    assert shelf.random_quote("zzz").total == 0


def test_without_quotes_there_is_none(journal: Journal) -> None:
    """Not by a query, and not at random."""
    assert journal.random_quote().total == 0
    assert list(journal.quotes().quotes) == []
