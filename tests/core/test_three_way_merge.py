import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import readings

from readlog.core.domain_model import BOOK_FIELDS, Book, Contributor, Quote, Reading
from readlog.core.merge_text import merge_texts
from readlog.core.normalize_text import fold
from readlog.core.three_way_merge import (
    READING_FIELDS,
    FieldConflict,
    MergedRecord,
    MergedValue,
    merge_lists,
    merge_mappings,
    merge_quotes,
    merge_record,
    merge_values,
    unite_people,
    unknown_base,
)

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


CHANGEABLE = ("status", "started", "finished", "rating", "review", "private_note", "quotes", "progress", "pile", "sources", "extra")  # fmt: skip
CHANGEABLE_OF_BOOK = ("title", "series", "pages", "contributors", "tags")


@st.composite
def three_versions(draw: st.DrawFn) -> tuple[Reading, Reading, Reading]:
    """A base and two versions of it, each with some of its fields from other readings."""
    base = draw(readings())
    return base, draw(_edits(base)), draw(_edits(base))


def _edits(base: Reading) -> st.SearchStrategy[Reading]:
    def edited(other: Reading, keys: set[str], of_book: set[str]) -> Reading:
        book = base.book._replace(**{key: getattr(other.book, key) for key in of_book})
        return base._replace(book=book, **{key: getattr(other, key) for key in keys})

    keys, of_book = st.sets(st.sampled_from(CHANGEABLE)), st.sets(st.sampled_from(CHANGEABLE_OF_BOOK))
    return st.builds(edited, readings(), keys, of_book)


def values_of(reading: Reading) -> dict[str, object]:
    """The fields of a reading that are merged as single values."""
    return {key: getattr(reading.book, key) for key in BOOK_FIELDS} | {
        key: getattr(reading, key) for key in READING_FIELDS
    }


@settings(max_examples=40)
@given(base=readings(), other=readings())
def test_a_record_that_only_one_side_changed_is_taken(base: Reading, other: Reading) -> None:
    """So is one that both sides changed to the same."""
    changed = other._replace(id=base.id, uid=base.uid, created_at=base.created_at, updated_at=base.updated_at, book=other.book._replace(uid=base.book.uid))  # fmt: skip
    for ours, theirs in ((base, changed), (changed, base), (changed, changed)):
        assert merge_record(base, ours, theirs) == MergedRecord(changed)


@settings(max_examples=40)
@given(three_versions(), st.booleans())
def test_a_conflict_is_a_field_that_both_sides_changed(
    versions: tuple[Reading, Reading, Reading], by_line: bool
) -> None:
    """Each to another value; a text only if its lines cannot be merged. Then ours stays."""
    base, ours, theirs = versions
    merged = merge_record(base, ours, theirs, by_line=by_line)
    conflicts = {conflict.key: conflict for conflict in merged.conflicts}
    before, mine, other, result = map(values_of, (*versions, merged.reading))
    for key in before:
        is_changed_twice = mine[key] != before[key] != other[key] != mine[key]
        if key in ("review", "private_note") and by_line and is_changed_twice and mine[key] and other[key]:
            text, is_changed_twice = merge_texts(str(before[key] or ""), str(mine[key]), str(other[key]))
            assert result[key] == (mine[key] if is_changed_twice else text)
        elif is_changed_twice:
            assert conflicts[key] == FieldConflict(key, mine[key], other[key])
            assert result[key] == mine[key]
        else:
            assert result[key] == (other[key] if mine[key] == before[key] else mine[key])
        assert (key in conflicts) is is_changed_twice


@settings(max_examples=40)
@given(three_versions())
def test_both_sides_of_a_merge_meet(versions: tuple[Reading, Reading, Reading]) -> None:
    """Whoever merges: the same conflicts, and the same values in all other fields and lists."""
    base, ours, theirs = versions
    here, there = merge_record(base, ours, theirs), merge_record(base, theirs, ours)
    keys = {conflict.key for conflict in here.conflicts}
    assert keys == {conflict.key for conflict in there.conflicts}
    one, other = values_of(here.reading), values_of(there.reading)
    assert {key for key in one if one[key] != other[key]} <= keys
    for key in ("progress", "sources"):
        assert set(getattr(here.reading, key)) == set(getattr(there.reading, key))
    if not keys & {"authors", "contributors"}:
        assert set(here.reading.book.contributors) == set(there.reading.book.contributors)


@settings(max_examples=40)
@given(ours=readings(), theirs=readings())
def test_without_a_known_base_every_difference_is_a_conflict(ours: Reading, theirs: Reading) -> None:
    """But for what they leave empty; ours stays, and lists have the items of both."""
    merged = merge_record(unknown_base(theirs), ours, theirs, by_line=False)
    mine, other = values_of(ours), values_of(theirs)
    expected = {key for key in mine if other[key] not in (None, mine[key])}
    assert {conflict.key for conflict in merged.conflicts} - {"quotes", "extra"} == expected
    assert values_of(merged.reading) == mine
    assert set(merged.reading.sources) == {*ours.sources, *theirs.sources}
    assert set(merged.reading.book.contributors) == {*ours.book.contributors, *theirs.book.contributors}


def test_a_merge_has_their_values_where_asked() -> None:
    """Only in the fields in conflict."""
    base = Reading(Book("Dune", contributors=(Contributor("A"),)), rating=3, quotes=quotes("a"), extra={"x": 1, "y": 1})
    ours = base._replace(
        book=Book("Dune", contributors=(Contributor("B"),)), rating=4, quotes=quotes("a2"), extra={"x": 2, "y": 2}
    )
    theirs = base._replace(
        book=Book("Dune", contributors=(Contributor("C"),), pages=412),
        rating=5,
        quotes=quotes("a3"),
        extra={"x": 3, "y": 1},
    )
    merged = merge_record(base, ours, theirs)
    assert [conflict.key for conflict in merged.conflicts] == ["rating", "authors", "quotes", "extra"]
    assert merged.reading == ours._replace(book=ours.book._replace(pages=412))
    assert merged.with_theirs(theirs) == theirs._replace(extra={"x": 3, "y": 2})


def test_people_who_replaced_the_same_person_can_be_united() -> None:
    """The authors come first."""
    a, b, c, d = (Contributor(name, role) for name, role in zip("ABCD", ("author", "author", "translator", "author"), strict=True))  # fmt: skip
    assert unite_people((a,), (b, c), (d,)) == (b, d, c)
