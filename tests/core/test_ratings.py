import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.core.ratings import parse_rating, show_stars

QUARTERS = st.integers(1, 20).map(lambda quarters: quarters / 4)


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("5", 5), ("4.5", 4.5), ("4,5", 4.5), ("4½", 4.5), ("4 ½", 4.5), ("½", 0.5), (".25", 0.25), ("0.25", 0.25),
        ("★★★★½", 4.5), ("★★★★☆", 4), ("⭐️⭐️⭐️", 3), ("***", 3), ("¾", 0.75), ("9/10", 4.5), ("9 out of 10", 4.5), ("4/5", 4), ("4½/5", 4.5),
        ("90/100", 4.5), ("4.5/5", 4.5), ("4 stars", 4), ("1 star", 1), (" 3.750 ", 3.75), ("7 / 7", 5),
    ],
)  # fmt: skip
def test_ratings_are_understood_in_all_their_forms(text: str, stars: float) -> None:
    """Numbers, fractions, stars, and so many out of so many."""
    assert parse_rating(text) == stars


@pytest.mark.parametrize("text", ["0", "0/5", "0.0", "☆", "0 stars"])
def test_no_rating_is_never_zero(text: str) -> None:
    """Who has no rating leaves it out; stars that are all empty are none."""
    with pytest.raises(BadInput):
        parse_rating(text)


@pytest.mark.parametrize(
    "text",
    ["6", "5.25", "★★★★★★", "11/10", "-1", "nan", "inf", "1e0", "", "good", "4½½", "4.5½", "٤", "4/0", "1_0", "0.1"],
)
def test_what_is_no_rating_is_refused(text: str) -> None:
    """Out of range, not a number, or a number that only a program would write."""
    with pytest.raises(BadInput):
        parse_rating(text)


def test_between_two_quarters_both_are_named() -> None:
    """Nothing is rounded behind the reader's back."""
    with pytest.raises(BadInput, match="The nearest are 4.25 and 4.5"):
        parse_rating("4.3")
    with pytest.raises(BadInput, match="not a quarter"):
        parse_rating("83/100")


@given(QUARTERS)
def test_a_rating_is_understood_as_it_is_shown(stars: float) -> None:
    """As stars, as a number, out of ten and out of five."""
    for text in (show_stars(stars), f"{stars:g}", f"{stars * 2:g}/10", f"{stars:g}/5"):
        assert parse_rating(text) == stars


@given(QUARTERS)
def test_stars_are_at_most_five_wide(stars: float) -> None:
    """A column of them is five wide, quarters and all."""
    assert len(show_stars(stars)) <= 5


@given(st.text())
def test_any_text_is_a_rating_or_a_refusal(text: str) -> None:
    """Nothing else comes out than a quarter of a star from 0.25 to 5."""
    try:
        stars = parse_rating(text)
    except BadInput:
        return
    assert stars in [quarters / 4 for quarters in range(1, 21)]
