"""The difference between two versions of a text, word by word."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKENS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_MOST_PAIRS = 4_000_000
"""Words of one text times words of the other; a passage with more is not compared, but shown as replaced."""

_CONTEXT_WORDS = 8
"""Unchanged words that are shown before and after a change."""

SAME, REMOVED, ADDED, OMITTED = "same", "removed", "added", "omitted"


class Piece(NamedTuple):
    """A part of the text; its kind is SAME, REMOVED, ADDED, or OMITTED: the same, but far from any change."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: SAME and REMOVED ones make up `before`, SAME and ADDED ones `after`."""
    pieces: list[Piece] = []
    for old, new in _align_lines(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        pieces += [Piece(SAME, old)] if old == new else _diff_words(old, new)
    return _merge_adjacent(pieces)


def omit_unchanged(pieces: list[Piece]) -> list[Piece]:
    """The pieces with unchanged text OMITTED, except for some words around each change."""
    shown: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind != SAME:
            shown.append(piece)
        else:
            shown += _shorten(piece.text, is_first=place == 0, is_last=place == len(pieces) - 1)
    return shown


def _shorten(text: str, *, is_first: bool, is_last: bool) -> list[Piece]:
    words = re.findall(r"\s*\S+\s*|\s+", text)
    begin = [] if is_first else words[:_CONTEXT_WORDS]
    end = [] if is_last else words[max(len(begin), len(words) - _CONTEXT_WORDS) :]
    if len(begin) + len(end) == len(words):
        return [Piece(SAME, text)] if text else []
    middle = Piece(OMITTED, "".join(words[len(begin) : len(words) - len(end)]))
    return [piece for piece in (Piece(SAME, "".join(begin)), middle, Piece(SAME, "".join(end))) if piece.text]


def _align_lines(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Passages of whole lines, before and after; equal where nothing changed."""
    from difflib import SequenceMatcher

    if len(old) * len(new) > _MOST_PAIRS:
        yield "".join(old), "".join(new)
        return
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[start:end]), "".join(new[new_start:new_end])


def _diff_words(old: str, new: str) -> Iterator[Piece]:
    from difflib import SequenceMatcher

    words, others = _TOKENS.findall(old), _TOKENS.findall(new)
    if len(words) * len(others) > _MOST_PAIRS:
        yield from (Piece(REMOVED, old), Piece(ADDED, new))
        return
    codes = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    removed = added = ""
    for place, (kind, start, end, new_start, new_end) in enumerate(codes):
        text, other = "".join(words[start:end]), "".join(others[new_start:new_end])
        if kind == "equal" and (_has_words(text) or place == len(codes) - 1 or not removed + added):
            yield from (Piece(REMOVED, removed), Piece(ADDED, added), Piece(SAME, text))
            removed = added = ""
        else:
            removed, added = removed + text, added + other
    yield from (Piece(REMOVED, removed), Piece(ADDED, added))


def _has_words(text: str) -> bool:
    """False for spaces and punctuation: between two changed words they count as changed, for easier reading."""
    return any(map(str.isalnum, text))


def _merge_adjacent(pieces: list[Piece]) -> list[Piece]:
    """The pieces without empty ones, with adjacent ones of the same kind merged."""
    merged: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if merged and merged[-1].kind == piece.kind:
            merged[-1] = Piece(piece.kind, merged[-1].text + piece.text)
        else:
            merged.append(piece)
    return merged
