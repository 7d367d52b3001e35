"""`readlog finish`: a reading ends at the last page."""

from typing import Any

import typer

from readlog.cli.options import BOOK_OPTIONS, Force, Reference, with_field_options
from readlog.cli.status_commands import NewBook, On, StatusChangeOptions, change_status
from readlog.cli.typer_setup import Command, new_app

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog finish conquered --rating 4.5
    readlog finish 12 --on 2012-03 --review - < review.md
    readlog finish "Dune" --author "Frank Herbert" --on unknown
    """,
)
@with_field_options("rating", "review", "private_note", "format", *BOOK_OPTIONS)
def finish(
    ctx: typer.Context,
    reading: Reference,
    on: On = None,
    *,
    new_book: NewBook = False,
    force: Force = False,
    **fields: Any,
) -> None:
    """Finish a book, today or when you say.

    A terminal offers your editor for the review. When you began stays empty unless it is known. Of
    several books that fit the one that you are reading is meant. With --author, --isbn or
    --new-book the words are a whole title, and the book may be new.
    """
    change_status(ctx, "finish", reading, StatusChangeOptions(on=on, force=force, new_book=new_book), fields)
