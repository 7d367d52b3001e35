"""`readlog search`: readings by the words in them, best first."""

from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import AsJson, Query
from readlog.ui import plain, streams

app = new_app()


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog search petrograd
    readlog search '"bread and peace"' author:serge -tag:novel
    """,
)
def search(
    ctx: typer.Context,
    query: Query = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=0, help="At most so many; 0 is all.")] = 20,
    json: AsJson = False,
) -> None:
    """Find readings by their words, the best first.

    They are looked for in titles, names, series, tags, reviews, notes and quotes. A pipe gets the
    columns of `readlog list`, then where it was found and the passage.
    """
    with open_journal(ctx) as journal:
        hits = journal.search(" ".join(query or ()), limit)
        if json:
            from readlog.formats.json import write_records

            write_records(journal.found_records(hits), streams.data())
        elif streams.on_terminal() and hits.hits:
            from readlog.ui.tables import show_hits

            show_hits(hits)
        else:
            plain.put_hits(hits)
        if not json:
            streams.say_of_hits(len(hits.hits), hits.total)
