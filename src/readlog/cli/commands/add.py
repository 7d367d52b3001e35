"""`readlog add`: a reading, from options or from questions."""

from typing import Annotated, Any

import typer

from readlog.cli.draft_on_error import save_texts_on_error
from readlog.cli.options import Force, with_all_field_options
from readlog.cli.reading_from_options import (
    check_dates,
    confirm_dates,
    fields_from_options,
    new_reading_uid,
    reading_from_fields,
    reads_standard_input,
)
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.clock import today
from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog add "Conquered City" --author "Victor Serge" --rating 4.5 --finished 2012-03
    readlog add "Conquered City" --again --review - < review.md
    """,
)
@with_all_field_options
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
    given_fields = fields_from_options({"title": " ".join(title) if title else None} | fields)
    with open_journal(ctx) as journal:
        target = DraftTarget(journal.path, uid=new_reading_uid(), again=again, new_book=new_book)
        if title:
            with save_texts_on_error(given_fields, reads_standard_input(fields), target):
                reading = reading_from_fields(given_fields)._replace(uid=target.uid)
                confirm_dates(reading, today(), force)
                id_ = _add(journal, reading, again, new_book)
        elif streams.can_ask():
            id_ = _ask_and_add(journal, given_fields, target, force)
        else:
            raise BadInput('Give the title, as in: readlog add "Conquered City" --author "Victor Serge"')
        _print_added(journal.get(id_))


def _add(journal: Journal, reading: Reading, again: bool, new_book: bool) -> int:
    if not again and not new_book and streams.can_ask():
        again = _confirm_another_reading(journal, reading)
    return journal.add(reading, again, new_book)


def _ask_and_add(journal: Journal, fields: dict[str, Any], target: DraftTarget, force: bool) -> int:
    from readlog.cli.draft_on_error import AnswersDraft
    from readlog.cli.edit_reading import ReadingEditSession
    from readlog.readings.ask_for_reading import ask_for_book, ask_for_reading
    from readlog.ui.editor import editor_command

    # A missing editor is an error before the questions, not after them.
    command = [] if fields.get("review") else editor_command()
    confirm_dates(reading_from_fields({"title": "untitled"} | fields), today(), force)
    with AnswersDraft(target, to_be_edited=bool(command)) as answers:
        fields |= ask_for_book(fields, journal.names("people"), today(), answers.save_answers)
        with answers.discard_on_exit():
            reading = reading_from_fields(fields)
            again = target.again or (not target.new_book and _confirm_another_reading(journal, reading))
        fields |= ask_for_reading(fields, journal.names("tags"), today(), answers.save_answers)

        def save(_: Reading, edited: Reading) -> int:
            return journal.add(edited._replace(uid=target.uid), again, target.new_book)

        reading = reading_from_fields(fields)
        if not command:
            return save(reading, check_dates(reading, today(), force=True))
        return ReadingEditSession(answers.draft, reading, save, today(), force).run(command)


def _confirm_another_reading(journal: Journal, reading: Reading) -> bool:
    """True for another reading of a book in the journal, false for a new book; Exit if the user wants neither."""
    readings = journal.find_same_book(reading)
    if not readings:
        return False
    from readlog.readings.ask_for_reading import confirm_another_reading

    if not confirm_another_reading(readings[0].book.name, readings):
        streams.say("Nothing was added. --new-book adds another book of the same title.")
        raise typer.Exit
    return True


def _print_added(reading: Reading) -> None:
    """Print the id in a pipe, and a line about the reading at a terminal."""
    edition = reading.extra.get("edition")
    if isinstance(edition, dict):
        from readlog.readings.describe_reading import fields_text

        streams.say(f"The book has it otherwise; kept with this reading: {fields_text(edition)}")
    if streams.on_terminal():
        from readlog.readings.describe_reading import status_and_dates
        from readlog.ui.wording import stars

        details = (status_and_dates(reading), stars(reading.rating))
        streams.put("  ".join(part for part in (f"Added {reading.id}", reading.book.name, *details) if part))
    else:
        streams.put(str(reading.id))
