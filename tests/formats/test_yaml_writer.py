import io
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.strategies import JSON, LINES, TEXTS

from readlog.core.errors import BadInput
from readlog.core.normalize_text import remove_controls
from readlog.formats.yaml_writer import read_mapping, write_mapping

TEXT = (LINES | TEXTS | st.text(st.characters(exclude_categories=["Cs"]))).map(remove_controls)
KEY = TEXT.filter(lambda text: len(text) < 200)
NOTHING: frozenset[str] = frozenset()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return remove_controls(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {remove_controls(key): _cleaned(item) for key, item in value.items()}
    return value


VALUES = JSON.map(_cleaned)


@given(st.dictionaries(KEY, TEXT, max_size=4))
def test_a_text_is_the_same_text_to_every_reader_of_yaml(mapping: dict[str, str]) -> None:
    """Of YAML 1.1 and 1.2, whatever it looks like: a number, a date, a list, a comment."""
    written = write_mapping(mapping)
    assert read_mapping(written, frozenset(mapping)) == mapping
    assert (yaml.safe_load(written) or {}) == mapping
    assert dict(YAML(typ="safe").load(io.StringIO(written)) or {}) == mapping


@given(st.dictionaries(KEY, VALUES, max_size=4))
def test_any_value_of_json_survives(mapping: dict[str, Any]) -> None:
    """Numbers, truths, lists and mappings, as deep as they are."""
    assert read_mapping(write_mapping(mapping), NOTHING) == mapping


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("Conquered City", "k: Conquered City"), ("Le Guin, Ursula K.", "k: Le Guin, Ursula K."), ("No", 'k: "No"'), ("1984", 'k: "1984"'),
        ("2012-03-17", 'k: "2012-03-17"'), ("2012", 'k: "2012"'), ("a: b", 'k: "a: b"'), ("a #b", 'k: "a #b"'),
        (["a", "b, c"], 'k: [a, "b, c"]'), ([{"name": "P", "role": "x"}], "k:\n  - {name: P, role: x}"), (576, "k: 576"), (4.5, "k: 4.5"),
        ("one\ntwo", "k: |-\n  one\n  two"), ("one\n two", "k: |-\n  one\n   two"), (" one\ntwo", 'k: " one\\ntwo"'), ("x\u2028", 'k: "x\\u2028"'),
        (True, "k: true"), (None, "k: null"), ("Пётр", "k: Пётр"), ("📚", 'k: "📚"'),
    ],
)  # fmt: skip
def test_yaml_is_written_as_a_person_would(value: Any, line: str) -> None:
    """Plain where that is safe, a block where there are lines, quoted where a reader could misread it."""
    assert write_mapping({"k": value}) == line + "\n"


def test_scalars_of_known_fields_are_texts() -> None:
    """`no` is a word, an ISBN keeps its zero, a date stays as it was written; nothing is nothing."""
    text = "title: no\nisbn: 0140058895\nfinished: 2012-03-17\nrating: 4.50\nseries:\npages: ~\nauthors: [yes, 12]\nmood: 3\nok: true\n"
    known = frozenset("title isbn finished rating series pages authors".split())
    assert read_mapping(text, known) == {
        "title": "no", "isbn": "0140058895", "finished": "2012-03-17", "rating": "4.50", "series": None, "pages": None,
        "authors": ["yes", "12"], "mood": 3, "ok": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2", 'line 2: "a" stands twice'),
        ("a: &x 1\nb: *x", "line 2: aliases are not read"),
        ("a: [1", "line 1: "),
        ("- a", "line 1: expected fields"),
        ("just text", "expected fields"),
        ("a: !!python/object:os.system x", "is not read here"),
        ("a: !x y", "is not read here"),
        ("? [a]\n: b", "a field needs a name"),
        ("a: \x07", "a character that YAML does not allow"),
        ("[" * 3000, "nested too deeply"),
        ("a: " + "x" * 2_000_001, "is the most"),
        ("a: b\n---\nc: d", "line 2: "),
    ],
)
def test_what_is_no_front_matter_is_refused(text: str, words: str) -> None:
    """With the line that it is in; and no bomb goes off."""
    with pytest.raises(BadInput) as refused:
        read_mapping(text, NOTHING)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text() | st.lists(st.sampled_from(["a:", " ", "\n", "-", "[", "]", "{", "}", "'", '"', "|", ">", "&x", "*x", "!t", "#", "? ", ": ", "1e999", "9" * 400])).map("".join))  # fmt: skip
def test_any_text_is_a_mapping_or_a_refusal(text: str) -> None:
    """Whatever the editor brings back."""
    try:
        mapping = read_mapping(text, NOTHING)
    except BadInput:
        return
    assert isinstance(mapping, dict)


def test_a_number_without_end_is_no_crash() -> None:
    """Python refuses to read a whole number of five thousand digits; so it stays a text."""
    assert read_mapping("a: " + "9" * 5000, NOTHING) == {"a": "9" * 5000}
    assert math.isinf(read_mapping("a: 1e999", NOTHING)["a"])
