import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlog.search.results import MARK_OFF, MARK_ON
from readlog.search.snippets import excerpt, shorten_around_mark

LETTERS = st.characters(exclude_categories=["Cs", "Cc", "P"])
WORDS = st.lists(st.text(st.sampled_from("abcdeéжß雪İ"), min_size=1, max_size=12), min_size=1, max_size=60)
LONG = 20_000
"""Characters of a text that is no passage any more."""


def bare(passage: str) -> str:
    """What a passage shows of the text, without marks and without the dots at its ends."""
    return passage.replace(MARK_ON, "").replace(MARK_OFF, "").removeprefix("...").removesuffix("...")


def marked(passage: str) -> list[str]:
    """What is marked; the marks come in pairs, one behind the other."""
    assert re.fullmatch(
        f"[^{MARK_ON}{MARK_OFF}]*(?:{MARK_ON}[^{MARK_ON}{MARK_OFF}]+{MARK_OFF}[^{MARK_ON}{MARK_OFF}]*)*", passage
    )
    return re.findall(f"{MARK_ON}(.*?){MARK_OFF}", passage, re.DOTALL)


@settings(max_examples=300)
@given(
    text=st.text(LETTERS, max_size=400),
    parts=st.lists(
        st.text(LETTERS.filter(lambda sign: not sign.isspace()), min_size=1, max_size=5), min_size=1, max_size=3
    ),
)
def test_a_passage_is_a_piece_of_the_text(text: str, parts: list[str]) -> None:
    """Whatever was looked for: without the marks and the dots it stands there word for word; what is not there has none."""
    passage = excerpt(text, parts)
    if passage is None:
        assert not any(part in text for part in parts)
    else:
        assert bare(passage) in text
        assert any(re.fullmatch(re.escape(part), marked(passage)[0], re.IGNORECASE) for part in parts)


@settings(max_examples=200)
@given(words=WORDS, data=st.data())
def test_a_part_of_a_word_that_is_there_is_shown_and_marked(words: list[str], data: st.DataObject) -> None:
    """In any word of a text, at its beginning, in its middle and at its end."""
    word = data.draw(st.sampled_from(words))
    begin = data.draw(st.integers(0, len(word) - 1))
    part = word[begin : data.draw(st.integers(begin + 1, len(word)))]
    text = " ".join(words)
    passage = excerpt(text, [part])
    assert passage
    assert bare(passage) in text
    assert part in marked(passage)
    assert len(bare(passage)) <= 100


def test_a_passage_begins_and_ends_at_words_where_there_are_any() -> None:
    """Dots say where something was left out, and only there."""
    text = "The Whites stand before Petrograd and he counts the bread, and nobody in the streets knows whether tomorrow comes or not."
    assert excerpt(text, ["trogr"]) == (
        f"...stand before Pe{MARK_ON}trogr{MARK_OFF}ad and he counts the bread, and nobody in the streets knows whether..."
    )
    assert excerpt(text, ["hite"]) == (
        f"The W{MARK_ON}hite{MARK_OFF}s stand before Petrograd and he counts the bread, and nobody in the streets..."
    )
    assert excerpt("Petrograd", ["GRAD"]) == f"Petro{MARK_ON}grad{MARK_OFF}"
    assert excerpt(text, ["moscow"]) is None


def test_every_part_in_a_passage_is_marked() -> None:
    """Wherever it stands, however often, and signs are just signs."""
    assert excerpt("a.c abc [x] a.c", ["a.c", "[x]"]) == (
        f"{MARK_ON}a.c{MARK_OFF} abc {MARK_ON}[x]{MARK_OFF} {MARK_ON}a.c{MARK_OFF}"
    )


def test_a_very_long_part_is_marked_too() -> None:
    """However long the word is that was found, it is seen what was found."""
    passage = excerpt("x " + "q" * 30 + "b" * 90 + "z end", ["b" * 90])
    assert passage
    assert marked(passage) == ["b" * 90]


@given(words=WORDS)
def test_a_short_text_with_marks_stays_as_it_is(words: list[str]) -> None:
    """It is a passage already."""
    text = f"{MARK_ON}{words[0]}{MARK_OFF} {' '.join(words[1:])}"
    assert shorten_around_mark(text) == text


@settings(max_examples=200)
@given(
    words=WORDS,
    found=st.sets(st.integers(0, 59), min_size=1, max_size=20),
    before=st.integers(0, LONG),
    glue=st.sampled_from([" ", "\n", "", "-"]),
)
def test_around_a_mark_stands_a_piece_of_the_text(words: list[str], found: set[int], before: int, glue: str) -> None:
    """With the first found word, whole marks, and not much more, wherever in a long text it stands."""
    text = [f"{MARK_ON}{word}{MARK_OFF}" if number in found else word for number, word in enumerate(words)]
    text[min(found) % len(words)] = f"{MARK_ON}first{MARK_OFF}"
    whole = "x" * before + " " + glue.join(text) + "y " * LONG
    passage = shorten_around_mark(whole)
    assert bare(passage) in whole.replace(MARK_ON, "").replace(MARK_OFF, "")
    assert marked(passage)[0] == re.findall(f"{MARK_ON}(.*?){MARK_OFF}", whole)[0]
    assert len(passage) < 200


def test_around_a_mark_dots_say_what_was_left_out() -> None:
    """At both ends, at the beginning alone, at the end alone."""
    long = "word " * LONG
    found = f"{MARK_ON}Petrograd{MARK_OFF}"
    assert re.fullmatch(rf"\.\.\.(word )+{found}( word)+\.\.\.", shorten_around_mark(f"{long}{found} {long}"))
    assert re.fullmatch(rf"{found}( word)+\.\.\.", shorten_around_mark(f"{found} {long}"))
    assert re.fullmatch(rf"\.\.\.(word )+{found}", shorten_around_mark(f"{long}{found}"))


def test_a_phrase_is_marked_to_its_end() -> None:
    """A mark that was begun is closed, even where the words in it are many."""
    phrase = "bread and peace " * 20
    passage = shorten_around_mark(f"{'word ' * LONG}{MARK_ON}{phrase.strip()}{MARK_OFF} {'word ' * LONG}")
    assert marked(passage) == [phrase.strip()]


@pytest.mark.parametrize(
    "text",
    ["x" * 5_000_000, "x " * 2_500_000, "\n" * 5_000_000, "||" * 2_500_000],
    ids=["word", "words", "lines", "bars"],
)
def test_a_huge_text_is_cut_at_once(text: str) -> None:
    """Five million characters, with a space in them or without any."""
    for whole in (f"{text}Petrograd{text}", f"Petrograd{text}", f"{text}Petrograd"):
        passage = excerpt(whole, ["trogra"])
        assert passage
        assert f"{MARK_ON}trogra{MARK_OFF}" in passage
        assert len(passage) < 200
        found = shorten_around_mark(whole.replace("Petrograd", f"{MARK_ON}Petrograd{MARK_OFF}"))
        assert f"{MARK_ON}Petrograd{MARK_OFF}" in found
        assert len(found) < 200
