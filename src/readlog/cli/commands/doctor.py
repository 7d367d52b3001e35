"""`readlog doctor`: check the journal, repair it, or salvage a damaged one."""

import os
from typing import Annotated

import typer

from readlog.cli.options import AsJson
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.errors import BadInput
from readlog.doctor import plain
from readlog.doctor.results import Checkup, Salvage
from readlog.journal import Journal
from readlog.ui import streams
from readlog.ui.progress_bar import status_line

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog doctor
    readlog doctor --fix
    readlog doctor --salvage saved.db
    """,
)
def doctor(
    ctx: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended without asking you.")] = False,
    salvage: Annotated[
        str | None,
        typer.Option("--salvage", metavar="NEW", help="Save what can be read of a damaged file into a new journal."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Look whether the journal is sound, and say what mends it.

    The file: whether it is whole, and the search index, the change log and the backups with it. The
    record: dates that cannot be, books and authors that may be one. Remarks on the record are no
    damage; where there is damage the exit code is 6. In a pipe: a line for each finding,
    tab-separated: how grave, file or record, where, what, and the command that mends it.
    """
    if fix and salvage is not None:
        raise BadInput("--fix mends the journal, --salvage leaves it as it is. Say one of them.")
    with open_journal(ctx) as journal:
        if salvage is not None:
            _report_salvage(_salvage(journal, _new_path(salvage)), json=json)
        else:
            checkup = _examine(journal, fix=fix)
            _report_checkup(checkup, json=json)
            plain.check_healthy(checkup, fixing=fix)


def _new_path(path: str) -> str:
    if not path:
        raise BadInput("The name of the new journal is empty. Name a file that is not there yet.")
    return os.path.abspath(os.path.expanduser(path))


def _salvage(journal: Journal, new: str) -> Salvage:
    with status_line() as tell:
        tell("reading page by page")
        return journal.salvage(new)


def _examine(journal: Journal, *, fix: bool) -> Checkup:
    with status_line() as tell:
        return journal.check(tell, fix=fix)


def _report_checkup(checkup: Checkup, *, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(checkup.as_record()))
    elif streams.on_terminal():
        from readlog.doctor.terminal import show_checkup

        show_checkup(checkup)
    else:
        plain.print_checkup(checkup)


def _report_salvage(salvage: Salvage, *, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(salvage.as_record()))
    elif streams.on_terminal():
        from readlog.doctor.terminal import show_salvage

        show_salvage(salvage)
    else:
        plain.print_salvage(salvage)
        if salvage.notes:
            streams.say("\n".join(salvage.notes))
    streams.say(f"Look at it: readlog list --journal {salvage.new}")
    streams.say(f"Put it in the place of the damaged one: readlog restore {salvage.new}")
