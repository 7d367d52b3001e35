"""`readlog recover`: texts that were written and never came into the journal."""

from shlex import quote
from typing import Annotated

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.options import AsJson
from readlog.core.errors import BadInput
from readlog.drafts.draft_files import open_draft, other_journals, waiting_drafts
from readlog.drafts.results import Told, Waiting
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
    from readlog.cli.commands.recovering import one_of

    _check(number, apply=apply, discard=discard, every=every)
    with open_journal(ctx) as journal:
        drafts = waiting_drafts(journal.path)
        if number is None and not every:
            _list(journal, drafts, json)
        elif discard:
            _discard(journal, drafts, number, yes)
        elif apply:
            _apply(journal, one_of(drafts, number), force, again, new_book)
        else:
            _show(one_of(drafts, number))


def _check(number: int | None, *, apply: bool, discard: bool, every: bool) -> None:
    if apply and discard:
        raise BadInput("Choose one: --apply saves a draft, --discard throws it away.")
    if every and (not discard or number is not None):
        raise BadInput("--all goes with --discard, and without a number.")
    if number is None and not every and (apply or discard):
        raise BadInput(f"Say which draft, as in: readlog recover 1 {'--apply' if apply else '--discard'}")


def _list(journal: Journal, drafts: list[Waiting], json: bool) -> None:
    from readlog.cli.commands.recovering import tell_of

    told = tell_of(journal, drafts)
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps([each._asdict() for each in told]))
    elif not told:
        streams.say("No drafts are waiting.")
    elif streams.on_terminal():
        from readlog.drafts.views import show_drafts

        show_drafts(told)
        streams.say_quietly(f"readlog recover {told[0].number} shows it, --apply saves it, --discard throws it away.")
    else:
        from readlog.drafts.views import put_drafts

        put_drafts(told)
    for other in other_journals(journal.path):
        streams.say(f"Drafts for another journal are waiting: readlog recover --journal {quote(other)}")


def _show(waiting: Waiting) -> None:
    from readlog.quotes import quote_form
    from readlog.readings import editor_form

    raw = waiting.path.read_bytes()
    try:
        text = quote_form.without_instructions(editor_form.without_instructions(raw.decode()))
        streams.data().write(text.rstrip("\n") + "\n")
    except UnicodeDecodeError:
        streams.put_bytes(raw)


def _apply(journal: Journal, waiting: Waiting, force: bool, again: bool, new_book: bool) -> None:
    from readlog.cli.commands.recovering import apply_draft
    from readlog.core.record import changed_keys

    with open_draft(waiting) as draft:
        before, after = apply_draft(journal, draft, force, again, new_book)
    if after is None:
        streams.say("Nothing was changed.")
    elif not streams.on_terminal():
        streams.put(str(after.id))
    elif before:
        streams.put(f"Changed {after.id}  {after.book.name}: {', '.join(changed_keys(before, after))}")
    else:
        streams.put(f"Added {after.id}  {after.book.name}")


def _discard(journal: Journal, drafts: list[Waiting], number: int | None, yes: bool) -> None:
    from readlog.cli.commands.recovering import one_of, tell_of

    chosen = [each for each in drafts if not each.is_open] if number is None else [one_of(drafts, number)]
    if not yes and not streams.can_ask():
        raise BadInput("To discard a draft without being asked, say --yes.")
    for each in chosen:
        told = tell_of(journal, [each])
        if not yes and told and not _agreed(told[0]):
            streams.say("It stays.")
            continue
        with open_draft(each) as draft:
            draft.discard()
        streams.say(f"Discarded draft {each.purpose.number}  {told[0].name if told else each.path.stem}")


def _agreed(draft: Told) -> bool:
    from readlog.ui.prompts_part import confirm
    from readlog.ui.wording import count

    return confirm(f"Discard draft {draft.number}, {draft.name}, {count(draft.words, 'word')}?")
