import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.core.merge_text import OR, THEIRS, YOURS, check_no_markers, mark_differences, merge_texts

TEXTS = st.lists(st.sampled_from(["", "a", "b", "c", "d"]), max_size=8).map("\n".join)
MARKERS = {YOURS, OR, THEIRS}


def sides(text: str) -> tuple[str, str]:
    """Either version of a text that has markers."""
    versions: tuple[list[str], list[str]] = ([], [])
    now = (0, 1)
    for line in text.split("\n"):
        if line in MARKERS:
            now = {YOURS: (0,), OR: (1,), THEIRS: (0, 1)}[line]
        else:
            for side in now:
                versions[side].append(line)
    return "\n".join(versions[0]), "\n".join(versions[1])


def test_changes_in_different_paragraphs_come_together() -> None:
    """Whichever side they are on."""
    base = "One.\n\nTwo.\n\nThree."
    assert merge_texts(base, "One!\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThree.\n\nFour.") == (
        "One!\n\nTwo.\n\nThree.\n\nFour.",
        False,
    )


def test_changes_of_the_same_line_stand_between_markers() -> None:
    """And nothing else does."""
    merged = merge_texts("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc\nd")
    assert merged == (f"a\n{YOURS}\nmine\n{OR}\ntheirs\n{THEIRS}\nc\nd", True)


@given(TEXTS, TEXTS, TEXTS)
def test_who_is_alone_wins_and_the_order_of_the_two_is_no_matter(base: str, one: str, other: str) -> None:
    """Every text that only one has changed is taken whole; both sides of a conflict are what the other order gives."""
    assert merge_texts(base, one, base) == merge_texts(base, base, one) == merge_texts(base, one, one) == (one, False)
    text, is_conflict = merge_texts(base, one, other)
    turned, is_conflict_too = merge_texts(base, other, one)
    assert is_conflict == is_conflict_too == bool(MARKERS & set(text.split("\n")))
    assert sides(text) == sides(turned)[::-1]


@given(TEXTS, TEXTS)
def test_both_texts_are_in_one(one: str, other: str) -> None:
    """Each can be had back by choosing it everywhere."""
    text = mark_differences(one, other)
    assert [side.strip("\n") for side in sides(text)] == [one.strip("\n"), other.strip("\n")]


@pytest.mark.parametrize("marker", sorted(MARKERS))
def test_a_marker_that_is_left_is_told_with_its_line(marker: str) -> None:
    """Unless it was there before: a review may be about anything."""
    with pytest.raises(BadInput, match=r"^line 3: two texts stand between markers\."):
        check_no_markers(f"a\n{marker} \nb", "", lines_above=1)
    check_no_markers(f"a\n{marker}\nb", f"x\n{marker}")
    check_no_markers(f"a\n> {marker}\n=======\n<<<<<<<\nb", "")


def test_long_texts_take_a_moment() -> None:
    """However many lines they have, and however alike these are."""
    began = time.monotonic()
    long = "\n\n".join(f"paragraph {number}" for number in range(9_000))
    assert not merge_texts(long, long.replace("h 77\n", "h seventy-seven\n"), f"{long}\nmore")[1]
    blank = "\n" * 19_000
    merge_texts(f"a{blank}b", f"c{blank}d{blank}", f"{blank}e{blank}")
    merge_texts("x\n" * 900_000, "y\n" * 900_000, "z\n" * 900_000)
    assert time.monotonic() - began < 5
