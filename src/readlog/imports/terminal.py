"""The import report for a terminal."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from readlog.core.normalize_text import pluralize
from readlog.imports.plain import Section, describe_new_readings, report_sections
from readlog.imports.results import ImportReport
from readlog.ui.console import QUIET, TITLE, terminal, user_text

_MOST_ENTRIES = 20
"""Entries that are shown of each section."""


def show_report(report: ImportReport, files: Sequence[tuple[str, str]], *, written: bool) -> None:
    """Print the report for `files`, each a name and a format; `written` is False where nothing was saved."""
    console = terminal()
    console.print(_heading(files, report.rows))
    console.print(_count_table(report))
    if new := describe_new_readings(report, written=written):
        console.print(user_text(f"\n{new}"))
    for section in report_sections(report, only_line=len(files) == 1):
        console.print()
        console.print(user_text(section.heading))
        console.print(_entry_table(section))
        if len(section.entries) > _MOST_ENTRIES:
            console.print(Text(f"  {len(section.entries) - _MOST_ENTRIES:,} more: --json tells all", QUIET))
    if not written:
        console.print(Text("\nNothing was written.", QUIET))


def _heading(files: Sequence[tuple[str, str]], rows: int) -> Text:
    formats = ", ".join(dict.fromkeys(format_ for _, format_ in files))
    name = files[0][0] if len(files) == 1 else pluralize(len(files), "file")
    return Text.assemble((f"{name}", TITLE), f"  {formats}, {pluralize(rows, 'row')}")


def _count_table(report: ImportReport) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=11)
    table.add_column(justify="right")
    table.add_column(style=QUIET)
    for word, number, explanation in (
        ("added", report.added, ""),
        ("merged", report.merged, "into what was here"),
        ("unchanged", report.unchanged, ""),
        ("refused", len(report.rejected), ""),
    ):
        if number:
            table.add_row(f"  {word}", f"{number:,}", explanation)
    return table


def _entry_table(section: Section) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style=QUIET)
    table.add_column()
    for where, what in section.entries[:_MOST_ENTRIES]:
        table.add_row(user_text(f"  {where}"), user_text(what))
    return table
