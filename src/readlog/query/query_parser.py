"""From a query as typed to a tree of conditions.

| typed | means |
|---|---|
| `serge memoirs` | both words, as beginnings of words, in any text of the reading |
| `"bread and peace"` | these words in this order |
| `-lenin`, `-tag:history` | not this |
| `serge or "john reed"` | either side |
| `rating:4..`, `author:"victor serge"` | a field and its value |

An item without a letter or digit is ignored, so that a pasted title such as
`C++ (2nd ed.): "AND" - NEAR(` is just its words.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from readlog.core.errors import BadInput
from readlog.core.normalize_text import clean_line

MAX_LENGTH = 4_000
"""Characters of a query; nobody types more."""
MAX_CONDITIONS = 100

_ITEM = re.compile(
    r"""
    (?P<not>[-\u2212](?=\S))?
    (?:(?P<field>[A-Za-z]+):(?=\S))?
    (?:"(?P<phrase>[^"]*)"(?!\w)|(?P<word>\S+))
    """,
    re.VERBOSE,
)


class Word(NamedTuple):
    """A word, which also matches longer words; with `is_phrase`, words that must be in this order."""

    text: str
    is_phrase: bool = False


class Field(NamedTuple):
    """A condition on a field. `value` is as typed, without quotes; `is_phrase` is true if it was quoted."""

    name: str
    value: str
    is_phrase: bool = False


class Substring(NamedTuple):
    """Text anywhere, also inside of words. It cannot be typed: a search tries it for a word that no reading has."""

    text: str
    field: str | None = None


class Not(NamedTuple):
    """Readings to which the condition does not apply."""

    node: "Word | Field"


class And(NamedTuple):
    """All of the conditions; without any, all readings."""

    nodes: tuple["Node", ...]


class Or(NamedTuple):
    """At least one of the conditions."""

    nodes: tuple["Node", ...]


Node = Word | Field | Substring | Not | And | Or


def parse_query(text: str) -> Node:
    """Parse a query. An empty `And` matches everything.

    Field names are not checked here; a name with nothing after its colon has an empty value.
    Raises BadInput only if the query is too long, or not Unicode.
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
    """The conditions in order, None for each `or`."""
    for match in _ITEM.finditer(text):
        if match.group() in ("or", "OR"):
            yield None
        elif node := _node(match):
            yield Not(node) if match["not"] else node


def _node(match: re.Match[str]) -> Word | Field | None:
    is_phrase = match["phrase"] is not None
    value: str = match["phrase"] if is_phrase else match["word"]
    if match["field"]:
        return Field(match["field"].casefold(), value, is_phrase)
    if re.fullmatch("[a-z]+:", value) and not is_phrase:
        return Field(value[:-1], "")
    return Word(value, is_phrase) if any(map(str.isalnum, value)) else None
