"""Text in a picture: escaped, harmless, and cut to a width that can only be guessed, for the font is the viewer's."""

from html import escape
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from readlog.core.text import one_line

_WIDE, _LARGE, _NARROW = 13, 10, 7.4
"""Pixels that a letter takes at the size of the page, and a little more."""
_LARGE_ONES = frozenset("mw@%&…—")


class Piece(NamedTuple):
    """Words of one look, so far behind those before them."""

    words: str
    classes: str = "ink"
    gap: int = 0


def piece(content: str, classes: str = "ink", gap: int = 0) -> Piece:
    """Words of somebody, as XML has them."""
    return Piece(words(content), classes, gap)


def words(content: str) -> str:
    """`content` in one line, as text or the value of an attribute: nothing in it is markup or beyond XML."""
    return escape(one_line(content))


def text_at(x: float, y: float, *pieces: Piece, end: bool = False) -> str:
    """A line of text that begins, or with `end` ends, at a place; pieces without words are left out."""
    spans: list[str] = []
    for each in pieces:
        if each.words:
            gap = f' dx="{each.gap}"' if each.gap and spans else ""
            spans.append(f'<tspan class="{each.classes}"{gap}>{each.words}</tspan>')
    side = ' class="end"' if end else ""
    return f'<text{side} x="{x:g}" y="{y:g}">{"".join(spans)}</text>'


def pixels(content: str) -> int:
    """About how many pixels a line of text takes."""
    return round(sum(_width(character) for character in one_line(content)))


def fitted(content: str, width: int) -> str:
    """`content` cut to about that width, ending in `…` where it had more."""
    line = one_line(content)
    if pixels(line) <= width:
        return line
    left = float(width - _LARGE)
    for place, character in enumerate(line):
        left -= _width(character)
        if left < 0:
            return line[:place].rstrip() + "…"
    return line


def _width(character: str) -> float:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF" or character in "★MW":
        return _WIDE
    return _LARGE if character.isupper() or character in _LARGE_ONES else _NARROW
