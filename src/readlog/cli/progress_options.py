"""What the commands for the moments of a reading's life have in common: what was said, and what has come of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, NamedTuple

import typer

from readlog.cli.command import open_journal
from readlog.cli.draft_on_error import new_reading_uid, save_texts_on_error
from readlog.cli.reading_from_options import fields_from_options, reads_standard_input, status_change_date
from readlog.core.clock import today
from readlog.core.errors import Ambiguous, BadInput, DidYouMean
from readlog.core.model import ProgressNote, Reading
from readlog.core.reading_progress import parse_position
from readlog.core.record import from_record
from readlog.core.text import clean_line, clean_text
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal
from readlog.progress.results import CAN_BE_NEW, NAME_A_BOOK, Moment, Said
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

_STATUS = {"finish": "finished", "abandon": "abandoned"}
_DATES_A_NOTE = ("want", "pause")
"""The moments that have no date of their own."""


class Told(NamedTuple):
    """What the options of a moment said, as it was typed."""

    on: str | None = None
    force: bool = False
    at: str | None = None
    why: str | None = None
    new_book: bool = False
    on_top: bool = False


def live(
    ctx: typer.Context, moment: str, words: Sequence[str], told: Told, fields: Mapping[str, Any] | None = None
) -> None:
    """Do what is to be done at a moment, tell of it, and after the end of a book offer the editor for a review."""
    named, given = " ".join(words), fields_from_options(fields or {})
    with open_journal(ctx) as journal:
        purpose = _purpose(journal, named, given, told.new_book)
        with save_texts_on_error(
            _if_it_fails(moment, named, given, told, purpose), reads_standard_input(fields or {}), purpose
        ):
            _check(moment, told)
            done = _settled(journal, moment, _said(named, given, told, purpose.uid))
        _tell(moment, done, told)
        if moment == "finish" and not done.reading.review and streams.can_ask():
            _offer_a_review(journal, done.reading)


def _check(moment: str, told: Told) -> None:
    """Raise BadInput where a date is given and nothing is there to be dated."""
    if told.on is not None and moment in _DATES_A_NOTE and not (told.at or told.why):
        raise BadInput(f"{moment} itself has no date: --on is that of a remark. Add it with --why.")


def _said(named: str, given: Mapping[str, Any], told: Told, uid: str | None) -> Said:
    """What was said, understood. Raises BadInput."""
    when = status_change_date(told.on, told.force)
    at = parse_position(told.at) if told.at is not None else None
    remark = clean_text(told.why or "") or None
    return Said(
        words=named,
        reading=from_record({"title": named, **given}, today())._replace(uid=uid),
        given=frozenset(given),
        when=when,
        is_dated=told.on is not None,
        mark=ProgressNote(at, when, remark) if at or remark else None,
        new_book=told.new_book,
        on_top=told.on_top,
    )


def _settled(journal: Journal, moment: str, said: Said) -> Moment:
    """What has come of it; at a terminal somebody is asked which book is meant, where that is not clear."""
    try:
        return journal.change_status(moment, said)
    except (Ambiguous, DidYouMean) as unclear:
        if not unclear.choices or not streams.can_ask():
            raise
        return journal.change_status(moment, _chosen(moment, said, unclear))


def _chosen(moment: str, said: Said, unclear: Ambiguous | DidYouMean) -> Said:
    from readlog.ui.prompts import which_one

    number = which_one(clean_line(said.words), unclear.choices, or_new=moment in CAN_BE_NEW)
    if number is None:
        streams.say("Nothing was changed.")
        raise typer.Exit
    return said._replace(words=f"#{number}") if number else said._replace(new_book=True)


def _purpose(journal: Journal, named: str, given: Mapping[str, Any], new_book: bool) -> DraftTarget:
    """Where a text is to go that does not come into the journal."""
    if new_book or set(given) & NAME_A_BOOK:
        return DraftTarget(journal.path, uid=new_reading_uid(), new_book=new_book)
    return DraftTarget(journal.path, named=named)


def _if_it_fails(moment: str, named: str, given: Mapping[str, Any], told: Told, purpose: DraftTarget) -> dict[str, Any]:
    """The fields for a draft, with what the moment makes of the reading."""
    fields = dict(given) if purpose.named else {"title": named, **given}
    if moment in _STATUS:
        fields["status"] = _STATUS[moment]
        with suppress(BadInput):
            when = status_change_date(told.on, force=True)
            fields["finished"] = when.edtf if when else None
    return fields


def _tell(moment: str, done: Moment, told: Told) -> None:
    """For a program the number of the reading, for a person what has become of it."""
    reading = done.reading
    if streams.on_terminal():
        from readlog.progress.views import said

        streams.put(said(moment, done, on_top=told.on_top))
    else:
        streams.put(str(reading.id))
    place, pages = (reading.progress[-1].at if told.at and reading.progress else None), reading.book.pages
    if place and pages and place.isdigit() and int(place) > pages:
        streams.say(f"readlog: p. {int(place):,} is beyond the {pages:,} pages of this book; it is kept")


def _offer_a_review(journal: Journal, reading: Reading) -> None:
    """The reading is finished whatever becomes of this."""
    from readlog.ui.prompts import confirm

    if confirm("Write a review now?", default=True):
        from readlog.cli.commands.edit import edit_in_editor

        edit_in_editor(journal, reading, force=False, otherwise="It is finished, without a review.")
