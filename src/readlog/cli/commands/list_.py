"""`readlog list`: readings in a table, sorted and filtered."""

from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import AsJson, Limit, Query
from readlog.ui import plain_lines, streams

app = new_app()

ON_TERMINAL = 20
"""Rows that a terminal shows when nobody says how many."""


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
    table = streams.on_terminal() and not json
    most = limit if limit is not None else ON_TERMINAL if table else 0
    with open_journal(ctx) as journal:
        if json:
            from readlog.formats.json_format import write

            write(journal.readings(words, sort, most), streams.data())
            return
        listing = journal.list(words, sort, most, with_progress=table)
        if table and listing.shown:
            from readlog.ui.tables import show_list

            show_list(list(listing.rows))
        else:
            plain_lines.put_list(listing.rows)
        streams.say_of_list(listing.shown, listing.total, sort)
