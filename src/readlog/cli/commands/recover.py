"""`readlog recover`: list, show, save and discard drafts."""

from shlex import quote
from typing import Annotated

import typer

from readlog.cli.options import AsJson
from readlog.cli.recover_draft import save_draft, summarize_draft
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.errors import BadInput, NotFound
from readlog.core.reading_record import changed_keys
from readlog.drafts.draft_files import list_unsaved_drafts, open_draft, other_journals_with_drafts
from readlog.drafts.results import DraftSummary, UnsavedDraft
from readlog.journal import Journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog recover
    readlog recover 1 > dune.md
    readlog recover 1 --apply
    """,
)
def recover(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", help="A draft, as the list numbers it.")] = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Save the draft in the journal.")] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Throw the draft away.")] = False,
    every: Annotated[bool, typer.Option("--all", help="With --discard: all drafts.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Log another reading of a book that is there.")] = False,
    new_book: Annotated[bool, typer.Option("--new-book", help="Add another book of the same title.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Keep a date that lies in the future.")] = False,
    json: AsJson = False,
) -> None:
    """Show and save drafts: what never came into the journal.

    With a number the draft is shown. Saved, the draft of an edit is brought together with what has
    changed in the journal since; at a terminal the editor opens where that cannot be.
    """
    _check_options(number, apply=apply, discard=discard, every=every)
    with open_journal(ctx) as journal:
        drafts = list_unsaved_drafts(journal.path)
        if number is None and not every:
            _list(journal, drafts, json)
        elif discard:
            _discard(journal, drafts, number, yes)
        elif apply:
            _save(journal, _select(drafts, number), force, again, new_book)
        else:
            _show(_select(drafts, number))


def _check_options(number: int | None, *, apply: bool, discard: bool, every: bool) -> None:
    if apply and discard:
        raise BadInput("Choose one: --apply saves a draft, --discard throws it away.")
    if every and (not discard or number is not None):
        raise BadInput("--all goes with --discard, and without a number.")
    if number is None and not every and (apply or discard):
        raise BadInput(f"Say which draft, as in: readlog recover 1 {'--apply' if apply else '--discard'}")


def _select(drafts: list[UnsavedDraft], number: int | None) -> UnsavedDraft:
    for each in drafts:
        if each.target.number == number:
            return each
    raise NotFound(f"There is no draft {number}. See them with: readlog recover")


def _list(journal: Journal, drafts: list[UnsavedDraft], json: bool) -> None:
    summaries = [summary for each in drafts if (summary := summarize_draft(journal, each))]
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps([each._asdict() for each in summaries]))
    elif not summaries:
        streams.say("No drafts are waiting.")
    elif streams.on_terminal():
        from readlog.drafts.output import show_drafts

        show_drafts(summaries)
        number = summaries[0].number
        streams.say_quietly(f"readlog recover {number} shows it, --apply saves it, --discard throws it away.")
    else:
        from readlog.drafts.output import put_drafts

        put_drafts(summaries)
    for other in other_journals_with_drafts(journal.path):
        streams.say(f"Drafts for another journal are waiting: readlog recover --journal {quote(other)}")


def _show(unsaved: UnsavedDraft) -> None:
    from readlog.quotes import quote_form
    from readlog.readings import editor_form

    raw = unsaved.path.read_bytes()
    try:
        text = quote_form.without_instructions(editor_form.without_instructions(raw.decode()))
        streams.data().write(text.rstrip("\n") + "\n")
    except UnicodeDecodeError:
        streams.put_bytes(raw)


def _save(journal: Journal, unsaved: UnsavedDraft, force: bool, again: bool, new_book: bool) -> None:
    with open_draft(unsaved) as draft:
        before, after = save_draft(journal, draft, force, again, new_book)
    if after is None:
        streams.say("Nothing was changed.")
    elif not streams.on_terminal():
        streams.put(str(after.id))
    elif before:
        streams.put(f"Changed {after.id}  {after.book.name}: {', '.join(changed_keys(before, after))}")
    else:
        streams.put(f"Added {after.id}  {after.book.name}")


def _discard(journal: Journal, drafts: list[UnsavedDraft], number: int | None, yes: bool) -> None:
    """Discard the draft of this number, or without one all that are not open."""
    to_discard = [each for each in drafts if not each.is_open] if number is None else [_select(drafts, number)]
    if not yes and not streams.can_ask():
        raise BadInput("To discard a draft without being asked, say --yes.")
    for each in to_discard:
        summary = summarize_draft(journal, each)
        if not yes and summary and not _confirm(summary):
            streams.say("It stays.")
            continue
        with open_draft(each) as draft:
            draft.discard()
        streams.say(f"Discarded draft {each.target.number}  {summary.name if summary else each.path.stem}")


def _confirm(draft: DraftSummary) -> bool:
    from readlog.core.normalize_text import pluralize
    from readlog.ui.prompts import confirm

    return confirm(f"Discard draft {draft.number}, {draft.name}, {pluralize(draft.words, 'word')}?")
