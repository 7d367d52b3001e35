"""`readlog info`: where the journal is and what is in it."""

import typer

from readlog import __version__
from readlog.cli.options import AsJson
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.ui import plain_lines, streams

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
        facts = journal.info() | {"readlog": __version__}
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(facts))
    elif streams.on_terminal():
        from readlog.overview.terminal import show_info

        show_info(facts)
    else:
        plain_lines.put_rows(facts.items())
