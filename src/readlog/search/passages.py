"""Passages: a few words around what was found, cut out of a text by hand where the index cannot do it."""

import re
from collections.abc import Iterable

from readlog.search.results import MARK_OFF, MARK_ON

WORDS_AROUND = 14
"""Words of a passage, as FTS5 counts them."""
_LETTERS_BEFORE = 20
_LETTERS = 80
_LONGEST = 10_000
"""Characters that a passage of so many words never has."""


def cut_out(text: str, parts: Iterable[str]) -> str | None:
    """A passage of `text` with every one of `parts` in it marked, from before the first; None where none is in it."""
    pattern = re.compile("|".join(map(re.escape, parts)), re.IGNORECASE)
    found = pattern.search(text)
    if not found:
        return None
    begin, end = _window(text, *found.span())
    marked = pattern.sub(lambda match: f"{MARK_ON}{match[0]}{MARK_OFF}", text[begin:end])
    return ("..." if begin else "") + marked.strip() + ("..." if end < len(text) else "")


def around_mark(marked: str) -> str:
    """A text with marks in it, if it is no longer than a passage, else what stands around the first mark."""
    if len(marked) <= _LONGEST:
        return marked
    begin, end = _window(marked, marked.index(MARK_ON), marked.index(MARK_OFF))
    last = marked.rfind(MARK_ON, begin, end)
    if marked.find(MARK_OFF, last, end) < 0:
        end = marked.index(MARK_OFF, last) + 1
    return ("..." if begin else "") + marked[begin:end].strip() + ("..." if end < len(marked) else "")


def _window(text: str, place: int, behind: int) -> tuple[int, int]:
    """From a little before `place` to some way after it, not before `behind`, at the edges of words if any are near."""
    begin, end = max(place - _LETTERS_BEFORE, 0), min(max(place + _LETTERS, behind + 1), len(text))
    first = text.find(" ", begin, place) + 1 if begin else 0
    last = text.rfind(" ", behind, end) if end < len(text) else end
    return first or begin, last if last >= behind else end
