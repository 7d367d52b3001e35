from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import TODAY, make

from readlog.core.domain_model import Contributor, Quote
from readlog.core.errors import BadField, BadInput
from readlog.core.parse_fields import (
    _PARSERS,
    add_tags,
    apply_edits,
    parse_contributor,
    parse_field,
    parse_format,
    remove_tags,
    replace_fields,
)


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("title", 1984, "1984"), ("title", " Eats,\tShoots: & Leaves ", "Eats, Shoots: & Leaves"), ("series_number", 2.0, "2"),
        ("series_number", 2.5, "2.5"), ("pages", "576", 576), ("pages", 576.0, 576), ("published", -750, -750),
        ("published", "none", None), ("isbn", 9781590174517, "9781590174517"), ("isbn", "", None), ("rating", 4.5, 4.5),
        ("rating", "none", None), ("rating", None, None), ("format", "Kindle", "ebook"), ("format", "", None),
        ("tags", "#history, Russia,, history", ("history", "Russia")), ("tags", None, ()), ("subtitle", "None", "None"),
        ("review", "\n\na\n", "a"), ("review", "", None), ("started", "unknown", None), ("sources", "goodreads:1", ("goodreads:1",)),
        ("created_at", "2026-11-22T12:00:00Z", "2026-11-22T12:00:00.000Z"), ("created_at", "20261122T180000+0200", "2026-11-22T16:00:00.000Z"), ("uid", None, None), ("extra", None, {}),
        ("authors", "Victor Serge", (Contributor("Victor Serge"),)), ("authors", ["A", "", " B "], (Contributor("A"), Contributor("B"))),
        ("contributors", [{"name": "P", "role": "Translator"}], (Contributor("P", "translator"),)),
        ("quotes", ["a line"], (Quote("a line"),)), ("quotes", [{"text": "a", "page": 133}], (Quote("a", page="133"),)),
        ("extra", {"b": [1, {"d": "\x1bx"}], "a": None}, {"a": None, "b": [1, {"d": "x"}]}),
    ],
)  # fmt: skip
def test_a_field_takes_what_people_and_files_say(key: str, said: Any, value: Any) -> None:
    """Texts, numbers, lists and mappings, each in the one way the model holds it; "none" where there is nothing."""
    assert parse_field(key, said, TODAY) == value


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("title", ""), ("title", "\u200b"), ("title", True), ("title", ["a"]), ("pages", "abc"), ("pages", "0"), ("pages", "1e3"),
        ("pages", "-5"), ("published", "20122"), ("isbn", "123"), ("rating", 9), ("rating", [4]), ("format", "papyrus"),
        ("status", ""), ("status", "perused"), ("contributors", "Peter Sedgwick"), ("contributors", [{"name": "P"}]),
        ("contributors", [{"name": "P", "role": "x", "age": 3}]), ("quotes", [{"page": 3}]), ("quotes", [{"text": "a", "pgae": 3}]),
        ("extra", [1]), ("extra", {"": 1}), ("extra", {"x" * 201: 1}), ("extra", {"a": float("nan")}), ("extra", {"a": object()}), ("created_at", "yesterday"),
        ("created_at", "2026-11-22T12:00:00"), ("uid", "../x"), ("id", "0"), ("started", "03/04/2012"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(key: str, said: Any) -> None:
    """So that the line on the screen says where to look."""
    with pytest.raises(BadField) as refused:
        parse_field(key, said, TODAY)
    assert refused.value.key == key
    assert str(refused.value).startswith(f"{key}: ")


def test_nesting_without_end_is_refused() -> None:
    """What no format had a field for is kept, but not a bomb."""
    bomb: dict[str, Any] = {}
    for _ in range(30):
        bomb = {"a": bomb}
    with pytest.raises(BadField, match="levels deep"):
        parse_field("extra", bomb, TODAY)


@given(st.sampled_from(sorted(_PARSERS)), st.text() | st.integers() | st.floats() | st.none() | st.booleans() | st.lists(st.text(), max_size=2) | st.dictionaries(st.text(), st.text(), max_size=2))  # fmt: skip
def test_any_value_is_taken_or_refused(key: str, said: Any) -> None:
    """No file and no keyboard can bring another error than a refusal."""
    try:
        parse_field(key, said, TODAY)
    except BadField:
        return


def test_fields_that_are_not_said_stay() -> None:
    """Changing the rating changes the rating."""
    before = make(authors=["A"], contributors=["B:translator"], tags=["x"], rating=4, review="r")
    after = replace_fields(before, {"rating": "5"}, TODAY)
    assert after.rating == 5
    assert replace_fields(after, {"rating": 4}, TODAY) == before


def test_authors_and_others_are_replaced_apart() -> None:
    """New authors leave the translator where he was, behind them."""
    reading = make(authors=["A"], contributors=["B:translator"])
    assert replace_fields(reading, {"authors": ["C", "C"]}, TODAY).book.contributors == (
        Contributor("C"),
        Contributor("B", "translator"),
    )
    assert replace_fields(reading, {"contributors": []}, TODAY).book.contributors == (Contributor("A"),)


def test_an_edit_adds_labels_and_people_to_those_there_are() -> None:
    """A label can be taken off and put on in one edit, in a new spelling too; nobody at all leaves only the authors."""
    reading = make(authors=["A"], contributors=["B:translator"], tags=["History", "x"])
    edited = apply_edits(reading, {"tags": "history", "untag": ["HISTORY"], "contributors": "C:editor"}, TODAY)
    assert edited.book.tags == ("history", "x")
    assert edited.book.others == (Contributor("B", "translator"), Contributor("C", "editor"))
    assert apply_edits(reading, {"contributors": []}, TODAY).book.contributors == (Contributor("A"),)
    assert apply_edits(reading, {"rating": 4}, TODAY).book == reading.book
    with pytest.raises(BadInput, match='no tag "z" on this book'):
        apply_edits(reading, {"tags": "z", "untag": ["z"]}, TODAY)


def test_a_role_stands_behind_the_last_colon() -> None:
    """A name may have a colon; a name without a role is asked for one."""
    assert parse_contributor("X: Y:translator") == Contributor("X: Y", "translator")
    for text in ("Peter Sedgwick", ":translator", "Peter:"):
        with pytest.raises(BadInput, match="Peter Sedgwick:translator"):
            parse_contributor(text)


def test_a_tag_is_there_once_whatever_its_case() -> None:
    """As it was first spelled, in order of the alphabet, accents aside."""
    assert add_tags(("Éssai", "z"), ("a", "essai", "Z")) == ("a", "Éssai", "z")


def test_a_tag_can_be_taken_off_in_any_case() -> None:
    """And one that is not there is an error that says which are."""
    assert remove_tags(("History", "memoir"), ("history",)) == ("memoir",)
    with pytest.raises(BadInput, match='no tag "russia" on this book. It has: memoir.'):
        remove_tags(("memoir",), ("russia",))
    with pytest.raises(BadInput, match="It has none."):
        remove_tags((), ("russia",))


def test_formats_have_many_names() -> None:
    """A paperback is print, an audiobook is audio."""
    assert [parse_format(word) for word in ("Paperback", "epub", "audiobook")] == ["print", "ebook", "audio"]
