"""Reviews for websites such as Goodreads: the few tags that they know, and everything else word for word.

The way back from `from_html`: line breaks, quotes, spoilers, links, and what is bold, italic or
struck out become tags. Nothing is escaped: Goodreads shows `<3` as it stands, and `&lt;3` too.
"""

import re
from itertools import groupby

from readlog.core.spoilers import spoiler_spans

_BREAK = "<br/>"
_TAGS = {("*", 2): "b", ("*", 1): "i", ("~", 2): "s"}

_TOKEN = re.compile(
    r"(?P<code>`[^`\n]*`)|(?P<star>\\\*)|(?P<marks>\*+|~+)|(?P<blank>\n[ \t]*(?=\n))"
    r"|(?<!\\)(?P<image>!?)\[(?P<words>(?:[^\[\]\n\\]|\\[^\n])*)\]"
    r'\((?P<address>(?:(?:https?|ftp)://|mailto:|/)[^\s()<>"]*)\)'
)
_SIGN = re.compile(r"[*~`\[]")
_HARD_BREAK = re.compile(r"(?<=[^\s\\])(?:\\| {2,})\Z")
_BEGINS_ANEW = re.compile(r"\s*(?:[-*+][ \t]|[0-9]{1,9}[.)][ \t]|#|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z|[|`~>]|\Z)")
_STANDS_ALONE = re.compile(r"\s*(?:#|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z|[|`~]|\Z)")
_QUOTE = re.compile(r" {0,3}((?:> ?)*>)(?: |$)")
_ESCAPED_BRACKET = re.compile(r"\\([\[\]])")


def to_html(markdown: str) -> str:
    """The review `markdown` with the tags that Goodreads knows, in one line.

    A mark in the middle of a word is none: reviewers write f**k more often than un**believ**able.
    """
    return _in_one_line(_with_marks(_with_spoilers(markdown)))


def _with_spoilers(text: str) -> str:
    parts, end = [], 0
    for begin, after in spoiler_spans(text):
        parts += [text[end:begin], "<spoiler>", text[begin + 2 : after - 2], "</spoiler>"]
        end = after
    return "".join([*parts, text[end:]])


def _with_marks(text: str) -> str:
    """`text` with tags for links, and for the marks that have a partner in the same paragraph."""
    if not _SIGN.search(text):
        return text
    parts: list[str] = []
    marks = _Marks(parts)
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[end : token.start()])
        end = token.end()
        if token["marks"]:
            marks.take(token)
        elif token["address"]:
            parts.append(_link(token))
        elif token["star"]:
            parts.append("*")
        else:
            if token["blank"] is not None:
                marks.forget()
            parts.append(token[0])
    return "".join([*parts, text[end:]])


def _link(token: "re.Match[str]") -> str:
    address = token["address"]
    if token["image"]:
        alternative = _without_escapes(token["words"]).replace('"', "'")
        return f'<img src="{address}" alt="{alternative}"/>'
    words = _without_escapes(_with_marks(token["words"]))
    return f'<a href="{address}">{words or address}</a>'


def _without_escapes(words: str) -> str:
    return _ESCAPED_BRACKET.sub(r"\1", words)


class _Marks:
    """The marks among the parts of a text that may open something: where each stands, and its signs that are left."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._opened: dict[str, list[list[int]]] = {"*": [], "~": []}

    def forget(self) -> None:
        """What was not closed before a paragraph ends is text."""
        for opened in self._opened.values():
            opened.clear()

    def take(self, token: "re.Match[str]") -> None:
        """Close with these marks what they can close; the rest may open something."""
        sign, left = token[0][0], len(token[0])
        start, end = token.span()
        before, after = token.string[max(0, start - 1) : start], token.string[end : end + 1]
        self._parts.append("")
        if before.strip() and not after.isalnum():
            left = self._close(sign, left)
        self._parts[-1] += sign * left
        if left and after.strip() and not before.isalnum() and (sign == "*" or left == 2):
            self._opened[sign].append([len(self._parts) - 1, left])

    def _close(self, sign: str, left: int) -> int:
        """Close as much as there is; returns how many signs are left."""
        opened = self._opened[sign]
        while left and opened and (sign == "*" or left == 2):
            place, there = opened[-1]
            size = 1 if left == there == 3 else min(left, there, 2)
            tag = _TAGS[sign, size]
            self._parts[place] = sign * (there - size) + f"<{tag}>" + self._parts[place][there:]
            self._parts[-1] += f"</{tag}>"
            left -= size
            opened[-1][1] -= size
            if there == size:
                opened.pop()
            self._forget_since(place)
        return left

    def _forget_since(self, place: int) -> None:
        """What was opened inside of what is closed now stays text."""
        for opened in self._opened.values():
            while opened and opened[-1][0] > place:
                opened.pop()


def _in_one_line(text: str) -> str:
    """`text` with its line breaks as tags, and around the lines that begin with `>` those of a quote."""
    parts: list[str] = []
    depth = 0
    lines = map(_quoted, text.split("\n"))
    runs = [(there, _joined([line for _, line in run])) for there, run in groupby(lines, key=lambda line: line[0])]
    for place, (there, run) in enumerate(runs):
        parts.append("<blockquote>" * (there - depth) + "</blockquote>" * (depth - there))
        depth = there
        parts.append(_BREAK.join(_trimmed(run, start=place > 0, end=place < len(runs) - 1)))
    return "".join([*parts, "</blockquote>" * depth])


def _joined(lines: list[str]) -> list[str]:
    """`lines` with those in one that Markdown shows as one, and the signs of a hard break gone."""
    joined: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and not _BEGINS_ANEW.match(line):
            joined[-1] += f" {_HARD_BREAK.sub('', line).strip()}"
        else:
            joined.append(_HARD_BREAK.sub("", line))
        goes_on = not _HARD_BREAK.search(line) and not (_STANDS_ALONE.match(line) and joined[-1] == line)
    return joined


def _quoted(line: str) -> tuple[int, str]:
    """How many quotes within each other a line stands in, and what it says there."""
    match = _QUOTE.match(line)
    return (match[1].count(">"), line[match.end() :]) if match else (0, line)


def _trimmed(lines: list[str], *, start: bool, end: bool) -> list[str]:
    """`lines` without the blank ones at the ends where a quote begins or ends: the tag breaks the line."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    if not filled:
        return [] if start or end else lines
    return lines[filled[0] if start else 0 : filled[-1] + 1 if end else None]
