import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.list_rows import rows
from tests.screen import drawn

from readlog.readings.results import ListedReading
from readlog.readings.terminal_list import show_list

DUNE = ListedReading(1, "finished", None, "2012-03", 4.5, "Dune", "Frank Herbert")
LONG = DUNE._replace(title="A History of Everything That Ever Was and of Some Things That Never Were")
ALL_FITS = 32
"""Columns in which the widest id, date and rating fit; below, a line may fill the terminal to its edge."""


def widest(lines: list[str]) -> int:
    """The columns that the widest line needs."""
    return max(map(cell_len, lines))


def edge(width: int) -> int:
    """The columns that a line may have on a terminal of this width."""
    return width - 1 if width >= ALL_FITS else width


@given(st.lists(rows(), min_size=1, max_size=4), st.integers(20, 200))
def test_any_list_fits_any_terminal(listed: list[ListedReading], width: int) -> None:
    """A line each and a heading, all of one width, with a column left free at the right."""
    lines = drawn(lambda: show_list(listed), width)
    assert len(lines) == len(listed) + 1
    assert widest(lines) <= edge(width)
    assert len(set(map(cell_len, lines))) == 1


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_columns_stand_below_each_other(width: int) -> None:
    """Whether a title is of letters, ideographs, emoji or marks that take no room."""
    titles = ("Dune", "雪国", "👨‍👩‍👧 📚", "e\u0301tude", "ก็", "戦争と平和" * 20, LONG.title)
    listed = [DUNE._replace(id=number, title=title, authors="川端") for number, title in enumerate(titles, 1)]
    head, *lines = drawn(lambda: show_list(listed), width)
    assert {cell_len(line[: line.index("★★★★½")]) for line in lines} == {cell_len(head[: head.index("rating")])}
    assert {cell_len(line[: line.index("2012-03")]) for line in lines} == {cell_len(head[: head.index("when")])}
    assert {cell_len(line[: line.index("川端")]) for line in lines if "川端" in line} <= {head.find("author")}
    assert all(line[:2] == f"{number:2}" for number, line in enumerate(lines, 1))


def test_a_second_time_is_said_where_it_fits() -> None:
    """At the right end of the title, which is cut for it, but not below twenty columns."""
    second, eleventh = LONG._replace(nth_reading=2), DUNE._replace(nth_reading=11)
    for width in (60, 80, 120, 200):
        _, first, other = drawn(lambda: show_list([second, eleventh]), width)
        assert ("  2nd time" in first, " 11th time" in other) == (True, True)
        assert first.index("2nd time") + len("2nd time") == other.index("11th time") + len("11th time")
    for width in (40, 50):
        _, line, _ = drawn(lambda: show_list([second, eleventh]), width)
        assert "2nd" not in line
        assert "A History of" in line
    assert "1st time" not in drawn(lambda: show_list([DUNE]), 200)[1]


def test_a_narrow_list_does_without_authors() -> None:
    """The title is what a reading is known by; the heading goes with the column."""
    assert "author" not in "".join(drawn(lambda: show_list([DUNE]), 40))
    assert "Dune" in drawn(lambda: show_list([DUNE]), 40)[1]
    assert "Frank Herbert" in drawn(lambda: show_list([DUNE]), 60)[1]
