"""The program: the list of commands, and the one place that turns errors into messages and exit codes."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
import typer.main
from typer.core import TyperGroup

from readlog import __version__
from readlog.cli.typer_setup import journal_option, new_app, open_journal
from readlog.core.errors import BadInput, ReadlogError
from readlog.ui import streams

GROUPS = {
    "Write": {
        "add": "add",
        "want": "want",
        "start": "start",
        "at": "at",
        "pause": "pause",
        "finish": "finish",
        "abandon": "abandon",
        "edit": "edit",
        "quote": "quote",
        "delete": "delete",
        "merge": "merge",
        "goal": "goal",
    },
    "Look": {
        "show": "show",
        "search": "search",
        "list": "list_",
        "quotes": "quotes",
        "stats": "stats",
        "tags": "tags",
        "authors": "authors",
        "random": "random_",
    },
    "Move": {"import": "import_", "export": "export"},
    "Keep": {
        "undo": "undo",
        "history": "history",
        "backup": "backup",
        "restore": "restore",
        "recover": "recover",
        "doctor": "doctor",
        "info": "info",
        "completion": "completion",
    },
}
"""The commands by heading, each with its module in `commands`."""

MODULES = {name: module for commands in GROUPS.values() for name, module in commands.items()}
HIDDEN = {"complete": "tab_completion"}
"""Commands for shells, which help does not list."""
INTERRUPTED = 130
CLOSED_PIPE = 141
"""The exit code that shells report for a closed pipe: 128 plus SIGPIPE."""


class _ClosedPipe(Exception):
    """The reader of our output has closed the pipe."""


class Program(TyperGroup):
    """The group of all commands; a module is imported when its command is called, which saves a third of start-up."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = dict.fromkeys(MODULES)  # type: ignore[assignment]
        self.params.append(journal_option())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        module = MODULES.get(cmd_name) or HIDDEN.get(cmd_name)
        return typer.main.get_command(import_module(f"readlog.cli.commands.{module}").app) if module else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands in their groups, each with the first sentence of its help."""
        for group, names in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(name, self.get_command(ctx, name).get_short_help_str(80)) for name in names])

    def invoke(self, ctx: Any) -> Any:
        """Run the command, and catch a closed pipe before typer does."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ClosedPipe from None

    def main(self, *args: Any, **settings: Any) -> NoReturn:
        """Run the program and end the process with the exit code of what happened."""
        streams.prepare()
        settings |= {"prog_name": "readlog", "standalone_mode": False}
        if not args and settings.get("args") is None:
            settings["args"] = [_decode_as_utf8(arg) for arg in sys.argv[1:]]
        code = _exit_code(lambda: super(Program, self).main(*args, **settings))
        if code == INTERRUPTED and streams.on_terminal():
            streams.say("")
        sys.exit(code)


def _exit_code(run: Callable[[], Any]) -> int:
    try:
        result = run()
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except ReadlogError as error:
        streams.say(f"readlog: {error}")
        return error.exit_code
    except typer.TyperException as error:
        streams.say(f"readlog: {error.format_message()}\n{_help_hint(error)}")
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except (_ClosedPipe, BrokenPipeError):
        streams.silence(1)
        return CLOSED_PIPE
    except UnicodeEncodeError as error:
        streams.say(
            f"readlog: {error.object[error.start : error.end]!a} cannot be written in this locale. Try LC_ALL=C.UTF-8."
        )
        return 1
    except OSError as error:
        streams.silence(1)
        streams.say(f"readlog: {error.strerror or error}" + (f": {error.filename}" if error.filename else "."))
        return 1


def _decode_as_utf8(arg: str) -> str:
    """The argument decoded as UTF-8, if Python could not decode it in the present locale."""
    try:
        return os.fsencode(arg).decode()
    except UnicodeError:
        return arg


def _help_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"See: {context.command_path if context else 'readlog'} -h"


app = new_app(cls=Program, invoke_without_command=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        streams.put(f"readlog {__version__}")
        raise typer.Exit


@app.callback()
def readlog(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version and exit.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON what there is to see without a command.")] = False,
) -> None:
    """A reading journal: what you read, when, and what you thought of it.

    Without a command: what you are reading now, what you finished last, how the year goes, this day in other
    years, and a quote.
    """
    if json and ctx.invoked_subcommand:
        raise BadInput(f"--json goes behind the command: readlog {ctx.invoked_subcommand} --json")
    if ctx.invoked_subcommand is None:
        from readlog.cli.commands.overview import print_overview

        with open_journal(ctx) as journal:
            print_overview(journal, json=json)


def main() -> None:
    """Entry point of the `readlog` command."""
    app()
