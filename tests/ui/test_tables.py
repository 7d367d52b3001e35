import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.list_rows import WORDS, rows
from tests.screen import Script, drawn, without_colours

from readlog.readings.results import ListedReading
from readlog.search.results import MARK_OFF, MARK_ON, Hit, Hits
from readlog.ui.tables import show_hits, show_list

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


@given(st.lists(rows(), min_size=1, max_size=3), WORDS, st.integers(20, 200))
def test_any_hit_fits_any_terminal(found: list[ListedReading], words: str, width: int) -> None:
    """The reading and the passage, whatever is in them."""
    passage = f"so {MARK_ON}it{MARK_OFF} is " + " ".join(words.split())
    hits = Hits([Hit(row, 1.0, "quote", passage) for row in found], len(found))
    assert widest(drawn(lambda: show_hits(hits), width)) <= edge(width)


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
    second, eleventh = LONG._replace(time=2), DUNE._replace(time=11)
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


def test_a_headline_drops_the_author_where_there_is_no_room() -> None:
    """Rather than to show a comma and a letter; the date and the stars stay at the right."""
    hits = Hits([Hit(DUNE._replace(title="Conquered City and More"), 1.0, None, None)], 1)
    for width, author in (
        (80, ", Frank Herbert  "),
        (60, ", Frank Herbert "),
        (54, ", Frank He…  "),
        (48, ", Fr…  "),
        (46, ""),
    ):
        (line,) = drawn(lambda: show_hits(hits), width)
        assert line.endswith(" 2012-03  ★★★★½")
        assert cell_len(line) == width - 1
        assert f"Conquered City and More{author or '  '}" in line
        assert ("," in line) == bool(author)


def test_found_words_stand_out_with_or_without_colour() -> None:
    """Underlined where there is colour, between brackets where there is none; a place is named unless it is the review."""
    passage = f"the {MARK_ON}bread{MARK_OFF} and {MARK_ON}peace{MARK_OFF}."
    for place, line in (("quote", "   quote: the [bread] and [peace]."), ("review", "   the [bread] and [peace].")):
        assert drawn(lambda place=place: show_hits(Hits([Hit(DUNE, 1.0, place, passage)], 1)))[1] == line
    shown = Script(f"""
        from readlog.search.results import Hit, Hits
        from readlog.readings.results import ListedReading
        from readlog.ui.tables import show_hits
        show_hits(Hits([Hit(ListedReading(*{tuple(DUNE)!r}), 1.0, "review", {passage!r})], 1))
    """).end()
    assert "\x1b[1;4mbread\x1b[0m" in shown
    assert "   the bread and peace.\n" in without_colours(shown)


def test_a_long_passage_is_set_in_below_its_headline() -> None:
    """Each of its lines, and every word of it is there."""
    passage = " ".join(f"word{number}" for number in range(40))
    _, *lines = drawn(lambda: show_hits(Hits([Hit(DUNE._replace(id=123), 1.0, "review", passage)], 1)), 60)
    assert len(lines) > 3
    assert {line[:5] for line in lines} == {" " * 5}
    assert " ".join(" ".join(lines).split()) == passage
