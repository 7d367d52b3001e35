"""Spoilers: text `||between two pairs of bars||` is hidden unless the user asks for it.

A spoiler can span several paragraphs and includes the spaces next to the bars: in doubt, hide more.
Bars in Markdown code are code, and an unmatched pair is text. Linear in the length of the text.
"""

import re
from collections.abc import Callable

MASK = "░"
_HIDDEN = MASK * 8

_MARKUP = r"(?P<fence>^ {0,3}(?:`{3,}|~{3,}))|(?P<blank>^[ \t]*$)|(?P<ticks>`+)|(?P<bars>\|\|(?!\|))"


def spoiler_spans(text: str) -> list[tuple[int, int]]:
    """The start and end of each spoiler in `text`, its bars included."""
    if "||" not in text:
        return []
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for start, end in _bars_outside_code(text):
        if opened is not None and text[opened + 2 : start].strip():
            spans.append((opened, end))
            opened = None
        else:
            opened = start
    return spans


def hide_spoilers(text: str) -> str:
    """`text` with each spoiler replaced by a block of constant length, which gives no hint."""
    return _replace_spoilers(text, lambda spoiler: _HIDDEN)


def hide_spoilers_before(text: str, later: str) -> str:
    """`text` with its own spoilers hidden, and also the words that a `later` version of the text marks as spoilers."""
    shown = hide_spoilers(text)
    for begin, end in spoiler_spans(later):
        words = r"\s+".join(map(re.escape, later[begin + 2 : end - 2].split()))
        shown = re.sub(rf"(?<!\w){words}(?!\w)", _HIDDEN, shown)
    return shown


def reveal_spoilers(text: str) -> str:
    """`text` with its spoilers readable and their bars removed."""
    return _replace_spoilers(text, lambda spoiler: spoiler[2:-2])


def render_spoilers(text: str, *, reveal: bool) -> str:
    """`text` with its spoilers revealed or else hidden."""
    if "||" not in text:
        return text
    return reveal_spoilers(text) if reveal else hide_spoilers(text)


def mask_spoilers_in(passage: str, *texts: str) -> str:
    """`passage`, an excerpt from `texts` joined by line feeds, with the characters masked that are part of a spoiler.

    A passage that is not found in them is masked completely.
    """
    spans: list[tuple[int, int]] = []
    whole = ""
    for text in texts:
        spans += [(len(whole) + begin, len(whole) + end) for begin, end in spoiler_spans(text)]
        whole += f"{text}\n"
    if not spans:
        return passage
    start = whole.find(passage)
    hidden = {place for begin, end in spans for place in range(begin - start, end - start)}
    return "".join(
        MASK if (start < 0 or place in hidden) and not character.isspace() else character
        for place, character in enumerate(passage)
    )


def _replace_spoilers(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for begin, after in spoiler_spans(text):
        parts += [text[end:begin], change(text[begin:after])]
        end = after
    return "".join([*parts, text[end:]])


def _bars_outside_code(text: str) -> list[tuple[int, int]]:
    """The start and end of each pair of bars outside fenced code and code spans."""
    tokens = list(re.finditer(_MARKUP, text, re.MULTILINE))
    end_of_span = _ends_of_code_spans(tokens)
    bars, place = [], 0
    while place < len(tokens):
        token = tokens[place]
        if token["fence"]:
            place = _end_of_fence(tokens, place)
        elif token["ticks"]:
            place = end_of_span.get(place, place)
        elif token["bars"]:
            bars.append(token.span())
        place += 1
    return bars


def _end_of_fence(tokens: list[re.Match[str]], place: int) -> int:
    """The index of the token that closes the fence at `place`, or of the last token: a fence can stay open."""
    opening = tokens[place]["fence"].strip()
    for later in range(place + 1, len(tokens)):
        closing = (tokens[later]["fence"] or "").strip()
        if closing[:1] == opening[0] and len(closing) >= len(opening):
            return later
    return len(tokens) - 1


def _ends_of_code_spans(tokens: list[re.Match[str]]) -> dict[int, int]:
    """Map each run of backticks that begins a code span to the run that ends it, in the same paragraph."""
    ends: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token["blank"] is not None or token["fence"]:
            nearest.clear()
        elif token["ticks"]:
            length = len(token["ticks"])
            if length in nearest:
                ends[place] = nearest[length]
            nearest[length] = place
    return ends
