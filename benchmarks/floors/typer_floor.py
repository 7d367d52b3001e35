"""T: one command of the pinned Typer, set up as readlog's are; plain lines."""

import sys

import typer

from .statements import answer, line

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def floor(operation: str, journal: str, value: str = typer.Argument("")) -> None:
    """Print what an operation answers with."""
    write = sys.stdout.write
    for row in answer(operation, journal, value):
        write(line(row))


def main() -> None:
    """What the `typer-floor` command runs."""
    app()
