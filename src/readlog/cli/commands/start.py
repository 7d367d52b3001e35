"""`readlog start`: a reading begins, or goes on."""

from typing import Any

import typer

from readlog.cli.options import BOOK_OPTIONS, Force, with_field_options
from readlog.cli.status_commands import NewBook, On, StatusChangeOptions, Title, change_status
from readlog.cli.typer_setup import Command, new_app

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog start conquered
    readlog start "Conquered City" --author "Victor Serge" --pages 224
    readlog start 12 --on yesterday
    """,
)
@with_field_options(*BOOK_OPTIONS, "format")
def start(
    ctx: typer.Context,
    title: Title,
    on: On = None,
    *,
    new_book: NewBook = False,
    force: Force = False,
    **fields: Any,
) -> None:
    """Begin to read a book, or go on with one.

    It is started today, unless --on says otherwise. What is wanted or paused goes on; a book that
    was read before gets another reading, and the old one stays as it was. Words that fit no book
    are a new title, as typed; with --author or --isbn they always are a whole title.
    """
    change_status(ctx, "start", title, StatusChangeOptions(on=on, force=force, new_book=new_book), fields)
