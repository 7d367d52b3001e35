"""What saving a draft would change in the journal, and saving it."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from readlog.cli.draft_on_error import keep_draft_on_error
from readlog.cli.edit_reading import ReadingEditSession
from readlog.cli.quotes_from_options import (
    has_all_quotes,
    is_quote_draft,
    options_of_quote_draft,
    read_quotes_with_defaults,
)
from readlog.cli.reading_from_options import TEXT_FIELDS, infer_status, new_reading_uid
from readlog.core.clock import to_utc_text, today
from readlog.core.domain_model import Book, Reading
from readlog.core.errors import BadInput, ConflictingChange, JournalUnusable, ReadlogError
from readlog.core.parse_fields import apply_edits
from readlog.core.reading_record import KEYS, changed_keys, from_record
from readlog.drafts.draft_files import Draft
from readlog.drafts.results import DraftSummary, DraftTarget, EditConflict, UnsavedDraft
from readlog.formats.markdown_format import from_markdown
from readlog.journal import Journal
from readlog.quotes import quote_form
from readlog.readings.editor_form import read_form, without_instructions
from readlog.ui import streams
from readlog.ui.editor import editor_command, read_draft

_NEW = Reading(Book("untitled"))


class RecoveredDraft(NamedTuple):
    """The reading `before` a draft was saved, None for a new one, and `after`, None if nothing changed."""

    before: Reading | None
    after: Reading | None


class _Base(NamedTuple):
    """The reading that a draft was made from, and whether that is certain.

    A new reading is made from one without fields. A draft without a known base is compared with
    itself, and every difference from the journal is a conflict.
    """

    reading: Reading
    is_certain: bool


def summarize_draft(journal: Journal, unsaved: UnsavedDraft) -> DraftSummary | None:
    """The draft compared with the journal; None if the journal has everything that it says."""
    target, path = unsaved.target, unsaved.path
    summary = DraftSummary(
        target.number, _created_at(unsaved), None, path.stem, 0, [], None, unsaved.is_open, str(path)
    )
    try:
        text = without_instructions(read_draft(path))
        summary = summary._replace(words=len(text.split()))
        compare = _compare_quotes if is_quote_draft(target) else _compare_reading
        return compare(journal, summary, text, target)
    except ReadlogError as error:
        explained = journal.explain(error) if isinstance(error, JournalUnusable) else error
        return summary._replace(trouble=str(explained).partition("\n")[0].removesuffix(" Nothing was changed."))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return summary._replace(trouble=str(journal.explain(error)))


def save_draft(journal: Journal, draft: Draft, force: bool, again: bool, new_book: bool) -> RecoveredDraft:
    """Save a draft and remove it. At a terminal the editor opens if it cannot be saved as it is.

    Raises what adding, editing and quoting raise; the draft stays then.
    """
    target = draft.target._replace(again=again or draft.target.again, new_book=new_book or draft.target.new_book)
    with keep_draft_on_error(draft):
        text = without_instructions(read_draft(draft.path))
        if is_quote_draft(target):
            return _save_quotes(journal, text, target)
        base = _find_base(journal, text, target)
        session = ReadingEditSession(draft, base.reading, _reading_saver(journal, base, target), today(), force)
        try:
            return session.submit(text)
        except (BadInput, ConflictingChange) as error:
            if not streams.can_ask():
                raise _without_markers(error) from None
            command = editor_command()
            session.reject(text, error)
        return session.run(command)


def _created_at(unsaved: UnsavedDraft) -> str:
    return unsaved.target.created_at or to_utc_text(datetime.fromtimestamp(unsaved.path.lstat().st_mtime, UTC))


def _find_base(journal: Journal, text: str, target: DraftTarget) -> _Base:
    """The base in the target, or the version in the change log that `updated_at` in the form names.

    Raises BadInput if there is no base in the target and the form cannot be read.
    """
    base = from_record(target.base, today()) if target.base else None
    try:
        edited = from_markdown(text, today(), dated=False)
    except BadInput:
        if base:
            return _Base(base, is_certain=True)
        raise
    if not edited.uid or (base and edited.updated_at in (None, base.updated_at)):
        return _Base(base or _NEW, is_certain=True)
    version = journal.versions().reading_updated_at(edited.uid, edited.updated_at) if edited.updated_at else None
    return _Base(version or base or edited, is_certain=bool(version or base))


def _apply_fields(reading: Reading, edited: Reading, target: DraftTarget) -> Reading:
    """A reading with the texts of the draft and the other fields that the options gave."""
    fields = dict(target.fields or {})
    texts: dict[str, Any] = {key: text for key in TEXT_FIELDS if (text := getattr(edited, key))}
    return infer_status(apply_edits(reading, fields | texts, today()), fields)


def _compare_reading(journal: Journal, summary: DraftSummary, text: str, target: DraftTarget) -> DraftSummary | None:
    try:
        base, is_certain = _find_base(journal, text, target)
        edited = read_form(text, base, today())
    except BadInput as error:
        return summary._replace(trouble=str(error), **_id_and_name(target))
    words = " ".join(filter(None, (edited.review, edited.private_note))).split()
    summary = summary._replace(id=base.id, name=edited.book.name, words=len(words))
    if target.reference:
        now = journal.find(target.reference)
        summary = summary._replace(id=now.id, name=now.book.name)
        return _with_differences(summary, changed_keys(now, _apply_fields(now, edited, target)))
    if not base.uid:
        return None if target.uid and journal.with_uid(target.uid) else summary
    found = journal.with_uid(base.uid)
    if not found:
        return summary._replace(trouble="its reading was deleted; --apply adds it anew")
    written = changed_keys(base, edited) if is_certain else KEYS
    return _with_differences(summary, [key for key in changed_keys(found, edited) if key in written])


def _with_differences(summary: DraftSummary, keys: list[str]) -> DraftSummary | None:
    return summary._replace(differs=keys) if keys else None


def _id_and_name(target: DraftTarget) -> dict[str, Any]:
    """The id and the name of the reading that was edited, for a draft that cannot be read."""
    if not target.base:
        return {}
    base = from_record(target.base, today())
    return {"id": base.id, "name": base.book.name}


def _compare_quotes(journal: Journal, summary: DraftSummary, text: str, target: DraftTarget) -> DraftSummary | None:
    quotes = read_quotes_with_defaults(quote_form.without_instructions(text), options_of_quote_draft(target))
    summary = summary._replace(words=sum(len(quote.text.split()) for quote in quotes))
    reading = journal.find(target.reference or "")
    if not target.again and has_all_quotes(reading, quotes):
        return None
    return summary._replace(id=reading.id, name=reading.book.name, differs=["quotes"])


def _save_quotes(journal: Journal, text: str, target: DraftTarget) -> RecoveredDraft:
    before = journal.find(target.reference or "")
    assert before.id is not None
    quotes = read_quotes_with_defaults(quote_form.read_form(text), options_of_quote_draft(target))
    if not quotes:
        raise BadInput("There is no quote in the draft.")
    journal.quote(before.id, quotes, target.again)
    return RecoveredDraft(before, journal.get(before.id))


def _reading_saver(journal: Journal, shown: _Base, target: DraftTarget) -> Callable[[Reading, Reading], RecoveredDraft]:
    """The function that saves what the base of this draft was edited to."""

    def save_edit(base: Reading, edited: Reading) -> RecoveredDraft:
        now = journal.with_uid(base.uid or "")
        if not now:
            again = bool(journal.find_same_book(edited))
            new = edited._replace(id=None, uid=new_reading_uid(), created_at=None, updated_at=None)
            return RecoveredDraft(None, journal.get(journal.add(new, again)))
        is_uncertain = base is shown.reading and not shown.is_certain
        if is_uncertain and (keys := changed_keys(now, edited)):
            raise EditConflict(now, edited._replace(updated_at=now.updated_at), now, keys)
        saved = journal.save(base, edited)
        return RecoveredDraft(saved.before, saved.reading)

    def save_fields(_: Reading, edited: Reading) -> RecoveredDraft:
        before = journal.find(target.reference or "")
        assert before.id is not None
        return RecoveredDraft(before, journal.edit(before.id, lambda now: _apply_fields(now, edited, target)))

    def add(_: Reading, edited: Reading) -> RecoveredDraft:
        new = edited._replace(uid=target.uid)
        return RecoveredDraft(None, journal.get(journal.add(new, target.again, target.new_book)))

    if target.reference:
        return save_fields
    return save_edit if shown.reading.uid else add


def _without_markers(error: ReadlogError) -> ReadlogError:
    """The error for a pipe, where no editor shows both texts between markers."""
    if not isinstance(error, EditConflict):
        return error
    return ConflictingChange(
        f"Reading {error.now.id} was changed in another terminal meanwhile, also in: {', '.join(error.keys)}. "
        "Nothing was changed. At a terminal the editor shows both."
    )
