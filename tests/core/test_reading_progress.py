import pytest

from readlog.core.errors import BadInput
from readlog.core.reading_progress import fraction_read, parse_position, position_text


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("133", "133", "p. 133"),
        ("p. 133", "133", "p. 133"),
        ("Page 0133", "133", "p. 133"),
        ("pp.7", "7", "p. 7"),
        ("40%", "40%", "40 %"),
        ("40 %", "40%", "40 %"),
        ("12,5 percent", "12.5%", "12.5 %"),
        ("100%", "100%", "100 %"),
        (" Chapter  3 ", "Chapter 3", "Chapter 3"),
        ("3rd letter", "3rd letter", "3rd letter"),
        ("第三章", "第三章", "第三章"),
        ("1234567", "1234567", "1234567"),
    ],
)
def test_a_place_is_a_page_a_share_or_a_chapter(typed: str, kept: str, shown: str) -> None:
    """However it is typed it is kept in one spelling, and said so."""
    assert parse_position(typed) == kept
    assert position_text(kept) == shown


@pytest.mark.parametrize("typed", ["", "  ", "0", "p. 0", "101%", "100.01 %"])
def test_what_is_no_place_is_refused(typed: str) -> None:
    """Nothing at all, a page that no book has, and more than the whole."""
    with pytest.raises(BadInput):
        parse_position(typed)


@pytest.mark.parametrize(
    ("at", "pages", "behind"),
    [
        ("56", 224, 0.25),
        ("p. 56", 224, 0.25),
        ("224", 224, 1.0),
        ("225", 224, None),
        ("56", None, None),
        ("25%", None, 0.25),
        ("25%", 224, 0.25),
        ("250%", None, None),
        ("0", 224, None),
        ("Chapter 3", 224, None),
    ],
)
def test_a_share_is_known_or_not(at: str, pages: int | None, behind: float | None) -> None:
    """A page of a book whose pages are not known, or has fewer, says nothing of how much is left."""
    assert fraction_read(at, pages) == behind


def test_a_page_is_said_of_how_many() -> None:
    """Where that can be: a page beyond the last one is of another edition."""
    assert position_text("133", 1_224) == "p. 133 of 1,224"
    assert position_text("2000", 1_224) == "p. 2,000"
