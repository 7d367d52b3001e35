"""A reading in the editor, and its draft, which outlives everything but the commit."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Generic, TypeVar

import typer

from readlog.cli.draft_on_error import restore_text
from readlog.cli.reading_from_options import check_dates
from readlog.core.model import Reading
from readlog.core.record import to_record
from readlog.drafts.draft_files import Draft
from readlog.drafts.results import EditConflict
from readlog.readings.editor_form import read_form, with_error, write_both, write_form
from readlog.ui import streams
from readlog.ui.editor import edit_until_valid

T = TypeVar("T")

Save = Callable[[Reading, Reading], T]
"""Saves a reading as it was edited; the first argument is what it was made of."""


class Editing(Generic[T]):
    """A reading that is edited by hand: `shown` as it stands in the form, and what its reader makes of it in a draft.

    A date in the future that was there before is no reason to ask again.
    """

    def __init__(self, draft: Draft, shown: Reading, save: Save[T], today: date, force: bool) -> None:
        self._draft, self._shown, self._save = draft, shown, save
        self._today, self._force = today, force
        self._form = write_form(shown)
        self._text = "" if shown.id else self._form
        self._conflict: EditConflict | None = None

    def by_hand(self, command: Sequence[str]) -> T:
        """Open the editor until what is written is saved; where anything fails, it is in the draft."""
        try:
            return edit_until_valid(self._draft.path, command, self.save, self.refuse)
        except BaseException:
            restore_text(self._draft, self._text)
            raise

    def save(self, text: str) -> T:
        """Save what a form says. Raises BadInput, and InConflict where another has changed the same."""
        self._text = text
        if not text.strip():
            return self._give_up()
        edited = self._shown if text == self._form else self._read(text)
        try:
            return self._save(self._shown, edited)
        except EditConflict as conflict:
            self._conflict = conflict
            raise

    def refuse(self, text: str, reason: str) -> str:
        """Put the reason into the draft, and both versions where another has changed the same; returns what it says."""
        conflict, self._conflict = self._conflict, None
        if conflict:
            text = write_both(conflict.yours, conflict.theirs)
        self._text = with_error(text, reason)
        self._draft.rewrite(self._text)
        if conflict:
            self._shown, self._form = conflict.now, ""
            self._draft.rewrite_purpose(self._draft.purpose._replace(base=to_record(conflict.now), untouched=None))
        return self._text

    def _read(self, text: str) -> Reading:
        edited = read_form(text, self._shown, self._today)
        return check_dates(edited, self._today, self._force, before=self._shown)

    def _give_up(self) -> T:
        """Emptying the file is how somebody says: leave it. What was answered before is in no other place."""
        if self._shown.id:
            return self._save(self._shown, self._shown)
        self._draft.rewrite(self._form)
        streams.say("Nothing was added.")
        raise typer.Exit
