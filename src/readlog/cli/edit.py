"""`readlog edit`: change fields by options, or the whole record in the editor."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.given import check_dates, confirm_dates, fields_given, with_status
from readlog.cli.options import Force, Reference, takes_fields
from readlog.ground.clock import today
from readlog.ground.fields import with_edits
from readlog.ground.model import Reading
from readlog.ground.record import changed_keys
from readlog.journal import Journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog edit 12
    readlog edit 12 --rating 4.5 --tag memoir --untag russia
    readlog edit revolutionary --finished 2012-03 --note ""
    """,
)
@takes_fields
def edit(
    ctx: typer.Context,
    reading: Reference,
    *,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="A new title.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="LABEL", help="A tag to take off.")] = None,
    force: Force = False,
    **fields: Any,
) -> None:
    """Change a reading, in your editor or by options.

    Without options the whole record is opened in $VISUAL or $EDITOR. With them, tags and
    contributors are added to those there are, and authors replace them. An empty text, or "none"
    for a date, a rating or a number, says that it is not known. A finished date finishes what you
    were reading.
    """
    given = fields_given({"title": title, "untag": untag} | fields)
    with open_journal(ctx) as journal:
        before = journal.find(" ".join(reading))
        after = _change(journal, before, given, force) if given else _edit(journal, before, force)
        _tell(before, after, journal)


def _change(journal: Journal, before: Reading, given: Mapping[str, Any], force: bool) -> Reading | None:
    """Ask what there is to ask first; under the write lock nobody is asked."""
    assert before.id is not None

    def changed(now: Reading) -> Reading:
        return with_status(with_edits(now, given, today()), given)

    if "started" not in given and "finished" not in given:
        return journal.edit(before.id, changed)
    meant = confirm_dates(changed(before), today(), force)
    return journal.edit(before.id, lambda now: check_dates(changed(now), today(), meant))


def _edit(journal: Journal, before: Reading, force: bool) -> Reading | None:
    from readlog.cli.editing import edited_by_hand

    assert before.id is not None
    with edited_by_hand(before, today(), force) as edited:
        return journal.edit(before.id, lambda now: edited, seen=before)


def _tell(before: Reading, after: Reading | None, journal: Journal) -> None:
    assert before.id is not None
    if after is None:
        streams.say("Nothing was changed.")
    elif streams.on_terminal():
        keys = ", ".join(changed_keys(before, after))
        streams.put(f"Changed {before.id}  {after.book.name}: {keys}")
        shared = len(journal.readings_of_same_book(before.id))
        if after.book != before.book and shared > 1:
            streams.say_quietly(f"All {shared} readings of this book show it.")
