"""Readings as others may see them: without what is private, and with spoilers folded in.

A folded spoiler is one line of HTML on its own, `<details>`, with a blank line before and behind:
so it is folded on GitHub, in Obsidian, Hugo and Jekyll alike, also where it stood inside of a
sentence. A blank line within it, or words beside it, would show the secret in some of them.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from readlog.core.model import Reading
from readlog.core.spoilers import hide_spoilers, spoiler_spans
from readlog.exports.markdown_to_html import to_html

SERVICES = frozenset("goodreads storygraph csv readlog librarything bookwyrm hardcover openreads calibre".split())
"""Under these names `extra` keeps what an import had and readlog has no field for; nobody has looked at it."""

_OPEN = "<details><summary>Spoiler</summary>"
_PREFIX = re.compile(r"((?: {0,3}> ?)*)([ \t]*)([-*+][ \t]+|[0-9]{1,9}[.)][ \t]+)?")
_LONGEST_PREFIX = 40
_QUOTE_SIGNS = re.compile(r"\n {0,3}(?:> ?)+")
_FENCE = re.compile("`{3}|~{3}")
_STOPS = re.compile(r"[.,;:!?…]*")


class Withheld(NamedTuple):
    """How many private notes, fields of `extra` and notes on progress were left out; how many spoilers are folded."""

    private_notes: int = 0
    spoilers: int = 0
    fields: int = 0
    progress: int = 0

    def plus(self, more: "Withheld") -> "Withheld":
        """Both together."""
        return Withheld(*(one + other for one, other in zip(self, more, strict=True)))


def to_public(reading: Reading, *, fold: bool = True) -> tuple[Reading, Withheld]:
    """`reading` as others may see it, and what was withheld.

    The private note goes, and what was noted while reading; of `extra` goes what an import kept there
    under the name of its service, and whatever calls itself private. Spoilers in the review, in quotes
    and in remarks are folded, unless `fold` says that the format has its own sign for them.
    """
    extra, fields = _without_private(reading.extra, {*SERVICES, *(each.split(":")[0] for each in reading.sources)})
    public = reading._replace(private_note=None, progress=(), extra=extra)
    notes, spoilers = int(reading.private_note is not None), 0
    if fold:
        review, spoilers = fold_spoilers(reading.review or "")
        quotes = []
        for quote in reading.quotes:
            passage, in_passage = fold_spoilers(quote.text)
            remark, in_remark = fold_spoilers(quote.remark or "")
            spoilers += in_passage + in_remark
            quotes.append(quote._replace(text=passage, remark=remark or None))
        public = public._replace(review=review or None, quotes=tuple(quotes))
    return public, Withheld(notes, spoilers, fields, len(reading.progress))


def fold_spoilers(text: str) -> tuple[str, int]:
    """The Markdown `text` with each `||spoiler||` folded, and how many there were.

    A full stop or comma behind a spoiler goes into it, for it cannot stand alone. HTML in a block of
    code would be seen as it is, so where there may be one, bars of one length stand for the spoilers.
    """
    spans = spoiler_spans(text)
    if not spans or _FENCE.search(text):
        return hide_spoilers(text), len(spans)
    folded = _Folded(text)
    for begin, after in spans:
        folded.hide(begin, after)
    return folded.finished(), len(spans)


def _without_private(extra: Mapping[str, Any], services: set[str]) -> tuple[dict[str, Any], int]:
    """What of `extra` may be seen, and how many fields are left out; a field with others in it counts as those."""
    kept: dict[str, Any] = {}
    count = 0
    for key, value in extra.items():
        if "private" in key.casefold() or (key.casefold() in services and isinstance(value, Mapping)):
            count += len(value) if isinstance(value, Mapping) else 1
        elif isinstance(value, Mapping):
            kept[key], more = _without_private(value, set())
            count += more
        else:
            kept[key] = value
    return kept, count


def _details(hidden: str, stops: str, *, quoted: bool) -> str:
    words = (_QUOTE_SIGNS.sub("\n", hidden) if quoted else hidden).strip()
    return f"{_OPEN}{to_html(words.replace('<', '&lt;'))}{stops}</details>"


class _Folded:
    """A text that grows by what stands before each spoiler and by the spoiler."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._end = 0
        self._blank = self._later = ""
        """What a blank line and the next line begin with where the last spoiler stands: signs of quotes and lists."""

    def hide(self, begin: int, after: int) -> None:
        """Put the spoiler between the two places into a line of its own."""
        text = self._text
        line = text.rfind("\n", 0, begin) + 1
        prefix = _PREFIX.match(text, line, begin)
        assert prefix
        is_first = prefix.end() == begin and line >= self._end
        above = text[max(text.rfind("\n", 0, max(line - 1, 0)) + 1, self._end) : line]
        self._add_text(line if is_first else begin)
        first = self._set_prefix(prefix, is_first=is_first)
        if not is_first:
            self._parts[-1] = self._parts[-1].rstrip(" \t")
            self._parts.append(f"\n{self._blank}\n{self._later}")
        else:
            self._parts.append(f"{self._blank}\n{first}" if above.strip("> \t\n") else first)
        stops = _STOPS.match(text, after)
        assert stops
        self._end = stops.end()
        self._parts.append(_details(text[begin + 2 : after - 2], stops[0], quoted=bool(prefix[1])))

    def finished(self) -> str:
        """The whole text."""
        self._add_text(len(self._text))
        return "".join(self._parts)

    def _add_text(self, end: int) -> None:
        """Add what stands before `end`, parted from the spoiler above it by a blank line."""
        words = self._text[self._end : end]
        if self._parts and words:
            first, feed, rest = words.partition("\n")
            below = rest.partition("\n")[0]
            if first.strip():
                words = f"\n{self._blank}\n{self._later}{first.lstrip()}{feed}{rest}"
            elif below.strip("> \t"):
                words = f"\n{self._blank}{feed}{rest}"
            else:
                words = feed + rest
        self._parts.append(words)
        self._end = end

    def _set_prefix(self, prefix: "re.Match[str]", *, is_first: bool) -> str:
        """Note what the lines after this one begin with; returns what the first one does.

        Never more than three blanks, which would make code of the line, unless it stands below a sign
        of a list; that is surely one only where a line of ours begins with it.
        """
        quotes = "> " * prefix[1].count(">")
        indent = " " * min(len(prefix[2].expandtabs(4)), 3)
        marker = f"{prefix[3].rstrip()} " if prefix[3] else ""
        if len(quotes) + len(marker) > _LONGEST_PREFIX:
            quotes = indent = marker = ""
        blanks = len(indent) + len(marker)
        self._blank = quotes.rstrip()
        self._later = quotes + " " * (blanks if is_first else min(blanks, 3))
        return quotes + indent + marker
