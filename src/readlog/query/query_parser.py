"""From what a reader types to a tree of conditions.

| typed | means |
|---|---|
| `serge memoirs` | both words, as beginnings of words, in any text of the reading |
| `"bread and peace"` | these words in this order |
| `-lenin`, `-tag:history` | not |
| `serge or "john reed"` | either side |
| `rating:4..`, `author:"victor serge"` | a field and its value |

Whatever has no letter and no digit is passed over, so that a pasted title such as
`C++ (2nd ed.): "AND" - NEAR(` is just its words.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from readlog.core.errors import BadInput
from readlog.core.text import clean_line

MAX_LENGTH = 4_000
"""Characters of a query; nobody types more, and nothing is found by it."""
MAX_CONDITIONS = 100

_ITEM = re.compile(
    r"""
    (?P<no>[-\u2212](?=\S))?
    (?:(?P<field>[A-Za-z]+):(?=\S))?
    (?:"(?P<phrase>[^"]*)"(?!\w)|(?P<word>\S+))
    """,
    re.VERBOSE,
)


class Word(NamedTuple):
    """A word, found as the beginning of words; with `is_phrase`, words that must stand in this order."""

    text: str
    is_phrase: bool = False


class Field(NamedTuple):
    """A condition on a field. `value` is as typed, without quotes; `is_phrase` says that it was quoted."""

    name: str
    value: str
    is_phrase: bool = False


class Substring(NamedTuple):
    """Text that stands anywhere, also inside of words; nobody types it, it is tried where a word is not found."""

    text: str
    field: str | None = None


class Not(NamedTuple):
    """Not this."""

    node: "Word | Field"


class And(NamedTuple):
    """All of these."""

    nodes: tuple["Node", ...]


class Or(NamedTuple):
    """At least one of these."""

    nodes: tuple["Node", ...]


Node = Word | Field | Substring | Not | And | Or


def parse_query(text: str) -> Node:
    """The tree of what `text` asks for; an empty `And` asks for everything.

    Field names are not judged here, and a name with nothing behind its colon has an empty value.
    Raises BadInput only where the query is too long, or not Unicode.
    """
    if len(text) > MAX_LENGTH:
        raise BadInput(f"The query has {len(text)} characters; {MAX_LENGTH} is the most. Search for fewer words.")
    alternatives: list[list[Node]] = [[]]
    for item in _items(clean_line(text)):
        if item is None:
            alternatives.append([])
        else:
            alternatives[-1].append(item)
    if sum(map(len, alternatives)) > MAX_CONDITIONS:
        raise BadInput(f"The query has more than {MAX_CONDITIONS} words. Search for fewer.")
    groups = [And(tuple(nodes)) for nodes in alternatives if nodes]
    if len(alternatives) > 1 and not groups:
        return And((Word("or"),))
    return groups[0] if len(groups) == 1 else Or(tuple(groups)) if groups else And(())


def _items(text: str) -> Iterator[Node | None]:
    """Each condition in its turn; None stands for `or`."""
    for match in _ITEM.finditer(text):
        if match.group() in ("or", "OR"):
            yield None
        elif node := _node(match):
            yield Not(node) if match["no"] else node


def _node(match: re.Match[str]) -> Word | Field | None:
    whole = match["phrase"] is not None
    value: str = match["phrase"] if whole else match["word"]
    if match["field"]:
        return Field(match["field"].casefold(), value, whole)
    if re.fullmatch("[a-z]+:", value) and not whole:
        return Field(value[:-1], "")
    return Word(value, whole) if any(map(str.isalnum, value)) else None
