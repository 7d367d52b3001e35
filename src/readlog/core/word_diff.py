"""What has changed between two versions of a text, word by word."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKENS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_MOST_PAIRS = 4_000_000
"""Words of the one text times words of the other, beyond which a passage is not compared, but told as replaced."""

_AROUND = 8
"""Words of what stayed that are shown before a change and behind it."""

SAME, GONE, NEW, LEFT_OUT = "same", "gone", "new", "left out"


class Piece(NamedTuple):
    """A part of the text: SAME, GONE, NEW, or LEFT_OUT, where it is the same and far from any change."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order; SAME and GONE make up `before`, SAME and NEW `after`."""
    pieces: list[Piece] = []
    for old, new in _changed_lines(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        pieces += [Piece(SAME, old)] if old == new else _in_words(old, new)
    return _joined(pieces)


def near_changes(pieces: list[Piece]) -> list[Piece]:
    """The pieces with what is the same left out, but for some words around each change."""
    shown: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind != SAME:
            shown.append(piece)
        else:
            shown += _ends_of(piece.text, is_first=place == 0, is_last=place == len(pieces) - 1)
    return shown


def _ends_of(text: str, *, is_first: bool, is_last: bool) -> list[Piece]:
    words = re.findall(r"\s*\S+\s*|\s+", text)
    begin = [] if is_first else words[:_AROUND]
    end = [] if is_last else words[max(len(begin), len(words) - _AROUND) :]
    if len(begin) + len(end) == len(words):
        return [Piece(SAME, text)] if text else []
    middle = Piece(LEFT_OUT, "".join(words[len(begin) : len(words) - len(end)]))
    return [piece for piece in (Piece(SAME, "".join(begin)), middle, Piece(SAME, "".join(end))) if piece.text]


def _changed_lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Passages of whole lines, each as it was and as it is."""
    from difflib import SequenceMatcher

    if len(old) * len(new) > _MOST_PAIRS:
        yield "".join(old), "".join(new)
        return
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[start:end]), "".join(new[new_start:new_end])


def _in_words(old: str, new: str) -> Iterator[Piece]:
    from difflib import SequenceMatcher

    words, others = _TOKENS.findall(old), _TOKENS.findall(new)
    if len(words) * len(others) > _MOST_PAIRS:
        yield from (Piece(GONE, old), Piece(NEW, new))
        return
    codes = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    gone = new = ""
    for place, (kind, start, end, new_start, new_end) in enumerate(codes):
        text, other = "".join(words[start:end]), "".join(others[new_start:new_end])
        if kind == "equal" and (_has_words(text) or place == len(codes) - 1 or not gone + new):
            yield from (Piece(GONE, gone), Piece(NEW, new), Piece(SAME, text))
            gone = new = ""
        else:
            gone, new = gone + text, new + other
    yield from (Piece(GONE, gone), Piece(NEW, new))


def _has_words(text: str) -> bool:
    """Whether it is more than what stands between two words, which changes with them, to be read in one go."""
    return any(map(str.isalnum, text))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces without empty ones, and those of one kind together."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
