"""Reviews as websites keep them, made Markdown: the tags that people use there, and every other `<` as it stands.

What comes from Goodreads is HTML with anything in it: `<3`, tags that are never closed or never
opened, spoilers inside of spoilers. So nothing is parsed as a tree: one pass over the tags that are
known, which notes what the next words are (bold, quoted, hidden), and closes by itself what it opened.
"""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

from readlog.core.text import CONTROLS
from readlog.formats.html_to_markdown import MarkdownLines

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "cite": "*", "s": "~~", "strike": "~~", "del": "~~", "q": "“"}
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BREAKS = {"p": 2, "table": 2, "section": 2, "article": 2, "pre": 2, "div": 1, "center": 1, "tr": 1}
_LISTS = frozenset(("ul", "ol", "li", "blockquote"))
_WITHOUT_MEANING = frozenset("u ins span font small big sub sup mark tt code tbody".split())
_TAGS = {"a", "br", "hr", "img", "spoiler", "td", "th"}.union(_MARKS, _BREAKS, _LISTS, _HEADINGS, _WITHOUT_MEANING)

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
"""Each alternative begins with a sign and not with a group: then `re` looks at nothing but these signs."""
_SPOILER_TAG = re.compile(rf"</?spoiler(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_VALUE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SAFE_SCHEMES = frozenset(("http", "https", "ftp", "mailto"))
_UNSAFE_IN_ADDRESS = re.compile(r"[\s()<>\"\\|`\[\]]")


def to_markdown(html: str, *, entities: bool = False) -> str:
    """The Markdown of a review or a note; a text without a tag comes out word for word.

    With `entities`, `&amp;` is `&`. Spoilers stand between two pairs of bars; one that is never
    closed goes on to the end.
    """
    decode: Callable[[str], str] = unescape if entities else str
    if "<" not in html and "[" not in html:
        return decode(html)
    html = html.replace("\r\n", "\n").replace("\x00", "")
    end = 0
    lines: MarkdownLines | None = None
    for token in _TOKEN.finditer(html):
        lines = lines or MarkdownLines(hides=bool(_SPOILER_TAG.search(html)))
        lines.text(decode(html[end : token.start()]))
        _obey(lines, token, decode)
        end = token.end()
    if lines is None:
        return decode(html)
    lines.text(decode(html[end:]))
    return lines.finished()


def hidden(html: str, *, entities: bool = False) -> str:
    """The Markdown of a review that is one spoiler as a whole; what it hides itself needs no bars of its own."""
    return to_markdown(f"<spoiler>{_SPOILER_TAG.sub('', html)}", entities=entities)


def _obey(lines: MarkdownLines, token: "re.Match[str]", decode: Callable[[str], str]) -> None:
    kind, said = token.lastgroup or "", token[token.lastgroup or 0]
    if kind == "breaks":
        lines.line_break(said.count("<") + 1)
    elif kind == "attributes":
        _tag(lines, token["tag"].casefold(), token)
    elif kind == "code":
        lines.code(decode(said))
    elif kind == "pre":
        lines.fenced(decode(said))
    else:
        lines.text(decode(said))


def _tag(lines: MarkdownLines, tag: str, token: "re.Match[str]") -> None:
    """Do what a tag says; most of those that are known say nothing that Markdown has."""
    ends = bool(token["end"])
    if tag == "br":
        lines.line_break()
    elif sign := _MARKS.get(tag):
        lines.unmark(sign) if ends else lines.mark(sign)
    elif tag in _LISTS:
        lines.end(tag) if ends else lines.begin(tag)
    elif tag in _HEADINGS:
        lines.end_heading() if ends else lines.heading(int(tag[1]))
    elif tag in _BREAKS:
        lines.end_line(_BREAKS[tag])
    elif tag in _RARE:
        _RARE[tag](lines, token)


def _spoiler(lines: MarkdownLines, token: "re.Match[str]") -> None:
    lines.end_spoiler() if token["end"] else lines.spoiler()


def _link(lines: MarkdownLines, token: "re.Match[str]") -> None:
    """The end of the last link, and the beginning of another if it leads somewhere."""
    lines.unmark("[")
    address = "" if token["end"] else _address(_values(token).get("href", ""))
    if address:
        lines.mark("[", f"]({address})")


def _image(lines: MarkdownLines, token: "re.Match[str]") -> None:
    values = _values(token)
    alternative, address = values.get("alt", ""), _address(values.get("src", ""))
    if address:
        lines.image(alternative, address)
    else:
        lines.text(alternative)


_RARE: dict[str, Callable[[MarkdownLines, "re.Match[str]"], None]] = {
    "a": _link,
    "hr": lambda lines, token: lines.rule(),
    "img": _image,
    "spoiler": _spoiler,
    "td": lambda lines, token: lines.text(" "),
    "th": lambda lines, token: lines.text(" "),
}


def _values(token: "re.Match[str]") -> dict[str, str]:
    """The attributes of a tag."""
    found = _VALUE.findall(token["attributes"])
    return {name.casefold(): unescape(first or second or third) for name, first, second, third in found}


def _address(href: str) -> str:
    """An address as Markdown can have it; empty where there is none, or one that would run something."""
    address = CONTROLS.sub("", re.sub(r"[\t\n\r]", "", href)).strip()
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].casefold() not in _SAFE_SCHEMES:
        return ""
    return _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), address)
