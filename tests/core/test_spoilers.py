import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.spoilers import (
    MASK,
    hide_spoilers,
    hide_spoilers_before,
    mask_spoilers_in,
    render_spoilers,
    reveal_spoilers,
    spoiler_spans,
)


@pytest.mark.parametrize(
    ("text", "hidden", "revealed"),
    [
        ("a ||b|| c", "a ░░░░░░░░ c", "a b c"),
        ("||one|| and ||two||", "░░░░░░░░ and ░░░░░░░░", "one and two"),
        ("||two\n\nparagraphs||", "░░░░░░░░", "two\n\nparagraphs"),
        ("||open", "||open", "||open"),
        ("|| with blanks ||", "░░░░░░░░", " with blanks "),
        ("|| half a blank|| c", "░░░░░░░░ c", " half a blank c"),
        ("a || b", "a || b", "a || b"),
        ("`x || y` ||z||", "`x || y` ░░░░░░░░", "`x || y` z"),
        ("```\nif a ||b|| c\n```\n", "```\nif a ||b|| c\n```\n", "```\nif a ||b|| c\n```\n"),
        ("~~~\n||x||", "~~~\n||x||", "~~~\n||x||"),
        ("||||", "||||", "||||"),
    ],
)
def test_what_stands_between_bars_is_hidden(text: str, hidden: str, revealed: str) -> None:
    """Passages of any length, blanks and all; not code, not bars that nothing closes."""
    assert hide_spoilers(text) == hidden
    assert reveal_spoilers(text) == revealed


def test_the_mask_does_not_tell_how_long_the_secret_is() -> None:
    """Who dies can be guessed from the length of a name."""
    assert hide_spoilers("||Bo||") == hide_spoilers("||Bartholomew||")


@given(st.text("ab |`\n~", max_size=60))
def test_hiding_leaves_everything_else_as_it_is(text: str) -> None:
    """Whatever is not hidden stands there to the letter, and nothing hidden does."""
    spans = spoiler_spans(text)
    rest = "".join(
        text[end:begin] for (_, end), (begin, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True)
    )
    assert hide_spoilers(text).replace(MASK, "") == rest


def test_a_passage_cut_through_a_spoiler_stays_masked() -> None:
    """A search shows a few words around what it found; they may begin inside a spoiler."""
    review = "He lives. ||He dies on the very last page of the book|| Read it."
    assert mask_spoilers_in("on the very last", review) == "░░ ░░░ ░░░░ ░░░░"
    assert mask_spoilers_in("book|| Read it.", review) == "░░░░░░ Read it."
    assert mask_spoilers_in("He lives.", review) == "He lives."
    assert mask_spoilers_in("else where", review) == "░░░░ ░░░░░"
    assert mask_spoilers_in("else where", "no secret") == "else where"


def test_a_passage_of_several_texts_is_masked_by_each_alone() -> None:
    """Bars without a partner in one quote do not turn what the next one hides inside out."""
    assert mask_spoilers_in("|| b\nhe ||dies|| soon", "a || b", "he ||dies|| soon") == "|| b\nhe ░░░░░░░░ soon"


def test_a_text_is_seen_with_its_spoilers_or_without() -> None:
    """As somebody asks for."""
    assert render_spoilers("a ||b||", reveal=True) == "a b"
    assert render_spoilers("a ||b||", reveal=False) == "a ░░░░░░░░"
    assert render_spoilers("a", reveal=False) == "a"


def test_code_ends_with_its_paragraph() -> None:
    """A stray backtick here and another one there hide no spoiler from being hidden."""
    assert hide_spoilers("a ` b\n\n||secret||\n\nc ` d") == "a ` b\n\n░░░░░░░░\n\nc ` d"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("||a " * 50_001, 25_000),
        ("||a|| " * 50_000, 50_000),
        ("|| " * 50_000, 0),
        ("```\n||a||\n```\n||b||\n" * 10_000, 10_000),
        ("||x||" + "".join("`" * run + "a" for run in range(1, 900)), 1),
        ("~~~\n```\n||x||\n" * 3_000, 1_000),
    ],
)
def test_a_long_text_is_read_once(text: str, count: int) -> None:
    """However many bars, ticks and fences are in it: a text that took the square of its length would never end here."""
    assert len(spoiler_spans(text)) == count


def test_what_was_hidden_later_is_hidden_before() -> None:
    """The bars that somebody puts around a secret are no reason to show it as what went."""
    before, after = "It was the\nbutler, not the butlers. ||Oh||", "It was ||the butler||, not the butlers. Oh"
    assert hide_spoilers_before(before, after) == "It was ░░░░░░░░, not the butlers. ░░░░░░░░"
    assert hide_spoilers_before(before, "(a||*b.||)") == "It was the\nbutler, not the butlers. ░░░░░░░░"
