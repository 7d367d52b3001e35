"""R: one command of the pinned Typer; one Rich table."""

import typer
from rich.console import Console
from rich.table import Table

from .statements import answer

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def floor(operation: str, journal: str, value: str = typer.Argument("")) -> None:
    """Draw what an operation answers with."""
    rows = list(answer(operation, journal, value))
    table = Table()
    for _ in range(max(map(len, rows), default=1)):
        table.add_column()
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(markup=False, emoji=False, highlight=False).print(table)


def main() -> None:
    """What the `rich-floor` command runs."""
    app()
