"""The account of an import on a terminal."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from readlog.imports.plain import Section, sections, what_is_new
from readlog.imports.results import Account
from readlog.ui import wording
from readlog.ui.console import QUIET, TITLE, terminal, text

_MOST = 20
"""Entries of a section that are shown."""


def show_account(account: Account, files: Sequence[tuple[str, str]], *, written: bool) -> None:
    """What became of the rows of these files, which have a name and a format; then what one may want to look at."""
    console = terminal()
    console.print(_heading(files, account.rows))
    console.print(_counts(account))
    if new := what_is_new(account, written=written):
        console.print(text(f"\n{new}"))
    for section in sections(account, one_file=len(files) == 1):
        console.print()
        console.print(text(section.heading))
        console.print(_entries(section))
        if len(section.entries) > _MOST:
            console.print(Text(f"  {len(section.entries) - _MOST:,} more: --json tells all", QUIET))
    if not written:
        console.print(Text("\nNothing was written.", QUIET))


def _heading(files: Sequence[tuple[str, str]], rows: int) -> Text:
    formats = ", ".join(dict.fromkeys(format_ for _, format_ in files))
    name = files[0][0] if len(files) == 1 else wording.count(len(files), "file")
    return Text.assemble((f"{name}", TITLE), f"  {formats}, {wording.count(rows, 'row')}")


def _counts(account: Account) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=11)
    table.add_column(justify="right")
    table.add_column(style=QUIET)
    for word, number, said in (
        ("added", account.added, ""),
        ("merged", account.merged, "into what was here"),
        ("unchanged", account.unchanged, ""),
        ("refused", len(account.refused), ""),
    ):
        if number:
            table.add_row(f"  {word}", f"{number:,}", said)
    return table


def _entries(section: Section) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style=QUIET)
    table.add_column()
    for where, what in section.entries[:_MOST]:
        table.add_row(text(f"  {where}"), text(what))
    return table
