"""The history on a terminal: operations in a table, and the life of a reading, with its review word by word."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.core.text import printable
from readlog.core.word_diff import GONE, LEFT_OUT, NEW, near_changes
from readlog.history import describe_change
from readlog.history.results import Change, OperationSummary, Version
from readlog.ui import wording
from readlog.ui.console import QUIET, TITLE, WIDEST_PAGE, cut, terminal, text
from readlog.ui.run_program import show_in_pager

_GAP = 2
_INDENT = "  "
_STYLES = {GONE: "red strike", NEW: "green underline", LEFT_OUT: QUIET}
_LEAST = 12
"""Columns for what was done, however long a tool has called its command."""
_NARROW = 60
"""Columns below which the time of day is left out."""


def show_operations(rows: Iterable[OperationSummary]) -> None:
    """A table of operations: number, when, command, what."""
    console = terminal()
    told = list(rows)
    day_only = console.width < _NARROW
    whens = [wording.moment(row.at)[: 10 if day_only else 16] for row in told]
    number = max(len(str(row.operation)) for row in told)
    widths = [max(map(len, ("when", *whens)))]
    most = max(console.width - 1 - number - widths[0] - 3 * _GAP - _LEAST, len("command"))
    commands = [cut(describe_change.command(row.command), most) for row in told]
    widths.append(max(map(cell_len, ("command", *commands))))
    left = max(console.width - 1 - number - sum(widths) - 3 * _GAP, _LEAST)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(justify="right", width=number, no_wrap=True)
    for width in (*widths, left):
        table.add_column(width=width, no_wrap=True)
    table.add_row("", *(Text(head, QUIET) for head in ("when", "command", "what")))
    for row, when, command in zip(told, whens, commands, strict=True):
        style = QUIET if row.taken_back else ""
        what = Text(cut(_what(row), left), style)
        table.add_row(Text(str(row.operation), QUIET), Text(when, style), Text(command, style), what)
    console.print(table, no_wrap=True, crop=False)


def show_life(name: str, versions: Sequence[Version], spoilers: bool) -> None:
    """The versions of a reading, the first one first, through the pager where the terminal is too short."""
    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        page.print(text(name, TITLE))
        for version in versions:
            page.print()
            page.print(_headline(version))
            for change in version.changes:
                for line in _line(change, spoilers, page.color_system is None).wrap(page, page.width - len(_INDENT)):
                    page.print(Text(_INDENT).append_text(line))
    show_in_pager(capture.get(), console.height)


def _what(row: OperationSummary) -> str:
    return f"taken back: {wording.done(row)}" if row.taken_back else wording.done(row)


def _headline(version: Version) -> Text:
    what = "" if version.reading else ": deleted"
    command = describe_change.command(version.command) + what
    return Text.assemble(
        (str(version.operation), QUIET), "  ", wording.moment(version.at), "  ", (printable(command), TITLE)
    )


def _line(change: Change, spoilers: bool, colourless: bool) -> Text:
    """A field and what became of it; where there is no colour, marks say what went and what came."""
    label = f"{describe_change.label(change.key)}: "
    pieces = describe_change.pieces(change, spoilers)
    if pieces is None:
        return Text.assemble((label, QUIET), printable(describe_change.said(change, spoilers)))
    line = Text.assemble((label, QUIET))
    for kind, content in near_changes(pieces):
        shown = printable(" … " if kind == LEFT_OUT else content)
        line.append(describe_change.marked(kind, shown) if colourless else shown, _STYLES.get(kind, ""))
    return line
