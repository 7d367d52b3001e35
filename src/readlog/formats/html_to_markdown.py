"""Markdown put together piece by piece: what is opened is closed, whatever the pieces come from.

Words are placed one after another; before each word comes what is due there: a line break, the
signs of quotes and lists at the beginning of a line, the marks of what is bold. So there is no
empty mark, no white space inside of one, and no mark that goes over the end of a line.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from readlog.core.text import CONTROL_CHARACTERS

_SPOILER = "\x00"
"""Stands for the two bars until all is done, so that bars among the words are told from ours."""

_CLOSING = {"“": "”"}
_RULE = "---"
_DEEPEST = 10
"""Quotes and lists within each other; what is deeper than that is written as this deep."""

_Mark = tuple[str, str]


@dataclass(slots=True, eq=False)
class _Container:
    """A quote, a list or an item; `first` and `later` are what its lines begin with."""

    kind: str
    first: str = ""
    later: str = ""
    items: int = 0
    begun: bool = False

    def sign(self) -> str:
        """What the next line begins with."""
        sign = self.later if self.begun else self.first
        self.begun = True
        return sign


class MarkdownLines:
    """A text that grows; `hides` says that it has spoilers, and that nothing else may be taken for their bars."""

    def __init__(self, *, hides: bool = False) -> None:
        self._hides = hides
        self._parts: list[str] = []
        self._containers: list[_Container] = []
        self._line: list[_Container] = []
        self._wanted: dict[_Mark, int] = {}
        self._opened: list[_Mark] = []
        self._heading = ""
        self._blank = ""
        self._gap = 0
        self._soft_gap = 0
        self._prose = False
        self._spoilers = 0
        self._hiding = False

    def text(self, text: str) -> None:
        """Place words; a line feed among them ends a line."""
        if "\n" not in text:
            self._line_of(text)
            return
        for number, line in enumerate(text.split("\n")):
            self._soft_gap += number > 0
            self._line_of(line)

    def image(self, alternative: str, address: str) -> None:
        """A picture, and the words that stand for it."""
        self._place(f"![{_escaped(' '.join(alternative.split()))}]({address})", self._wanted)

    def mark(self, sign: str, closing: str | None = None) -> None:
        """From here on words are between `sign` and the same, or `closing`."""
        mark = (sign, closing or _CLOSING.get(sign, sign))
        self._wanted[mark] = self._wanted.get(mark, 0) + 1

    def unmark(self, sign: str) -> None:
        """The end of what `mark` has begun, once; where nothing was begun, nothing ends."""
        for mark in [mark for mark in self._wanted if mark[0] == sign]:
            self._wanted[mark] -= 1
            if not self._wanted[mark]:
                del self._wanted[mark]

    def spoiler(self) -> None:
        """What follows is hidden."""
        self._spoilers += 1

    def end_spoiler(self) -> None:
        """As many ends as beginnings make an end."""
        self._spoilers = max(0, self._spoilers - 1)
        if not self._spoilers and self._hiding:
            self._close_all()
            self._parts.append(_SPOILER)
            self._hiding = False

    def line_break(self, times: int = 1) -> None:
        """One line ends; the second time it is a paragraph."""
        self._gap += times

    def end_line(self, breaks: int = 1) -> None:
        """What follows begins on a line of its own, or with two breaks in a paragraph of its own."""
        self._gap = max(self._gap, breaks)

    def heading(self, level: int) -> None:
        """The next words are a heading."""
        self.end_line(2)
        self._heading = "#" * level + " "

    def end_heading(self) -> None:
        """A heading of no words is none."""
        self.end_line(2)
        self._heading = ""

    def rule(self) -> None:
        """A line between what was and what comes."""
        self.end_line(2)
        self._close_all()
        self._place(_RULE, [])
        self.end_line(2)

    def begin(self, kind: str) -> None:
        """Begin a `blockquote`, an `ol`, a `ul` or, in one of these, an `li`."""
        if kind == "li":
            self._begin_item()
            return
        self.end_line(1 if self._within("li") else 2)
        sign = "> " if kind == "blockquote" else ""
        if len(self._containers) < _DEEPEST:
            self._containers.append(_Container(kind, sign, sign))

    def end(self, kind: str) -> None:
        """End the innermost container of this kind, and whatever was begun in it."""
        if not self._within(kind):
            return
        while self._containers.pop().kind != kind:
            pass
        self.end_line(1 if kind == "li" or self._within("li") else 2)

    def code(self, text: str) -> None:
        """Words as a machine reads them, which have no backtick in them."""
        if self._hides or not text.strip() or "\n" in text:
            self.text(text)
        else:
            self._place(f"`{text}`", self._wanted)

    def fenced(self, text: str) -> None:
        """Lines as they are, which have no backtick in them."""
        self.end_line(2)
        if self._hides or not text.strip():
            self.text(text)
        else:
            self._close_all()
            for line in ("```", *text.strip("\n").split("\n"), "```"):
                self._place(line, [])
                self._prose = False
                self.end_line()
        self.end_line(2)

    def finished(self) -> str:
        """The whole text; nothing can be placed any more."""
        self._spoilers = 0
        self.end_spoiler()
        self._close_all()
        if not self._gap and not self._soft_gap:
            self._parts.append(self._blank)
        text = "".join(self._parts)
        if self._hides:
            text = re.sub(r"\|(?=\|)", "| ", text.replace("`", "'"))
            text = re.sub("~(?=~~)", "~ ", text)
        return text.replace(_SPOILER, "||")

    def _begin_item(self) -> None:
        """An item ends the one before it; where there is no list it is an item all the same."""
        self.end_line()
        if not self._within("ul") and not self._within("ol"):
            self.begin("ul")
        lists = [place for place, each in enumerate(self._containers) if each.kind in ("ul", "ol")]
        if not lists:
            return
        del self._containers[lists[-1] + 1 :]
        within = self._containers[-1]
        within.items += 1
        sign = f"{within.items}. " if within.kind == "ol" else "- "
        self._containers.append(_Container("li", sign, " " * len(sign)))

    def _line_of(self, text: str) -> None:
        words = text.strip()
        if not words:
            self._blank += text
            return
        if len(words) == len(text):
            self._place(self._escaped(words), self._wanted)
            return
        start = text.index(words)
        self._blank += text[:start]
        self._place(self._escaped(words), self._wanted)
        self._blank = text[start + len(words) :]

    def _escaped(self, words: str) -> str:
        return _escaped(words) if self._wanted and self._in_link() else words

    def _in_link(self) -> bool:
        return any(sign == "[" for sign, _ in self._wanted)

    def _within(self, kind: str) -> bool:
        return any(each.kind == kind for each in self._containers)

    def _place(self, words: str, wanted: Collection[_Mark]) -> None:
        """Put words where they belong, with what is due before them, and between the marks that are wanted."""
        begins_spoiler = self._spoilers and not self._hiding
        if self._gap or self._soft_gap or begins_spoiler:
            self._close_all()
        while not all(mark in wanted for mark in self._opened):
            self._close()
        due = self._due(words) if self._parts else self._beginning()
        if begins_spoiler:
            beside_another = not due and self._parts[-1:] == [_SPOILER]
            due += " " + _SPOILER if beside_another else _SPOILER
            self._hiding = True
        self._parts.append(due)
        for mark in wanted:
            if mark not in self._opened:
                self._parts.append(mark[0])
                self._opened.append(mark)
        self._parts.append(words)
        self._prose = not self._heading and words != _RULE
        self._line = list(self._containers)
        self._heading = self._blank = ""
        self._gap = self._soft_gap = 0

    def _beginning(self) -> str:
        """What stands before the very first words: no more than one blank, for four of them would make them code."""
        signs = self._signs()
        return signs if signs or self._gap or self._soft_gap else " " * bool(self._blank)

    def _due(self, words: str) -> str:
        """What stands between the last words and these: blanks, or a new line with its signs."""
        gap = self._gap or min(self._soft_gap, 2)
        if not gap:
            return self._blank
        if self._heading or not words.strip("-=") or self._has_left():
            gap = 2
        if gap > 1:
            shared = (mine.later for mine, its in zip(self._containers, self._line, strict=False) if mine is its)
            return "\n" + "".join(shared).rstrip() + "\n" + self._signs()
        hard = self._gap and self._prose and self._containers == self._line
        return ("  \n" if hard else "\n") + self._signs()

    def _has_left(self) -> bool:
        """Whether a container has ended and no other begun: without an empty line what follows would belong to it."""
        return len(self._containers) < len(self._line) and self._containers == self._line[: len(self._containers)]

    def _signs(self) -> str:
        return "".join([each.sign() for each in self._containers]) + self._heading

    def _close(self) -> None:
        self._parts.append(self._opened.pop()[1])

    def _close_all(self) -> None:
        while self._opened:
            self._close()


def _escaped(words: str) -> str:
    """Words that can stand between the square brackets of a link."""
    return re.sub(r"([\[\]])", r"\\\1", words)


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
    address = CONTROL_CHARACTERS.sub("", re.sub(r"[\t\n\r]", "", href)).strip()
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].casefold() not in _SAFE_SCHEMES:
        return ""
    return _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), address)
