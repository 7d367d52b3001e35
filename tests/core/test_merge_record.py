import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.merge_record import MergedValue, merge_lists, merge_mappings, merge_quotes, merge_values
from readlog.core.model import Quote
from readlog.core.text import fold

VALUES = st.none() | st.integers(0, 2)
LISTS = st.lists(st.integers(0, 4), unique=True)
MAPPINGS = st.recursive(VALUES, lambda inner: st.dictionaries(st.sampled_from("ab"), inner), max_leaves=5)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (1, 1, 1, MergedValue(1)),
        (1, 1, 2, MergedValue(2)),
        (1, 2, 1, MergedValue(2)),
        (1, 2, 2, MergedValue(2)),
        (1, None, 1, MergedValue(None)),
        (1, 2, 3, MergedValue(2, 3, is_conflict=True)),
        (1, 2, None, MergedValue(2, None, is_conflict=True)),
    ],
)
def test_one_of_three(base: int, ours: int, theirs: int, merged: MergedValue) -> None:
    """What one has changed comes in, what both have changed is ours and a conflict."""
    assert merge_values(base, ours, theirs) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("ab", "ab", "abc", "abc"),
        ("ab", "abc", "ab", "abc"),
        ("ab", "abx", "aby", "abxy"),
        ("ab", "a", "b", ""),
        ("ab", "b", "abc", "bc"),
        ("abc", "abc", "cba", "cba"),
        ("abc", "cba", "abcd", "cbad"),
        ("", "a", "a", "a"),
    ],
)
def test_lists_have_what_either_has_put_in(base: str, ours: str, theirs: str, merged: str) -> None:
    """And not what either has taken out; the order is theirs where only they have changed anything."""
    assert "".join(merge_lists(base, ours, theirs)) == merged


def test_tags_are_the_same_whatever_their_case() -> None:
    """But a spelling that only one has changed is changed."""
    assert merge_lists(["sf"], ["sf"], ["SF"], fold) == ("SF",)
    assert merge_lists(["sf"], ["sf", "a"], ["SF", "b"], fold) == ("sf", "a", "b")


def quotes(*texts: str) -> tuple[Quote, ...]:
    """Quotes whose uids are the first letters of their texts; of those in capitals none."""
    return tuple(Quote(text, uid=None if text.isupper() else text[0]) for text in texts)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged", "conflicts"),
    [
        (("a",), ("a",), ("a2",), ("a2",), ()),
        (("a",), ("a2",), ("a",), ("a2",), ()),
        (("a",), ("a2",), ("a3",), ("a2",), ("a3",)),
        (("a",), ("a", "b"), ("a", "c"), ("a", "b", "c"), ()),
        (("a", "b"), ("a", "b"), ("a",), ("a",), ()),
        (("a", "b"), ("a", "b", "c"), ("b2",), ("b2", "c"), ()),
        (("a",), ("a",), ("a", "NEW"), ("a", "NEW"), ()),
        ((), ("a",), ("a2",), ("a",), ("a2",)),
    ],
)
def test_quotes_are_merged_one_by_one(
    base: tuple[str, ...],
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    merged: tuple[str, ...],
    conflicts: tuple[str],
) -> None:
    """One that both have changed is ours, and theirs is told."""
    found, told = merge_quotes(quotes(*base), quotes(*ours), quotes(*theirs))
    assert ([each.text for each in found], [each.text for each in told]) == (list(merged), list(conflicts))


def test_a_quote_that_has_got_its_uid_is_not_new() -> None:
    """Nor is one of another journal, of the same text."""
    ours = (Quote("fear", uid="q1"),)
    for uid in (None, "q9"):
        assert merge_quotes((), ours, (Quote("fear", uid=uid),)) == (ours, [])


def test_mappings_are_merged_name_by_name() -> None:
    """To any depth; the conflict has only what conflicts."""
    base = {"a": 1, "b": {"x": 1, "y": 1}, "c": 1}
    ours = {"a": 2, "b": {"x": 2, "y": 1}, "new": 1}
    theirs = {"a": 1, "b": {"x": 3, "y": 2}, "c": 2, "other": {}}
    assert merge_mappings(base, ours, theirs) == MergedValue(
        {"a": 2, "b": {"x": 2, "y": 2}, "new": 1, "other": {}}, {"b": {"x": 3}, "c": 2}, is_conflict=True
    )


@given(base=VALUES, ours=VALUES, theirs=VALUES)
def test_values_of_both_sides_meet(base: int | None, ours: int | None, theirs: int | None) -> None:
    """Whoever merges, only a conflict leaves them apart."""
    here, there = merge_values(base, ours, theirs), merge_values(base, theirs, ours)
    assert here.is_conflict is there.is_conflict
    assert here.is_conflict or here.value == there.value


@given(base=LISTS, ours=LISTS, theirs=LISTS)
def test_lists_of_both_sides_meet(base: list[int], ours: list[int], theirs: list[int]) -> None:
    """They have the same in them, each once, and a second time nothing changes."""
    merged = merge_lists(base, ours, theirs)
    assert set(merged) == set(merge_lists(base, theirs, ours))
    assert len(set(merged)) == len(merged)
    assert set(merge_lists(theirs, merged, theirs)) == set(merged)


@given(base=MAPPINGS, ours=MAPPINGS)
def test_what_only_one_has_changed_is_taken_whole(base: object, ours: object) -> None:
    """From either side."""
    wrapped, mine = {"v": base}, {"v": ours}
    assert merge_mappings(wrapped, mine, wrapped) == merge_mappings(wrapped, wrapped, mine) == MergedValue(mine, {})
