import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.normalize_text import clean_line
from readlog.imports.sources.goodreads import decode_entities, parse_title

NAMES = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=20).filter(
    lambda name: clean_line(name) == name
)
NUMBERS = st.sampled_from(["1", "12", "0.1", "2.5", "1-3", "1.5, 2.5", "1 & 2"])


@pytest.mark.parametrize(
    ("cell", "title", "series", "number"),
    [
        ("Dune Messiah (Dune, #2)", "Dune Messiah", "Dune", "2"),
        ("Dune Messiah (Dune #2)", "Dune Messiah", "Dune", "2"),
        ("Dune Messiah (Dune,#2)", "Dune Messiah", "Dune", "2"),
        ("A (X, #1; Y, #3)", "A", "X", "1"),
        ("A (Everyman Classics; Y, #3)", "A", "Y", "3"),
        ("A (X, #1, Y, #3)", "A", "X", "1"),
        ("A (X, #0.1)", "A", "X", "0.1"),
        ("A (X, #1-3)", "A", "X", "1-3"),
        ("A (X, #1-#3)", "A", "X", "1-3"),
        ("A (X, #1–3)", "A", "X", "1–3"),
        ("A (X, #1.5, 2.5)", "A", "X", "1.5, 2.5"),
        ("A (X, #1 of 3)", "A", "X", "1 of 3"),
        ("A (X, #3, Part 2 of 2)", "A (Part 2 of 2)", "X", "3"),
        ("A (Book 2.0, #4)", "A", "Book 2.0", "4"),
        ("A (The 5th Sea, #2)", "A", "The 5th Sea", "2"),
        ("The No. 1 Inn (No. 1 Innkeepers' Guild #9)", "The No. 1 Inn", "No. 1 Innkeepers' Guild", "9"),
        ("A (Mar, sal y viento, #1)", "A", "Mar, sal y viento", "1"),
        ("A (Sea & Salt, #1)", "A", "Sea & Salt", "1"),
        ("A ([Novel], #1-5)", "A", "[Novel]", "1-5"),
        ("A (X (Second Cycle), #1)", "A", "X (Second Cycle)", "1"),
        ("A (B) (X, #1)", "A (B)", "X", "1"),
        ("A: B (X, #1)", "A: B", "X", "1"),
        ("ألف (سلسلة, #١٢)", "ألف", "سلسلة", "12"),
        ("  A   B  (X,  #1) ", "A B", "X", "1"),
    ],
)
def test_a_series_with_a_number_is_a_series(cell: str, title: str, series: str, number: str) -> None:
    """In all the spellings of Goodreads; what is before the colon and behind it stays together."""
    assert parse_title(cell) == (title, series, number)


@pytest.mark.parametrize(
    "cell",
    ["Dune", "A (Penguin Modern Classics)", "A (Spanish Edition)", "A (Abridged)", "A (#Proyecto Mar)", "Life at Sea #1-3", "A (#1)", "(X, #1)", "A (X, #1) (Spanish Edition)",
     "A (X, #½)", "A) #1)", "A (X, Book 1)", "C# 1)", "#1", "مانگا‌ها"],
)  # fmt: skip
def test_what_is_no_series_stays_in_the_title(cell: str) -> None:
    """Editions, translations, titles with signs in them."""
    assert parse_title(cell) == (cell, None, None)


def test_entities_in_titles_are_signs() -> None:
    """Those with an end; `AT&T` is a company."""
    assert parse_title("A &quot;B&quot; &amp; C").title == 'A "B" & C'
    assert decode_entities("AT&T &notit &#39;n&#x27; R&D;") == "AT&T &notit 'n' R&D;"


def test_marks_around_a_title_are_no_part_of_it() -> None:
    """Within Persian words they are."""
    assert parse_title("\u200e\u200fA\u200cB\u200b ").title == "A\u200cB"


@given(NAMES, NAMES, NUMBERS, st.sampled_from([", #", " #"]))
def test_what_was_put_together_is_taken_apart(title: str, series: str, number: str, sign: str) -> None:
    """Whatever the names are."""
    assert parse_title(f"{title} ({series}{sign}{number})") == (title, series, number)


@given(st.text() | st.text("A ()#1,;.-&٣"))
def test_any_cell_has_a_clean_title(cell: str) -> None:
    """None of its words comes from elsewhere."""
    titled = parse_title(cell)
    assert titled.title == clean_line(titled.title)
    assert titled.series is None or (titled.number and titled.series == clean_line(titled.series))


def test_a_long_title_takes_no_longer() -> None:
    """However many brackets and numbers it has."""
    began = time.process_time()
    for part in ("(", ")", " (", ", #1", "#", "#1-", "; ", ", 1", " & #2", "1.", "&amp;", " "):
        parse_title("A (X" + part * (500_000 // len(part)) + ")")
        parse_title("A (X, #1" + part * (500_000 // len(part)) + ")")
    assert time.process_time() - began < 10
