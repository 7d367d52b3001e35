"""`readlog list`: readings in a table, sorted and filtered."""

from typing import Annotated

import typer

from readlog.cli.options import AsJson, Limit, Query
from readlog.cli.typer_setup import QueryCommand, new_app, open_journal
from readlog.readings.plain import put_list
from readlog.ui import streams

app = new_app()

DEFAULT_LIMIT_ON_TERMINAL = 20


@app.command(
    "list",
    cls=QueryCommand,
    epilog="""
    readlog list
    readlog list author:serge rating:4.. --sort title
    readlog list finished:2012..2014 -tag:history --json
    """,
)
def list_command(
    ctx: typer.Context,
    query: Query = None,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="WORD",
            help="when, started, added, updated, rating, title, author, series, pages, published, pile or id.",
        ),
    ] = "when",
    limit: Limit = None,
    json: AsJson = False,
) -> None:
    """List readings, the newest first.

    What you are reading now stands on top. A terminal gets 20, a pipe all. In a pipe: one line per
    reading, tab-separated: id, status, started, finished, rating, title, authors.
    """
    words = " ".join(query or ())
    as_table = streams.on_terminal() and not json
    if limit is None:
        limit = DEFAULT_LIMIT_ON_TERMINAL if as_table else 0
    with open_journal(ctx) as journal:
        if json:
            from readlog.formats.json_format import write

            write(journal.readings(words, sort, limit), streams.data())
            return
        listing = journal.list(words, sort, limit, with_progress=as_table)
        if as_table and listing.shown:
            from readlog.readings.terminal_list import show_list

            show_list(list(listing.rows))
        else:
            put_list(listing.rows)
        streams.say_list_size(
            listing.shown, listing.total, "reading", "newest first" if sort == "when" else f"by {sort}"
        )
