from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.exports.markdown_document import has_passage, replace_passage


@pytest.mark.parametrize(
    ("page", "old", "new", "after"),
    [
        ("\nold\n", "old", "new", "\nnew\n"),
        ("old", "old", "new", "new"),
        ("\n# T\nold\n\n## N\n", "old", "new", "\n# T\nnew\n\n## N\n"),
        ("\nold\n## N\n", "old", "", "\n\n## N\n"),
        ("\nold\n", "old", "", ""),
        ("\nnew\n\nmine\n", "old", "new", "\nnew\n\nmine\n"),
        ("\nmine\n", "old", "", "\nmine\n"),
        ("", "", "new", "\nnew\n"),
        ("mine\n", "", "new", "\nnew\n\nmine\n"),
        ("\nmine\n", "", "new", "\nnew\n\nmine\n"),
        ("\nmine\n\nnew\n", "", "new", "\nmine\n\nnew\n"),
        ("\nmine\n\nnew\n", None, "new", "\nmine\n\nnew\n"),
        ("\nmine\n", None, "", "\nmine\n"),
        ("\nold\n\nold\n", "old", "old", "\nold\n\nold\n"),
        ("\na\n\nb\n\nmine", "a\n\nb", "c", "\nc\n\nmine"),
    ],
)
def test_a_passage_comes_in_place_of_another(page: str, old: str | None, new: str, after: str) -> None:
    """What stands around it stays; where there was none it comes on top, and where it is already nothing changes."""
    assert replace_passage(page, old, new) == after


@pytest.mark.parametrize(
    ("page", "old", "new"),
    [
        ("\nold and more\n", "old", "new"),
        ("\nold\nand more\n", "old", "new"),
        ("\nbefore\nold\n", "old", "new"),
        ("\nold\n---\n", "old", "new"),
        ("\nold\n\nmine\n\nold\n", "old", "new"),
        ("\nmine\n", "old", "new"),
        ("", "old", "new"),
        ("\nmine\n", "new", "new"),
        ("\nmine\n", None, "new"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(page: str, old: str | None, new: str) -> None:
    """Somebody may have written on in it, or taken it out."""
    with pytest.raises(BadInput):
        replace_passage(page, old, new)


_LINES = st.lists(st.sampled_from(["a", "b", "", "# c", "a b"]), max_size=6).map("\n".join)


@example("a\na\n\nb", "b", "a")
@given(_LINES, _LINES.map(lambda text: text.strip("\n")), _LINES.map(lambda text: text.strip("\n")))
def test_nothing_but_the_passage_goes(page: str, old: str, new: str) -> None:
    """The page has the new one, and all of its other words; once more changes nothing."""
    try:
        after = replace_passage(page, old, new)
    except BadInput:
        return
    assert has_passage(after, new)
    assert replace_passage(after, new, new) == after
    there, gone, come, now = (Counter(text.split()) for text in (page, old, new, after))
    assert now in (there, there - gone + come)
