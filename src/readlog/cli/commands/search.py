"""`readlog search`: readings by the words in them, best first."""

from typing import Annotated

import typer

from readlog.cli.options import AsJson, Limit, Query
from readlog.cli.typer_setup import QueryCommand, new_app, open_journal
from readlog.search.plain import put_hits, report_corrections, report_hit_count
from readlog.ui import streams

app = new_app()

DEFAULT_LIMIT = 20
"""Hits that are shown without --limit."""


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog search petrograd
    readlog search '"bread and peace"' author:serge -tag:novel
    readlog search tolkien --sort rating --all
    """,
)
def search(
    ctx: typer.Context,
    query: Query = None,
    *,
    limit: Limit = None,
    sort: Annotated[str | None, typer.Option("--sort", metavar="WORD", help="As in readlog list.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show every reading of a book.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="Correct nothing.")] = False,
    json: AsJson = False,
) -> None:
    """Find readings by their words, the best first.

    They are looked for in titles, names, series, tags, reviews, notes and quotes. A book that you
    read again stands once. A word that is nowhere is looked for inside of words, then corrected. The
    best 20 are shown. In a pipe: the columns of `readlog list`, then the place and the passage.
    """
    most = DEFAULT_LIMIT if limit is None else limit
    with open_journal(ctx) as journal:
        hits = journal.search(" ".join(query or ()), most, sort=sort, every=every, exact=exact)
        report_corrections(hits.corrections)
        if json:
            from readlog.formats.json_format import write_records

            write_records(journal.hit_records(hits), streams.data())
            return
        if streams.on_terminal() and hits.hits:
            from readlog.search.terminal import show_hits

            show_hits(journal.with_quotes(hits))
        else:
            put_hits(hits)
        report_hit_count(len(hits.hits), hits.total, most)
