"""Charts as one SVG picture that needs nothing else: no script, no font, no address; for light and for dark pages.

Whoever cannot see it has the numbers in words: each section has a title and a description.
"""

from collections.abc import Iterator

from readlog.core.text_output import Output
from readlog.stats.charts import Bar, Bars, Charts, Days, Line, Lines, Section
from readlog.stats.svg_days import days_drawn
from readlog.stats.svg_text import Piece, fitted, piece, pixels, text_at, words

_WIDTH, _MARGIN = 760, 32
_INNER = _WIDTH - 2 * _MARGIN
_ROW, _BAR = 22, 14
_GAP = 12
_WIDEST_LABEL = 200
_WIDEST_WORDS = 200
_NARROWEST_AUTHOR = 40
_BOLD = 1.1
"""Times the room of other letters."""
_WIDEST_BAR, _NARROWEST_BAR = 330, 60
_WIDEST_ONE = 44
"""Of a single reading: where there are but a few, bars are short."""

_STYLE = """
svg { font: 13px system-ui, sans-serif }
text { white-space: pre } .name { unicode-bidi: isolate } .end { text-anchor: end } .small { font-size: 11px }
.title { font-weight: 600 } .heading { font-size: 15px; font-weight: 600 } .large { font-size: 20px; font-weight: 600 }
"""
_COLOURS = {
    "page": ("#ffffff", "#1b1b1b"),
    "ink": ("#1b1b1b", "#ececec"),
    "quiet": ("#5f5f5f", "#a3a3a3"),
    "star": ("#a85800", "#e69f00"),
    "bar": ("#0072b2", "#56b4e9"),
    "rest": ("#80b8db", "#285a78"),
    "none": ("#e9e9e9", "#2f2f2f"),
    "one": ("#6aabd5", "#26648e"),
    "two": ("#2471a5", "#4398d0"),
    "more": ("#083b5f", "#b5def8"),
}
"""On a light page and on a dark one; they differ in lightness too, for whoever sees no colours."""


def write(charts: Charts, file: Output) -> None:
    """Write the picture of all `charts`, one below the other, to `file`."""
    body, bottom = _body(charts)
    file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom}" width="{_WIDTH}">\n')
    file.write(f"<title>{words(charts.title)}</title>\n<desc>{words('; '.join(charts.sums))}</desc>\n")
    file.write(f'<style>{_style()}</style>\n<rect class="page" width="{_WIDTH}" height="{bottom}"/>\n')
    for line in body:
        file.write(f"{line}\n")
    file.write("</svg>\n")


def _style() -> str:
    light, dark = (
        " ".join(f".{name} {{ fill: {pair[which]} }}" for name, pair in _COLOURS.items()) for which in (0, 1)
    )
    return f"{_STYLE}{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"


def _body(charts: Charts) -> tuple[list[str], int]:
    """The elements of the page, and how far down they go."""
    y = _MARGIN + 20
    body = [text_at(_MARGIN, y, piece(charts.title, "ink large"))]
    for part in charts.sums:
        y += _ROW
        body.append(text_at(_MARGIN, y, piece(part, "quiet")))
    for section in charts.sections:
        y += 2 * _ROW
        drawn, height = _drawn(section, y)
        title = section.heading or charts.title
        body += ["<g>", f"<title>{words(title)}</title>", f"<desc>{words(_said(section))}</desc>", *drawn, "</g>"]
        y += height
    return body, y + _MARGIN


def _drawn(section: Section, y: int) -> tuple[list[str], int]:
    """The elements of a section from `y` down, and its height."""
    elements = []
    top = y
    if section.heading:
        elements.append(
            text_at(_MARGIN, y, piece(section.heading, "ink heading"), piece(_beside(section), "quiet", _GAP))
        )
        y += _ROW + 2
    if isinstance(section, Days):
        drawn, height = days_drawn(section, _MARGIN, y)
        return [*elements, *drawn], y + height - top
    rows = _bars(section, y) if isinstance(section, Bars) else _lines(section, y)
    elements += rows
    count = len(section.bars) if isinstance(section, Bars) else len(section.lines)
    return elements, y + (count - 1) * _ROW - top


def _beside(section: Section) -> str:
    if isinstance(section, Bars) and section.parts:
        strong, rest = section.parts
        return _joined(f"{strong}, then {rest}", section.about)
    return section.about


def _bars(chart: Bars, y: int) -> Iterator[str]:
    most = max(*(bar.length for bar in chart.bars), 1)
    label = min(max(pixels(bar.label) for bar in chart.bars), _WIDEST_LABEL)
    behind = max(pixels(_joined(bar.said, bar.stars, bar.pages, bar.doubt)) for bar in chart.bars)
    room = max(_INNER - label - behind - 3 * _GAP, _NARROWEST_BAR)
    longest = min(room, _WIDEST_BAR, most * _WIDEST_ONE)
    for row, bar in enumerate(chart.bars):
        yield text_at(_MARGIN, y + row * _ROW, piece(fitted(bar.label, label), "star" if bar.rating else "ink name"))
        yield from _bar(bar, _MARGIN + label + _GAP, y + row * _ROW, longest / most)


def _bar(bar: Bar, x: int, y: int, one: float) -> Iterator[str]:
    """A bar, `one` pixels for each reading, with its number and what is said of it at its end."""
    width = bar.length * one
    strong = width if bar.part is None else min(bar.part * one, width)
    for kind, begin, length in (("bar", 0.0, strong), ("rest", strong, width - strong)):
        if length > 0:
            place = f'x="{x + begin:.1f}" y="{y - _BAR + 3}" width="{length:.1f}" height="{_BAR}"'
            yield f'<rect class="{kind}" {place}/>'
    behind = (piece(bar.stars, "star", _GAP), piece(_joined(bar.pages, bar.doubt), "quiet", _GAP))
    yield text_at(round(x + width + (6 if width else 0), 1), y, piece(bar.said), *behind)


def _lines(section: Lines, y: int) -> Iterator[str]:
    """What is named, its words at the right; behind stars they stand beside them."""
    before = max(pixels(line.label) for line in section.lines)
    behind = min(max(pixels(line.words) for line in section.lines), _WIDEST_WORDS)
    x = _MARGIN + (before + _GAP if before else 0)
    left = _INNER - (x - _MARGIN) - behind - 6 * _GAP
    for row, line in enumerate(section.lines):
        at = y + row * _ROW
        words_behind = piece(fitted(line.words, behind), "quiet name", _GAP)
        if line.label:
            yield text_at(_MARGIN, at, piece(line.label, "quiet"))
        if line.stars:
            yield text_at(x, at, *_name(line, left), piece(line.stars, "star", _GAP), words_behind)
        else:
            yield text_at(x, at, *_name(line, left))
            yield text_at(_MARGIN + _INNER, at, words_behind, end=True)


def _name(line: Line, width: int) -> Iterator[Piece]:
    """Title and author, as far as there is room."""
    title = fitted(line.title, round(width / _BOLD))
    left = width - round(pixels(title) * _BOLD)
    if title:
        yield piece(title, "ink title name")
    if line.authors and left > _NARROWEST_AUTHOR:
        yield piece(fitted(f", {line.authors}" if title else line.authors, left), "ink name")


def _said(section: Section) -> str:
    """All of a section in words."""
    if isinstance(section, Days):
        days = (f"{day}: {number}" for day, number in sorted(section.days.items()))
        return "; ".join([*filter(None, [section.about]), *days])
    if isinstance(section, Bars):
        rows = [f"{bar.label}: {_joined(bar.said, bar.stars, bar.pages, bar.doubt)}" for bar in section.bars]
    else:
        rows = [_joined(*line) for line in section.lines]
    return "; ".join([*filter(None, [_beside(section)]), *rows])


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
