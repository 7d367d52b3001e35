"""`readlog backup`: the whole journal in one checked file."""

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from readlog.backups import plain
from readlog.backups.results import Backup, StoredBackup
from readlog.cli.options import AsJson
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.errors import AlreadyExists, BadInput
from readlog.core.normalize_text import pluralize
from readlog.ui import plain_lines, streams, wording

app = new_app()

Path = Annotated[
    str | None, typer.Argument(metavar="[PATH]", help="A file, or a folder; else where readlog keeps its backups.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
ListBackups = Annotated[bool, typer.Option("--list", help="Show the backups that are kept.")]


@app.command(
    cls=Command,
    epilog="""
    readlog backup
    readlog backup /media/stick/
    readlog backup --list
    """,
)
def backup(
    ctx: typer.Context, path: Path = None, *, force: Force = False, list_: ListBackups = False, json: AsJson = False
) -> None:
    """Make a backup: one file, checked, of the whole journal.

    Prints where it is. Without PATH it is kept with those that readlog makes by itself, before an
    upgrade, a restore and a large import: the newest ten, and the first of every month.
    """
    with open_journal(ctx) as journal:
        if list_:
            _show_stored(journal.backups(), json=json)
        elif (made := _make_backup(journal.path, path, replace=force)) is None:
            streams.say("No backup was made.")
        else:
            _report(made, json=json)


def _make_backup(journal: str, path: str | None, *, replace: bool) -> Backup | None:
    """Make the backup; None if the user was asked and did not want to replace a file."""
    from readlog.backups.backup import dated_name, store_backup, write_backup
    from readlog.backups.results import BY_HAND

    if path is None:
        return store_backup(journal, BY_HAND)
    if path == "-":
        raise BadInput("A backup is a file, and does not go to standard output. Name a file.")
    target = os.path.abspath(os.path.expanduser(path))
    if os.path.isdir(target):
        target = os.path.join(target, dated_name(journal))
    try:
        return write_backup(journal, target, replace=replace)
    except AlreadyExists:
        if not streams.can_ask():
            raise
    return write_backup(journal, target, replace=True) if _confirm_replacing(target) else None


def _confirm_replacing(target: str) -> bool:
    from readlog.ui.prompts import confirm

    return confirm(f"{target} is there already. Replace it?")


def _report(made: Backup, *, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(made.as_record()))
    else:
        plain_lines.put_rows([(made.path,)])
        streams.say_quietly(f"{plain.describe_counts(made.counts)}; {wording.file_size(made.size)}, checked")
    if made.index_rebuilt:
        streams.say("The search index of the journal is damaged; that of the backup was made anew. See: readlog doctor")
    if made.dangling_rows:
        streams.say(f"{pluralize(made.dangling_rows, 'row')} belong to what is not there. See: readlog doctor")


def _show_stored(backups: Sequence[StoredBackup], *, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps([each._asdict() for each in backups]))
    elif streams.on_terminal() and backups:
        from readlog.backups.terminal import show_stored_backups

        show_stored_backups(backups)
        streams.say_quietly("To see what is in one: readlog restore NAME --dry-run")
    else:
        plain_lines.put_rows((each.path, each.made, each.why, each.size) for each in backups)
        if not backups:
            streams.say("No backups.")
