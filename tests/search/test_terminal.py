from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.list_rows import WORDS, rows
from tests.screen import Script, drawn, without_colours

from readlog.readings.results import ListedReading
from readlog.search.results import MARK_OFF, MARK_ON, Hit, Hits
from readlog.search.terminal import show_hits

DUNE = ListedReading(1, "finished", None, "2012-03", 4.5, "Dune", "Frank Herbert")
ALL_FITS = 32
"""Columns in which the widest id, date and rating fit; below, a line may fill the terminal to its edge."""


@given(st.lists(rows(), min_size=1, max_size=3), WORDS, st.integers(20, 200))
def test_any_hit_fits_any_terminal(found: list[ListedReading], words: str, width: int) -> None:
    """The reading and the passage, whatever is in them."""
    passage = f"so {MARK_ON}it{MARK_OFF} is " + " ".join(words.split())
    hits = Hits([Hit(row, 1.0, "quote", passage) for row in found], len(found))
    lines = drawn(lambda: show_hits(hits), width)
    assert max(map(cell_len, lines)) <= (width - 1 if width >= ALL_FITS else width)


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
        from readlog.search.terminal import show_hits
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
