import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import CONTROLS, HOSTILE

from readlog.readings.terminal_page import render_passage


@pytest.mark.parametrize(
    ("passage", "shown", "styles"),
    [
        ("*Dune* and **sand**", "Dune and sand", {"Dune": "italic", "sand": "bold"}),
        ("__a__ _b_ ~~c~~", "a b c", {"a": "bold", "b": "italic", "c": "strike"}),
        ("***a***", "a", {"a": "italic bold"}),
        ("5 * 3 * 2, snake_case_name, \\*a\\*", "5 * 3 * 2, snake_case_name, *a*", {}),
        ("# a\n- b\n1. c [d](e) `f` <g> &amp; ![h](i)", "# a\n- b\n1. c [d](e) `f` <g> &amp; ![h](i)", {}),
        ("*a\n\nb*", "*a\n\nb*", {}),
        ("one\n  *two*\n\nthree", "one\n  two\n\nthree", {"two": "italic"}),
    ],
)
def test_emphasis_is_all_the_markdown_of_a_passage(passage: str, shown: str, styles: dict[str, str]) -> None:
    """Its lines are its own, and what else looks like Markdown stands there as it was kept."""
    text = render_passage(passage, spoilers=False)
    assert text.plain == shown
    assert {shown[span.start : span.end]: str(span.style).strip() for span in text.spans if span.style} == styles


def test_emphasis_in_italics_is_upright() -> None:
    """As it is in print."""
    (span,) = (span for span in render_passage("a *b*", spoilers=False, style="italic").spans if span.style)
    assert span.style == "not italic"


def test_what_is_hidden_is_shown_to_whom_asks() -> None:
    """As in a review."""
    assert render_passage("a ||*b*||", spoilers=False).plain == "a ░░░░░░░░"
    assert render_passage("a ||*b*||", spoilers=True).plain == "a b"


@settings(max_examples=100)
@given(st.text(st.sampled_from("*_~\\ab \n|`[]()") | st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_passage(passage: str) -> None:
    """No letter of it goes, whatever signs stand around it."""
    shown = render_passage(passage, spoilers=True).plain
    assert [letter for letter in shown if letter in "ab"] == [letter for letter in passage if letter in "ab"]
    assert not set(shown) & set(CONTROLS)


@pytest.mark.parametrize("hostile", [*HOSTILE, "*\x1b[2J*", "*" * 5_000, "_a " * 3_000, "**a*" * 2_000])
def test_nothing_in_a_passage_moves_the_cursor_or_takes_for_ever(hostile: str) -> None:
    """Whatever another tool has written there."""
    assert not set(render_passage(hostile, spoilers=False).plain) & set(CONTROLS)
