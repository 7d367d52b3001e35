"""The first page: what is being read, what was finished, this year, this day in other years."""

from collections.abc import Mapping

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.ground.answers import ListedReading, Overview
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, TITLE, cut, terminal, text

_LABEL_WIDTH = len("On this day")
_GAP = 2


def show_overview(overview: Overview) -> None:
    """The dashboard of a journal that has readings."""
    console = terminal()
    lines = wording.glance(overview)
    said_width = max(cell_len(said) for _, row, said in lines if row) if any(row for _, row, _ in lines) else 0
    left = max(console.width - _LABEL_WIDTH - said_width - 3 * _GAP, 10)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for _ in range(3):
        table.add_column(no_wrap=True)
    last = ""
    for label, row, said in lines:
        about = Text(said if row else "")
        about.highlight_regex("[^★¼½¾]+", QUIET)
        about.highlight_regex("[★¼½¾]+", STARS)
        table.add_row(Text(label if label != last else "", QUIET), _name(row, left) if row else Text(said), about)
        last = label
    console.print(table, no_wrap=True)


def _name(row: ListedReading, width: int) -> Text:
    """Title and author in so many columns."""
    title = cut(row.title, width)
    author = cut(f", {row.authors}", width - cell_len(title)) if row.authors else ""
    return Text.assemble((title, TITLE), (author, QUIET))


def show_facts(facts: Mapping[str, object]) -> None:
    """Names and values, a line each; what is not known is left out."""
    width = max(map(len, facts)) + _GAP
    for name, value in facts.items():
        if value is not None:
            said = f"{value:,}" if isinstance(value, int) else str(value)
            terminal().print(Text.assemble((name.ljust(width), QUIET), text(said)), soft_wrap=True)
