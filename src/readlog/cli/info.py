"""`readlog info`: where the journal is and what is in it."""

import os
import sqlite3

import typer

from readlog import __version__
from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.options import AsJson
from readlog.storage.connection import VERSION
from readlog.ui import plain, streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog info
    readlog info --json
    """,
)
def info(ctx: typer.Context, json: AsJson = False) -> None:
    """Show where the journal is and what is in it."""
    with open_journal(ctx) as journal:
        there = os.path.exists(journal.path)
        facts: dict[str, object] = {
            "journal": journal.path,
            "size": os.path.getsize(journal.path) if there else None,
            **journal.counts()._asdict(),
            "schema": VERSION if there else None,
            "readlog": __version__,
            "sqlite": sqlite3.sqlite_version,
        }
    if json:
        from readlog.formats.json import dumps

        streams.put(dumps(facts))
    elif streams.on_terminal():
        from readlog.ui.dashboard import show_facts

        show_facts(facts)
    else:
        plain.put_rows(facts.items())
