"""How a text begins: its first sentence, in one line, as a glimpse of what somebody wrote.

In doubt a sentence goes on: a glimpse that is a little long does no harm, and one that ends behind
`Dr.` says nothing.
"""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Literal

from readlog.core.spoilers import MASK, hide_spoilers
from readlog.core.text import printable_line

LONGEST = 120
"""Characters."""
_LOOKED_AT = 2_000
"""Characters of a text in which its first sentence stands, if it has any."""
_RESERVED = 4
"""Characters for the sign that something was cut off, and for quotation marks that it has left open."""

_FENCE = r" {0,3}(`{3}|~{3})"
_QUOTED = r" {0,3}>[> ]*"
_HEADING = r" {0,3}#{1,6}(?:\s+|$)"
_UNDERLINE = r" {0,3}(?:=+|-+)\s*$"
_NO_WORDS = r"[\s*_|:-]*$"
_ITEM = r"\s*(?:[-*+]|[0-9]{1,9}[.)])\s+(?:\[[ xX]\]\s+)?"

_SIGNS = frozenset("[<`*~_\\&")
"""One of them is in whatever the patterns below can change: most texts have none, and then none of these is made."""
_LINK = r"!?(?<!\\)\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"
_ADDRESS = r"<((?:https?|mailto):[^<>\s]+)>"
_TICKS = r"(`+)(?!`)(.+?)(?<!`)\1(?!`)"
_STARRED = r"(?<![\\*])(\*{1,3}|~~)(?=[^\s*~])(.*?[^\s\\])\1"
_UNDERLINED = r"(?<![\\\w])(_{1,3})(?=[^\s_])(.*?[^\s\\])\1(?!\w)"
_ESCAPED = r"\\([!-/:-@\[-`{-~])"

_END = re.compile(r"(?:[.!?…]+[\"'”’“»«›)\]]*(?=\s|$))|(?:[。！？｡؟۔।॥։።။។]+[」』）”’»)]*)")
_LAST_WORD = re.compile(r"[\w.]*$")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|[0-9]{1,2}")
"""`e.g`, `z.B`; and the 3 of `3. Mai`."""
_ABBREVIATIONS = frozenset(
    "dr mr mrs ms st sts prof rev fr sr jr hon gen col capt lt sgt gov sen rep mt vs etc cf ca no nos nr vol vols p pp "
    "ch chap fig ed eds trans approx dept est al op inc ltd mme mlle mm mgr bzw usw evtl ggf inkl bspw vgl hl sra dra "
    "ud uds jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_CLOSING = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«»", "‹": "›", "›": "‹›", "「": "」", "『": "』", "‘": "’"}
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
_EITHER = '"»›‘'
"""What opens a quotation only behind a blank: elsewhere it closes one, or is something else."""

_Kind = Literal["own", "other", "underline", "break"]
"""Of a line: prose of the writer; a heading, a quotation, code; what makes a heading of the line above; what parts."""


def first_sentence(text: str, longest: int = LONGEST) -> str:
    """The first sentence of a Markdown text, without its signs and with its spoilers hidden.

    At most `longest` characters (8 or more) in one line, with `…` where something was cut off; of a
    heading, a quotation or code only where there is nothing else, and empty only where the text is blank.
    """
    window = _beginning(hide_spoilers(text))
    blocks = [(kind, strip_inline_markdown(words)) for kind, words in _blocks(window)]
    worded = [words for wanted in ("own", "other") for kind, words in blocks if kind == wanted and _has_words(words)]
    return _cut(worded[0] if worded else " ".join(printable_line(window).split()), longest)


def strip_inline_markdown(words: str) -> str:
    """`words` without the signs of Markdown that stand within lines, in one harmless line."""
    shown = words if _SIGNS.isdisjoint(words) else _without_any(words)
    return " ".join(printable_line(shown).split())


def _without_any(words: str) -> str:
    shown = re.sub(_TICKS, r"\2", re.sub(_ADDRESS, r"\1", re.sub(_LINK, r"\1", words)))
    for _ in range(2):
        shown = re.sub(_UNDERLINED, r"\2", re.sub(_STARRED, r"\2", shown))
    shown = re.sub(_ESCAPED, r"\1", shown)
    if "&" in shown:
        from html import unescape

        shown = unescape(shown)
    return shown


def _beginning(text: str) -> str:
    """As much of the text as is looked at, from where it has words."""
    window = text[:_LOOKED_AT]
    if len(text) == len(window) or _has_words(window):
        return window
    first = next((place for place, character in enumerate(text) if _has_words(character)), 0)
    return text[first : first + _LOOKED_AT]


def _has_words(text: str) -> bool:
    return any(character.isalnum() or character == MASK for character in text)


def _blocks(text: str) -> Iterator[tuple[_Kind, str]]:
    """Lines of one kind that follow each other, as one."""
    runs = [(kind, " ".join(line for _, line in lines)) for kind, lines in groupby(_lines(text), lambda line: line[0])]
    for (kind, words), (below, _) in pairwise([*runs, ("break", "")]):
        yield "other" if kind == "own" and below == "underline" else kind, words


def _lines(text: str) -> Iterator[tuple[_Kind, str]]:
    fence = ""
    for line in text.split("\n"):
        if line[:1].isalpha() and not fence:
            yield "own", line
            continue
        mark = re.match(_FENCE, line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
            yield "break", ""
        elif fence:
            yield "other", line
        else:
            yield from _outside_code(line)


def _outside_code(line: str) -> Iterator[tuple[_Kind, str]]:
    if re.match(_UNDERLINE, line):
        yield "underline", ""
    elif re.match(_NO_WORDS, line):
        yield "break", ""
    elif re.match(_QUOTED, line):
        yield "other", re.sub(_QUOTED, "", line, count=1)
    elif heading := re.match(_HEADING, line):
        yield from (("break", ""), ("other", line[heading.end() :].rstrip("# \t")), ("break", ""))
    elif item := re.match(_ITEM, line):
        yield from (("break", ""), ("own", line[item.end() :]))
    else:
        yield "own", line


def _cut(words: str, longest: int) -> str:
    """The first sentence of these words, or as much of it as fits, its quotation marks closed."""
    end = _sentence_end(words)
    sentence = words[:end] + _left_open(words, end)
    if len(sentence) <= longest:
        return sentence
    end = longest - _RESERVED
    space = words.rfind(" ", end // 2, end + 1)
    end = space if space > 0 else _whole_character(words, end)
    kept = words[:end].rstrip(" ,;:.–—-(")
    return f"{kept}…{_left_open(words, len(kept))[: _RESERVED - 1]}"


def _sentence_end(words: str) -> int:
    """Where the first sentence ends, behind its last sign."""
    for found in _END.finditer(words):
        if not _goes_on(words, found.start(), found.end()):
            return found.end()
    return len(words)


def _goes_on(words: str, stop: int, end: int) -> bool:
    """Whether the sign at `stop` ends no sentence: behind it words go on, or it belongs to the word before it."""
    before, after = words[:stop], words[end:].lstrip()
    if after[:1].islower() or not any(map(str.isalnum, before)) or before.count("(") > words[:end].count(")"):
        return True
    if words[stop:end] != ".":
        return False
    last = _LAST_WORD.search(before)
    word = last[0] if last else ""
    is_initial = len(word) == 1 and word.isupper()
    return is_initial or bool(_DOTTED.fullmatch(word)) or word.casefold() in _ABBREVIATIONS


def _left_open(words: str, end: int) -> str:
    """The marks that close what the words up to `end` have left open, if those behind it do so, the innermost first."""
    opened: list[str] = []
    for place, character in enumerate(words[:end]):
        blank = place == 0 or (not words[place - 1].isalnum() and words[place - 1] not in ".,!?…")
        if opened and character in _CLOSING[opened[-1]]:
            opened.pop()
        elif character in _CLOSING and (blank or character not in _EITHER):
            opened.append(character)
    closing = (next((mark for mark in _CLOSING[each] if mark in words[end:]), "") for each in reversed(opened))
    return "".join(closing)


def _whole_character(words: str, end: int) -> int:
    """The place at or before `end` at which no sign is torn from the letter it belongs to."""
    from unicodedata import combining

    first = end
    while end > 1 and (combining(words[end]) or words[end] in _JOINERS or words[end - 1] in _JOINERS):
        end -= 1
    return end if end > 1 else first
