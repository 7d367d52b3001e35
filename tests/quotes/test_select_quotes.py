from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import TODAY, make
from tests.made import make_empty

from readlog.core.errors import BadInput
from readlog.core.model import Quote
from readlog.journal import Journal
from readlog.quotes.select_quotes import quote_of_the_day


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
    return [kept.text.split()[0] for kept in journal.quotes(query, limit).rows]


def test_all_quotes_stand_book_by_book(shelf: Journal) -> None:
    """By the newest reading of each, the newest first, and in the order in which they were marked."""
    assert found(shelf, "") == ["It", "The", "I", "Exit,", "Fear"]
    quotes = shelf.quotes("", 2)
    assert (quotes.shown, quotes.total, len(list(quotes.rows))) == (2, 5, 2)
    first = next(shelf.quotes("memoirs").rows)
    assert (first.id, first.title) == (3, "Memoirs")


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
    assert not shelf.quotes(query).elsewhere


def test_where_no_quote_has_the_words_those_of_the_readings_come(shelf: Journal) -> None:
    """And it is told that they stand elsewhere: in a review, a note."""
    assert shelf.quotes("petrograd").elsewhere
    assert found(shelf, "petrograd") == ["It"]
    assert not shelf.quotes("zzz").elsewhere
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
    assert len({kept.text for _ in range(60) for kept in shelf.random_quote().rows}) == 5
    chosen = {kept.text.split()[0] for _ in range(60) for kept in shelf.random_quote("serge winter").rows}
    assert chosen == {"It", "The"}
    assert shelf.random_quote("zzz").total == 0


def test_without_quotes_there_is_none(journal: Journal) -> None:
    """Of no day, and not by chance."""
    assert journal.random_quote().total == 0
    assert quote_of_the_day(journal._connection, TODAY) is None
    assert list(journal.quotes().rows) == []


def test_every_quote_has_its_day(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """In as many days as there are quotes each of them once, and all day the same."""
    monkeypatch.setenv("READLOG_NOW", "2026-11-20T12:00:00+00:00")
    journal.add(make(quotes=[f"Number {number}." for number in range(7)]))
    days = [TODAY + timedelta(number) for number in range(7)]
    chosen = [_text(journal, day) for day in days]
    assert len(set(chosen)) == 7
    assert chosen == [_text(journal, day) for day in days]


def test_what_is_kept_today_is_no_quote_of_today(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the quote of the day would change with every one; on the first day it is the first."""
    monkeypatch.setenv("READLOG_NOW", "2026-11-20T12:00:00+00:00")
    journal.add(make(quotes=["One."]))
    first = date(2026, 11, 20)
    journal.quote(1, [Quote(f"Number {number}.") for number in range(20)])
    assert _text(journal, first) == "One."
    monkeypatch.setenv("READLOG_NOW", "2026-11-21T12:00:00+00:00")
    before = _text(journal, date(2026, 11, 21))
    journal.quote(1, [Quote(f"More {number}.") for number in range(50)])
    assert _text(journal, date(2026, 11, 21)) == before
    assert _text(journal, first) == "One."


def test_what_an_undo_brings_back_is_not_new(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quote of the day stays."""
    monkeypatch.setenv("READLOG_NOW", "2026-11-01T12:00:00+00:00")
    for number in range(30):
        journal.add(make(f"Book {number}", quotes=[f"Number {number}."]))
    monkeypatch.setenv("READLOG_NOW", f"{TODAY}T12:00:00+00:00")
    before = _text(journal, TODAY)
    journal.delete(1)
    journal.undo()
    assert _text(journal, TODAY) == before


def test_a_day_whose_quote_was_deleted_has_the_next(journal: Journal) -> None:
    """Or, behind the last one, the first."""
    journal.add(make(quotes=["One.", "Two.", "Three."]))
    connection = journal._writable()
    connection.execute("DELETE FROM changes")
    for id_ in (3, 1):
        connection.execute("DELETE FROM quotes WHERE id = ?", (id_,))
        connection.execute("DELETE FROM changes")
    assert {_text(journal, TODAY + timedelta(number)) for number in range(9)} == {"Two."}


def _text(journal: Journal, day: date) -> str:
    kept = quote_of_the_day(journal._connection, day)
    return kept.text if kept else ""


def test_a_hit_in_a_quote_tells_which_one(journal: Journal) -> None:
    """With nothing of another quote in its passage."""
    journal.add(
        make(quotes=[{"text": "Bread first.", "page": "3"}, {"text": "Then\nthe  snowfall\nbegan.", "page": "31"}])
    )
    (hit,) = journal.with_quotes(journal.search("snowfall")).hits
    assert hit.quote
    assert (hit.place, hit.quote.page, hit.in_one_line) == ("quote", "31", "Then · the \x02snowfall\x03 · began.")
    journal.add(make(quotes=["alpha bread · beta gamma"]), again=True)
    (dotted,) = journal.with_quotes(journal.search("beta")).hits
    assert dotted.in_one_line == "alpha bread · \x02beta\x03 gamma"
    (inside,) = journal.with_quotes(journal.search("nowfal")).hits
    assert inside.quote
    assert inside.quote.page == "31"
    (other,) = journal.with_quotes(journal.search("city")).hits
    assert other.quote is None


def test_a_hidden_word_is_found_in_its_quote(journal: Journal) -> None:
    """With its page, and masked; where two quotes look the same for that, neither is named."""
    journal.add(make(quotes=["x", {"text": "||Boris dies|| here", "page": "9"}, "And all is well"]))
    (hit,) = journal.with_quotes(journal.search("boris")).hits
    assert hit.quote
    assert (hit.quote.page, (hit.in_one_line or "").replace("\x02", "").replace("\x03", "")) == (
        "9",
        "░░░░░░░ ░░░░░░ here",
    )
    journal.add(make("Emma", quotes=["||Anna|| dies", "||Emil|| dies"]))
    (hit,) = journal.with_quotes(journal.search("emil")).hits
    assert hit.quote is None


def test_a_search_does_not_tell_what_a_quote_hides(journal: Journal) -> None:
    """Neither whole words nor parts of them; bars of another quote have no part in it."""
    journal.add(make(quotes=["This || that.", {"text": "He ||dies by water||.", "remark": "oh ||really||"}]))
    for query in ("water", "wate", "ater", "really"):
        (hit,) = journal.with_quotes(journal.search(query)).hits
        assert hit.passage
        bare = hit.passage.replace("\x02", "").replace("\x03", "")
        assert "wat" not in bare
        assert "really" not in bare
