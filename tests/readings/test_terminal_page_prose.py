import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from readlog.readings.terminal_markdown import ReviewMarkdown
from readlog.readings.terminal_page import render_prose

LINES = st.text("ab ,.'é雪—-1=\n", max_size=120)


def drawn(renderables: object, width: int) -> list[str]:
    """What stands on a terminal of that width, without the blanks at the ends."""
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as shown:
        for each in renderables if isinstance(renderables, list) else [renderables]:
            console.print(each)
    return [line.rstrip() for line in shown.get().strip("\n").split("\n")]


@given(review=LINES, width=st.integers(10, 60))
def test_prose_looks_as_markdown_would_set_it(review: str, width: int) -> None:
    """Nobody can tell which of the two has set a review; what is in doubt is left to Markdown."""
    prose = render_prose(review)
    if prose is not None and review.strip():
        assert drawn(prose, width) == drawn(ReviewMarkdown(review), width)


@pytest.mark.parametrize(
    "review",
    [
        "# head",
        "a\n---",
        "a\n===",
        "- item",
        "1. item",
        "2) item",
        "*so*",
        "_so_",
        "a  \nb",
        "    code",
        "\tcode",
        "> so",
        "[a](b)",
        "<b>",
        "&amp;",
        "a\\b",
        "~~no~~",
        "|a|",
        "`x`",
    ],
)
def test_whatever_can_be_markdown_is_left_to_it(review: str) -> None:
    """A review is never taken for plainer than it is."""
    assert render_prose(f"before\n\n{review}\n\nafter") is None
    assert render_prose(f"before\n{review}") is None


def test_plain_sentences_are_prose() -> None:
    """With dashes in the middle, numbers, quotes and other scripts."""
    prose = render_prose("He was there - in 1917!\nOr not?\n\n\n\u201c雪国\u201d, it's 3.5 (of 5).")
    assert prose is not None
    assert [line.plain for line in prose] == [
        "He was there - in 1917! Or not?",
        "",
        "\u201c雪国\u201d, it's 3.5 (of 5).",
    ]
