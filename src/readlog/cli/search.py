"""`readlog search`: readings by the words in them, best first."""

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import AsJson, Limit, Query
from readlog.ui import plain, streams

app = new_app()

BEST = 20
"""Hits that are shown when nobody says how many."""


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
    limit: Limit = None,
    json: AsJson = False,
) -> None:
    """Find readings by their words, the best first.

    They are looked for in titles, names, series, tags, reviews, notes and quotes. The best 20 are
    shown. In a pipe: the columns of `readlog list`, then where it was found and the passage.
    """
    words, most = " ".join(query or ()), BEST if limit is None else limit
    with open_journal(ctx) as journal:
        if json:
            from readlog.formats.json import write_records

            write_records(journal.search_records(words, most), streams.data())
            return
        hits = journal.search(words, most)
        if streams.on_terminal() and hits.hits:
            from readlog.ui.tables import show_hits

            show_hits(hits)
        else:
            plain.put_hits(hits)
        streams.say_of_hits(len(hits.hits), hits.total)
