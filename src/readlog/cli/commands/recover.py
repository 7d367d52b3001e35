"""`readlog recover`: texts that were written and never came into the journal."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from shlex import quote
from typing import Annotated, Any, NamedTuple

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.draft_on_error import keep_draft_on_error, new_reading_uid
from readlog.cli.edit_session import Editing
from readlog.cli.options import AsJson
from readlog.cli.quote_session import is_quote_draft, save_quote_draft, summarize_quote_draft
from readlog.cli.reading_from_options import TEXT_FIELDS, infer_status
from readlog.core.clock import to_utc_text, today
from readlog.core.errors import BadInput, ConflictingChange, JournalUnusable, NotFound, ReadlogError
from readlog.core.fields import apply_edits
from readlog.core.model import Book, Reading
from readlog.core.record import KEYS, changed_keys, from_record
from readlog.drafts.draft_files import Draft, list_unsaved_drafts, open_draft, other_journals_with_drafts, read_purpose
from readlog.drafts.results import DraftSummary, DraftTarget, EditConflict, UnsavedDraft
from readlog.formats.markdown_format import from_markdown
from readlog.journal import Journal
from readlog.readings.editor_form import read_form, without_instructions
from readlog.ui import streams
from readlog.ui.editor import editor_command, read_draft

_NEW = Reading(Book("untitled"))


class Outcome(NamedTuple):
    """What has become of a draft: the reading before, None for a new one, and after, None where nothing was changed."""

    before: Reading | None
    after: Reading | None


def tell_of(journal: Journal, drafts: Iterable[UnsavedDraft]) -> list[DraftSummary]:
    """What there is to tell of the drafts; nothing of one that says what is in the journal anyway."""
    return [each for draft in drafts if (each := _told(journal, draft))]


def one_of(drafts: Iterable[UnsavedDraft], number: int | None) -> UnsavedDraft:
    """The draft of that number. Raises NotFound."""
    for each in drafts:
        if each.purpose.number == number:
            return each
    raise NotFound(f"There is no draft {number}. See them with: readlog recover")


def apply_draft(journal: Journal, draft: Draft, force: bool, again: bool, new_book: bool) -> Outcome:
    """Save what a draft says; it goes then. At a terminal the editor opens where that cannot be as it stands.

    Raises what adding and editing raise.
    """
    purpose = draft.purpose._replace(again=again or draft.purpose.again, new_book=new_book or draft.purpose.new_book)
    with keep_draft_on_error(draft):
        text = without_instructions(read_draft(draft.path))
        if is_quote_draft(purpose):
            return Outcome(*save_quote_draft(journal, text, purpose))
        shown, is_sure = _shown(journal, text, purpose)
        save = _saving(journal, shown, purpose, is_sure=is_sure)
        editing = Editing(draft, shown, save, today(), force)
        try:
            return editing.save(text)
        except (BadInput, ConflictingChange) as error:
            if not streams.can_ask():
                raise _without_editor(error) from None
            command = editor_command()
            editing.refuse(text, str(error))
        return editing.by_hand(command)


def _without_editor(error: ReadlogError) -> ReadlogError:
    """What is said where no editor shows the two texts between which one has to choose."""
    if not isinstance(error, EditConflict):
        return error
    return ConflictingChange(
        f"Reading {error.now.id} was changed in another terminal meanwhile, also in: {', '.join(error.keys)}. "
        "Nothing was changed. At a terminal the editor shows both."
    )


def _saving(
    journal: Journal, shown: Reading, purpose: DraftTarget, *, is_sure: bool
) -> Callable[[Reading, Reading], Outcome]:
    """What saves a reading that a draft says."""

    def change(base: Reading, edited: Reading) -> Outcome:
        now = journal.with_uid(base.uid or "")
        if not now:
            again = bool(journal.find_same_book(edited))
            fresh = edited._replace(id=None, uid=new_reading_uid(), created_at=None, updated_at=None)
            return Outcome(None, journal.get(journal.add(fresh, again)))
        if base is shown and not is_sure and (keys := changed_keys(now, edited)):
            raise EditConflict(now, edited._replace(updated_at=now.updated_at), now, keys)
        saved = journal.save(base, edited)
        return Outcome(saved.before, saved.reading)

    def change_fields(_: Reading, edited: Reading) -> Outcome:
        before = journal.find(purpose.named or "")
        assert before.id is not None
        return Outcome(before, journal.edit(before.id, lambda now: _with_fields(now, edited, purpose)))

    def add(_: Reading, edited: Reading) -> Outcome:
        fresh = edited._replace(uid=purpose.uid)
        return Outcome(None, journal.get(journal.add(fresh, purpose.again, purpose.new_book)))

    return change_fields if purpose.named else change if shown.uid else add


def _shown(journal: Journal, text: str, purpose: DraftTarget) -> tuple[Reading, bool]:
    """The reading that was edited, as it was then, and whether that is sure; one without anything for a new one.

    The record beside the draft tells, and else the change log: a form has the moment of its reading.
    Raises BadInput.
    """
    base = from_record(purpose.base, today()) if purpose.base else None
    try:
        said = from_markdown(text, today(), dated=False)
    except BadInput:
        if base:
            return base, True
        raise
    if not said.uid or (base and said.updated_at in (None, base.updated_at)):
        return base or _NEW, True
    found = journal.versions().reading_updated_at(said.uid, said.updated_at) if said.updated_at else None
    return found or base or said, bool(found or base)


def _with_fields(now: Reading, edited: Reading, purpose: DraftTarget) -> Reading:
    """A reading with the fields that options gave, of which the texts stand in the draft."""
    given = dict(purpose.given or {})
    texts: dict[str, Any] = {key: text for key in TEXT_FIELDS if (text := getattr(edited, key))}
    return infer_status(apply_edits(now, given | texts, today()), given)


def _told(journal: Journal, draft: UnsavedDraft) -> DraftSummary | None:
    purpose, path = draft.purpose, draft.path
    one = DraftSummary(purpose.number, _begun(draft), None, path.stem, 0, [], None, draft.is_open, str(path))
    try:
        text = without_instructions(read_draft(path))
        one = one._replace(words=len(text.split()))
        return _compared(journal, one, text, read_purpose(path, whole=True))
    except ReadlogError as error:
        explained = journal.explain(error) if isinstance(error, JournalUnusable) else error
        return one._replace(trouble=str(explained).partition("\n")[0].removesuffix(" Nothing was changed."))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return one._replace(trouble=str(journal.explain(error)))


def _compared(journal: Journal, one: DraftSummary, text: str, purpose: DraftTarget) -> DraftSummary | None:
    """The draft beside the journal; None where there is nothing in it to save. Raises ReadlogError."""
    if is_quote_draft(purpose):
        return summarize_quote_draft(journal, one, text, purpose)
    try:
        shown, is_sure = _shown(journal, text, purpose)
        said = read_form(text, shown, today())
    except BadInput as error:
        return one._replace(trouble=str(error), **_known(purpose))
    words = " ".join(filter(None, (said.review, said.private_note))).split()
    one = one._replace(id=shown.id, name=said.book.name, words=len(words))
    if purpose.named:
        now = journal.find(purpose.named)
        one = one._replace(id=now.id, name=now.book.name)
        return _different(one, changed_keys(now, _with_fields(now, said, purpose)))
    if not shown.uid:
        return None if purpose.uid and journal.with_uid(purpose.uid) else one
    found = journal.with_uid(shown.uid)
    if not found:
        return one._replace(trouble="its reading was deleted; --apply adds it anew")
    written = changed_keys(shown, said) if is_sure else KEYS
    return _different(one, [key for key in changed_keys(found, said) if key in written])


def _different(one: DraftSummary, keys: list[str]) -> DraftSummary | None:
    return one._replace(differs=keys) if keys else None


def _known(purpose: DraftTarget) -> dict[str, Any]:
    """Which reading a draft is about that cannot be read."""
    if not purpose.base:
        return {}
    base = from_record(purpose.base, today())
    return {"id": base.id, "name": base.book.name}


def _begun(draft: UnsavedDraft) -> str:
    return draft.purpose.begun or to_utc_text(datetime.fromtimestamp(draft.path.lstat().st_mtime, UTC))


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
    _check(number, apply=apply, discard=discard, every=every)
    with open_journal(ctx) as journal:
        drafts = list_unsaved_drafts(journal.path)
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


def _list(journal: Journal, drafts: list[UnsavedDraft], json: bool) -> None:

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
    for other in other_journals_with_drafts(journal.path):
        streams.say(f"Drafts for another journal are waiting: readlog recover --journal {quote(other)}")


def _show(waiting: UnsavedDraft) -> None:
    from readlog.quotes import markdown
    from readlog.readings import editor_form

    raw = waiting.path.read_bytes()
    try:
        text = markdown.without_instructions(editor_form.without_instructions(raw.decode()))
        streams.data().write(text.rstrip("\n") + "\n")
    except UnicodeDecodeError:
        streams.put_bytes(raw)


def _apply(journal: Journal, waiting: UnsavedDraft, force: bool, again: bool, new_book: bool) -> None:
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


def _discard(journal: Journal, drafts: list[UnsavedDraft], number: int | None, yes: bool) -> None:

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


def _agreed(draft: DraftSummary) -> bool:
    from readlog.ui.prompts import confirm
    from readlog.ui.wording import count

    return confirm(f"Discard draft {draft.number}, {draft.name}, {count(draft.words, 'word')}?")
