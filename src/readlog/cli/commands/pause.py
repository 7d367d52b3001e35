"""`readlog pause`: a reading rests."""

import typer

from readlog.cli.options import Reference
from readlog.cli.status_commands import At, On, StatusChangeOptions, Why, change_status
from readlog.cli.typer_setup import Command, new_app

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog pause odyssey
    readlog pause 12 --at 40% --why "the ebook is at home"
    """,
)
def pause(ctx: typer.Context, reading: Reference, *, at: At = None, why: Why = None, on: On = None) -> None:
    """Lay a book aside; `start` or `at` goes on with it.

    Where you are, and why, is kept with today's date, or that of --on. Of several books that fit the one that you
    are reading is meant.
    """
    change_status(ctx, "pause", reading, StatusChangeOptions(on=on, at=at, why=why))
