"""The doctor's findings on a terminal: file and record apart, each finding with its command below it."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from readlog.core.normalize_text import pluralize
from readlog.doctor.plain import describe_losses, summarize
from readlog.doctor.results import DAMAGE, FILE, RECORD, Checkup, Finding, Salvage
from readlog.ui.console import QUIET, TITLE, WIDEST_PAGE, terminal, user_text

_HEALTHY = "green"
_HEADINGS = {FILE: "File", RECORD: "Record"}
_MOST_FINDINGS = 5
"""Further findings of the same kind are only counted."""
_LABEL_WIDTH = 13
_INDENT = " " * (_LABEL_WIDTH + 4)


def show_checkup(checkup: Checkup) -> None:
    """Print the findings, and a sentence about the journal as a whole."""
    console = terminal()
    for part, heading in _HEADINGS.items():
        found = [each for each in checkup.findings if each.part == part]
        if found:
            console.print(Text(heading, TITLE))
            _show_part(console, found)
            console.print()
    if checkup.copy:
        console.print(Text.assemble(("As it was before: ", QUIET), user_text(checkup.copy)), soft_wrap=True)
    console.print(Text(summarize(checkup), _HEALTHY if checkup.is_healthy else TITLE))


def show_salvage(salvage: Salvage) -> None:
    """Print what was saved of each table, and what was lost."""
    console = terminal()
    console.print(Text.assemble(user_text(salvage.new, TITLE)), soft_wrap=True)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_LABEL_WIDTH + 2, style=QUIET)
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    for each in salvage.tables:
        table.add_row(f"  {each.table}", f"{each.saved:,}", Text(describe_losses(each)))
    console.print(table)
    pages = f"{salvage.unreadable:,} of {pluralize(salvage.pages, 'page')} could not be read."
    for line in (pages if salvage.unreadable else "", *salvage.notes):
        if line:
            console.print(Text(line, QUIET))


def _show_part(console: Console, found: Sequence[Finding]) -> None:
    """Findings of one kind under one label, with the commands below, which are never cut because they are copied."""
    for where, group in groupby(found, key=lambda each: each.where):
        alike = list(group)
        label = Text(where, TITLE if _is_grave(alike[0]) else QUIET)
        for each in alike[:_MOST_FINDINGS]:
            _show_row(console, label, user_text(each.what, QUIET if each.repaired else ""))
            label = Text()
            if each.repaired:
                console.print(Text(f"{_INDENT}mended", _HEALTHY))
            elif each.command:
                console.print(user_text(f"{_INDENT}{each.command}", QUIET), soft_wrap=True)
        if len(alike) > _MOST_FINDINGS:
            console.print(Text(f"{_INDENT}and {len(alike) - _MOST_FINDINGS:,} more: --json tells all", QUIET))


def _show_row(console: Console, label: Text, what: Text) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=_LABEL_WIDTH, overflow="fold")
    table.add_column(overflow="fold")
    table.add_row(label, what)
    console.print(Padding(table, (0, 0, 0, 2)), width=min(console.width, WIDEST_PAGE))


def _is_grave(finding: Finding) -> bool:
    return finding.level == DAMAGE and not finding.repaired
