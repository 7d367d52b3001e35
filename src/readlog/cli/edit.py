"""`readlog edit`: change fields by options, or the whole record in the editor."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.options import Force, Reference, takes_fields
from readlog.cli.said import check, given
from readlog.ground.clock import today
from readlog.ground.fields import add_tags, parse_field, remove_tags, with_fields
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
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Another title.")] = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="LABEL", help="A tag to take off.")] = None,
    force: Force = False,
    **fields: Any,
) -> None:
    """Change a reading, in your editor or by options.

    Without options the whole record is opened in $VISUAL or $EDITOR. With them, tags and
    contributors are added to those there are, and authors replace them. An empty text, or "none"
    for a date, a rating or a number, says that it is not known.
    """
    said = given({"title": title, "untag": untag} | fields)
    with open_journal(ctx) as journal:
        before = journal.find(" ".join(reading))
        after = _change(journal, before, said, force) if said else _edit(journal, before, force)
        _tell(before, after, journal)


def _change(journal: Journal, before: Reading, said: Mapping[str, Any], force: bool) -> Reading | None:
    assert before.id is not None
    return journal.edit(before.id, lambda now: check(_with_said(now, said), today(), force))


def _edit(journal: Journal, before: Reading, force: bool) -> Reading | None:
    from readlog.cli.editing import until_saved, write_in_editor

    assert before.id is not None
    edited, draft = write_in_editor(before, today(), force)
    with until_saved(draft):
        return journal.edit(before.id, lambda now: edited, seen=before)


def _with_said(now: Reading, said: Mapping[str, Any]) -> Reading:
    plain = {key: value for key, value in said.items() if key not in ("tags", "untag", "contributors")}
    new = with_fields(now, plain, today())
    others = now.book.others + tuple(parse_field("contributors", said.get("contributors"), today()))
    tags = add_tags(now.book.tags, parse_field("tags", said.get("tags"), today()))
    new = with_fields(new, {"contributors": others}, today())
    return replace(new, book=replace(new.book, tags=remove_tags(tags, tuple(said.get("untag", ())))))


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
