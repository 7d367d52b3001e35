"""`readlog add`: a reading, from options or from questions."""

from typing import Annotated, Any

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.options import Force, takes_fields
from readlog.cli.said import check, given
from readlog.ground.clock import today
from readlog.ground.errors import BadInput
from readlog.ground.fields import with_fields
from readlog.ground.model import Book, Reading
from readlog.journal import Journal
from readlog.ui import streams, wording

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog add "Conquered City" --author "Victor Serge" --rating 4.5 --finished 2012-03
    readlog add "Conquered City" --again --review - < review.md
    """,
)
@takes_fields
def add(
    ctx: typer.Context,
    title: Annotated[list[str] | None, typer.Argument(metavar="[TITLE]", help="The title, colons and all.")] = None,
    *,
    again: Annotated[bool, typer.Option("--again", help="Log another reading of a book that is there.")] = False,
    new_book: Annotated[bool, typer.Option("--new-book", help="Add another book of the same title.")] = False,
    force: Force = False,
    **fields: Any,
) -> None:
    """Write down a reading.

    The book may be new or in the journal already. Without a title it asks for everything and opens
    your editor for the review.
    """
    said = given({"title": " ".join(title) if title else None} | fields)
    with open_journal(ctx) as journal:
        if title:
            id_ = _add_as_said(journal, _reading(said, force), again, new_book)
        elif streams.can_ask():
            id_ = _add_as_asked(journal, said, force)
        else:
            raise BadInput('Say the title, as in: readlog add "Conquered City" --author "Victor Serge"')
        _tell(journal.get(id_))


def _reading(said: dict[str, Any], force: bool) -> Reading:
    """The reading that was said; without a status it is finished, unless it has a beginning and no end."""
    if "status" not in said and said.get("started") and not said.get("finished"):
        said = said | {"status": "reading"}
    return check(with_fields(Reading(Book("?")), said, today()), today(), force)


def _add_as_said(journal: Journal, reading: Reading, again: bool, new_book: bool) -> int:
    if not again and not new_book and streams.can_ask():
        again = _is_another(journal, reading)
    return journal.add(reading, again, new_book)


def _add_as_asked(journal: Journal, said: dict[str, Any], force: bool) -> int:
    from readlog.cli.editing import until_saved, write_in_editor
    from readlog.ui.questions import ask_for_book, ask_for_reading

    said |= ask_for_book(said, journal.names("people"), today())
    again = _is_another(journal, _reading(said, force))
    reading = _reading(ask_for_reading(said, journal.names("tags"), today()), force=True)
    if reading.review:
        return journal.add(reading, again)
    reading, draft = write_in_editor(reading, today(), force=True)
    with until_saved(draft):
        return journal.add(reading, again)


def _is_another(journal: Journal, reading: Reading) -> bool:
    """Whether this is another reading of a book that is there; who says no to that wants nothing added."""
    there = journal.same_book(reading)
    if not there:
        return False
    from readlog.ui.questions import offer_another

    if not offer_another(there[0].book.name, there):
        streams.say("Nothing was added. --new-book adds another book of the same title.")
        raise typer.Exit
    return True


def _tell(reading: Reading) -> None:
    """The id: for a program nothing else, for a person what it is the id of."""
    if streams.on_terminal():
        said = (wording.spent(reading), wording.stars(reading.rating))
        streams.put("  ".join(part for part in (f"Added {reading.id}", reading.book.name, *said) if part))
    else:
        streams.put(str(reading.id))
