"""`readlog abandon`: a reading ends before the last page."""

from typing import Any

import typer

from readlog.cli.options import BOOK_OPTIONS, Force, Reference, with_field_options
from readlog.cli.status_commands import At, NewBook, On, StatusChangeOptions, Why, change_status
from readlog.cli.typer_setup import Command, new_app

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog abandon finnegans
    readlog abandon 12 --at 120 --why "not this year" --on 2012
    """,
)
@with_field_options("rating", "review", "private_note", "format", *BOOK_OPTIONS)
def abandon(
    ctx: typer.Context,
    reading: Reference,
    at: At = None,
    why: Why = None,
    on: On = None,
    *,
    new_book: NewBook = False,
    force: Force = False,
    **fields: Any,
) -> None:
    """Give a book up, today or when you say.

    Where you were, and why, is kept with the date. Of several books that fit the one that you are
    reading is meant. With --author, --isbn or --new-book the words are a whole title, and the book
    may be new.
    """
    change_status(
        ctx, "abandon", reading, StatusChangeOptions(on=on, force=force, at=at, why=why, new_book=new_book), fields
    )
