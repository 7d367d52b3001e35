from contextlib import closing
from datetime import date, timedelta

import pytest
from tests.given import TODAY, make

from readlog.core.domain_model import Quote
from readlog.journal import Journal
from readlog.quotes.quote_of_the_day import quote_of_the_day
from readlog.storage.open_journal import open_for_reading, open_for_writing


def _text(journal: Journal, day: date) -> str:
    with closing(open_for_reading(journal.path)) as connection:
        quote = quote_of_the_day(connection, day)
        return quote.text if quote else ""


def test_without_quotes_there_is_none(journal: Journal) -> None:
    """On any day."""
    assert _text(journal, TODAY) == ""


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
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("DELETE FROM changes")
        for id_ in (3, 1):
            connection.execute("DELETE FROM quotes WHERE id = ?", (id_,))
            connection.execute("DELETE FROM changes")
    assert {_text(journal, TODAY + timedelta(number)) for number in range(9)} == {"Two."}
