import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.ui.rows import rows
from tests.ui.screen import drawn

from readlog.ground.answers import ListedReading, Overview
from readlog.ui.dashboard import show_facts, show_overview

ROWS = st.lists(rows(), max_size=3)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@given(reading=ROWS, last=st.none() | rows(), day=ROWS)
def test_the_first_page_never_wraps(
    width: int, reading: list[ListedReading], last: ListedReading | None, day: list[ListedReading]
) -> None:
    """A line for each thing, and none is wider than the terminal, whatever the titles are."""
    lines = drawn(lambda: show_overview(Overview(9, reading, last, 2026, 1204, day)), width)
    assert len(lines) == len(reading) + (last is not None) + 1 + len(day)
    assert max(cell_len(line.rstrip()) for line in lines) < width


def test_a_label_stands_once() -> None:
    """Above all that it is the label of."""
    row = ListedReading(1, "reading", "2026-11-02", None, None, "Dune", None)
    labels = [
        line[:11].strip() for line in drawn(lambda: show_overview(Overview(9, [row, row], None, 2026, 0, [row] * 2)))
    ]
    assert labels == ["Reading", "", "2026", "On this day", ""]


def test_a_narrow_first_page_does_without_dates() -> None:
    """The stars stay, and the title has the room."""
    row = ListedReading(1, "finished", None, "2012-03-17", 4.5, "Memoirs of a Revolutionary", "Victor Serge")
    for width, date in ((80, True), (40, False)):
        line, _ = drawn(lambda: show_overview(Overview(1, [], row, 2026, 0, [])), width)
        assert ("17 March 2012" in line, "★★★★½" in line, "Memoirs of a" in line) == (date, True, True)


def test_facts_are_said_as_a_person_says_them() -> None:
    """Below each other, sizes in words, thousands with commas; what is not known is left out."""
    facts = {"journal": "/a\x1b[31m/" + "long/" * 30, "size": 3_100_000, "readings": 1204, "schema": None}
    assert drawn(lambda: show_facts(facts), 40) == [
        "journal   /a\ufffd[31m/" + "long/" * 30,
        "size      3.1 MB",
        "readings  1,204",
    ]
