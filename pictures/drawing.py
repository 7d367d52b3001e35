"""What a terminal shows, as SVG: text on a grid, in the colours of the page that it stands on, light or dark."""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

CELL, LINE = 8.4, 19.0
"""Width and height of a character, in units of the picture."""
_MARGIN, _BAR = 18.0, 30.0
_BASE = 14.0
"""From the top of a line to the feet of its letters."""

_STYLE = """
.page { fill: #fdfdfc; stroke: #d8d8d4 }
.dot { fill: #d8d8d4 }
text { font: 14px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK JP', monospace;
  fill: #262626; white-space: pre }
.bold { font-weight: bold } .dim { fill: #767676 } .italic { font-style: italic }
.underline { text-decoration: underline } .strike { text-decoration: line-through }
.orange { fill: #a85d00 } .red { fill: #b3261e } .green { fill: #1b7f3b } .blue { fill: #1f5fae }
.cyan { fill: #00727a } .magenta { fill: #8a3a8f } .yellow { fill: #8a6a00 } .title { font-size: 12px }
@media (prefers-color-scheme: dark) {
  .page { fill: #1c1c1e; stroke: #3a3a3c } .dot { fill: #3a3a3c } text { fill: #e4e4e2 } .dim { fill: #8e8e93 }
  .orange { fill: #e0a030 } .red { fill: #ff8a80 } .green { fill: #7bd88f } .blue { fill: #8ab4f8 }
  .cyan { fill: #6fd3d9 } .magenta { fill: #d7a1dc } .yellow { fill: #e0c060 }
}
"""
_COLOURS = {
    1: "red", 2: "green", 3: "yellow", 4: "blue", 5: "magenta", 6: "cyan", 9: "red", 10: "green", 11: "yellow",
    12: "blue", 13: "magenta", 14: "cyan", 172: "orange",
}  # fmt: skip
"""Colours of a terminal by their numbers; 172 is what rich calls orange3."""


class Piece(NamedTuple):
    """A text of one style that begins in a column."""

    column: int
    text: str
    classes: str


def picture(shown: str, columns: int, title: str, told: str) -> str:
    """The SVG of what a terminal of so many columns shows, with a title above it; `told` is what is read aloud."""
    lines = shown.rstrip("\n").split("\n")
    width, height = columns * CELL + 2 * _MARGIN, len(lines) * LINE + _BAR + 2 * _MARGIN
    texts = "\n".join(_text(piece, row) for row, line in enumerate(lines) for piece in pieces(line))
    dots = "".join(f'<circle class="dot" cx="{_MARGIN + 4 + 16 * each:g}" cy="18" r="5"/>' for each in range(3))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="t d">\n'
        f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(told)}</desc>\n<style>{_STYLE}</style>\n'
        f'<rect class="page" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8"/>\n{dots}\n'
        f'<text class="dim title" x="{width / 2:g}" y="22" text-anchor="middle">{escape(title)}</text>\n'
        f"{texts}\n</svg>\n"
    )


def pieces(line: str) -> Iterator[Piece]:
    """The texts of a line with escape sequences; blanks between them are only their distance."""
    column = 0
    for segment in Text.from_ansi(line).render(Console(), ""):
        for blank, word in _parted(segment.text):
            column += blank
            if word:
                yield Piece(column, word, _classes(segment.style))
                column += cell_len(word)


def _parted(text: str) -> Iterator[tuple[int, str]]:
    """The texts in a piece, each with the blanks in front of it; single blanks stay inside."""
    blank = 0
    for word in text.split("  "):
        stripped = word.lstrip(" ")
        blank += len(word) - len(stripped)
        yield blank, stripped
        blank = 2


def _classes(style: Style | None) -> str:
    if not style:
        return ""
    names = [name for name in ("bold", "dim", "italic", "underline", "strike") if getattr(style, name)]
    return " ".join([*names, *_colour(style.color)])


def _colour(colour: Color | None) -> list[str]:
    return [_COLOURS[colour.number]] if colour and colour.number in _COLOURS else []


def _text(piece: Piece, row: int) -> str:
    x, y = _MARGIN + piece.column * CELL, _BAR + _MARGIN + row * LINE + _BASE
    classes = f' class="{piece.classes}"' if piece.classes else ""
    length = cell_len(piece.text) * CELL
    return (
        f'<text{classes} x="{x:.1f}" y="{y:.1f}" textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(piece.text)}</text>"
    )
