"""What want, start, at, pause, finish and abandon have in common: their options, and how they run."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, NamedTuple

import typer

from readlog.cli.draft_on_error import save_texts_on_error
from readlog.cli.reading_from_options import (
    fields_from_options,
    new_reading_uid,
    reads_standard_input,
    status_change_date,
)
from readlog.cli.typer_setup import open_journal
from readlog.core.clock import today
from readlog.core.domain_model import ProgressNote, Reading
from readlog.core.errors import Ambiguous, BadInput, DidYouMean
from readlog.core.normalize_text import clean_line, clean_text
from readlog.core.reading_progress import parse_position
from readlog.core.reading_record import from_record
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal
from readlog.progress.results import COMMANDS_FOR_NEW_BOOKS, IDENTIFYING_FIELDS, StatusChange, StatusChangeRequest
from readlog.ui import streams

Title = Annotated[
    list[str],
    typer.Argument(metavar="TITLE", help="A title, colons and all; or a number, or words of a title or an author."),
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="When, if not today: yesterday, 2012-03, unknown."),
]
NewBook = Annotated[bool, typer.Option("--new-book", help="The words are the title of another book.")]
At = Annotated[str | None, typer.Option("--at", metavar="PLACE", help='How far you came: 120, 40%, "Chapter 3".')]
Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help="A remark, kept with the date.")]

_FINAL_STATUSES = {"finish": "finished", "abandon": "abandoned"}
_COMMANDS_WITHOUT_DATE = ("want", "pause")
"""Commands that store no date of their own, only that of a note."""


class StatusChangeOptions(NamedTuple):
    """The values of the options, as typed."""

    on: str | None = None
    force: bool = False
    at: str | None = None
    why: str | None = None
    new_book: bool = False
    on_top: bool = False


def change_status(
    ctx: typer.Context,
    command: str,
    words: Sequence[str],
    options: StatusChangeOptions,
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Run one of the commands: change the status, confirm it, and after `finish` offer the editor for a review."""
    reference, given = " ".join(words), fields_from_options(fields or {})
    with open_journal(ctx) as journal:
        target = _draft_target(journal, reference, given, options.new_book)
        draft_fields = _draft_fields(command, reference, given, options, target)
        with save_texts_on_error(draft_fields, reads_standard_input(fields or {}), target):
            _check_date_applies(command, options)
            change = _run(journal, command, _request(reference, given, options, target.uid))
        _confirm(command, change, options)
        if command == "finish" and not change.reading.review and streams.can_ask():
            _offer_review(journal, change.reading)


def _check_date_applies(command: str, options: StatusChangeOptions) -> None:
    """Raise BadInput for a date that would be stored nowhere."""
    if options.on is not None and command in _COMMANDS_WITHOUT_DATE and not (options.at or options.why):
        raise BadInput(f"{command} itself has no date: --on is that of a remark. Add it with --why.")


def _request(
    reference: str, given: Mapping[str, Any], options: StatusChangeOptions, uid: str | None
) -> StatusChangeRequest:
    """The parsed request. Raises BadInput."""
    date = status_change_date(options.on, options.force)
    position = parse_position(options.at) if options.at is not None else None
    comment = clean_text(options.why or "") or None
    return StatusChangeRequest(
        words=reference,
        reading=from_record({"title": reference, **given}, today())._replace(uid=uid),
        given_fields=frozenset(given),
        date=date,
        is_date_explicit=options.on is not None,
        note=ProgressNote(position, date, comment) if position or comment else None,
        is_new_book=options.new_book,
        to_top=options.on_top,
    )


def _run(journal: Journal, command: str, request: StatusChangeRequest) -> StatusChange:
    """Change the status; at a terminal, if it is unclear which book is meant, ask and try again."""
    try:
        return journal.change_status(command, request)
    except (Ambiguous, DidYouMean) as error:
        if not error.choices or not streams.can_ask():
            raise
        return journal.change_status(command, _ask_for_book(command, request, error))


def _ask_for_book(command: str, request: StatusChangeRequest, error: Ambiguous | DidYouMean) -> StatusChangeRequest:
    from readlog.ui.prompts import choose_book

    number = choose_book(clean_line(request.words), error.choices, or_new=command in COMMANDS_FOR_NEW_BOOKS)
    if number is None:
        streams.say("Nothing was changed.")
        raise typer.Exit
    return request._replace(words=f"#{number}") if number else request._replace(is_new_book=True)


def _draft_target(journal: Journal, reference: str, given: Mapping[str, Any], new_book: bool) -> DraftTarget:
    if new_book or set(given) & IDENTIFYING_FIELDS:
        return DraftTarget(journal.path, uid=new_reading_uid(), new_book=new_book)
    return DraftTarget(journal.path, reference=reference)


def _draft_fields(
    command: str, reference: str, given: Mapping[str, Any], options: StatusChangeOptions, target: DraftTarget
) -> dict[str, Any]:
    """The fields of the draft that is saved if the command fails: those given, and those that it would set."""
    fields = dict(given) if target.reference else {"title": reference, **given}
    if command in _FINAL_STATUSES:
        fields["status"] = _FINAL_STATUSES[command]
        with suppress(BadInput):
            date = status_change_date(options.on, force=True)
            fields["finished"] = date.edtf if date else None
    return fields


def _confirm(command: str, change: StatusChange, options: StatusChangeOptions) -> None:
    """Print a line for people, the id of the reading for programs."""
    reading = change.reading
    if streams.on_terminal():
        from readlog.progress.output import status_change_line

        streams.put(status_change_line(command, change, on_top=options.on_top))
    else:
        streams.put(str(reading.id))
    position, pages = (reading.progress[-1].at if options.at and reading.progress else None), reading.book.pages
    if position and pages and position.isdigit() and int(position) > pages:
        streams.say(f"readlog: p. {int(position):,} is beyond the {pages:,} pages of this book; it is kept")


def _offer_review(journal: Journal, reading: Reading) -> None:
    from readlog.ui.prompts import confirm

    if confirm("Write a review now?", default=True):
        from readlog.cli.edit_reading import edit_in_editor

        edit_in_editor(journal, reading, force=False, if_unchanged="It is finished, without a review.")
