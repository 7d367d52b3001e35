import time

from hypothesis import given
from hypothesis import strategies as st

from readlog.core.word_diff import ADDED, OMITTED, REMOVED, SAME, Piece, omit_unchanged, word_diff

WORDS = st.lists(st.sampled_from(["bread", "peace", "Pétrograd", ",", " ", "\n", "\n\n", "x_y", "📚"])).map("".join)


def test_words_that_changed_are_told() -> None:
    """And no more than these."""
    assert word_diff("the bread, the peace", "the bread and the peace") == [
        Piece(SAME, "the bread"),
        Piece(REMOVED, ","),
        Piece(ADDED, " and"),
        Piece(SAME, " the peace"),
    ]


@given(before=WORDS, after=WORDS)
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    """To the letter, whatever is in them."""
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after
    assert all(piece.text for piece in pieces)


@given(before=WORDS, after=WORDS)
def test_what_is_left_out_is_far_from_any_change(before: str, after: str) -> None:
    """Nothing else is lost when only the changes are shown."""
    pieces = word_diff(before, after)
    shown = omit_unchanged(pieces)
    assert "".join(piece.text for piece in shown) == "".join(piece.text for piece in pieces)
    assert [piece for piece in shown if piece.kind in (REMOVED, ADDED)] == [
        p for p in pieces if p.kind in (REMOVED, ADDED)
    ]


def test_a_long_text_shows_the_words_around_a_change() -> None:
    """Eight before it and eight behind it."""
    words = [f"w{number} " for number in range(100)]
    shown = omit_unchanged(word_diff("".join(words), "".join(words[:50]) + "new " + "".join(words[50:])))
    assert [piece.kind for piece in shown] == [OMITTED, SAME, ADDED, SAME, OMITTED]
    assert shown[1].text.split() == [word.strip() for word in words[42:50]]
    assert shown[3].text.split() == [word.strip() for word in words[50:58]]


def test_texts_too_long_to_compare_are_told_as_replaced() -> None:
    """A megabyte answers at once, and so does one line of it."""
    started = time.perf_counter()
    assert [piece.kind for piece in word_diff("a b " * 250_000, "c d " * 250_000)] == [REMOVED, ADDED]
    assert [piece.kind for piece in word_diff("a\n" * 250_000, "c\n" * 250_000)] == [REMOVED, ADDED]
    assert time.perf_counter() - started < 10
