"""`readlog undo`: undo an operation, or redo one that was undone."""

from typing import Annotated

import typer

from readlog.cli.options import number_parser
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.history.describe_operation import describe_undo
from readlog.ui import streams

app = new_app()

Operation = Annotated[
    int | None,
    typer.Argument(
        metavar="[OPERATION]",
        parser=number_parser("the number of an operation", "it as in: readlog undo 41"),
        help="Its number in the history; else the last one.",
    ),
]


@app.command(
    cls=Command,
    epilog="""
    readlog undo
    readlog undo 41
    readlog undo --redo
    """,
)
def undo(
    ctx: typer.Context,
    operation: Operation = None,
    redo: Annotated[bool, typer.Option("--redo", help="Put back what was taken back last, or this one.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Leave what was changed again later, and take back the rest.")
    ] = False,
) -> None:
    """Take back the last thing that was done, or any other.

    An add, an edit, a delete, a whole import. Said again, it takes back what was done before that.
    Where something was changed again later, nothing is taken back, and you are told by what.
    """
    with open_journal(ctx) as journal:
        result = journal.undo(operation, redo=redo, force=force)
        streams.say(describe_undo(result, journal.summarize_operation(result.by), redo=redo))
        if not redo:
            streams.say_quietly(f"Put it back with: readlog undo --redo {result.operation}")
