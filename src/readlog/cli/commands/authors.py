"""`readlog authors`: every author, and what was read of them; with `rename` and `merge`."""

from typing import ClassVar

import typer

from readlog.books.results import Kind
from readlog.cli import tag_and_author_commands
from readlog.cli.command import Command, new_app
from readlog.cli.options import AsJson, Limit, Query

_rename, _merge, app = new_app(), new_app(), new_app()


class _Authors(tag_and_author_commands.NamesCommand):
    changes: ClassVar = {"rename": _rename, "merge": _merge}


@app.command(
    cls=_Authors,
    epilog="""
    readlog authors
    readlog authors language:french --sort rating
    readlog authors rename Serge "Victor Serge"
    readlog authors merge Garcia García
    """,
)
def authors(
    ctx: typer.Context,
    query: Query = None,
    *,
    sort: tag_and_author_commands.Sort = "books",
    limit: Limit = None,
    json: AsJson = False,
) -> None:
    """List the authors, those of most books first.

    With their books, how many of your readings of these are finished, when the last one was, and
    how you rated them. In a pipe: one line per author, tab-separated: name, books, finished
    readings, last finished, average rating, rated readings.
    """
    tag_and_author_commands.show_names(ctx, Kind.AUTHORS, query, sort, limit, json=json)


@_rename.command(
    cls=Command,
    epilog="""
    readlog authors rename Serge "Victor Serge"
    readlog authors rename "Serge, Victor" "Victor Serge"
    """,
)
def rename(ctx: typer.Context, old: tag_and_author_commands.Old, new: tag_and_author_commands.New) -> None:
    """Give an author another name, in all their books.

    As translator, editor or whatever else they are, too. Where somebody of that name is there
    already, merge the two. readlog undo takes it back.
    """
    tag_and_author_commands.rename(ctx, Kind.AUTHORS, old, new)


@_merge.command(
    cls=Command,
    epilog="""
    readlog authors merge Garcia García
    readlog authors merge "V. Serge" "Serge, Victor" "Victor Serge"
    """,
)
def merge(ctx: typer.Context, names: tag_and_author_commands.Several) -> None:
    """Make two or more names one person: all become the last one.

    As translator, editor or whatever else they are, too. Books are not merged: readlog doctor
    tells of those that may be one, for readlog merge. readlog undo takes it back.
    """
    tag_and_author_commands.merge(ctx, Kind.AUTHORS, names)
