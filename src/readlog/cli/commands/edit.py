"""`readlog edit`: change fields by options, or the whole record in the editor."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.draft_on_error import save_texts_on_error
from readlog.cli.options import Force, Reference, number_parser, with_all_field_options
from readlog.cli.reading_from_options import (
    check_dates,
    confirm_dates,
    fields_from_options,
    infer_status,
    reads_standard_input,
)
from readlog.core.clock import now, today
from readlog.core.errors import BadInput
from readlog.core.fields import apply_edits
from readlog.core.model import Reading
from readlog.core.record import changed_keys, to_record
from readlog.drafts.results import DraftTarget, SavedEdit
from readlog.journal import Journal
from readlog.ui import streams

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
            _print_changes(before, after, journal)
        else:
            edit_in_editor(journal, journal.find(reference), force)


def edit_in_editor(journal: Journal, before: Reading, force: bool, if_unchanged: str = "Nothing was changed.") -> None:
    """Open a reading in the editor and print what changed, or `if_unchanged`."""
    saved = _edit_form(journal, before, force)
    _print_changes(saved.before, saved.reading, journal, if_unchanged)


def _restore(journal: Journal, before: Reading, operation: int) -> None:
    assert before.id is not None
    _print_changes(before, journal.restore_version(before.id, operation), journal)


def _change_fields(journal: Journal, before: Reading, fields: Mapping[str, Any], force: bool) -> Reading | None:
    """Set fields; questions are asked first, because a question under the write lock would block other sessions."""
    assert before.id is not None

    def apply_fields(now: Reading) -> Reading:
        return infer_status(apply_edits(now, fields, today()), fields)

    if "started" not in fields and "finished" not in fields:
        return journal.edit(before.id, apply_fields)
    allow_future = confirm_dates(apply_fields(before), today(), force)
    return journal.edit(before.id, lambda now: check_dates(apply_fields(now), today(), allow_future))


def _edit_form(journal: Journal, before: Reading, force: bool) -> SavedEdit:
    from readlog.cli.draft_on_error import draft_name, keep_draft_on_error
    from readlog.cli.edit_reading import ReadingEditSession
    from readlog.drafts.draft_files import create_draft, form_digest, remove_unchanged_forms
    from readlog.readings.editor_form import write_form
    from readlog.ui.editor import editor_command

    command, name, form = editor_command(), draft_name(before), write_form(before)
    remove_unchanged_forms(name)
    _mention_earlier_drafts(journal, name)
    target = DraftTarget(journal.path, now(), form_digest=form_digest(form), base=to_record(before))
    with create_draft(name, form, target) as draft, keep_draft_on_error(draft):
        saved = ReadingEditSession(draft, before, journal.save, today(), force).run(command)
    if saved.reading and saved.meanwhile:
        keys = ", ".join(saved.meanwhile).replace("_", " ")
        streams.say(f"Another terminal changed this meanwhile: {keys}. That stays, and so does yours.")
    return saved


def _mention_earlier_drafts(journal: Journal, name: str) -> None:
    from readlog.drafts.draft_files import list_unsaved_drafts

    for each in list_unsaved_drafts(journal.path, name):
        if each.is_open:
            streams.say("readlog: this reading is open in another terminal too")
        else:
            streams.say(f"readlog: an earlier draft of this reading is waiting: readlog recover {each.target.number}")


def _print_changes(
    before: Reading, after: Reading | None, journal: Journal, if_unchanged: str = "Nothing was changed."
) -> None:
    assert before.id is not None
    if after is None:
        streams.say(if_unchanged)
    elif streams.on_terminal():
        keys = ", ".join(changed_keys(before, after))
        streams.put(f"Changed {before.id}  {after.book.name}: {keys}")
        shared = len(journal.readings_of_same_book(before.id))
        if after.book != before.book and shared > 1:
            streams.say_quietly(f"All {shared} readings of this book show it.")
