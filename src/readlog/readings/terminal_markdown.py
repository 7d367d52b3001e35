"""A review as rich draws it: Markdown, set like a page and not like a control panel."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich import markdown
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from readlog.core.normalize_text import printable

_THEME = Theme(
    {
        "markdown.h1": "bold",
        "markdown.h2": "bold",
        "markdown.h3": "bold",
        "markdown.h4": "bold",
        "markdown.h5": "bold",
        "markdown.h6": "bold",
        "markdown.block_quote": "italic",
        "markdown.item.bullet": "dim",
        "markdown.item.number": "dim",
        "markdown.code": "italic",
        "markdown.link": "underline",
        "markdown.link_url": "dim",
        "markdown.hr": "dim",
        "markdown.table.border": "dim",
        "markdown.table.header": "bold",
    }
)


class _Heading(markdown.Heading):
    """Left, like everything else."""

    LEVEL_ALIGN: ClassVar = {}


class _BlockQuote(markdown.BlockQuote):
    """Set in from the left; a bar would be one sign more."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 8, 10)
        for line in console.render_lines(self.elements, options.update(width=width), style=self.style):
            yield Segment("    ")
            yield from line
            yield Segment("\n")


class _CodeBlock(markdown.CodeBlock):
    """Set in, as it was typed, in no colours of its own."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Padding(Text(str(self.text).rstrip()), (0, 0, 0, 4))


class _Table(markdown.TableElement):
    """A word that is wider than its column goes on in the next line; nothing of it is cut."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for table in super().__rich_console__(console, options):
            assert isinstance(table, Table)
            for column in table.columns:
                column.overflow = "fold"
            yield table


class _Rule(markdown.HorizontalRule):
    """A pause in the text."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text("* * *", style="markdown.hr", justify="center")


class ReviewMarkdown(markdown.Markdown):
    """Markdown in which HTML is text, so that no word of a review is swallowed, and links are written out."""

    elements: ClassVar = markdown.Markdown.elements | {
        "heading_open": _Heading,
        "blockquote_open": _BlockQuote,
        "fence": _CodeBlock,
        "code_block": _CodeBlock,
        "hr": _Rule,
        "table_open": _Table,
    }

    def __init__(self, review: str) -> None:
        super().__init__("", hyperlinks=False)
        parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").enable("table")
        parser.disable("reference")  # `[Edit]: wonderful` is no definition to whoever writes a review
        self.parsed = _harmless(parser.parse(review))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with console.use_theme(_THEME):
            yield from super().__rich_console__(console, options)


def _harmless(tokens: Iterable[Token]) -> list[Token]:
    """The tokens with nothing in them that moves the cursor: Markdown has entities for any character."""
    cleaned = []
    for token in _in_words(tokens):
        token.content = printable(token.content)
        token.children = _harmless(token.children) if token.children else token.children
        token.attrs = {
            name: printable(value) if isinstance(value, str) else value for name, value in token.attrs.items()
        }
        cleaned.append(token)
    return cleaned


def _in_words(tokens: Iterable[Token]) -> Iterator[Token]:
    """A picture as what it shows, for rich would put it in front of its paragraph; the title of a link behind it."""
    titles: list[str] = []
    for token in tokens:
        title = f' "{token.attrs["title"]}"' if token.attrs.get("title") else ""
        if token.type == "image":
            yield _text(f"[picture: {token.content or token.attrs.get('src', '')}{title}]")
            continue
        yield token
        if token.type == "link_open":
            titles.append(title)
        elif token.type == "link_close":
            yield _text(titles.pop())


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
