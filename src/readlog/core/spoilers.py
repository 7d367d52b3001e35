"""Spoilers: what stands `||between two pairs of bars||` is hidden until somebody asks for it.

A passage may go over several paragraphs, and blanks beside the bars belong to it: better a word
hidden too much than a secret told. Bars in Markdown code are code, and a pair without a partner is
text. One pass over the text, whatever is in it.
"""

import re
from collections.abc import Callable

MASK = "░"
_HIDDEN = MASK * 8

_SIGN = r"(?P<fence>^ {0,3}(?:`{3,}|~{3,}))|(?P<blank>^[ \t]*$)|(?P<ticks>`+)|(?P<bars>\|\|(?!\|))"


def spoiler_spans(text: str) -> list[tuple[int, int]]:
    """Where the hidden passages stand, from the first bar to behind the last."""
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
    """`text` with every hidden passage replaced by a bar of one length, which tells nothing of what it hides."""
    return _replace(text, lambda hidden: _HIDDEN)


def hide_spoilers_before(text: str, later: str) -> str:
    """`text` without its own hidden passages, and without the words that a `later` version of it has hidden."""
    shown = hide_spoilers(text)
    for begin, end in spoiler_spans(later):
        words = r"\s+".join(map(re.escape, later[begin + 2 : end - 2].split()))
        shown = re.sub(rf"(?<!\w){words}(?!\w)", _HIDDEN, shown)
    return shown


def reveal_spoilers(text: str) -> str:
    """`text` with the hidden passages in it and the bars gone."""
    return _replace(text, lambda hidden: hidden[2:-2])


def render_spoilers(text: str, *, reveal: bool) -> str:
    """`text` as a reader is to see it: with what is hidden in it where `spoilers` are wanted, else without."""
    if "||" not in text:
        return text
    return reveal_spoilers(text) if reveal else hide_spoilers(text)


def mask_spoilers_in(passage: str, *texts: str) -> str:
    """A passage cut out of `texts`, one below the other, with those of its characters masked that are hidden in one.

    A passage that is not in them is masked whole: better nothing than a secret.
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


def _replace(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for begin, after in spoiler_spans(text):
        parts += [text[end:begin], change(text[begin:after])]
        end = after
    return "".join([*parts, text[end:]])


def _bars_outside_code(text: str) -> list[tuple[int, int]]:
    """The pairs of bars that are not in a fenced block or a code span, each with its begin and end."""
    tokens = list(re.finditer(_SIGN, text, re.MULTILINE))
    partner = _partners(tokens)
    bars, place = [], 0
    while place < len(tokens):
        token = tokens[place]
        if token["fence"]:
            place = _end_of_fence(tokens, place)
        elif token["ticks"]:
            place = partner.get(place, place)
        elif token["bars"]:
            bars.append(token.span())
        place += 1
    return bars


def _end_of_fence(tokens: list[re.Match[str]], place: int) -> int:
    """The place of the fence that closes the one at `place`, or of the last token: a fence may stay open."""
    opening = tokens[place]["fence"].strip()
    for later in range(place + 1, len(tokens)):
        closing = (tokens[later]["fence"] or "").strip()
        if closing[:1] == opening[0] and len(closing) >= len(opening):
            return later
    return len(tokens) - 1


def _partners(tokens: list[re.Match[str]]) -> dict[int, int]:
    """For each run of backticks that begins a code span the place of the run that ends it, in the same paragraph."""
    partner: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token["blank"] is not None or token["fence"]:
            nearest.clear()
        elif token["ticks"]:
            length = len(token["ticks"])
            if length in nearest:
                partner[place] = nearest[length]
            nearest[length] = place
    return partner
