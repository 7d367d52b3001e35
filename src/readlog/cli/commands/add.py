"""`readlog add`: a reading, from options or from questions."""

from typing import Annotated, Any

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.draft_on_error import new_reading_uid, save_texts_on_error
from readlog.cli.options import Force, takes_fields
from readlog.cli.reading_from_options import (
    check_dates,
    confirm_dates,
    fields_from_options,
    reading_from_fields,
    reads_standard_input,
)
from readlog.core.clock import today
from readlog.core.errors import BadInput
from readlog.core.model import Reading
from readlog.drafts.results import DraftTarget
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
    if again and new_book:
        raise BadInput("Choose one: --again for another reading of a book, --new-book for another book.")
    given = fields_from_options({"title": " ".join(title) if title else None} | fields)
    with open_journal(ctx) as journal:
        purpose = DraftTarget(journal.path, uid=new_reading_uid(), again=again, new_book=new_book)
        if title:
            with save_texts_on_error(given, reads_standard_input(fields), purpose):
                reading = reading_from_fields(given)._replace(uid=purpose.uid)
                confirm_dates(reading, today(), force)
                id_ = _add(journal, reading, again, new_book)
        elif streams.can_ask():
            id_ = _ask_and_add(journal, given, purpose, force)
        else:
            raise BadInput('Give the title, as in: readlog add "Conquered City" --author "Victor Serge"')
        _tell(journal.get(id_))


def _add(journal: Journal, reading: Reading, again: bool, new_book: bool) -> int:
    if not again and not new_book and streams.can_ask():
        again = _is_another(journal, reading)
    return journal.add(reading, again, new_book)


def _ask_and_add(journal: Journal, given: dict[str, Any], purpose: DraftTarget, force: bool) -> int:
    from readlog.cli.draft_on_error import Answers
    from readlog.cli.edit_session import Editing
    from readlog.ui.editor import editor_command
    from readlog.ui.prompts import ask_for_book, ask_for_reading

    # It is said now, and not after all the answers, that there is no editor.
    command = [] if given.get("review") else editor_command()
    confirm_dates(reading_from_fields({"title": "untitled"} | given), today(), force)
    with Answers(purpose, to_be_edited=bool(command)) as answers:
        given |= ask_for_book(given, journal.names("people"), today(), answers.keep)
        with answers.not_wanted_at_an_exit():
            again = purpose.again or (not purpose.new_book and _is_another(journal, reading_from_fields(given)))
        given |= ask_for_reading(given, journal.names("tags"), today(), answers.keep)

        def save(_: Reading, edited: Reading) -> int:
            return journal.add(edited._replace(uid=purpose.uid), again, purpose.new_book)

        reading = reading_from_fields(given)
        if not command:
            return save(reading, check_dates(reading, today(), force=True))
        return Editing(answers.draft, reading, save, today(), force).by_hand(command)


def _is_another(journal: Journal, reading: Reading) -> bool:
    """Whether this is another reading of a book that is there; who says no to that wants nothing added."""
    there = journal.find_same_book(reading)
    if not there:
        return False
    from readlog.ui.prompts import offer_another

    if not offer_another(there[0].book.name, there):
        streams.say("Nothing was added. --new-book adds another book of the same title.")
        raise typer.Exit
    return True


def _tell(reading: Reading) -> None:
    """Print the id: for a program nothing else, for a person what it is the id of."""
    edition = reading.extra.get("edition")
    if isinstance(edition, dict):
        streams.say(f"The book has it otherwise; kept with this reading: {wording.pairs(edition)}")
    if streams.on_terminal():
        told = (wording.spent(reading), wording.stars(reading.rating))
        streams.put("  ".join(part for part in (f"Added {reading.id}", reading.book.name, *told) if part))
    else:
        streams.put(str(reading.id))
