"""`readlog export`: readings out of the journal, to standard output, a file or a folder."""

import os
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import Query
from readlog.formats.files import write_file, write_folder
from readlog.ground.errors import BadInput
from readlog.journal import Journal
from readlog.ui import streams, wording

app = new_app()


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog export --md > everything.md
    readlog export --md -o notes/reading/ year:2026
    readlog export --json -o journal.json
    """,
)
def export(
    ctx: typer.Context,
    query: Query = None,
    md: Annotated[bool, typer.Option("--md", help="Markdown with front matter.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON: an array of records.")] = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="PATH", help="A file, or a folder for a file each.")
    ] = None,
) -> None:
    """Write readings out, as Markdown or JSON.

    All of them, or those that a query chooses, to standard output, a file or a folder.
    A folder is a PATH that is one, or that ends in a slash. There each reading has its own file,
    and only files that say something else are written again.
    """
    if md == json:
        raise BadInput("Say one format: --md or --json.")
    format_ = _format(md)
    with open_journal(ctx) as journal:
        words = " ".join(query or ())
        if output is None:
            format_.write(journal.records(words), streams.data())
        else:
            _write_to(output, journal, words, format_)


def _format(md: bool) -> ModuleType:
    if md:
        from readlog.formats import markdown

        return markdown
    from readlog.formats import json

    return json


def _write_to(output: str, journal: Journal, words: str, format_: ModuleType) -> None:
    path = Path(output).expanduser()
    if os.path.realpath(path) == os.path.realpath(journal.path):
        raise BadInput(f"{path} is the journal itself. Name another file.")
    if path.is_dir() or output.endswith(("/", os.sep)):
        from readlog.formats.markdown import file_names

        names = file_names(journal.outline())
        written = write_folder(path, journal.records(words), names, format_.SUFFIX, format_.write)
    else:
        written = write_file(path, journal.records(words), format_.write)
    streams.say(
        f"{wording.count(written.readings, 'reading')} in {path}, {wording.count(written.files, 'file')} written."
    )
