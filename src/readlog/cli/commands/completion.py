"""`readlog completion`: what a shell needs to complete commands, options and what is in the journal."""

from typing import Annotated

import typer

from readlog.cli.command import Command, new_app
from readlog.cli.commands.shells import SCRIPTS
from readlog.core.errors import BadInput
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog completion bash >> ~/.bashrc
    readlog completion zsh > ~/.zfunc/_readlog
    readlog completion fish > ~/.config/fish/completions/readlog.fish
    """,
)
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print a script by which your shell completes with TAB.

    Commands, options, statuses, formats, your tags and authors, and readings by number or title.
    """
    if shell not in SCRIPTS:
        raise BadInput(f'"{shell}" is not a shell that is known here. One of: {", ".join(SCRIPTS)}.')
    streams.put(SCRIPTS[shell].strip())
