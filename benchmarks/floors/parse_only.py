"""Reading an export and nothing else: one command of the pinned Typer that asks readlog's own format for every row."""

from datetime import date

import typer

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def floor(export: str) -> None:
    """Count the rows that were understood."""
    from readlog.core.import_row import ImportOptions, RejectedRow
    from readlog.imports.detect_source import open_import_file

    rows = open_import_file(export, ImportOptions(date(2026, 1, 1)))
    typer.echo(sum(not isinstance(row, RejectedRow) for row in rows))


def main() -> None:
    """What the `parse-floor` command runs."""
    app()
