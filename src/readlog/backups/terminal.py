"""Stored backups and restore plans on a terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from readlog.backups import plain
from readlog.backups.results import RestorePlan, StoredBackup
from readlog.ui import wording
from readlog.ui.console import QUIET, TITLE, terminal, user_text

_GAP = 2


def show_stored_backups(backups: Sequence[StoredBackup]) -> None:
    """Print the folder, then a line for each backup: its name, which says when and why it was made, and its size."""
    console = terminal()
    console.print(user_text(str(Path(backups[0].path).parent), QUIET), soft_wrap=True)
    width = max(cell_len(each.name) for each in backups)
    sizes = [wording.file_size(each.size) for each in backups]
    size_width = max(map(len, sizes))
    for each, size in zip(backups, sizes, strict=True):
        gap = " " * (width - cell_len(each.name) + _GAP)
        console.print(Text.assemble(user_text(each.name), (f"{gap}{size:>{size_width}}", QUIET)), soft_wrap=True)


def show_restore_plan(plan: RestorePlan) -> None:
    """Print what the backup and the journal contain, and below it what a restore would change."""
    lines = [
        ("backup", plan.backup),
        ("", plain.describe_contents(plan.in_backup)),
        ("newest", plain.describe_newest(plan.in_backup)),
        ("journal", plan.journal),
        ("", plain.describe_current(plan)),
    ]
    _print(lines)
    if changes := plain.change_lines(plan):
        terminal().print()
        _print(changes)


def _print(lines: Iterable[tuple[str, str]]) -> None:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=len("comes back"), no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in lines:
        table.add_row(Text(label, QUIET), user_text(value, TITLE if label in ("backup", "journal") else ""))
    terminal().print(table)
