"""The first page: what is being read, what was finished, this year, this day in other years."""

from collections.abc import Iterable, Mapping

from rich.table import Table
from rich.text import Text

from readlog.ground.answers import ListedReading, Overview
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, terminal, text, title_and_author

_LABEL_WIDTH = len("On this day")
_GAP = 2
_NARROWEST = 20
"""Columns for title and author below which a reading's dates are left out."""


def show_overview(overview: Overview) -> None:
    """The dashboard of a journal that has readings."""
    console = terminal()
    lines = wording.glance(overview)
    about = {line: _about(line) for line in lines if line.reading}
    left = _left(console.width, about.values())
    if left < _NARROWEST:
        about = {line: Text(line.stars, STARS) for line in about}
        left = max(_left(console.width, about.values()), 1)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    columns = 3 if any(text.plain for text in about.values()) else 2
    for _ in range(columns):
        table.add_column(no_wrap=True)
    last = ""
    for line in lines:
        label = Text(line.label if line.label != last else "", QUIET)
        name = _name(line.reading, left) if line.reading else Text(line.words)
        table.add_row(*[label, name, about.get(line, Text())][:columns])
        last = line.label
    console.print(table, no_wrap=True)


def _left(width: int, about: Iterable[Text]) -> int:
    """The columns that a title and an author get, with one kept free at the right."""
    return width - _LABEL_WIDTH - max((text.cell_len for text in about), default=0) - 2 * _GAP - 1


def _about(line: wording.Line) -> Text:
    parts = [Text(line.stars, STARS), Text(line.words, QUIET)]
    return Text("  ").join(part for part in parts if part.plain)


def _name(row: ListedReading, width: int) -> Text:
    """Title and author in so many columns."""
    title, author = title_and_author(row.title, row.authors, width)
    return Text.assemble((title, TITLE), (author, QUIET))


def show_facts(facts: Mapping[str, object]) -> None:
    """Names and values, a line each; what is not known is left out."""
    width = max(map(len, facts)) + _GAP
    for name, value in facts.items():
        if value is not None:
            said = _said(name, value)
            terminal().print(Text.assemble((name.ljust(width), QUIET), text(said)), soft_wrap=True)


def _said(name: str, value: object) -> str:
    if not isinstance(value, int):
        return str(value)
    return wording.size(value) if name == "size" else f"{value:,}"
