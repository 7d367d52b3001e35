"""The history on a terminal: a table of operations, or the versions of a reading with a word diff of its review."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.core.normalize_text import printable
from readlog.core.word_diff import ADDED, OMITTED, REMOVED, omit_unchanged
from readlog.history.describe_change import compare_texts, describe_change, field_label, mark_piece
from readlog.history.describe_operation import command_name, describe_operation
from readlog.history.results import Change, OperationSummary, Version
from readlog.ui.console import QUIET, TITLE, WIDEST_PAGE, cut, terminal, user_text
from readlog.ui.run_program import show_in_pager

_GAP = 2
_INDENT = "  "
_STYLES = {REMOVED: "red strike", ADDED: "green underline", OMITTED: QUIET}
_MIN_WHAT_WIDTH = 12
"""Columns for what was done, however long another program's name for its command is."""
_DATE_ONLY_BELOW = 60
"""A terminal with fewer columns shows no time of day."""


def show_operations(rows: Iterable[OperationSummary]) -> None:
    """Print a table of operations: number, when, command, what."""
    console = terminal()
    operations = list(rows)
    date_only = console.width < _DATE_ONLY_BELOW
    whens = [_local_time(each.at)[: 10 if date_only else 16] for each in operations]
    number_width = max(len(str(each.operation)) for each in operations)
    when_width = max(map(len, ("when", *whens)))
    left = console.width - 1 - number_width - when_width - 3 * _GAP
    commands = [cut(command_name(each.command), max(left - _MIN_WHAT_WIDTH, len("command"))) for each in operations]
    command_width = max(map(cell_len, ("command", *commands)))
    what_width = max(left - command_width, _MIN_WHAT_WIDTH)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(justify="right", width=number_width, no_wrap=True)
    for width in (when_width, command_width, what_width):
        table.add_column(width=width, no_wrap=True)
    table.add_row("", *(Text(head, QUIET) for head in ("when", "command", "what")))
    for each, when, command in zip(operations, whens, commands, strict=True):
        style = QUIET if each.taken_back else ""
        what = ("taken back: " if each.taken_back else "") + describe_operation(each)
        cells = (Text(cell, style) for cell in (when, command, cut(what, what_width)))
        table.add_row(Text(str(each.operation), QUIET), *cells)
    console.print(table, no_wrap=True, crop=False)


def show_versions(title: str, versions: Sequence[Version], spoilers: bool) -> None:
    """Print the versions of a reading, the first one first, in a pager if the terminal is too short."""
    console = terminal()
    page = terminal(min(console.width, WIDEST_PAGE))
    with page.capture() as capture:
        page.print(user_text(title, TITLE))
        for version in versions:
            page.print()
            page.print(_headline(version))
            for change in version.changes:
                line = _line(change, spoilers, marks=page.color_system is None)
                for part in line.wrap(page, page.width - len(_INDENT)):
                    page.print(Text(_INDENT).append_text(part))
    show_in_pager(capture.get(), console.height)


def _headline(version: Version) -> Text:
    command = command_name(version.command) + ("" if version.reading else ": deleted")
    return Text.assemble(
        (str(version.operation), QUIET), "  ", _local_time(version.at), "  ", (printable(command), TITLE)
    )


def _line(change: Change, spoilers: bool, marks: bool) -> Text:
    """The label of a field and what changed; `marks` instead of styles, for a terminal without colours."""
    line = Text.assemble((f"{field_label(change.key)}: ", QUIET))
    pieces = compare_texts(change, spoilers)
    if pieces is None:
        return line.append(printable(describe_change(change, spoilers)))
    for kind, content in omit_unchanged(pieces):
        shown = printable(" … " if kind == OMITTED else content)
        line.append(mark_piece(kind, shown) if marks else shown, _STYLES.get(kind, ""))
    return line


def _local_time(at: str) -> str:
    """A UTC time of the log in the local time zone, as `2026-11-22 18:03`; anything else as it is."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return at
