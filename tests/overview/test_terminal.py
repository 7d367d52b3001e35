from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import TODAY
from tests.list_rows import WORDS, rows
from tests.screen import drawn

from readlog.goals.results import Goal, compute_pace
from readlog.overview.results import Anniversary, Overview
from readlog.overview.terminal import show_info, show_overview
from readlog.quotes.results import BookQuote
from readlog.readings.results import ListedReading

ROWS = st.lists(rows(), max_size=3)
DAYS = st.lists(st.builds(Anniversary, rows(), st.none() | WORDS), max_size=3)
QUOTES = st.builds(
    BookQuote, st.just(1), WORDS.map("t{}".format), st.lists(WORDS, max_size=2).map(tuple), WORDS, st.none() | WORDS
)
ROW = ListedReading(1, "reading", "2026-11-02", None, None, "Dune", None)
YEAR = Goal(2026, None, 1204, None)
NOTHING = Overview(9, [], [], None, None, YEAR, [], None)


@settings(max_examples=60)
@given(st.sampled_from([40, 60, 80, 200]), ROWS, ROWS, st.none() | rows(), DAYS, st.none() | QUOTES, st.booleans())
def test_the_first_page_fits_any_terminal(
    width: int,
    now: list[ListedReading],
    paused: list[ListedReading],
    one: ListedReading | None,
    days: list[Anniversary],
    quote: BookQuote | None,
    has_goal: bool,
) -> None:
    """One screen, and no line of it is wider than the terminal, whatever the titles are."""
    year = Goal(2026, 40, 31, compute_pace(40, 31, TODAY)) if has_goal else YEAR
    overview = Overview(9, now, paused[:2], one, one, year, days, quote)
    lines = drawn(lambda: show_overview(overview), width)
    assert len(lines) <= 24
    assert max(cell_len(line) for line in lines) < width


def test_a_label_stands_once() -> None:
    """Above all that it is the label of."""
    day = Anniversary(ROW._replace(finished="2003-11-22"), "So it was.")
    quote = BookQuote(1, "Memoirs", ("Victor Serge",), "I own nothing.", "443")
    overview = Overview(9, [ROW, ROW], [ROW], ROW, ROW, YEAR, [day, day], quote)
    labels = [line[:11].strip() for line in drawn(lambda: show_overview(overview))]
    assert labels == ["Reading", "", "Paused", "Next", "Finished", "2026", "On this day", "", "", "", "Quote", ""]


def test_places_and_dates_stand_below_each_other() -> None:
    """In fewer words where there is less room: the year that it is goes first, then the page, then the date."""
    now = ROW._replace(authors="Frank Herbert", position="133", pages=224)
    other = ROW._replace(title="Emma", started="2026", position="40%")
    shown = NOTHING._replace(reading_now=[now, other])

    def first(width: int) -> list[str]:
        return drawn(lambda: show_overview(shown), width)[:2]

    assert first(80) == [
        "Reading      Dune, Frank Herbert  p. 133 of 224  since 2 November",
        "             Emma                 40 %           since 2026",
    ]
    assert first(58)[0] == "Reading      Dune, Frank Herbert  59 %  since 2 November"
    assert first(40) == ["Reading      Dune, Frank Herbert  59 %", "             Emma                 40 %"]


def test_a_title_has_the_room_of_what_is_not_known() -> None:
    """That of a place or a date which other lines have, and it is cut only where the line ends."""
    now = ROW._replace(title="Emma", position="40%")
    long = ROW._replace(id=2, status="to-read", started=None, title="The Autobiography of Alice B. Toklas")
    shown = NOTHING._replace(reading_now=[now], next=long)
    assert drawn(lambda: show_overview(shown), 60)[:2] == [
        "Reading      Emma                    40 %  since 2 November",
        "Next         The Autobiography of Alice B. Toklas",
    ]


def test_what_was_written_on_this_day_stands_below_the_book() -> None:
    """The year first, the stars beside it, and the sentence in one line however narrow it is."""
    row = ROW._replace(status="finished", finished="2003-11-22", rating=4.5)
    shown = NOTHING._replace(on_this_day=[Anniversary(row, "Again, " + "in this weather, " * 9)])
    lines = drawn(lambda: show_overview(shown), 60)
    assert lines[1:] == [
        "On this day  2003  Dune  ★★★★½",
        "             Again, in this weather, in this weather, in t…",
    ]


def test_a_long_quote_ends_after_three_lines() -> None:
    """Without the signs of Markdown, its spoilers hidden; verse keeps its lines."""
    quote = BookQuote(1, "Dune", ("Frank Herbert", "Another"), "*So* it ||ends||. " + "And on. " * 90, "4")
    lines = drawn(lambda: show_overview(NOTHING._replace(quote=quote)))[1:]
    assert len(lines) == 4
    assert lines[0].startswith("Quote        So it ░░░░░░░░. And on. And on.")
    assert lines[2].endswith("…")
    assert lines[3].strip() == "Dune, Frank Herbert, Another, p. 4"
    verse = BookQuote(1, "Dune", (), "One,\nor two.")
    assert [line.strip() for line in drawn(lambda: show_overview(NOTHING._replace(quote=verse)))[1:]] == [
        "Quote        One,",
        "or two.",
        "Dune",
    ]


def test_facts_are_said_as_a_person_says_them() -> None:
    """Below each other, sizes in words, thousands with commas; what is not known is left out."""
    facts = {"journal": "/a\x1b[31m/" + "long/" * 30, "size": 3_100_000, "readings": 1204, "schema": None}
    assert drawn(lambda: show_info(facts), 40) == [
        "journal   /a\ufffd[31m/" + "long/" * 30,
        "size      3.1 MB",
        "readings  1,204",
    ]
