"""Reviews in Markdown to the HTML of Goodreads: a few tags, all in one line."""

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
_HAS_MARKUP = re.compile(r"[*~`\[]")
_HARD_BREAK = re.compile(r"(?<=[^\s\\])(?:\\| {2,})\Z")
_STARTS_BLOCK = re.compile(r"\s*(?:[-*+][ \t]|[0-9]{1,9}[.)][ \t]|#|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z|[|`~>]|\Z)")
_IS_ONE_LINE_BLOCK = re.compile(r"\s*(?:#|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z|[|`~]|\Z)")
_QUOTE = re.compile(r" {0,3}((?:> ?)*>)(?: |$)")
_ESCAPED_BRACKET = re.compile(r"\\([\[\]])")


def to_html(markdown: str) -> str:
    """The review `markdown` in one line, with the HTML tags that Goodreads knows.

    A mark in the middle of a word is text: reviewers write f**k more often than un**believ**able.
    """
    return _to_one_line(_tag_emphasis_and_links(_tag_spoilers(markdown)))


def _tag_spoilers(text: str) -> str:
    parts, end = [], 0
    for begin, after in spoiler_spans(text):
        parts += [text[end:begin], "<spoiler>", text[begin + 2 : after - 2], "</spoiler>"]
        end = after
    return "".join([*parts, text[end:]])


def _tag_emphasis_and_links(text: str) -> str:
    """`text` with tags for links, and for marks that are closed in the same paragraph."""
    if not _HAS_MARKUP.search(text):
        return text
    parts: list[str] = []
    marks = _OpenMarks(parts)
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
                marks.end_paragraph()
            parts.append(token[0])
    return "".join([*parts, text[end:]])


def _link(token: "re.Match[str]") -> str:
    address = token["address"]
    if token["image"]:
        alternative = _unescape_brackets(token["words"]).replace('"', "'")
        return f'<img src="{address}" alt="{alternative}"/>'
    words = _unescape_brackets(_tag_emphasis_and_links(token["words"]))
    return f'<a href="{address}">{words or address}</a>'


def _unescape_brackets(words: str) -> str:
    return _ESCAPED_BRACKET.sub(r"\1", words)


class _OpenMarks:
    """The marks that may still be closed: for each its index among the parts, and how many of its signs are left."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._opened: dict[str, list[list[int]]] = {"*": [], "~": []}

    def end_paragraph(self) -> None:
        """Leave as text what is not closed yet."""
        for opened in self._opened.values():
            opened.clear()

    def take(self, token: "re.Match[str]") -> None:
        """Close with these marks what they can close, and keep the rest as marks that may open something."""
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
        """Close as much as is open; returns how many signs are left."""
        opened = self._opened[sign]
        while left and opened and (sign == "*" or left == 2):
            place, size_open = opened[-1]
            size = 1 if left == size_open == 3 else min(left, size_open, 2)
            tag = _TAGS[sign, size]
            self._parts[place] = sign * (size_open - size) + f"<{tag}>" + self._parts[place][size_open:]
            self._parts[-1] += f"</{tag}>"
            left -= size
            opened[-1][1] -= size
            if size_open == size:
                opened.pop()
            self._drop_opened_after(place)
        return left

    def _drop_opened_after(self, place: int) -> None:
        """Leave as text what was opened inside of what is closed now."""
        for opened in self._opened.values():
            while opened and opened[-1][0] > place:
                opened.pop()


def _to_one_line(text: str) -> str:
    """`text` with tags for line breaks and for the quotes whose lines begin with `>`."""
    parts: list[str] = []
    depth = 0
    lines = map(_split_quote_signs, text.split("\n"))
    runs = [
        (new_depth, _join_paragraph_lines([line for _, line in run]))
        for new_depth, run in groupby(lines, key=lambda line: line[0])
    ]
    for place, (new_depth, run) in enumerate(runs):
        parts.append("<blockquote>" * (new_depth - depth) + "</blockquote>" * (depth - new_depth))
        depth = new_depth
        parts.append(_BREAK.join(_trim_blank_lines(run, start=place > 0, end=place < len(runs) - 1)))
    return "".join([*parts, "</blockquote>" * depth])


def _join_paragraph_lines(lines: list[str]) -> list[str]:
    """`lines` with those joined that Markdown shows as one, without the signs of hard breaks."""
    joined: list[str] = []
    continues = False
    for line in lines:
        if continues and not _STARTS_BLOCK.match(line):
            joined[-1] += f" {_HARD_BREAK.sub('', line).strip()}"
        else:
            joined.append(_HARD_BREAK.sub("", line))
        continues = not _HARD_BREAK.search(line) and not (_IS_ONE_LINE_BLOCK.match(line) and joined[-1] == line)
    return joined


def _split_quote_signs(line: str) -> tuple[int, str]:
    """The depth of quotes that a line is in, and its text there."""
    match = _QUOTE.match(line)
    return (match[1].count(">"), line[match.end() :]) if match else (0, line)


def _trim_blank_lines(lines: list[str], *, start: bool, end: bool) -> list[str]:
    """`lines` without blank ones where a quote begins or ends, as its tag breaks the line."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    if not filled:
        return [] if start or end else lines
    return lines[filled[0] if start else 0 : filled[-1] + 1 if end else None]
