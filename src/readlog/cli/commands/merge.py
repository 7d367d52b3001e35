"""`readlog merge`: merge two books."""

from typing import Annotated

import typer

from readlog.books.plain import merged_book_text
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog merge 12 3
    readlog merge "memoiren eines" "memoirs of a revolutionary"
    """,
)
def merge(
    ctx: typer.Context,
    reading: Annotated[str, typer.Argument(metavar="READING", help="A number, or words of a title or an author.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="A reading of the book that stays.")],
) -> None:
    """Make two books one, with the readings of both.

    The second one keeps its title, and gets the people, the labels and whatever else it lacks.
    What is otherwise in the first stays with its readings, as another edition. No reading goes.
    readlog undo takes it back.
    """
    with open_journal(ctx) as journal:
        source, target = journal.find(reading), journal.find(into)
        assert source.id is not None
        assert target.id is not None
        readings = journal.merge_books(source.id, target.id)
    streams.say(merged_book_text(readings))
    streams.say_quietly("readlog undo takes all of this back.")
