"""`readlog export`: readings out of the journal, to standard output, a file or a folder."""

import os
from pathlib import Path
from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import Query
from readlog.formats.files import Format, Written, write_file, write_folder
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
    A PATH that is a folder, or ends in a slash, gets a file for each reading; only files whose
    content changed are written again, and what you edited there yourself is left.
    """
    if output == "":
        raise BadInput("The name behind -o is empty. Name a file or a folder, or leave -o out.")
    if md == json:
        raise BadInput("Choose one format: --md or --json.")
    format_ = _format(md)
    with open_journal(ctx) as journal:
        words = " ".join(query or ())
        if output is None:
            format_.write(journal.records(words), streams.data())
        else:
            _write_to(output, journal, words, format_)


def _format(md: bool) -> Format:
    if md:
        from readlog.formats import markdown

        return markdown
    from readlog.formats import json

    return json


def _write_to(output: str, journal: Journal, words: str, format_: Format) -> None:
    path = Path(output).expanduser()
    if _is_same_file(path, journal.path):
        raise BadInput(f"{path} is the journal itself. Name another file.")
    if path.is_dir() or output.endswith(("/", os.sep)):
        from readlog.formats.markdown import file_names

        written = write_folder(path, journal.records(words), file_names(journal.outline()), format_)
    else:
        written = write_file(path, journal.records(words), format_)
    _tell(path, written)


def _is_same_file(path: Path, other: str) -> bool:
    """Whether both are one file, by whatever name: another case, a link, a hard link."""
    return path.exists() and os.path.exists(other) and os.path.samefile(path, other)


def _tell(path: Path, written: Written) -> None:
    readings, files = wording.count(written.readings, "reading"), wording.count(written.files, "file")
    streams.say(f"{readings} in {path}, {files} written.")
    for edited in written.edited:
        streams.say(f"Left as somebody edited it: {edited}")
