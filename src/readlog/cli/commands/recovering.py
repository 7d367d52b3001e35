"""What drafts would change in the journal, and saving them there."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from readlog.cli.draft_on_error import new_uid, told
from readlog.cli.edit_session import Editing
from readlog.cli.quote_session import is_of_quotes, keep_written, told_of_quotes
from readlog.cli.reading_from_options import TEXTS, with_status
from readlog.core.clock import in_utc, today
from readlog.core.errors import BadInput, NotFound, Overtaken, ReadlogError
from readlog.core.fields import with_edits
from readlog.core.model import Book, Reading
from readlog.core.record import KEYS, changed_keys, from_record
from readlog.drafts.draft_files import Draft
from readlog.drafts.purposes import read_purpose
from readlog.drafts.results import InConflict, Purpose, Told, Waiting
from readlog.formats.markdown_format import from_markdown
from readlog.journal import Journal
from readlog.readings.editor_form import read_form, without_instructions
from readlog.storage.sqlite_errors import explain
from readlog.ui import streams
from readlog.ui.editor import editor_command, read_draft

_NEW = Reading(Book("untitled"))


class Outcome(NamedTuple):
    """What has become of a draft: the reading before, None for a new one, and after, None where nothing was changed."""

    before: Reading | None
    after: Reading | None


def tell_of(journal: Journal, drafts: Iterable[Waiting]) -> list[Told]:
    """What there is to tell of the drafts; nothing of one that says what is in the journal anyway."""
    return [each for draft in drafts if (each := _told(journal, draft))]


def one_of(drafts: Iterable[Waiting], number: int | None) -> Waiting:
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
    with told(draft):
        text = without_instructions(read_draft(draft.path))
        if is_of_quotes(purpose):
            return Outcome(*keep_written(journal, text, purpose))
        shown, is_sure = _shown(journal, text, purpose)
        save = _saving(journal, shown, purpose, is_sure=is_sure)
        editing = Editing(draft, shown, save, today(), force)
        try:
            return editing.save(text)
        except (BadInput, Overtaken) as error:
            if not streams.can_ask():
                raise _without_editor(error) from None
            command = editor_command()
            editing.refuse(text, str(error))
        return editing.by_hand(command)


def _without_editor(error: ReadlogError) -> ReadlogError:
    """What is said where no editor shows the two texts between which one has to choose."""
    if not isinstance(error, InConflict):
        return error
    return Overtaken(
        f"Reading {error.now.id} was changed in another terminal meanwhile, also in: {', '.join(error.keys)}. "
        "Nothing was changed. At a terminal the editor shows both."
    )


def _saving(
    journal: Journal, shown: Reading, purpose: Purpose, *, is_sure: bool
) -> Callable[[Reading, Reading], Outcome]:
    """What saves a reading that a draft says."""

    def change(base: Reading, edited: Reading) -> Outcome:
        now = journal.with_uid(base.uid or "")
        if not now:
            again = bool(journal.same_book(edited))
            fresh = edited._replace(id=None, uid=new_uid(), created_at=None, updated_at=None)
            return Outcome(None, journal.get(journal.add(fresh, again)))
        if base is shown and not is_sure and (keys := changed_keys(now, edited)):
            raise InConflict(now, edited._replace(updated_at=now.updated_at), now, keys)
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


def _shown(journal: Journal, text: str, purpose: Purpose) -> tuple[Reading, bool]:
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
    found = journal.past().dated(said.uid, said.updated_at) if said.updated_at else None
    return found or base or said, bool(found or base)


def _with_fields(now: Reading, edited: Reading, purpose: Purpose) -> Reading:
    """A reading with the fields that options gave, of which the texts stand in the draft."""
    given = dict(purpose.given or {})
    texts: dict[str, Any] = {key: text for key in TEXTS if (text := getattr(edited, key))}
    return with_status(with_edits(now, given | texts, today()), given)


def _told(journal: Journal, draft: Waiting) -> Told | None:
    purpose, path = draft.purpose, draft.path
    one = Told(purpose.number, _begun(draft), None, path.stem, 0, [], None, draft.is_open, str(path))
    try:
        text = without_instructions(read_draft(path))
        one = one._replace(words=len(text.split()))
        return _compared(journal, one, text, read_purpose(path, whole=True))
    except ReadlogError as error:
        return one._replace(trouble=str(error).partition("\n")[0].removesuffix(" Nothing was changed."))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return one._replace(trouble=str(explain(error, journal.path)))


def _compared(journal: Journal, one: Told, text: str, purpose: Purpose) -> Told | None:
    """The draft beside the journal; None where there is nothing in it to save. Raises ReadlogError."""
    if is_of_quotes(purpose):
        return told_of_quotes(journal, one, text, purpose)
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


def _different(one: Told, keys: list[str]) -> Told | None:
    return one._replace(differs=keys) if keys else None


def _known(purpose: Purpose) -> dict[str, Any]:
    """Which reading a draft is about that cannot be read."""
    if not purpose.base:
        return {}
    base = from_record(purpose.base, today())
    return {"id": base.id, "name": base.book.name}


def _begun(draft: Waiting) -> str:
    return draft.purpose.begun or in_utc(datetime.fromtimestamp(draft.path.lstat().st_mtime, UTC))
