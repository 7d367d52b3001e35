import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import CONTROLS, HOSTILE, make
from tests.screen import drawn
from tests.strategies import readings

from readlog.core.domain_model import Book, Contributor, ProgressNote, Quote, Reading
from readlog.readings.terminal_page import show_page
from readlog.ui.console import WIDEST_PAGE


def page(reading: Reading, *others: Reading, width: int = 80, spoilers: bool = False) -> list[str]:
    """The lines of a page, without the blanks at their ends."""
    return [line.rstrip() for line in drawn(lambda: show_page(reading, [reading, *others], spoilers), width)]


@settings(max_examples=60)
@given(readings(), readings(), st.integers(20, 200), st.booleans())
def test_any_reading_is_a_page(reading: Reading, other: Reading, width: int, spoilers: bool) -> None:
    """That fits the terminal, and is never so wide that it cannot be read."""
    lines = page(reading, other, width=width, spoilers=spoilers)
    assert max(map(cell_len, lines)) <= min(width, WIDEST_PAGE)
    assert not set("".join(lines)) & set(CONTROLS)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "place", ["title", "authors", "series", "imprint", "review", "note", "quote", "remark", "mark"]
)
def test_what_another_tool_wrote_is_harmless(hostile: str, place: str) -> None:
    """On the page too, wherever in a reading it stands."""
    quotes = {"quote": Quote(hostile), "remark": Quote("q", remark=hostile)}
    book = {
        "title": Book(hostile, hostile),
        "authors": Book("t", contributors=(Contributor(hostile), Contributor(hostile, hostile))),
        "series": Book("t", series=hostile, series_number=hostile),
        "imprint": Book("t", publisher=hostile, language=hostile, tags=(hostile,)),
    }.get(place, Book("t"))
    review, note = (hostile if place == name else None for name in ("review", "note"))
    kept = (quotes[place],) if place in quotes else ()
    marks = (ProgressNote(hostile, None, hostile),) if place == "mark" else ()
    reading = Reading(book, review=review, private_note=note, quotes=kept, progress=marks, id=1)
    assert not set("\n".join(page(reading))) & set(CONTROLS)


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b[H", "\x9b31m", "\u202egnol\u202c"])
def test_where_a_quote_stands_is_harmless(hostile: str) -> None:
    """As all the rest of it."""
    reading = Reading(Book("t"), quotes=(Quote("q", hostile), Quote("q", None, hostile)), id=1)
    assert not set("".join(page(reading))) & set(CONTROLS)


def test_the_head_is_what_is_known() -> None:
    """A line each for title, makers, series and edition; the number stands at the right."""
    whole = make("Dune", subtitle="A Novel", authors=["F"], series="Dune", series_number="1", pages=412, finished="2012", rating=4.5)  # fmt: skip
    assert page(whole)[:4] == ["Dune: A Novel", "F", "Dune 1", "412 pages"]
    assert page(whole)[5].split() == ["★★★★½", "finished", "2012", "#None"]
    assert len(page(make("Dune"))) == 3


def test_what_was_kept_is_set_in() -> None:
    """A quote from both sides, its place at the right, the remark below, the note at the end."""
    reading = make(
        "Dune", quotes=[{"text": "I own nothing.", "page": "443", "remark": "Two."}], private_note="from Anna"
    )
    lines = page(reading, width=40)
    assert lines[-6:] == ["    I own nothing.", " " * 30 + "p. 443", "  Two.", "", "Private note", "from Anna"]


def test_a_book_is_told_through_the_years() -> None:
    """A line each: stars, how the rating moved, what else it was, how the review begins; the one shown is marked."""
    first = make("Dune", finished="1991", rating=3, format="print", review="# So\n\nGood ||end||. More.")._replace(id=1)
    second = make("Dune", status="abandoned", format="audio", progress=[{"at": "40%"}])._replace(id=2)
    third = make("Dune", status="reading", started="2026-11-02", rating=4.5, review="Again. And.")._replace(id=12)
    assert page(first, second, third)[-4:] == [
        "3 readings",
        "▸ #1   1991                   ★★★          in print  Good ░░░░░░░░.",
        "  #2                                       abandoned at 40 %, as audio",
        "  #12  since 2 November 2026  ★★★★½  +1.5  reading  Again.",
    ]
    assert page(second, first, width=40)[-4:] == [
        "▸ #2",
        "    abandoned at 40 %, as audio",
        "  #1  1991  ★★★",
        "    in print  Good ░░░░░░░░.",
    ]
    assert "Good end." in page(first, second, spoilers=True)[-2]
    assert "Read" not in "".join(page(second))


def test_notes_on_progress_stand_below_each_other() -> None:
    """Date, place, remark, what there is of them; a chapter with a long name stands before its remark."""
    marks = [
        {"at": "40", "date": "2026-11-03", "remark": "Slow, ||he dies||."},
        {"at": "133", "date": "2026-11-20"},
        {"remark": "On *and* on."},
    ]
    shown = page(make("Dune", status="reading", progress=marks))
    assert shown[-4:] == [
        "Progress",
        "3 November 2026   p. 40   Slow, ░░░░░░░░.",
        "20 November 2026  p. 133",
        "                          On and on.",
    ]
    assert (
        page(make("Dune", progress=[{"at": "The Cattle of the Sun", "remark": "r"}]))[-1] == "The Cattle of the Sun: r"
    )
    assert page(make("Dune", status="to-read", progress=["Anna said so"]))[-2:] == ["Why", "Anna said so"]


def test_hidden_spoilers_are_counted() -> None:
    """With how to see them; who asked for them is told nothing."""
    reading = make("Dune", review="He ||dies|| and she ||lives||.")
    assert page(reading)[-2:] == ["", "2 spoilers hidden: --spoilers shows it."]
    assert page(reading, spoilers=True)[-1] == "He dies and she lives."
