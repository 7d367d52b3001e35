"""`readlog edit`: change fields by options, or the whole record in the editor."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.draft_on_error import save_texts_on_error
from readlog.cli.options import Force, Reference, number_of, takes_fields
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
        parser=number_of("the number of an operation", "it as in: --restore 41"),
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
@takes_fields
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
    given = fields_from_options({"title": title, "untag": untag} | fields)
    named = " ".join(reading)
    if given and restore is not None:
        raise BadInput("Choose one: --restore brings a whole version back, other options change fields.")
    with open_journal(ctx) as journal:
        if restore is not None:
            _restore(journal, journal.find(named), restore)
        elif given:
            purpose = DraftTarget(journal.path, named=named)
            with save_texts_on_error(given, reads_standard_input(fields), purpose):
                before = journal.find(named)
                after = _change(journal, before, given, force)
            _tell(before, after, journal)
        else:
            edit_in_editor(journal, journal.find(named), force)


def edit_in_editor(journal: Journal, before: Reading, force: bool, otherwise: str = "Nothing was changed.") -> None:
    """Open a reading in the editor, and tell what was changed, or where nothing was `otherwise`."""
    saved = _edit(journal, before, force)
    _tell(saved.before, saved.reading, journal, otherwise)


def _restore(journal: Journal, before: Reading, operation: int) -> None:
    assert before.id is not None
    _tell(before, journal.restore_version(before.id, operation), journal)


def _change(journal: Journal, before: Reading, given: Mapping[str, Any], force: bool) -> Reading | None:
    """Ask what there is to ask first; under the write lock nobody is asked."""
    assert before.id is not None

    def changed(now: Reading) -> Reading:
        return infer_status(apply_edits(now, given, today()), given)

    if "started" not in given and "finished" not in given:
        return journal.edit(before.id, changed)
    meant = confirm_dates(changed(before), today(), force)
    return journal.edit(before.id, lambda now: check_dates(changed(now), today(), meant))


def _edit(journal: Journal, before: Reading, force: bool) -> SavedEdit:
    from readlog.cli.draft_on_error import draft_name, keep_draft_on_error
    from readlog.cli.edit_session import Editing
    from readlog.drafts.draft_files import create_draft, form_digest, remove_unchanged_forms
    from readlog.readings.editor_form import write_form
    from readlog.ui.editor import editor_command

    command, name, form = editor_command(), draft_name(before), write_form(before)
    remove_unchanged_forms(name)
    _tell_of_earlier(journal, name)
    purpose = DraftTarget(journal.path, now(), untouched=form_digest(form), base=to_record(before))
    with create_draft(name, form, purpose) as draft, keep_draft_on_error(draft):
        saved = Editing(draft, before, journal.save, today(), force).by_hand(command)
    if saved.reading and saved.meanwhile:
        keys = ", ".join(saved.meanwhile).replace("_", " ")
        streams.say(f"Another terminal changed this meanwhile: {keys}. That stays, and so does yours.")
    return saved


def _tell_of_earlier(journal: Journal, name: str) -> None:
    from readlog.drafts.draft_files import find_drafts, list_unsaved_drafts

    earlier = set(find_drafts(name))
    for each in list_unsaved_drafts(journal.path):
        if each.path in earlier and each.is_open:
            streams.say("readlog: this reading is open in another terminal too")
        elif each.path in earlier:
            streams.say(f"readlog: an earlier draft of this reading is waiting: readlog recover {each.purpose.number}")


def _tell(before: Reading, after: Reading | None, journal: Journal, otherwise: str = "Nothing was changed.") -> None:
    assert before.id is not None
    if after is None:
        streams.say(otherwise)
    elif streams.on_terminal():
        keys = ", ".join(changed_keys(before, after))
        streams.put(f"Changed {before.id}  {after.book.name}: {keys}")
        shared = len(journal.readings_of_same_book(before.id))
        if after.book != before.book and shared > 1:
            streams.say_quietly(f"All {shared} readings of this book show it.")
