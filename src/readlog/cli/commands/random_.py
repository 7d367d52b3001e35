"""`readlog random`: show a random reading."""

import typer

from readlog.cli.commands.show import put_reading
from readlog.cli.options import AsJson, Query
from readlog.cli.typer_setup import QueryCommand, new_app, open_journal
from readlog.core.errors import NotFound

app = new_app()


@app.command(
    "random",
    cls=QueryCommand,
    epilog="""
    readlog random
    readlog random status:to-read
    readlog random rating:5 finished:..2015
    """,
)
def random_command(ctx: typer.Context, query: Query = None, *, json: AsJson = False) -> None:
    """Show any one reading, or one of those that a query chooses."""
    with open_journal(ctx) as journal:
        found = journal.random_reading(" ".join(query or ()))
        if not found:
            raise NotFound("No reading fits. See all readings with: readlog list")
        put_reading(journal, found, spoilers=False, json=json)
