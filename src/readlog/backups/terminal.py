"""Backups on a terminal: those that are kept, and what restoring one would change."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.backups import plain
from readlog.backups.results import RestorePlan, StoredBackup
from readlog.ui import wording
from readlog.ui.console import QUIET, TITLE, terminal, text

_GAP = 2


def show_kept(kept: Sequence[StoredBackup]) -> None:
    """The folder, then a line a backup: its name, in which is when and why it was made, and its size."""
    console = terminal()
    console.print(text(str(Path(kept[0].path).parent), QUIET), soft_wrap=True)
    width = max(cell_len(each.name) for each in kept)
    sizes = [wording.size(each.size) for each in kept]
    size_width = max(map(len, sizes))
    for each, size in zip(kept, sizes, strict=True):
        gap = " " * (width - cell_len(each.name) + _GAP)
        console.print(Text.assemble(text(each.name), (f"{gap}{size:>{size_width}}", QUIET)), soft_wrap=True)


def show_plan(plan: RestorePlan) -> None:
    """What is in the backup, what is in the journal, and below what would become of its readings."""
    lines = [
        ("backup", plan.backup),
        ("", plain.held(plan.held)),
        ("newest", plain.newest(plan.held)),
        ("journal", plan.journal),
        ("", plain.present(plan)),
    ]
    _print(lines)
    if changes := plain.changes(plan):
        terminal().print()
        _print(changes)


def _print(lines: Iterable[tuple[str, str]]) -> None:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=len("comes back"), no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in lines:
        table.add_row(Text(label, QUIET), text(value, TITLE if label in ("backup", "journal") else ""))
    terminal().print(table)
