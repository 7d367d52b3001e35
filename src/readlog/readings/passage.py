"""A passage as it is set on a page: its own lines and paragraphs, and emphasis, but no other Markdown."""

import re

from rich.text import Text

from readlog.core.flowing import flowing
from readlog.core.spoilers import seen
from readlog.core.text import printable

_SIGNS = re.compile(r"[*_~\\]")
_STYLES = {"em": "italic", "strong": "bold", "s": "strike"}


def set_passage(passage: str, *, spoilers: bool, style: str = "") -> Text:
    """A passage in a style, emphasis standing out of it, with its `spoilers` or without."""
    shown = flowing(seen(printable(passage), spoilers=spoilers))
    if not _SIGNS.search(shown):
        return Text(shown, style)
    line = Text(style=style)
    for piece in re.split(r"(\n\s*\n)", shown):
        line.append_text(_emphasised(piece, upright="italic" in style))
    return line


def _emphasised(paragraph: str, *, upright: bool) -> Text:
    """A paragraph with its emphasis, which is upright where the rest is in italics."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["emphasis", "strikethrough", "escape"])
    line, styles = Text(), list[str]()
    for token in parser.parseInline(paragraph)[0].children or ():
        kind, _, end = token.type.rpartition("_")
        if end == "open":
            styles.append("not italic" if kind == "em" and upright else _STYLES[kind])
        elif end == "close":
            styles.pop()
        else:
            line.append(token.content, " ".join(styles))
    return line
