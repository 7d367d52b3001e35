import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import CONTROLS
from tests.list_rows import WORDS
from tests.screen import drawn

from readlog.ui.console import cut, terminal, user_text


@given(WORDS | st.text(), st.integers(-2, 60))
def test_what_is_cut_fits(words: str, width: int) -> None:
    """In one line of so many columns, whatever the script, and nothing in it moves the cursor."""
    line = cut(words, width)
    assert cell_len(line) <= max(width, 0)
    assert not set(line) & {*CONTROLS, "\n", "\t"}


@pytest.mark.parametrize(
    ("words", "width", "line"),
    [
        ("Dune", 4, "Dune"),
        ("Dune", 3, "Du…"),
        ("Dune", 1, "…"),
        ("Dune", 0, ""),
        ("Du ne", 4, "Du…"),
        ("雪国", 4, "雪国"),
        ("雪国", 3, "雪…"),
        ("雪国", 2, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…"),
        ("a\nb", 3, "a b"),
    ],
)
def test_a_sign_stands_for_what_was_cut_off(words: str, width: int, line: str) -> None:
    """Never half of a letter, no blank before the sign, and no sign where nothing was cut off."""
    assert cut(words, width) == line


def test_what_a_person_wrote_is_no_markup() -> None:
    """Square brackets and colons are printed, and nothing is coloured that nobody asked for."""
    line = "[red]x[/red] [/oops] :smile: 42 'a' https://example.org \\[b]"
    assert drawn(lambda: terminal().print(user_text(line))) == [line]
    assert drawn(lambda: terminal().print(line)) == [line]
    assert user_text("a\x1b[31mb\x9b").plain == "a\ufffd[31mb\ufffd"
