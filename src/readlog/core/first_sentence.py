"""The first sentence of a Markdown text in one line, as a preview.

In doubt a sentence goes on: a preview that is a little long does no harm, and one that ends after
`Dr.` says nothing.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Literal

from readlog.core.normalize_text import printable_line
from readlog.core.spoilers import MASK, hide_spoilers

MAX_LENGTH = 120
"""Characters of a preview."""
_WINDOW = 2_000
"""Characters of a text in which to look for its first sentence."""
_RESERVED = 4
"""Characters of a preview for the ellipsis and for closing quotation marks."""

_LINE = (
    r" {0,3}(?P<fence>`{3}|~{3})"
    r"|(?P<underline> {0,3}(?:=+|-+)\s*$)"
    r"|(?P<blank>[\s*_|:-]*$)"
    r"|(?P<quoted> {0,3}>[> ]*)"
    r"|(?P<heading> {0,3}#{1,6}(?:\s+|$))"
    r"|(?P<item>\s*(?:[-*+]|[0-9]{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)"
)
"""What a line of Markdown begins with, unless it is a line of a paragraph."""

_INLINE_SIGNS = frozenset("[<`*~_\\&")
"""Inline Markdown has one of these. Most texts do not, and then the patterns are not even compiled."""
_INLINE = (
    (r"!?(?<!\\)\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)", r"\1"),  # links and images
    (r"<((?:https?|mailto):[^<>\s]+)>", r"\1"),
    (r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", r"\2"),
)
_EMPHASIS = (
    (r"(?<![\\*])(\*{1,3}|~~)(?=[^\s*~])(.*?[^\s\\])\1", r"\2"),
    (r"(?<![\\\w])(_{1,3})(?=[^\s_])(.*?[^\s\\])\1(?!\w)", r"\2"),
)
_ESCAPED = (r"\\([!-/:-@\[-`{-~])", r"\1")

_END = re.compile(r"(?:[.!?…]+[\"'”’“»«›)\]]*(?=\s|$))|(?:[。！？｡؟۔।॥።။។]+[」』）”’»)]*)")
_LAST_WORD = re.compile(r"[\w.]*$")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|[0-9]{1,2}")
"""`e.g`, `z.B`; and the 3 of `3. Mai`."""
_ABBREVIATIONS = frozenset(
    "dr mr mrs ms st sts prof rev fr sr jr hon gen col capt lt sgt gov sen rep mt vs etc cf ca no nos nr vol vols p pp "
    "ch chap fig ed eds trans approx dept est al op inc ltd mme mlle mm mgr bzw usw evtl ggf inkl bspw vgl hl sra dra "
    "ud uds jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_CLOSING = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«»", "‹": "›", "›": "‹›", "「": "」", "『": "』", "‘": "’"}
"""Opening quotation marks, each with the marks that can close it."""
_OPENING_AFTER_SPACE = '"»›‘'
"""Marks that open a quotation only after a space: elsewhere they close one, or are apostrophes."""
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"

_Kind = Literal["prose", "other", "underline", "break"]
"""Of a line: the writer's prose; a heading, quotation or code; what makes the line above a heading; a separator."""


def first_sentence(text: str, max_length: int = MAX_LENGTH) -> str:
    """The first sentence of a Markdown text as plain text in one line, with its spoilers hidden.

    At most `max_length` characters (8 or more), with `…` if it was cut. Headings, quotations and code
    are only used if there is no prose. Empty only for a blank text.
    """
    window = _beginning(hide_spoilers(text))
    paragraphs = list(_paragraphs(window))
    in_order = (words for wanted in ("prose", "other") for kind, words in paragraphs if kind == wanted)
    whole_window = " ".join(printable_line(window).split())
    return _shorten(next(filter(_has_words, map(strip_inline_markdown, in_order)), whole_window), max_length)


def strip_inline_markdown(words: str) -> str:
    """`words` without the signs of inline Markdown, as printable text in one line."""
    if not _INLINE_SIGNS.isdisjoint(words):
        for pattern, replacement in (*_INLINE, *_EMPHASIS, *_EMPHASIS, _ESCAPED):
            words = re.sub(pattern, replacement, words)
        if "&" in words:
            from html import unescape

            words = unescape(words)
    return " ".join(printable_line(words).split())


def _beginning(text: str) -> str:
    """The first `_WINDOW` characters, or if they have no words, those from the first word on."""
    window = text[:_WINDOW]
    if len(text) == len(window) or _has_words(window):
        return window
    first = next((place for place, character in enumerate(text) if _has_words(character)), 0)
    return text[first : first + _WINDOW]


def _has_words(text: str) -> bool:
    return any(character.isalnum() or character == MASK for character in text)


def _paragraphs(text: str) -> Iterator[tuple[_Kind, str]]:
    """Consecutive lines of the same kind, joined; an underlined paragraph is a heading."""
    runs = [(kind, " ".join(line for _, line in lines)) for kind, lines in groupby(_lines(text), lambda line: line[0])]
    for (kind, words), (below, _) in pairwise([*runs, ("break", "")]):
        yield "other" if kind == "prose" and below == "underline" else kind, words


def _lines(text: str) -> Iterator[tuple[_Kind, str]]:
    fence = ""
    for line in text.split("\n"):
        match = re.match(_LINE, line)
        kind, words = (match.lastgroup, line[match.end() :]) if match else ("", line)
        mark = match["fence"] if match and kind == "fence" else ""
        if fence and mark != fence:
            yield "other", line
        elif kind == "fence":
            fence = "" if fence else mark
            yield "break", ""
        elif kind == "heading":
            yield from (("break", ""), ("other", words.rstrip("# \t")), ("break", ""))
        elif kind == "item":
            yield from (("break", ""), ("prose", words))
        elif kind == "underline":
            yield "underline", ""
        elif kind == "blank":
            yield "break", ""
        else:
            yield "other" if kind == "quoted" else "prose", words


def _shorten(words: str, max_length: int) -> str:
    """The first sentence, or as much of it as fits, with its quotation marks closed."""
    end = _sentence_end(words)
    sentence = words[:end] + _missing_quotation_marks(words, end)
    if len(sentence) <= max_length:
        return sentence
    end = max_length - _RESERVED
    space = words.rfind(" ", end // 2, end + 1)
    end = space if space > 0 else _character_boundary(words, end)
    start = words[:end].rstrip(" ,;:.–—-(")
    return f"{start}…{_missing_quotation_marks(words, len(start))[: _RESERVED - 1]}"


def _sentence_end(words: str) -> int:
    """The index after the sign, and any quotation marks, that end the first sentence."""
    return next((each.end() for each in _END.finditer(words) if not _goes_on(words, *each.span())), len(words))


def _goes_on(words: str, stop: int, end: int) -> bool:
    """Whether no sentence ends between `stop` and `end`: it goes on, or the full stop belongs to an abbreviation."""
    before, after = words[:stop], words[end:].lstrip()
    if after[:1].islower() or not any(map(str.isalnum, before)) or before.count("(") > words[:end].count(")"):
        return True
    if words[stop:end] != ".":
        return False
    match = _LAST_WORD.search(before)
    word = match[0] if match else ""
    is_initial = len(word) == 1 and word.isupper()
    return is_initial or bool(_DOTTED.fullmatch(word)) or word.casefold() in _ABBREVIATIONS


def _missing_quotation_marks(words: str, end: int) -> str:
    """The marks, innermost first, that close the quotations open at `end`, as far as they occur after it."""
    opened: list[str] = []
    for place, character in enumerate(words[:end]):
        after_space = place == 0 or (not words[place - 1].isalnum() and words[place - 1] not in ".,!?…")
        if opened and character in _CLOSING[opened[-1]]:
            opened.pop()
        elif character in _CLOSING and (after_space or character not in _OPENING_AFTER_SPACE):
            opened.append(character)
    return "".join(next((mark for mark in _CLOSING[each] if mark in words[end:]), "") for each in reversed(opened))


def _character_boundary(words: str, end: int) -> int:
    """The last index up to `end` that separates no combining sign from its letter."""
    from unicodedata import combining

    first = end
    while end > 1 and (combining(words[end]) or words[end] in _JOINERS or words[end - 1] in _JOINERS):
        end -= 1
    return end if end > 1 else first
