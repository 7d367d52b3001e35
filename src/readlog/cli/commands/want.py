"""`readlog want`: a book to be read."""

from typing import Annotated, Any

import typer

from readlog.cli.options import BOOK_OPTIONS, with_field_options
from readlog.cli.status_commands import NewBook, On, StatusChangeOptions, Title, Why, change_status
from readlog.cli.typer_setup import Command, new_app

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog want "Conquered City" --author "Victor Serge" --why "Anna said so"
    readlog want conquered --next
    readlog list status:to-read --sort pile
    """,
)
@with_field_options(*BOOK_OPTIONS)
def want(
    ctx: typer.Context,
    title: Title,
    why: Why = None,
    on_top: Annotated[bool, typer.Option("--next", help="Lay it on top of the pile.")] = False,
    *,
    on: On = None,
    new_book: NewBook = False,
    **fields: Any,
) -> None:
    """Put a book on the pile of those to be read.

    Words that fit no book are a new title, as typed; with --author or --isbn they always are a
    whole title. A book that was read is wanted once more. One that is wanted already takes --next
    and --why, which is kept with today's date, or that of --on.
    """
    change_status(ctx, "want", title, StatusChangeOptions(on=on, why=why, on_top=on_top, new_book=new_book), fields)
