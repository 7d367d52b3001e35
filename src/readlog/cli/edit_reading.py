"""A reading in the editor, and its draft, which stays until the reading is saved."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import typer

from readlog.cli.draft_on_error import draft_name, keep_draft_on_error
from readlog.cli.print_changes import print_changes
from readlog.cli.reading_from_options import check_dates
from readlog.core.clock import now, today
from readlog.core.domain_model import Reading
from readlog.core.errors import ReadlogError
from readlog.core.reading_record import to_record
from readlog.drafts.draft_files import Draft, create_draft, form_digest, list_unsaved_drafts, remove_unchanged_forms
from readlog.drafts.edit_session import EditSession
from readlog.drafts.results import DraftTarget, EditConflict, SavedEdit
from readlog.journal import Journal
from readlog.readings.editor_form import read_form, write_both, write_form
from readlog.ui import streams

T = TypeVar("T")


class ReadingEditSession(EditSession[T]):
    """Edits the form of a reading, and passes `base`, which was shown, and what it was edited to, to `save_edit`.

    Dates in the future are rejected unless `force` is set or `base` has them.
    """

    def __init__(
        self, draft: Draft, base: Reading, save_edit: Callable[[Reading, Reading], T], today: date, force: bool
    ) -> None:
        self._base, self._save_edit = base, save_edit
        self._today, self._force = today, force
        self._form = write_form(base)
        super().__init__(draft, "" if base.id else self._form)

    def save(self, text: str) -> T:
        """Save a form. Raises BadInput, and EditConflict if another session has changed the same."""
        if not text.strip():
            return self._give_up()
        edited = self._base if text == self._form else self._read(text)
        return self._save_edit(self._base, edited)

    def reject(self, text: str, error: ReadlogError) -> str:
        """Write a rejected text into the draft; after a conflict, both versions."""
        if not isinstance(error, EditConflict):
            return super().reject(text, error)
        written = super().reject(write_both(error.yours, error.theirs), error)
        self._base, self._form = error.now, ""
        self.draft.write_target(self.draft.target._replace(base=to_record(error.now), form_digest=None))
        return written

    def _read(self, text: str) -> Reading:
        edited = read_form(text, self._base, self._today)
        return check_dates(edited, self._today, self._force, before=self._base)

    def _give_up(self) -> T:
        """An emptied form means that nothing is to be changed; the answers to questions are only in the draft."""
        if self._base.id:
            return self._save_edit(self._base, self._base)
        self.draft.write_text(self._form)
        streams.say("Nothing was added.")
        raise typer.Exit


def edit_in_editor(journal: Journal, before: Reading, force: bool, if_unchanged: str = "Nothing was changed.") -> None:
    """Open a reading in the editor and print what changed, or `if_unchanged`."""
    saved = _edit_form(journal, before, force)
    print_changes(saved.before, saved.reading, journal, if_unchanged)


def _edit_form(journal: Journal, before: Reading, force: bool) -> SavedEdit:
    from readlog.ui.editor import editor_command

    command, name, form = editor_command(), draft_name(before), write_form(before)
    remove_unchanged_forms(name)
    _mention_earlier_drafts(journal, name)
    target = DraftTarget(journal.path, now(), form_digest=form_digest(form), base=to_record(before))
    with create_draft(name, form, target) as draft, keep_draft_on_error(draft):
        saved = ReadingEditSession(draft, before, journal.save, today(), force).run(command)
    if saved.reading and saved.meanwhile:
        keys = ", ".join(saved.meanwhile).replace("_", " ")
        streams.say(f"Another terminal changed this meanwhile: {keys}. That stays, and so does yours.")
    return saved


def _mention_earlier_drafts(journal: Journal, name: str) -> None:
    for each in list_unsaved_drafts(journal.path, name):
        if each.is_open:
            streams.say("readlog: this reading is open in another terminal too")
        else:
            streams.say(f"readlog: an earlier draft of this reading is waiting: readlog recover {each.target.number}")
