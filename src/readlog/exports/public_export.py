"""Readings for publication: without what is private, and with spoilers folded.

A folded spoiler is a line of HTML (`<details>`) between two blank lines, even if it was inside a sentence: only so
is it folded on GitHub and in Obsidian, Hugo and Jekyll alike. With a blank line in it, or text next to it, some of
them would show it.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from readlog.core.domain_model import Reading
from readlog.core.spoilers import hide_spoilers, spoiler_spans
from readlog.exports.markdown_to_html import to_html

SERVICES = frozenset("goodreads storygraph csv readlog librarything bookwyrm hardcover openreads calibre".split())
"""Names under which `extra` has what an import kept without a field for it, which may be private."""

_OPEN = "<details><summary>Spoiler</summary>"
_PREFIX = re.compile(r"((?: {0,3}> ?)*)([ \t]*)([-*+][ \t]+|[0-9]{1,9}[.)][ \t]+)?")
_LONGEST_PREFIX = 40
_QUOTE_SIGNS = re.compile(r"\n {0,3}(?:> ?)+")
_FENCE = re.compile("`{3}|~{3}")
_STOPS = re.compile(r"[.,;:!?…]*")


class Withheld(NamedTuple):
    """How many private notes, fields of `extra` and progress notes were left out, and spoilers folded."""

    private_notes: int = 0
    spoilers: int = 0
    fields: int = 0
    progress: int = 0

    def plus(self, more: "Withheld") -> "Withheld":
        """The sum of both."""
        return Withheld(*(one + other for one, other in zip(self, more, strict=True)))


def to_public(reading: Reading, *, fold: bool = True) -> tuple[Reading, Withheld]:
    """`reading` without what is private, and what was withheld.

    Left out are the private note, the progress notes and, of `extra`, what an import kept under the name of its
    service and all names with "private" in them. Spoilers in the review, in quotes and in their comments are
    folded; pass `fold=False` for a format that has its own mark for them.
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
    """The Markdown `text` with each `||spoiler||` folded, and the number of spoilers.

    A full stop or comma after a spoiler goes into it, because it cannot be on a line of its own. In a block of
    code HTML would be shown as it is, so where there may be one, bars of one length replace the spoilers.
    """
    spans = spoiler_spans(text)
    if not spans or _FENCE.search(text):
        return hide_spoilers(text), len(spans)
    folder = _SpoilerFolder(text)
    for begin, after in spans:
        folder.fold(begin, after)
    return folder.finish(), len(spans)


def _without_private(extra: Mapping[str, Any], services: set[str]) -> tuple[dict[str, Any], int]:
    """`extra` without private fields, and how many were left out; a mapping counts as its fields."""
    public: dict[str, Any] = {}
    count = 0
    for key, value in extra.items():
        if "private" in key.casefold() or (key.casefold() in services and isinstance(value, Mapping)):
            count += len(value) if isinstance(value, Mapping) else 1
        elif isinstance(value, Mapping):
            public[key], more = _without_private(value, set())
            count += more
        else:
            public[key] = value
    return public, count


def _to_details(hidden: str, stops: str, *, quoted: bool) -> str:
    words = (_QUOTE_SIGNS.sub("\n", hidden) if quoted else hidden).strip()
    return f"{_OPEN}{to_html(words.replace('<', '&lt;'))}{stops}</details>"


class _SpoilerFolder:
    """Builds a text with spoilers folded, from one spoiler to the next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[str] = []
        self._end = 0
        self._blank_prefix = self._next_prefix = ""
        """The quote signs and indent with which a blank line, and the next line, begin after the last spoiler."""

    def fold(self, begin: int, after: int) -> None:
        """Put the spoiler from offset `begin` to `after` on a line of its own."""
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
            self._parts.append(f"\n{self._blank_prefix}\n{self._next_prefix}")
        else:
            self._parts.append(f"{self._blank_prefix}\n{first}" if above.strip("> \t\n") else first)
        stops = _STOPS.match(text, after)
        assert stops
        self._end = stops.end()
        self._parts.append(_to_details(text[begin + 2 : after - 2], stops[0], quoted=bool(prefix[1])))

    def finish(self) -> str:
        """The complete text."""
        self._add_text(len(self._text))
        return "".join(self._parts)

    def _add_text(self, end: int) -> None:
        """Add the text up to `end`, separated from the spoiler above it by a blank line."""
        words = self._text[self._end : end]
        if self._parts and words:
            first, feed, rest = words.partition("\n")
            below = rest.partition("\n")[0]
            if first.strip():
                words = f"\n{self._blank_prefix}\n{self._next_prefix}{first.lstrip()}{feed}{rest}"
            elif below.strip("> \t"):
                words = f"\n{self._blank_prefix}{feed}{rest}"
            else:
                words = feed + rest
        self._parts.append(words)
        self._end = end

    def _set_prefix(self, prefix: "re.Match[str]", *, is_first: bool) -> str:
        """Set what the lines after this one begin with; returns what this one begins with.

        The indent is at most three spaces, as more would make the line code, unless it follows a list marker; that
        it is one is certain only where our own line begins with it.
        """
        quotes = "> " * prefix[1].count(">")
        indent = " " * min(len(prefix[2].expandtabs(4)), 3)
        marker = f"{prefix[3].rstrip()} " if prefix[3] else ""
        if len(quotes) + len(marker) > _LONGEST_PREFIX:
            quotes = indent = marker = ""
        blanks = len(indent) + len(marker)
        self._blank_prefix = quotes.rstrip()
        self._next_prefix = quotes + " " * (blanks if is_first else min(blanks, 3))
        return quotes + indent + marker
