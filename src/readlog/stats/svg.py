"""Charts as one SVG picture that needs nothing else: no script, no font, no address; for light and for dark pages.

Whoever cannot see it has the numbers in words: each section has a title and a description.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from readlog.core.partial_date import MONTH_NAMES
from readlog.core.text import pluralize, printable_line
from readlog.core.text_output import TextOutput
from readlog.stats.chart_data import Bar, Bars, Charts, Days, Line, Lines, Section

_WIDE, _LARGE, _NARROW = 13, 10, 7.4
"""Pixels that a letter takes at the size of the page, and a little more."""
_LARGE_ONES = frozenset("mw@%&…—")


class Piece(NamedTuple):
    """Words of one look, so far behind those before them."""

    words: str
    classes: str = "ink"
    gap: int = 0


def piece(content: str, classes: str = "ink", gap: int = 0) -> Piece:
    """Words of somebody, as XML has them."""
    return Piece(words(content), classes, gap)


def words(content: str) -> str:
    """`content` in one line, as text or the value of an attribute: nothing in it is markup or beyond XML."""
    return escape(printable_line(content))


def text_at(x: float, y: float, *pieces: Piece, end: bool = False) -> str:
    """A line of text that begins, or with `end` ends, at a place; pieces without words are left out."""
    spans: list[str] = []
    for each in pieces:
        if each.words:
            gap = f' dx="{each.gap}"' if each.gap and spans else ""
            spans.append(f'<tspan class="{each.classes}"{gap}>{each.words}</tspan>')
    side = ' class="end"' if end else ""
    return f'<text{side} x="{x:g}" y="{y:g}">{"".join(spans)}</text>'


def pixels(content: str) -> int:
    """About how many pixels a line of text takes."""
    return round(sum(_width(character) for character in printable_line(content)))


def fitted(content: str, width: int) -> str:
    """`content` cut to about that width, ending in `…` where it had more."""
    line = printable_line(content)
    if pixels(line) <= width:
        return line
    left = float(width - _LARGE)
    for place, character in enumerate(line):
        left -= _width(character)
        if left < 0:
            return line[:place].rstrip() + "…"
    return line


def _width(character: str) -> float:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF" or character in "★MW":
        return _WIDE
    return _LARGE if character.isupper() or character in _LARGE_ONES else _NARROW


_CELL, _SPACE = 9, 3
_STEP = _CELL + _SPACE
_MARGIN = 34
_KINDS = ("none", "one", "two", "more")
_NAMES = ("none", "1", "2", "3 or more")


def days_drawn(chart: Days, x: int, y: int) -> tuple[list[str], int]:
    """The elements of a year from (x, y) on, and their height."""
    first = date(chart.year, 1, 1)
    monday = first - timedelta(first.weekday())
    left = x + _MARGIN
    elements = [*_names(chart.year, monday, left, y), *_weekdays(x, y)]
    for number in range((date(chart.year + 1, 1, 1) - first).days):
        day = first + timedelta(number)
        readings = chart.days.get(day.isoformat(), 0)
        if readings or day <= chart.today:
            column = (day - monday).days // 7
            elements.append(_cell(day, readings, left + column * _STEP, y + 8 + day.weekday() * _STEP))
    bottom = y + 8 + 7 * _STEP
    return [*elements, *_legend(left, bottom + 12)], bottom + 12 - y


def _names(year: int, monday: date, x: int, y: int) -> Iterator[str]:
    for number, name in enumerate(MONTH_NAMES, 1):
        column = (date(year, number, 1) - monday).days // 7
        yield text_at(x + column * _STEP, y, piece(name[:3], "quiet small"))


def _weekdays(x: int, y: int) -> Iterator[str]:
    for place, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")):
        yield text_at(x, y + 8 + place * _STEP + _CELL, piece(name, "quiet small"))


def _cell(day: date, readings: int, x: int, y: int) -> str:
    kind = _KINDS[min(readings, len(_KINDS) - 1)]
    told = f"<title>{day.isoformat()}: {pluralize(readings, 'reading')}</title>" if readings else ""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" rx="2">{told}</rect>'


def _legend(x: int, y: int) -> Iterator[str]:
    for kind, name in zip(_KINDS, _NAMES, strict=True):
        yield f'<rect class="{kind}" x="{x}" y="{y - _CELL}" width="{_CELL}" height="{_CELL}" rx="2"/>'
        yield text_at(x + _STEP + 2, y, piece(name, "quiet small"))
        x += _STEP + 44


_WIDTH, _PAGE_MARGIN = 760, 32
_INNER = _WIDTH - 2 * _PAGE_MARGIN
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


def write(charts: Charts, file: TextOutput) -> None:
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
    y = _PAGE_MARGIN + 20
    body = [text_at(_PAGE_MARGIN, y, piece(charts.title, "ink large"))]
    for part in charts.sums:
        y += _ROW
        body.append(text_at(_PAGE_MARGIN, y, piece(part, "quiet")))
    for section in charts.sections:
        y += 2 * _ROW
        drawn, height = _drawn(section, y)
        title = section.heading or charts.title
        body += ["<g>", f"<title>{words(title)}</title>", f"<desc>{words(_said(section))}</desc>", *drawn, "</g>"]
        y += height
    return body, y + _PAGE_MARGIN


def _drawn(section: Section, y: int) -> tuple[list[str], int]:
    """The elements of a section from `y` down, and its height."""
    elements = []
    top = y
    if section.heading:
        elements.append(
            text_at(_PAGE_MARGIN, y, piece(section.heading, "ink heading"), piece(_beside(section), "quiet", _GAP))
        )
        y += _ROW + 2
    if isinstance(section, Days):
        drawn, height = days_drawn(section, _PAGE_MARGIN, y)
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
        yield text_at(
            _PAGE_MARGIN, y + row * _ROW, piece(fitted(bar.label, label), "star" if bar.rating else "ink name")
        )
        yield from _bar(bar, _PAGE_MARGIN + label + _GAP, y + row * _ROW, longest / most)


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
    x = _PAGE_MARGIN + (before + _GAP if before else 0)
    left = _INNER - (x - _PAGE_MARGIN) - behind - 6 * _GAP
    for row, line in enumerate(section.lines):
        at = y + row * _ROW
        words_behind = piece(fitted(line.words, behind), "quiet name", _GAP)
        if line.label:
            yield text_at(_PAGE_MARGIN, at, piece(line.label, "quiet"))
        if line.stars:
            yield text_at(x, at, *_name(line, left), piece(line.stars, "star", _GAP), words_behind)
        else:
            yield text_at(x, at, *_name(line, left))
            yield text_at(_PAGE_MARGIN + _INNER, at, words_behind, end=True)


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
