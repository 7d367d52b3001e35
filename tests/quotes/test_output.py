import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import CONTROLS, HOSTILE
from tests.screen import drawn
from tests.strategies import readings

from readlog.core.domain_model import Book, Contributor, Quote, Reading
from readlog.quotes.output import put_quotes, show_quotes
from readlog.quotes.results import BookQuote
from readlog.ui.console import WIDEST_PAGE


def page(*quotes: BookQuote, width: int = 80, spoilers: bool = False) -> list[str]:
    """The lines of a page of quotes, without the blanks at their ends."""
    return [line.rstrip() for line in drawn(lambda: show_quotes(quotes, spoilers=spoilers), width)]


def test_a_passage_stands_on_a_page() -> None:
    """Set in, its source quietly below, its reading's number at the right, then the remark; a blank line between two."""
    city = Reading(Book("Conquered City", contributors=(Contributor("Victor Serge"),)), id=12)
    shown = page(
        BookQuote.from_reading(Quote("The snow.", "3", remark="Yes."), city),
        BookQuote.from_reading(Quote("one\n  two"), city),
        width=60,
    )
    assert shown == [
        "    The snow.",
        "      — Conquered City, Victor Serge, p. 3               #12",
        "        Yes.",
        "",
        "    one",
        "      two",
        "      — Conquered City, Victor Serge                     #12",
    ]


@settings(max_examples=60)
@given(readings(), st.integers(40, 200), st.booleans())
def test_any_quotes_are_a_page_and_lines(reading: Reading, width: int, spoilers: bool) -> None:
    """The page fits the terminal; in a pipe there is one line a quote, with seven columns."""
    quotes = [BookQuote.from_reading(quote, reading) for quote in reading.quotes]
    lines = page(*quotes, width=width, spoilers=spoilers)
    assert max(map(cell_len, lines), default=0) <= min(width, WIDEST_PAGE)
    assert not set("".join(lines)) & set(CONTROLS)
    rows = drawn(lambda: put_quotes(quotes, spoilers=spoilers))
    assert [row.count("\t") for row in rows] == [6] * len(quotes)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_another_tool_wrote_is_harmless(hostile: str) -> None:
    """Wherever in a quote or its book it stands."""
    reading = Reading(Book(hostile, contributors=(Contributor(hostile),)), id=1)
    kept = BookQuote.from_reading(Quote(hostile, hostile, hostile, hostile), reading)
    assert not set("\n".join(page(kept))) & set(CONTROLS)
    (row,) = drawn(lambda: put_quotes([kept], spoilers=True))
    assert not set(row) & set(CONTROLS)
    assert row.count("\t") == 6
