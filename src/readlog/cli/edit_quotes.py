"""Quotes in the editor, and their draft, which stays until they are saved."""

from collections.abc import Callable, Mapping, Sequence

from readlog.cli.draft_on_error import draft_name, keep_draft_on_error
from readlog.cli.quotes_from_options import quote_draft_target, read_quotes_with_defaults
from readlog.core.domain_model import Quote, Reading
from readlog.core.errors import AlreadyExists, BadInput
from readlog.drafts.draft_files import Draft, create_draft, form_digest, remove_unchanged_forms
from readlog.drafts.edit_session import EditSession
from readlog.journal import Journal
from readlog.quotes.quote_form import read_form, write_form
from readlog.ui.editor import editor_command


def edit_quotes(journal: Journal, reading: Reading, options: Mapping[str, str | None], again: bool) -> Sequence[Quote]:
    """Open the editor for new quotes of a reading until they are saved; returns them, none if nothing was typed.

    Raises AlreadyExists if the user gives up after the reading was found to have them, and BadInput.
    """
    command, form, name = editor_command(), write_form(reading.book.name), f"quotes {draft_name(reading)}"
    target = quote_draft_target(journal, f"#{reading.id}", options, again)._replace(form_digest=form_digest(form))

    def save_quotes(text: str) -> Sequence[Quote]:
        assert reading.id is not None
        quotes = read_quotes_with_defaults(text, options)
        return journal.quote(reading.id, quotes, again) if quotes else ()

    remove_unchanged_forms(name)
    with create_draft(name, form, target) as draft, keep_draft_on_error(draft):
        return _QuoteEditSession(draft, save_quotes).run(command)


class _QuoteEditSession(EditSession[Sequence[Quote]]):
    def __init__(self, draft: Draft, save_quotes: Callable[[str], Sequence[Quote]]) -> None:
        super().__init__(draft)
        self._save_quotes = save_quotes
        self._duplicate: AlreadyExists | None = None

    def run(self, command: Sequence[str]) -> Sequence[Quote]:
        try:
            return super().run(command)
        except BaseException:
            if self._duplicate:
                raise self._duplicate from None
            raise

    def save(self, text: str) -> Sequence[Quote]:
        self._duplicate = None
        try:
            return self._save_quotes(read_form(text))
        except AlreadyExists as error:
            self._duplicate = error
            raise BadInput(str(error)) from error
