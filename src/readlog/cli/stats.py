"""`readlog stats`: readings counted."""

import re
from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import AsJson, Limit, Query
from readlog.ui import plain, streams

app = new_app()

ON_TERMINAL = 40
"""Groups that a terminal shows when nobody says how many."""


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog stats
    readlog stats 2012
    readlog stats author:serge --by tag
    """,
)
def stats(
    ctx: typer.Context,
    query: Query = None,
    *,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="WORD",
            help="year, month, rating, author, tag, status, format, language, publisher or decade.",
        ),
    ] = None,
    limit: Limit = None,
    json: AsJson = False,
) -> None:
    """Count what you finished: readings, pages, ratings.

    All of it, one year by its months, or what a query chooses; of any state where the query, or
    --by, speaks of it. In a pipe: one line per group, tab-separated: label, readings, books, pages,
    readings without a number of pages, average rating, rated readings.
    """
    words = " ".join(query or ())
    year = re.fullmatch(r"[12][0-9]{3}", words)
    with open_journal(ctx) as journal:
        found = journal.stats(f"year:{words}" if year else words, by or ("month" if year else "year"))
    if json:
        from readlog.formats.json import dumps

        streams.put(dumps(found.as_record()))
    elif streams.on_terminal() and found.whole.readings:
        from readlog.ui.charts import show_stats

        most = ON_TERMINAL if limit is None else limit
        show_stats(found._replace(groups=found.groups[: most or None]))
        streams.say_of_groups(len(found.groups), most)
    else:
        plain.put_stats(found._replace(groups=found.groups[: limit or None]))
        streams.say_of_list(found.whole.readings, found.whole.readings, "when")
