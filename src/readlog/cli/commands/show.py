"""`readlog show`: the page of one reading."""

from typing import Annotated

import typer

from readlog.cli.options import AsJson, Reference
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.domain_model import Reading
from readlog.journal import Journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog show 12
    readlog show revolutionary --spoilers
    readlog show 12 --raw > review.md
    """,
)
def show(
    ctx: typer.Context,
    reading: Reference,
    spoilers: Annotated[bool, typer.Option("--spoilers", help="Show what ||double bars|| hide.")] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Print the review alone, as the Markdown it was written in.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show a reading on a page.

    The book, the review, the quotes that were kept, the places that were noted while reading, and all
    readings of the book through the years.
    """
    with open_journal(ctx) as journal:
        found = journal.find(" ".join(reading))
        if raw and not json:
            streams.put(found.review or "")
        else:
            put_reading(journal, found, spoilers, json)


def put_reading(journal: Journal, found: Reading, spoilers: bool, json: bool) -> None:
    """The page of a reading, on a terminal or in a pipe, or its record."""
    assert found.id is not None
    if json:
        from readlog.core.reading_record import to_record
        from readlog.formats.json_format import dumps

        streams.put(dumps(to_record(found)))
    elif streams.on_terminal():
        from readlog.readings.terminal_page import show_page

        show_page(found, journal.readings_of_same_book(found.id), spoilers)
    else:
        from readlog.readings.plain import put_page

        put_page(found, journal.readings_of_same_book(found.id), spoilers)
