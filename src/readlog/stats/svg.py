"""Charts as one self-contained SVG picture (no script, font or address), for light and dark pages.

For readers who cannot see it, each section has a title and all its numbers as a description.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import NamedTuple
from unicodedata import combining, east_asian_width

from readlog.core.normalize_text import pluralize, printable_line
from readlog.core.partial_date import MONTH_NAMES
from readlog.core.text_writer import TextOutput
from readlog.stats.chart_data import Bar, BarChart, Charts, ItemList, ListItem, Section, YearCalendar

_PAGE_WIDTH, _PAGE_MARGIN = 760, 32
_CONTENT_WIDTH = _PAGE_WIDTH - 2 * _PAGE_MARGIN
_ROW_HEIGHT = 22
_GAP = 12
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
"""On a light and on a dark page. They differ in lightness too, for readers who cannot tell colours apart."""

_BAR_HEIGHT = 14
_MAX_BAR_WIDTH, _MIN_BAR_WIDTH = 330, 60
_MAX_WIDTH_PER_READING = 44
"""Pixels of a single reading: if there are only a few, bars are short."""
_MAX_LABEL_WIDTH = 200

_MAX_WORDS_WIDTH = 200
_MIN_AUTHOR_WIDTH = 40
_BOLD_FACTOR = 1.1
"""Width of bold letters relative to others."""

_CELL_SIZE, _CELL_GAP = 9, 3
_CELL_STEP = _CELL_SIZE + _CELL_GAP
_WEEKDAYS_WIDTH = 34
_DAY_CLASSES = ("none", "one", "two", "more")
_DAY_LABELS = ("none", "1", "2", "3 or more")

_WIDE_LETTER, _LARGE_LETTER, _NARROW_LETTER = 13, 10, 7.4
"""Pixels of a letter at the font size of the page, rounded up."""
_LARGE_SIGNS = frozenset("mw@%&…—")


class _Span(NamedTuple):
    """Escaped text of one style, `gap` pixels after the span before it."""

    xml: str
    classes: str = "ink"
    gap: int = 0


def write_svg(charts: Charts, file: TextOutput) -> None:
    """Write a picture of all `charts`, one below the other."""
    body, height = _body(charts)
    file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_PAGE_WIDTH} {height}" width="{_PAGE_WIDTH}">\n')
    file.write(f"<title>{_to_xml(charts.title)}</title>\n<desc>{_to_xml('; '.join(charts.summary))}</desc>\n")
    file.write(f'<style>{_style()}</style>\n<rect class="page" width="{_PAGE_WIDTH}" height="{height}"/>\n')
    for line in body:
        file.write(f"{line}\n")
    file.write("</svg>\n")


def text_width(content: str) -> int:
    """Approximate width of a line of text in pixels."""
    return round(sum(_letter_width(character) for character in printable_line(content)))


def cut_to_width(content: str, width: int) -> str:
    """`content` in one line of about `width` pixels at most, ending in `…` if it was cut."""
    line = printable_line(content)
    if text_width(line) <= width:
        return line
    left = float(width - _LARGE_LETTER)
    for position, character in enumerate(line):
        left -= _letter_width(character)
        if left < 0:
            return line[:position].rstrip() + "…"
    return line


def _style() -> str:
    light, dark = (
        " ".join(f".{name} {{ fill: {pair[which]} }}" for name, pair in _COLOURS.items()) for which in (0, 1)
    )
    return f"{_STYLE}{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"


def _body(charts: Charts) -> tuple[list[str], int]:
    """The elements of the page, and its height."""
    y = _PAGE_MARGIN + 20
    body = [_text(_PAGE_MARGIN, y, _span(charts.title, "ink large"))]
    for part in charts.summary:
        y += _ROW_HEIGHT
        body.append(_text(_PAGE_MARGIN, y, _span(part, "quiet")))
    for section in charts.sections:
        y += 2 * _ROW_HEIGHT
        elements, height = _section(section, y)
        title = section.heading or charts.title
        description = _to_xml(_describe(section))
        body += ["<g>", f"<title>{_to_xml(title)}</title>", f"<desc>{description}</desc>", *elements, "</g>"]
        y += height
    return body, y + _PAGE_MARGIN


def _section(section: Section, top: int) -> tuple[list[str], int]:
    """The elements of a section from `top` down, and its height."""
    elements = []
    y = top
    if section.heading:
        about = _span(_subtitle(section), "quiet", _GAP)
        elements.append(_text(_PAGE_MARGIN, y, _span(section.heading, "ink heading"), about))
        y += _ROW_HEIGHT + 2
    if isinstance(section, YearCalendar):
        days, height = _calendar(section, _PAGE_MARGIN, y)
        return [*elements, *days], y + height - top
    if isinstance(section, BarChart):
        rows, number = _bars(section, y), len(section.bars)
    else:
        rows, number = _items(section, y), len(section.items)
    return [*elements, *rows], y + (number - 1) * _ROW_HEIGHT - top


def _subtitle(section: Section) -> str:
    if isinstance(section, BarChart) and section.parts:
        strong, rest = section.parts
        return _join(f"{strong}, then {rest}", section.about)
    return section.about


def _describe(section: Section) -> str:
    """Everything that a section shows, in words."""
    if isinstance(section, YearCalendar):
        days = (f"{day}: {number}" for day, number in sorted(section.days.items()))
        return "; ".join([*filter(None, [section.about]), *days])
    if isinstance(section, BarChart):
        rows = [f"{bar.label}: {_join(bar.number_text, *_texts(bar))}" for bar in section.bars]
    else:
        rows = [_join(*item) for item in section.items]
    return "; ".join([*filter(None, [_subtitle(section)]), *rows])


def _join(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _bars(chart: BarChart, y: int) -> Iterator[str]:
    most = max(*(bar.length for bar in chart.bars), 1)
    label_width = min(max(text_width(bar.label) for bar in chart.bars), _MAX_LABEL_WIDTH)
    texts_width = max(text_width(_join(bar.number_text, *_texts(bar))) for bar in chart.bars)
    room = max(_CONTENT_WIDTH - label_width - texts_width - 3 * _GAP, _MIN_BAR_WIDTH)
    longest = min(room, _MAX_BAR_WIDTH, most * _MAX_WIDTH_PER_READING)
    for row, bar in enumerate(chart.bars):
        label = _span(cut_to_width(bar.label, label_width), "star" if bar.is_rating else "ink name")
        yield _text(_PAGE_MARGIN, y + row * _ROW_HEIGHT, label)
        yield from _bar(bar, _PAGE_MARGIN + label_width + _GAP, y + row * _ROW_HEIGHT, longest / most)


def _bar(bar: Bar, x: int, y: int, scale: float) -> Iterator[str]:
    """A bar with its texts at the end; `scale` is the pixels of one reading."""
    width = bar.length * scale
    strong = width if bar.part is None else min(bar.part * scale, width)
    for kind, start, length in (("bar", 0.0, strong), ("rest", strong, width - strong)):
        if length > 0:
            place = f'x="{x + start:.1f}" y="{y - _BAR_HEIGHT + 3}" width="{length:.1f}" height="{_BAR_HEIGHT}"'
            yield f'<rect class="{kind}" {place}/>'
    stars, *others = _texts(bar)
    spans = (_span(bar.number_text), _span(stars, "star", _GAP), _span(_join(*others), "quiet", _GAP))
    yield _text(round(x + width + (6 if width else 0), 1), y, *spans)


def _texts(bar: Bar) -> tuple[str, str, str]:
    """What follows the number of a bar."""
    return bar.stars, bar.pages, bar.uncertainty


def _items(section: ItemList, y: int) -> Iterator[str]:
    """A line per item: its words follow its stars, or stand at the right without stars."""
    label_width = max(text_width(item.label) for item in section.items)
    words_width = min(max(text_width(item.words) for item in section.items), _MAX_WORDS_WIDTH)
    x = _PAGE_MARGIN + (label_width + _GAP if label_width else 0)
    name_width = _CONTENT_WIDTH - (x - _PAGE_MARGIN) - words_width - 6 * _GAP
    for row, item in enumerate(section.items):
        row_y = y + row * _ROW_HEIGHT
        words = _span(cut_to_width(item.words, words_width), "quiet name", _GAP)
        if item.label:
            yield _text(_PAGE_MARGIN, row_y, _span(item.label, "quiet"))
        if item.stars:
            yield _text(x, row_y, *_name(item, name_width), _span(item.stars, "star", _GAP), words)
        else:
            yield _text(x, row_y, *_name(item, name_width))
            yield _text(_PAGE_MARGIN + _CONTENT_WIDTH, row_y, words, end=True)


def _name(item: ListItem, width: int) -> Iterator[_Span]:
    """Title and author, as far as there is room."""
    title = cut_to_width(item.title, round(width / _BOLD_FACTOR))
    left = width - round(text_width(title) * _BOLD_FACTOR)
    if title:
        yield _span(title, "ink title name")
    if item.authors and left > _MIN_AUTHOR_WIDTH:
        yield _span(cut_to_width(f", {item.authors}" if title else item.authors, left), "ink name")


def _calendar(calendar: YearCalendar, x: int, y: int) -> tuple[list[str], int]:
    """The elements of a calendar with weeks as columns, and its height."""
    first = date(calendar.year, 1, 1)
    monday = first - timedelta(first.weekday())
    left = x + _WEEKDAYS_WIDTH
    elements = [*_month_names(calendar.year, monday, left, y), *_weekday_names(x, y)]
    for number in range((date(calendar.year + 1, 1, 1) - first).days):
        day = first + timedelta(number)
        readings = calendar.days.get(day.isoformat(), 0)
        if readings or day <= calendar.today:
            week = (day - monday).days // 7
            elements.append(_day(day, readings, left + week * _CELL_STEP, y + 8 + day.weekday() * _CELL_STEP))
    bottom = y + 8 + 7 * _CELL_STEP + 12
    return [*elements, *_calendar_legend(left, bottom)], bottom - y


def _month_names(year: int, monday: date, x: int, y: int) -> Iterator[str]:
    for number, name in enumerate(MONTH_NAMES, 1):
        week = (date(year, number, 1) - monday).days // 7
        yield _text(x + week * _CELL_STEP, y, _span(name[:3], "quiet small"))


def _weekday_names(x: int, y: int) -> Iterator[str]:
    for weekday, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"), (6, "Sun")):
        yield _text(x, y + 8 + weekday * _CELL_STEP + _CELL_SIZE, _span(name, "quiet small"))


def _day(day: date, readings: int, x: int, y: int) -> str:
    kind = _DAY_CLASSES[min(readings, len(_DAY_CLASSES) - 1)]
    title = f"<title>{day.isoformat()}: {pluralize(readings, 'reading')}</title>" if readings else ""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL_SIZE}" height="{_CELL_SIZE}" rx="2">{title}</rect>'


def _calendar_legend(x: int, y: int) -> Iterator[str]:
    for kind, label in zip(_DAY_CLASSES, _DAY_LABELS, strict=True):
        place = f'x="{x}" y="{y - _CELL_SIZE}" width="{_CELL_SIZE}" height="{_CELL_SIZE}"'
        yield f'<rect class="{kind}" {place} rx="2"/>'
        yield _text(x + _CELL_STEP + 2, y, _span(label, "quiet small"))
        x += _CELL_STEP + 44


def _text(x: float, y: float, *spans: _Span, end: bool = False) -> str:
    """A line of text that starts at (x, y), or with `end` ends there; empty spans are left out."""
    elements: list[str] = []
    for span in spans:
        if span.xml:
            gap = f' dx="{span.gap}"' if span.gap and elements else ""
            elements.append(f'<tspan class="{span.classes}"{gap}>{span.xml}</tspan>')
    anchor = ' class="end"' if end else ""
    return f'<text{anchor} x="{x:g}" y="{y:g}">{"".join(elements)}</text>'


def _span(content: str, classes: str = "ink", gap: int = 0) -> _Span:
    return _Span(_to_xml(content), classes, gap)


def _to_xml(content: str) -> str:
    """`content` in one line, escaped and without characters that XML forbids."""
    return escape(printable_line(content))


def _letter_width(character: str) -> float:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF" or character in "★MW":
        return _WIDE_LETTER
    return _LARGE_LETTER if character.isupper() or character in _LARGE_SIGNS else _NARROW_LETTER
