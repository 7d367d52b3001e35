"""Convert the HTML of reviews in the exports of Goodreads and StoryGraph to Markdown.

The tags are those that people type on Goodreads, in any order and often not closed; there is no
specification. Links such as `[book:Title|123]` become their text, and `<spoiler>` becomes the bars
of readlog. `MarkdownWriter` appends words one after another and, before each, what belongs there:
line breaks, prefixes of quotes and lists, signs of emphasis. So no emphasis is empty, has white
space inside its signs, or extends over the end of a line.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from readlog.core.normalize_text import CONTROL_CHARACTERS

_SPAN_TAGS = {
    "b": "**",
    "strong": "**",
    "i": "*",
    "em": "*",
    "cite": "*",
    "s": "~~",
    "strike": "~~",
    "del": "~~",
    "q": "“",
}

_HEADING_TAGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BREAKS_OF_TAGS = {"p": 2, "table": 2, "section": 2, "article": 2, "pre": 2, "div": 1, "center": 1, "tr": 1}
_CONTAINER_TAGS = frozenset(("ul", "ol", "li", "blockquote"))
_IGNORED_TAGS = frozenset("u ins span font small big sub sup mark tt code tbody".split())
_TAGS = {"a", "br", "hr", "img", "spoiler", "td", "th"}.union(
    _SPAN_TAGS, _BREAKS_OF_TAGS, _CONTAINER_TAGS, _HEADING_TAGS, _IGNORED_TAGS
)

_ATTRIBUTE = r"""\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)"""

_NAME = r"(?:[^|\n<\[\]]{1,300}+|\[[^|\n<\[\]]{0,60}\]){1,9}+"
_TOKEN = re.compile(
    rf"""
    <(?P<breaks>br\s*/?>(?:\s*<br\s*/?>)*)
    | <code>(?P<code>[^<`]*)</code> | <pre>(?P<pre>[^<`]*)</pre>
    | <(?P<end>/?)(?P<tag>{"|".join(sorted(_TAGS))})(?P<attributes>(?:{_ATTRIBUTE})*)\s*/?>
    | \[(?:bc?|a|book|bookcover|author|bookauthor|series):(?P<name>{_NAME})\|[0-9]{{1,20}}+
      (?:\|[^|\n<]{{0,300}}\|[^|\]\s<]{{0,500}}\|[0-9]{{1,20}} | (?:\|[^|\]\n<]{{0,300}}){{0,4}})\]
    | \[(?:book|author):(?P<only_name>[^|\]\n<]{{1,300}})\]
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Each alternative begins with a literal character and not with a group: `re` then skips everything else quickly."""

_SPOILER_TAG = re.compile(rf"</?spoiler(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_ATTRIBUTE_VALUE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SAFE_SCHEMES = frozenset(("http", "https", "ftp", "mailto"))
_UNSAFE_IN_ADDRESS = re.compile(r"[\s()<>\"\\|`\[\]]")
_SPOILER_PLACEHOLDER = "\x00"
"""Stands for the bars of a spoiler until the end, to distinguish them from bars in the text."""

_CLOSING_SIGNS = {"“": "”"}
_RULE = "---"
_MAX_DEPTH = 10
"""Levels of nested quotes and lists; deeper ones are written at this level."""

_Span = tuple[str, str]


def to_markdown(html: str, *, entities: bool = False) -> str:
    """The Markdown of a review or a note; text without tags is unchanged.

    With `entities`, `&amp;` becomes `&`. A spoiler that is never closed extends to the end.
    """
    decode: Callable[[str], str] = unescape if entities else str
    if "<" not in html and "[" not in html:
        return decode(html)
    html = html.replace("\r\n", "\n").replace("\x00", "")
    end = 0
    writer: MarkdownWriter | None = None
    for token in _TOKEN.finditer(html):
        writer = writer or MarkdownWriter(has_spoilers=bool(_SPOILER_TAG.search(html)))
        writer.write_text(decode(html[end : token.start()]))
        _write_token(writer, token, decode)
        end = token.end()
    if writer is None:
        return decode(html)
    writer.write_text(decode(html[end:]))
    return writer.result()


def to_spoiler(html: str, *, entities: bool = False) -> str:
    """The Markdown of a review that is one spoiler as a whole; spoilers inside it lose their own bars."""
    return to_markdown(f"<spoiler>{_SPOILER_TAG.sub('', html)}", entities=entities)


@dataclass(slots=True, eq=False)
class _Container:
    """A quote, list or item; `first` is the prefix of its first line, `later` that of the others."""

    kind: str
    first: str = ""
    later: str = ""
    items: int = 0
    has_begun: bool = False

    def next_prefix(self) -> str:
        """The prefix of the next line."""
        sign = self.later if self.has_begun else self.first
        self.has_begun = True
        return sign


class MarkdownWriter:
    """Builds a Markdown text; if it `has_spoilers`, nothing else in it may look like their bars."""

    def __init__(self, *, has_spoilers: bool = False) -> None:
        self._has_spoilers = has_spoilers
        self._parts: list[str] = []
        self._containers: list[_Container] = []
        self._containers_of_line: list[_Container] = []
        self._requested_spans: dict[_Span, int] = {}
        self._open_spans: list[_Span] = []
        self._heading = ""
        self._pending_space = ""
        self._line_breaks = 0
        self._soft_breaks = 0
        self._is_prose = False
        self._spoiler_depth = 0
        self._in_spoiler = False

    def write_text(self, text: str) -> None:
        """Append words; line feeds in them end lines."""
        if "\n" not in text:
            self._write_line(text)
            return
        for number, line in enumerate(text.split("\n")):
            self._soft_breaks += number > 0
            self._write_line(line)

    def write_image(self, alternative: str, address: str) -> None:
        """Append an image with its alternative text."""
        self._write(f"![{_escape_brackets(' '.join(alternative.split()))}]({address})", self._requested_spans)

    def begin_span(self, sign: str, closing: str | None = None) -> None:
        """Put the following words between `sign` and `closing`, by default the same sign."""
        mark = (sign, closing or _CLOSING_SIGNS.get(sign, sign))
        self._requested_spans[mark] = self._requested_spans.get(mark, 0) + 1

    def end_span(self, sign: str) -> None:
        """End the span with this opening `sign`, if there is one."""
        for mark in [mark for mark in self._requested_spans if mark[0] == sign]:
            self._requested_spans[mark] -= 1
            if not self._requested_spans[mark]:
                del self._requested_spans[mark]

    def begin_spoiler(self) -> None:
        """Begin a spoiler; spoilers can be nested."""
        self._spoiler_depth += 1

    def end_spoiler(self) -> None:
        """End a spoiler; the outermost one writes the bars."""
        self._spoiler_depth = max(0, self._spoiler_depth - 1)
        if not self._spoiler_depth and self._in_spoiler:
            self._close_all_spans()
            self._parts.append(_SPOILER_PLACEHOLDER)
            self._in_spoiler = False

    def line_break(self, times: int = 1) -> None:
        """End the line; two line breaks end the paragraph."""
        self._line_breaks += times

    def end_line(self, breaks: int = 1) -> None:
        """Put what follows on a line of its own, or with two `breaks` in a paragraph of its own."""
        self._line_breaks = max(self._line_breaks, breaks)

    def begin_heading(self, level: int) -> None:
        """Make the next words a heading."""
        self.end_line(2)
        self._heading = "#" * level + " "

    def end_heading(self) -> None:
        """End the heading; one without words is dropped."""
        self.end_line(2)
        self._heading = ""

    def write_rule(self) -> None:
        """Append a horizontal rule."""
        self.end_line(2)
        self._close_all_spans()
        self._write(_RULE, [])
        self.end_line(2)

    def begin_container(self, kind: str) -> None:
        """Begin a `blockquote`, an `ol`, a `ul` or, in one of these, an `li`."""
        if kind == "li":
            self._begin_item()
            return
        self.end_line(1 if self._is_within("li") else 2)
        sign = "> " if kind == "blockquote" else ""
        if len(self._containers) < _MAX_DEPTH:
            self._containers.append(_Container(kind, sign, sign))

    def end_container(self, kind: str) -> None:
        """End the innermost container of this kind, and all containers inside it."""
        if not self._is_within(kind):
            return
        while self._containers.pop().kind != kind:
            pass
        self.end_line(1 if kind == "li" or self._is_within("li") else 2)

    def write_code(self, text: str) -> None:
        """Append a code span; `text` has no backticks."""
        if self._has_spoilers or not text.strip() or "\n" in text:
            self.write_text(text)
        else:
            self._write(f"`{text}`", self._requested_spans)

    def write_fenced_code(self, text: str) -> None:
        """Append a fenced code block; `text` has no backticks."""
        self.end_line(2)
        if self._has_spoilers or not text.strip():
            self.write_text(text)
        else:
            self._close_all_spans()
            for line in ("```", *text.strip("\n").split("\n"), "```"):
                self._write(line, [])
                self._is_prose = False
                self.end_line()
        self.end_line(2)

    def result(self) -> str:
        """Close everything and return the text; call it once, at the end."""
        self._spoiler_depth = 0
        self.end_spoiler()
        self._close_all_spans()
        if not self._line_breaks and not self._soft_breaks:
            self._parts.append(self._pending_space)
        text = "".join(self._parts)
        if self._has_spoilers:
            text = re.sub(r"\|(?=\|)", "| ", text.replace("`", "'"))
            text = re.sub("~(?=~~)", "~ ", text)
        return text.replace(_SPOILER_PLACEHOLDER, "||")

    def _begin_item(self) -> None:
        """Begin an item, which ends the one before it; without a list, begin one."""
        self.end_line()
        if not self._is_within("ul") and not self._is_within("ol"):
            self.begin_container("ul")
        lists = [place for place, each in enumerate(self._containers) if each.kind in ("ul", "ol")]
        if not lists:
            return
        del self._containers[lists[-1] + 1 :]
        within = self._containers[-1]
        within.items += 1
        sign = f"{within.items}. " if within.kind == "ol" else "- "
        self._containers.append(_Container("li", sign, " " * len(sign)))

    def _write_line(self, text: str) -> None:
        words = text.strip()
        if not words:
            self._pending_space += text
            return
        if len(words) == len(text):
            self._write(self._escape_in_link(words), self._requested_spans)
            return
        start = text.index(words)
        self._pending_space += text[:start]
        self._write(self._escape_in_link(words), self._requested_spans)
        self._pending_space = text[start + len(words) :]

    def _escape_in_link(self, words: str) -> str:
        return _escape_brackets(words) if self._requested_spans and self._in_link() else words

    def _in_link(self) -> bool:
        return any(sign == "[" for sign, _ in self._requested_spans)

    def _is_within(self, kind: str) -> bool:
        return any(each.kind == kind for each in self._containers)

    def _write(self, words: str, spans: Collection[_Span]) -> None:
        """Append `words` with the separator that belongs before them, inside the `spans`."""
        begins_spoiler = self._spoiler_depth and not self._in_spoiler
        if self._line_breaks or self._soft_breaks or begins_spoiler:
            self._close_all_spans()
        while not all(mark in spans for mark in self._open_spans):
            self._close_span()
        separator = self._separator(words) if self._parts else self._text_start()
        if begins_spoiler:
            beside_another = not separator and self._parts[-1:] == [_SPOILER_PLACEHOLDER]
            separator += " " + _SPOILER_PLACEHOLDER if beside_another else _SPOILER_PLACEHOLDER
            self._in_spoiler = True
        self._parts.append(separator)
        for mark in spans:
            if mark not in self._open_spans:
                self._parts.append(mark[0])
                self._open_spans.append(mark)
        self._parts.append(words)
        self._is_prose = not self._heading and words != _RULE
        self._containers_of_line = list(self._containers)
        self._heading = self._pending_space = ""
        self._line_breaks = self._soft_breaks = 0

    def _text_start(self) -> str:
        """The separator before the first words: at most one space, because four would make a code block."""
        signs = self._line_prefix()
        return signs if signs or self._line_breaks or self._soft_breaks else " " * bool(self._pending_space)

    def _separator(self, words: str) -> str:
        """The separator between the last words and these: spaces, or line breaks and a prefix."""
        gap = self._line_breaks or min(self._soft_breaks, 2)
        if not gap:
            return self._pending_space
        if self._heading or not words.strip("-=") or self._has_left_container():
            gap = 2
        if gap > 1:
            shared = (
                mine.later for mine, its in zip(self._containers, self._containers_of_line, strict=False) if mine is its
            )
            return "\n" + "".join(shared).rstrip() + "\n" + self._line_prefix()
        hard = self._line_breaks and self._is_prose and self._containers == self._containers_of_line
        return ("  \n" if hard else "\n") + self._line_prefix()

    def _has_left_container(self) -> bool:
        """Whether a container has ended and none has begun: only an empty line separates it from what follows."""
        return (
            len(self._containers) < len(self._containers_of_line)
            and self._containers == self._containers_of_line[: len(self._containers)]
        )

    def _line_prefix(self) -> str:
        return "".join([each.next_prefix() for each in self._containers]) + self._heading

    def _close_span(self) -> None:
        self._parts.append(self._open_spans.pop()[1])

    def _close_all_spans(self) -> None:
        while self._open_spans:
            self._close_span()


def _write_token(writer: MarkdownWriter, token: "re.Match[str]", decode: Callable[[str], str]) -> None:
    kind, content = token.lastgroup or "", token[token.lastgroup or 0]
    if kind == "breaks":
        writer.line_break(content.count("<") + 1)
    elif kind == "attributes":
        _write_tag(writer, token["tag"].casefold(), token)
    elif kind == "code":
        writer.write_code(decode(content))
    elif kind == "pre":
        writer.write_fenced_code(decode(content))
    else:
        writer.write_text(decode(content))


def _write_tag(writer: MarkdownWriter, tag: str, token: "re.Match[str]") -> None:
    """Write a known tag; most of them have no equivalent in Markdown and are dropped."""
    ends = bool(token["end"])
    if tag == "br":
        writer.line_break()
    elif sign := _SPAN_TAGS.get(tag):
        writer.end_span(sign) if ends else writer.begin_span(sign)
    elif tag in _CONTAINER_TAGS:
        writer.end_container(tag) if ends else writer.begin_container(tag)
    elif tag in _HEADING_TAGS:
        writer.end_heading() if ends else writer.begin_heading(int(tag[1]))
    elif tag in _BREAKS_OF_TAGS:
        writer.end_line(_BREAKS_OF_TAGS[tag])
    elif tag in _OTHER_TAGS:
        _OTHER_TAGS[tag](writer, token)


def _write_spoiler(writer: MarkdownWriter, token: "re.Match[str]") -> None:
    writer.end_spoiler() if token["end"] else writer.begin_spoiler()


def _write_link(writer: MarkdownWriter, token: "re.Match[str]") -> None:
    """End an open link, and begin another one if it has a safe address."""
    writer.end_span("[")
    address = "" if token["end"] else _safe_address(_attributes(token).get("href", ""))
    if address:
        writer.begin_span("[", f"]({address})")


def _write_image(writer: MarkdownWriter, token: "re.Match[str]") -> None:
    values = _attributes(token)
    alternative, address = values.get("alt", ""), _safe_address(values.get("src", ""))
    if address:
        writer.write_image(alternative, address)
    else:
        writer.write_text(alternative)


_OTHER_TAGS: dict[str, Callable[[MarkdownWriter, "re.Match[str]"], None]] = {
    "a": _write_link,
    "hr": lambda writer, token: writer.write_rule(),
    "img": _write_image,
    "spoiler": _write_spoiler,
    "td": lambda writer, token: writer.write_text(" "),
    "th": lambda writer, token: writer.write_text(" "),
}


def _attributes(token: "re.Match[str]") -> dict[str, str]:
    """The attributes of a tag, by lower-case name, decoded."""
    found = _ATTRIBUTE_VALUE.findall(token["attributes"])
    return {name.casefold(): unescape(first or second or third) for name, first, second, third in found}


def _safe_address(href: str) -> str:
    """A URL that is valid in Markdown; empty for an unsafe scheme such as `javascript:`."""
    address = CONTROL_CHARACTERS.sub("", re.sub(r"[\t\n\r]", "", href)).strip()
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].casefold() not in _SAFE_SCHEMES:
        return ""
    return _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), address)


def _escape_brackets(words: str) -> str:
    """Words for use between the square brackets of a link."""
    return re.sub(r"([\[\]])", r"\\\1", words)
