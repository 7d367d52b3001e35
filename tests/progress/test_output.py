import pytest

from readlog.progress.output import progress_text


@pytest.mark.parametrize(
    ("at", "pages", "words"),
    [
        ("133", 224, "p. 133 of 224, 59 %"),
        ("223", 224, "p. 223 of 224, 99 %"),
        ("224", 224, "p. 224 of 224, 100 %"),
        ("300", 224, "p. 300"),
        ("133", None, "p. 133"),
        ("40%", 224, "40 %"),
        ("Chapter 3", 224, "Chapter 3"),
    ],
)
def test_a_place_is_a_page_and_a_share(at: str, pages: int | None, words: str) -> None:
    """A share is not all of it before the last page, and is only said where the pages are known."""
    assert progress_text(at, pages) == words
