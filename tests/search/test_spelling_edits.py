from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlog.core.normalize_text import fold
from readlog.search.spelling import MIN_LETTERS, can_be_corrected, edit_distance, one_edit_away

LATIN = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
CYRILLIC = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяё", min_size=1, max_size=12)
NEAR = st.text("abc", max_size=8)


def slow_distance(one: str, other: str) -> int:
    """Optimal string alignment as it is defined, and nothing done to make it quick."""

    @cache
    def between(left: int, right: int) -> int:
        if not left or not right:
            return left + right
        wrong = one[left - 1] != other[right - 1]
        ways = [between(left - 1, right) + 1, between(left, right - 1) + 1, between(left - 1, right - 1) + wrong]
        if min(left, right) > 1 and one[left - 2 : left] == other[right - 2 : right][::-1]:
            ways.append(between(left - 2, right - 2) + 1)
        return min(ways)

    return between(len(one), len(other))


@settings(max_examples=300)
@given(
    one=NEAR | LATIN | CYRILLIC | st.text(max_size=8),
    other=NEAR | LATIN | CYRILLIC | st.text(max_size=8),
    most=st.integers(0, 9),
)
def test_slips_are_counted_as_they_are_defined(one: str, other: str, most: int) -> None:
    """However the counting is made quick; more than are wanted are one more than the most."""
    assert edit_distance(one, other, most) == min(slow_distance(one, other), most + 1)


@given(one=NEAR, other=NEAR, most=st.integers(0, 9))
def test_slips_are_as_many_there_as_back(one: str, other: str, most: int) -> None:
    """And there are none between a word and itself, and only there."""
    slips = edit_distance(one, other, most)
    assert slips == edit_distance(other, one, most)
    assert (slips == 0) == (one == other)
    assert 0 <= slips <= most + 1


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("serge", "serge", 0), ("srege", "serge", 1), ("serg", "serge", 1), ("sserge", "serge", 1), ("sarge", "serge", 1),
        ("esreg", "serge", 2), ("memiors", "memoirs", 1), ("", "ab", 2), ("ca", "abc", 3), ("война", "вйона", 1), ("abcdef", "uvwxyz", 4),
    ],
)  # fmt: skip
def test_a_slip_is_a_letter_too_many_too_few_wrong_or_two_in_each_others_place(
    one: str, other: str, slips: int
) -> None:
    """One each; no letter slips twice, and more than three are four."""
    assert edit_distance(one, other, 3) == slips


@settings(max_examples=60)
@given(word=LATIN | CYRILLIC)
def test_what_is_one_slip_away_is_just_that(word: str) -> None:
    """Each of them, each once, and never the word itself."""
    near = one_edit_away(word)
    assert {edit_distance(word, each, 2) for each in near} == {1}
    assert len(near) == len(set(near))
    assert word not in near


@settings(max_examples=60)
@given(word=LATIN | CYRILLIC, letter=st.integers(0, 25), place=st.integers(0, 11))
def test_every_slip_of_the_finger_can_be_taken_back(word: str, letter: int, place: int) -> None:
    """Whatever the slip was, the word that was meant is among those one slip away from what was typed."""
    place %= len(word)
    head, here, tail = word[:place], word[place], word[place + 1 :]
    wrong = "abcdefghijklmnopqrstuvwxyz"[letter] if word.isascii() else "абвгдежзийклмнопрстуфхцчшщ"[letter]
    slips = [head + tail, head + wrong + here + tail, head + wrong + tail, head + tail[:1] + here + tail[1:]]
    for typed in slips:
        assert not typed or typed == word or word in one_edit_away(typed), typed


@settings(max_examples=30)
@given(word=CYRILLIC, data=st.data())
def test_the_letters_of_a_slip_are_those_of_the_script(word: str, data: st.DataObject) -> None:
    """A Russian word is corrected to a Russian word, with any letter of its alphabet."""
    place = data.draw(st.integers(0, len(word)))
    letter = data.draw(st.sampled_from("абвгдежзийклмнопрстуфхцчшщъыьэюяё"))
    near = one_edit_away(word)
    assert word[:place] + letter + word[place:] in near
    assert not any(each.isascii() for each in near if each)


def test_case_and_accents_are_no_slips() -> None:
    """What is typed with them is corrected as without them, where that leaves plain letters."""
    assert one_edit_away("SÉRGE") == one_edit_away("serge")
    assert one_edit_away("ВОЙНА") == one_edit_away("война")
    assert fold("sérge") not in one_edit_away("SÉRGE")


@pytest.mark.parametrize("word", ["serge", "Émile", "война", "οδύσσεια", "שלום", "كتاب", "मेमोरि", "Straße"])
def test_words_of_scripts_with_an_alphabet_can_be_corrected(word: str) -> None:
    """Latin with and without accents, Cyrillic, Greek, Hebrew, Arabic, and Devanagari with its vowels."""
    assert can_be_corrected(word)
    assert one_edit_away(word)


@pytest.mark.parametrize(
    "word",
    ["", "a", "abc", "год", "雪国の人", "ประเทศ", "바람의노래", "1984", "dune2", "o'neill", "well-read", "serge,"],
)
def test_other_words_are_left_as_they_were_typed(word: str) -> None:
    """Short ones, those of scripts without spaces or with too many letters, and what is not letters alone."""
    assert not can_be_corrected(word)


@given(word=LATIN | CYRILLIC)
def test_a_word_needs_enough_letters_to_be_recognised_by(word: str) -> None:
    """Of a shorter one nobody knows what was meant."""
    assert can_be_corrected(word) == (len(word) >= MIN_LETTERS)
