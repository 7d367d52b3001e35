"""`readlog delete`: take a reading out of the journal."""

from typing import Annotated

import typer

from readlog.cli.options import Reference
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog delete 12
    readlog delete 12 --yes
    """,
)
def delete(
    ctx: typer.Context,
    reading: Reference,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a reading.

    It asks first, and names what goes with it: the review, the quotes, the note.
    """
    with open_journal(ctx) as journal:
        found = journal.find(" ".join(reading))
        assert found.id is not None
        if not yes and not streams.can_ask():
            raise BadInput(f"To delete {found.id} without being asked, say --yes.")
        if not yes and not _confirm(found):
            streams.say("Nothing was deleted.")
            return
        journal.delete(found.id, expected=found)
        streams.say(f"Deleted {found.id}  {found.book.name}")


def _confirm(reading: Reading) -> bool:
    from readlog.readings.describe_reading import summarize_contents
    from readlog.ui.prompts import confirm

    return confirm(f"Delete {summarize_contents(reading)}?")
