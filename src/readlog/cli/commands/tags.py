"""`readlog tags`: every tag, and what was read of it; with `rename` and `merge`."""

from typing import ClassVar

import typer

from readlog.books.results import Kind
from readlog.cli import tag_and_author_commands
from readlog.cli.command import Command, new_app
from readlog.cli.options import AsJson, Limit, Query

_rename, _merge, app = new_app(), new_app(), new_app()


class _Tags(tag_and_author_commands.NamesCommand):
    changes: ClassVar = {"rename": _rename, "merge": _merge}


@app.command(
    cls=_Tags,
    epilog="""
    readlog tags
    readlog tags finished:2026 --sort rating
    readlog tags rename scifi "science fiction"
    readlog tags merge sf scifi "science fiction"
    """,
)
def tags(
    ctx: typer.Context,
    query: Query = None,
    *,
    sort: tag_and_author_commands.Sort = "books",
    limit: Limit = None,
    json: AsJson = False,
) -> None:
    """List the tags, those of most books first.

    With their books, how many of your readings of these are finished, when the last one was, and
    how you rated them. In a pipe: one line per tag, tab-separated: tag, books, finished readings,
    last finished, average rating, rated readings.
    """
    tag_and_author_commands.show_names(ctx, Kind.TAGS, query, sort, limit, json=json)


@_rename.command(
    cls=Command,
    epilog="""
    readlog tags rename scifi "science fiction"
    readlog tags rename History history
    """,
)
def rename(ctx: typer.Context, old: tag_and_author_commands.Old, new: tag_and_author_commands.New) -> None:
    """Give a tag another name, on all its books.

    Where there is a tag of that name already, merge the two. readlog undo takes it back.
    """
    tag_and_author_commands.rename(ctx, Kind.TAGS, old, new)


@_merge.command(
    cls=Command,
    epilog="""
    readlog tags merge sf "science fiction"
    readlog tags merge sf scifi sci-fi "science fiction"
    """,
)
def merge(ctx: typer.Context, names: tag_and_author_commands.Several) -> None:
    """Make two or more tags one: all become the last one.

    Their books have that one from then on. readlog undo takes it back.
    """
    tag_and_author_commands.merge(ctx, Kind.TAGS, names)
