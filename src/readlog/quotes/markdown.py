"""Quotes as Markdown for others to read."""

import re
from collections.abc import Iterable, Iterator

from readlog.core.normalize_text import printable, printable_line, unwrap_paragraphs
from readlog.core.spoilers import render_spoilers
from readlog.quotes.results import BookQuote
from readlog.ui.wording import page_and_location

_BEYOND_EMPHASIS = re.compile(r"(?<!\\)((?:\\\\)*)([<\[\]`]|&(?=#?\w+;))")
"""Signs of links, code and HTML that are not escaped yet; emphasis is left as it is."""
_MAY_BE_BEYOND_EMPHASIS = re.compile(r"[<\[\]`&]")
"""A faster check, since most lines have none of these signs."""
_ANY_SIGN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_BLOCK_START = re.compile(r"(?=[#>]|[-+*](?:\s|$)|~~~|[-=|:+*_~\s]+$)")
_NUMBERED_ITEM = re.compile(r"\A([0-9]+)([.)])(?=\s|$)")


def write_markdown(quotes: Iterable[BookQuote], *, spoilers: bool) -> Iterator[str]:
    """Each quote as by `to_markdown`; all but the first start with an empty line."""
    for number, quote in enumerate(quotes):
        yield ("\n" if number else "") + to_markdown(quote, spoilers=spoilers)


def to_markdown(quote: BookQuote, *, spoilers: bool) -> str:
    """A block quote with title, authors and place below the passage, followed by the remark.

    Emphasis in the passage is kept; any other markup is escaped. Without `spoilers`, they are masked.
    """
    where = page_and_location(*(value and _escape(value) for value in (quote.page, quote.location)))
    source = [f"*{_escape(quote.title)}*", *map(_escape, quote.authors), *([where] if where else [])]
    passage = _lines(render_spoilers(quote.text, reveal=spoilers))
    lines = [*passage, "", f"— {', '.join(source)}"]
    blocks = ["\n".join(f"> {line}".rstrip() if not line.strip() else f"> {line}" for line in lines)]
    if quote.remark:
        blocks.append("\n".join(_lines(render_spoilers(quote.remark, reveal=spoilers))))
    return "\n\n".join(blocks)


def _lines(text: str) -> list[str]:
    """The lines of a text, with hard line breaks between them."""
    lines = [_line(line) for line in unwrap_paragraphs(printable(text)).split("\n")]
    if len(lines) == 1:
        return lines
    return [
        f"{line}  " if line.strip() and following.strip() else line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
    ]


def _line(line: str) -> str:
    """A line escaped so that it is not a heading, list item, code or table; its indent becomes no-break spaces."""
    words = line.strip()
    if _MAY_BE_BEYOND_EMPHASIS.search(words):
        words = _BEYOND_EMPHASIS.sub(r"\1\\\2", words)
    indent = "\u00a0" * (len(line) - len(line.lstrip())) if words else ""
    if _BLOCK_START.match(words):
        words = f"\\{words}"
    return indent + (_NUMBERED_ITEM.sub(r"\1\\\2", words) if words[:1].isdecimal() else words)


def _escape(text: str) -> str:
    """`text` in one line, without any markup."""
    return _ANY_SIGN.sub(r"\\\1", printable_line(text))
