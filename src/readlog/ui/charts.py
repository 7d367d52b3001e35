"""Figures on a terminal: a line of sums, then a bar for each group."""

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.ground.answers import Group, Stats
from readlog.ui import wording
from readlog.ui.console import QUIET, STARS, cut, terminal, text

_GAP = 2
_WIDEST_LABEL = 28
_WIDEST_BAR = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"


def show_stats(stats: Stats) -> None:
    """The sums of all, and below them the groups, each with a bar as long as its number of readings."""
    console = terminal()
    console.print(text(wording.sums(stats.whole)), soft_wrap=True)
    console.print()
    labels = [cut(wording.label(stats.by, group.label), _WIDEST_LABEL) for group in stats.groups]
    counts = [f"{group.readings:,}" for group in stats.groups]
    abouts = [_about(group) for group in stats.groups]
    widths = [max(map(cell_len, labels)), max(map(len, counts)), max(about.cell_len for about in abouts)]
    bar = min(console.width - sum(widths) - 3 * _GAP - 1, _WIDEST_BAR)
    most = max(group.readings for group in stats.groups)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for group, label, count, about in zip(stats.groups, labels, counts, abouts, strict=True):
        table.add_row(Text(label), Text(count), Text(_bar(group.readings / most, bar)), about)
    console.print(table, no_wrap=True, crop=False)


def _bar(share: float, width: int) -> str:
    """A bar of so many columns, to an eighth of one; something that is there is never nothing."""
    eighths = max(round(share * max(width, 1) * 8), 1)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _about(group: Group) -> Text:
    stars = f"★ {group.rating:.2f}" if group.rating is not None else ""
    pages = wording.count(group.pages, "page") if group.pages else ""
    return Text("  ").join(part for part in (Text(f"{stars:6}", STARS), Text(pages, QUIET)) if part.plain)
