"""`readlog edit`: change fields by options, or the whole record in the editor."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from readlog.cli.draft_on_error import save_texts_on_error
from readlog.cli.options import Force, Reference, number_parser, with_all_field_options
from readlog.cli.print_changes import print_changes
from readlog.cli.reading_from_options import (
    check_dates,
    confirm_dates,
    fields_from_options,
    infer_status,
    reads_standard_input,
)
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.clock import today
from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.core.parse_fields import apply_edits
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal

app = new_app()

Left = Annotated[
    int | None,
    typer.Option(
        "--restore",
        metavar="N",
        parser=number_parser("the number of an operation", "it as in: --restore 41"),
        help="Bring back what operation N left, as `readlog history 12` tells it.",
    ),
]


@app.command(
    cls=Command,
    epilog="""
    readlog edit 12
    readlog edit 12 --rating 4.5 --tag memoir --untag russia
    readlog edit revolutionary --finished 2012-03 --note ""
    readlog edit 12 --restore 41
    """,
)
@with_all_field_options
def edit(
    ctx: typer.Context,
    reading: Reference,
    *,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="A new title.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="LABEL", help="A tag to take off.")] = None,
    restore: Left = None,
    force: Force = False,
    **fields: Any,
) -> None:
    """Change a reading, in your editor or by options.

    Without options the whole record is opened in $VISUAL or $EDITOR. With them, tags and
    contributors are added to those there are, and authors replace them. An empty text, or "none"
    for a date, a rating or a number, says that it is not known. A finished date finishes what you
    were reading.
    """
    given_fields = fields_from_options({"title": title, "untag": untag} | fields)
    reference = " ".join(reading)
    if given_fields and restore is not None:
        raise BadInput("Choose one: --restore brings a whole version back, other options change fields.")
    with open_journal(ctx) as journal:
        if restore is not None:
            _restore(journal, journal.find(reference), restore)
        elif given_fields:
            target = DraftTarget(journal.path, reference=reference)
            with save_texts_on_error(given_fields, reads_standard_input(fields), target):
                before = journal.find(reference)
                after = _change_fields(journal, before, given_fields, force)
            print_changes(before, after, journal)
        else:
            from readlog.cli.edit_reading import edit_in_editor

            edit_in_editor(journal, journal.find(reference), force)


def _restore(journal: Journal, before: Reading, operation: int) -> None:
    assert before.id is not None
    print_changes(before, journal.restore_version(before.id, operation), journal)


def _change_fields(journal: Journal, before: Reading, fields: Mapping[str, Any], force: bool) -> Reading | None:
    """Set fields; questions are asked first, because a question under the write lock would block other sessions."""
    assert before.id is not None

    def apply_fields(now: Reading) -> Reading:
        return infer_status(apply_edits(now, fields, today()), fields)

    if "started" not in fields and "finished" not in fields:
        return journal.edit(before.id, apply_fields)
    allow_future = confirm_dates(apply_fields(before), today(), force)
    return journal.edit(before.id, lambda now: check_dates(apply_fields(now), today(), allow_future))
