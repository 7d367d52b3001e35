import time

import pytest

from readlog.core.errors import BadInput
from readlog.exports.markdown_document import extract_entries, split_document


def kept(front: str) -> str:
    """The lines of what somebody has added, which begins with an x."""
    return extract_entries(front, lambda name: name.startswith("x"))


@pytest.mark.parametrize(
    ("front", "lines"),
    [
        ("title: a\nxa: b\n", "xa: b\n"),
        ("xa:\n- b\n- c\ntitle: a\n'xb': [1,\n  2] # two\n", "xa:\n- b\n- c\n'xb': [1,\n  2] # two\n"),
        ("# one\n# two\nxa: 1\n# three\ntitle: a # four\n", "# three\n# four\n# one\n# two\nxa: 1\n"),
        ("title: 'a # b'\nxa: |  # c\n  # d\n\n  e\n\n# f\n", "xa: |  # c\n  # d\n\n  e\n\n# f\n"),
        ("title: |  # c\n  # d\n", "# c\n"),
        ("tags:\n  # one\n  - a  # two\nxa: a#b\n", "# one\n# two\nxa: a#b\n"),
        ("title: a\n", ""),
        ("xä: ü # é\ntitle: a", "xä: ü # é\n"),
    ],
)
def test_the_lines_of_some_fields_are_kept(front: str, lines: str) -> None:
    """To the letter, with the comments above them, and every other comment on a line of its own."""
    assert kept(front) == lines


@pytest.mark.parametrize(
    "front", ["{title: a, xa: b}\n", "- a\n", "", "? xa\n: b\n", "  title: a\n  xa: b\n", "a: [\n"]
)
def test_fields_that_are_not_on_lines_of_their_own_are_refused(front: str) -> None:
    """What is whose cannot be told by the line."""
    with pytest.raises(BadInput):
        kept(front)


def test_a_document_is_taken_apart() -> None:
    """Whatever its end of the front matter is; without front matter it is none."""
    assert split_document("---\na: 1\n---\n\nb\n---\n") == ("a: 1\n", "\nb\n---\n")
    assert split_document("---  \na: 1\n...") == ("a: 1\n", "")
    for text in ("", "a: 1", "---\na: 1\n", "----\n---\n"):
        with pytest.raises(BadInput):
            split_document(text)


def test_a_hostile_front_matter_takes_no_long_time() -> None:
    """Nor does one that never ends."""
    begun = time.perf_counter()
    kept("title: a " + "#" * 50_000 + "\n" + "#\n" * 2_000 + "xa: '" + "# " * 10_000 + "'\n")
    for text in ("---\n" + "--- x\n" * 100_000, "---\n" + "---" + " " * 500_000 + "x", "---" + " " * 500_000):
        with pytest.raises(BadInput):
            split_document(text)
    assert time.perf_counter() - begun < 5
