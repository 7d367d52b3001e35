"""The text of a draft in the editor, which opens again until the text can be saved."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from readlog.core.errors import ReadlogError
from readlog.drafts.draft_files import Draft
from readlog.ui import streams
from readlog.ui.editor import edit_until_valid
from readlog.ui.editor_instructions import with_error

T = TypeVar("T")


class EditSession(Generic[T]):
    """Edits a draft; a subclass defines `save`, which parses the text and saves it.

    `text` is what must never be lost: what the editor has saved last, at first what the user answered
    before it opened, and nothing while the journal has everything.
    """

    def __init__(self, draft: Draft, text: str = "") -> None:
        self.draft, self.text = draft, text

    def run(self, command: Sequence[str]) -> T:
        """Open the editor, started by `command`, until the text is saved; returns what `save` does.

        Whatever fails, the text is in the draft. Raises what `edit_until_valid` and `save` raise.
        """
        try:
            return edit_until_valid(self.draft.path, command, self.submit, self.reject)
        except BaseException:
            self._restore_text()
            raise

    def submit(self, text: str) -> T:
        """Try to save a text. Raises BadInput and ConflictingChange if it has to be edited again."""
        self.text = text
        return self.save(text)

    def save(self, text: str) -> T:
        """Parse and save a text. Raises BadInput and ConflictingChange if it has to be edited again."""
        raise NotImplementedError

    def reject(self, text: str, error: ReadlogError) -> str:
        """Write a rejected text into the draft, below the reason; returns what the draft says then."""
        self.text = with_error(text, str(error))
        self.draft.write_text(self.text)
        return self.text

    def _restore_text(self) -> None:
        """Write the text again if the editor has removed the file or put something else in its place."""
        if self.text and (self.draft.path.is_symlink() or not self.draft.path.is_file()):
            try:
                self.draft.write_text(self.text)
            except ReadlogError as error:
                streams.say(f"readlog: {error}")
