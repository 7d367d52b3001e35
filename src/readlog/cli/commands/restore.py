"""`readlog restore`: a backup in the place of the journal."""

from typing import Annotated

import typer

from readlog.backups import plain
from readlog.backups.results import RestorePlan
from readlog.cli.options import AsJson
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.errors import BadInput
from readlog.ui import plain_lines, streams

app = new_app()

Path = Annotated[str, typer.Argument(metavar="PATH", help="A backup, or the name of one that is kept.")]


@app.command(
    cls=Command,
    epilog="""
    readlog restore journal-2026-11-22.db --dry-run
    readlog restore journal-2026-11-22.db
    readlog backup --list
    """,
)
def restore(
    ctx: typer.Context,
    path: Path,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would change and write nothing.")] = False,
    json: AsJson = False,
) -> None:
    """Put a backup in the place of the journal.

    Shows what is in it and what would change, and asks. The journal as it is now is kept first.
    """
    with open_journal(ctx) as journal, journal.open_backup(path) as prepared:
        _show_plan(prepared.plan, json=json)
        if dry_run:
            return
        if not yes and not streams.can_ask():
            raise BadInput("Nothing was restored. To restore it without being asked, say --yes.")
        if not yes and not _confirm(prepared.plan):
            streams.say("Nothing was restored.")
            return
        kept = prepared.apply()
    streams.say("Restored." if kept is None else f"Restored. The journal as it was before is in {kept}")


def _confirm(plan: RestorePlan) -> bool:
    from readlog.ui.prompts import confirm

    return confirm(f"Put it in the place of {plan.journal}?")


def _show_plan(plan: RestorePlan, *, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(plan.as_record()))
    elif streams.on_terminal():
        from readlog.backups.terminal import show_restore_plan

        show_restore_plan(plan)
    else:
        plain_lines.put_rows(plain.plan_rows(plan))
