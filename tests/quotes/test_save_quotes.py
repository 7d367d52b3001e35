from contextlib import closing
from pathlib import Path

import pytest
from tests.given import NOW, make

from readlog.core.domain_model import Quote
from readlog.core.errors import AlreadyExists, NotFound
from readlog.journal import Journal
from readlog.storage.open_journal import open_for_writing

MARKED = NOW.replace("+00:00", ".000Z")


def texts(journal: Journal, id_: int = 1) -> list[str]:
    """The passages of a reading."""
    return [quote.text for quote in journal.get(id_).quotes]


def test_quotes_stand_behind_those_that_are_there(journal: Journal) -> None:
    """In their order, each with a uid of its own, marked now; one operation, which undo takes back."""
    journal.add(make(quotes=["One."]))
    kept = journal.quote(1, [Quote("Two.", "3", "40", "why?"), Quote("Three.")])
    assert [(quote.text, quote.page, quote.location, quote.remark) for quote in kept] == [
        ("Two.", "3", "40", "why?"),
        ("Three.", None, None, None),
    ]
    assert {quote.marked_at for quote in kept} == {MARKED}
    assert journal.get(1).quotes[1:] == tuple(kept)
    assert len({quote.uid for quote in journal.get(1).quotes}) == 3
    assert next(iter(journal.history(1).rows)).command == "quote"
    assert journal.search("three").hits[0].place == "quote"
    journal.undo()
    assert texts(journal) == ["One."]
    journal.undo(redo=True)
    assert texts(journal) == ["One.", "Two.", "Three."]


def test_a_quote_that_says_when_it_was_marked_keeps_it(journal: Journal) -> None:
    """As what another device has told."""
    journal.add(make())
    (kept,) = journal.quote(1, [Quote("One.", marked_at="2019-03-17")])
    assert kept.marked_at == "2019-03-17"


def test_the_same_passage_is_kept_once(journal: Journal) -> None:
    """However its lines are broken, and none of those that come with it; again only if that is meant."""
    journal.add(make(quotes=[{"text": "One and\ntwo.", "page": "3"}]))
    with pytest.raises(AlreadyExists, match=r'Kept already of 1 Conquered City: "One and two."\. Nothing') as error:
        journal.quote(1, [Quote("Three."), Quote("One  and two.")])
    assert (error.value.exit_code, error.value.ids) == (4, (1,))
    with pytest.raises(AlreadyExists, match='There twice: "Three."'):
        journal.quote(1, [Quote("Three."), Quote("Three.")])
    assert texts(journal) == ["One and\ntwo."]
    journal.quote(1, [Quote("One and two.")], again=True)
    assert texts(journal) == ["One and\ntwo.", "One and two."]


def test_of_many_that_are_there_a_few_are_named(journal: Journal) -> None:
    """And none at length."""
    quotes = [Quote(f"{number} " + "word " * 20) for number in range(5)]
    journal.add(make(quotes=[quote.text for quote in quotes]))
    with pytest.raises(AlreadyExists, match=r"\.\.\.\", \"1 word.*\.\.\.\" and 2 more\. Nothing was kept"):
        journal.quote(1, quotes)


def test_the_same_passage_may_be_kept_with_another_reading(journal: Journal) -> None:
    """Of the same book too: it struck the reader twice."""
    journal.add(make(quotes=["One."]))
    journal.add(make(), again=True)
    journal.quote(2, [Quote("One.")])
    assert texts(journal, 2) == ["One."]


def test_a_reading_that_is_not_there_has_no_quotes(journal: Journal) -> None:
    """It is said, and nothing is written."""
    with pytest.raises(NotFound):
        journal.quote(1, [Quote("One.")])
    assert journal.history().total == 0


def test_what_another_terminal_keeps_meanwhile_stays(journal: Journal, path: Path) -> None:
    """What is there is looked at under the write lock, not before."""
    journal.add(make())
    with Journal(str(path)) as other:
        assert journal.get(1).quotes == ()
        other.quote(1, [Quote("One.")])
    with pytest.raises(AlreadyExists):
        journal.quote(1, [Quote("One.")])
    journal.quote(1, [Quote("Two.")])
    assert texts(journal) == ["One.", "Two."]


def test_quotes_that_another_tool_has_numbered_stay_as_they_are(journal: Journal) -> None:
    """And those that are new are told, wherever they stand."""
    journal.add(make(quotes=["One.", "Two."]))
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("UPDATE quotes SET position = position + 7")
    (kept,) = journal.quote(1, [Quote("Three.")])
    assert kept.text == "Three."
    assert sorted(texts(journal)) == ["One.", "Three.", "Two."]
