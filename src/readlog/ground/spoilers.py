"""Spoilers: what stands `||between two pairs of bars||` is hidden until somebody asks for it.

Bars in Markdown code are code. A pair without its partner is text.
"""

import re
from collections.abc import Callable

MASK = "░"
_HIDDEN = MASK * 8

_CODE_OR_SPOILER = re.compile(
    r"""
    (?P<code> ^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)[`~]*[ ]*$|\Z) | (?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`) )
    | \|\|(?=\S)(?P<spoiler>.+?)(?<=\S)\|\|(?!\|)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def has_spoiler(text: str) -> bool:
    """Whether anything in the text is hidden."""
    return bool(spoiler_spans(text))


def spoiler_spans(text: str) -> list[tuple[int, int]]:
    """Where the hidden passages stand, from the first bar to behind the last."""
    if "||" not in text:
        return []
    return [match.span() for match in _CODE_OR_SPOILER.finditer(text) if match["spoiler"]]


def hide_spoilers(text: str) -> str:
    """`text` with every hidden passage replaced by a bar of one length, which tells nothing of what it hides."""
    return _replace(text, lambda hidden: _HIDDEN)


def reveal_spoilers(text: str) -> str:
    """`text` with the hidden passages in it and the bars gone."""
    return _replace(text, lambda hidden: hidden[2:-2])


def mask_spoilers_in(passage: str, text: str) -> str:
    """A passage cut out of `text`, with those of its characters masked that are hidden in the whole."""
    start = text.find(passage)
    spans = spoiler_spans(text)
    if start < 0 or not spans:
        return passage
    hidden = {place for begin, end in spans for place in range(begin - start, end - start)}
    return "".join(
        MASK if place in hidden and not character.isspace() else character for place, character in enumerate(passage)
    )


def _replace(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for begin, after in spoiler_spans(text):
        parts += [text[end:begin], change(text[begin:after])]
        end = after
    return "".join([*parts, text[end:]])
