"""Quotes on their way into the journal: typed or pasted, in drafts until they are there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

import typer

from readlog.cli.draft_on_error import draft_name, draft_of, draft_on_error, keep_draft_on_error, restore_text
from readlog.core.clock import now, today
from readlog.core.errors import AlreadyExists, BadInput
from readlog.core.fields import parse_field
from readlog.core.model import Quote, Reading
from readlog.core.text import slug
from readlog.drafts.draft_files import Draft, create_draft, form_digest, remove_unchanged_forms
from readlog.drafts.results import DraftSummary, DraftTarget
from readlog.journal import Journal
from readlog.quotes.markdown import read_quotes

QUOTE_OPTIONS = ("page", "location", "remark")
"""What options say of quotes that do not say it themselves."""
_OF_QUOTES = "quotes"


def quote_from_options(text: str, where: Mapping[str, str | None]) -> Quote:
    """The quote that an argument and options say. Raises BadField."""
    (quote,) = parse_field("quotes", [{"text": text, **where}], today())
    assert isinstance(quote, Quote)
    return quote


def read_quotes_with_defaults(text: str, where: Mapping[str, str | None]) -> list[Quote]:
    """The quotes in a text, with what options say where they do not say it themselves. Raises BadInput."""
    said = quote_from_options("?", where)
    return [
        quote._replace(**{key: getattr(quote, key) or getattr(said, key) for key in QUOTE_OPTIONS})
        for quote in read_quotes(text)
    ]


def quote_draft_target(journal: Journal, named: str, where: Mapping[str, str | None], again: bool) -> DraftTarget:
    """What a draft of quotes is for."""
    return DraftTarget(journal.path, now(), named=named, given={_OF_QUOTES: dict(where)}, again=again)


def is_quote_draft(purpose: DraftTarget) -> bool:
    """Whether a draft has quotes, to be kept with a reading that is there."""
    return _OF_QUOTES in (purpose.given or {})


def has_all_quotes(reading: Reading, quotes: Iterable[Quote]) -> bool:
    """Whether a reading has all these passages, however their lines are broken."""
    there = {" ".join(quote.text.split()) for quote in reading.quotes}
    return all(" ".join(quote.text.split()) in there for quote in quotes)


def save_quotes_on_error(text: str, purpose: DraftTarget, piped: bool) -> AbstractContextManager[Draft | None]:
    """Where the quotes in `text` do not come into the journal inside, they are in a draft."""
    name = f"quotes {slug(purpose.named or '') or 'untitled'}"
    return draft_on_error(lambda: draft_of(name, text, purpose), piped, (BadInput, AlreadyExists, typer.Exit))


def edit_quotes(journal: Journal, reading: Reading, where: Mapping[str, str | None], again: bool) -> Sequence[Quote]:
    """Open the editor for quotes of a reading, until they are kept; returns them, none where nothing was typed."""
    from readlog.quotes.markdown import write_form
    from readlog.ui.editor import editor_command

    command, form, name = editor_command(), write_form(reading.book.name), f"quotes {draft_name(reading)}"
    purpose = quote_draft_target(journal, f"#{reading.id}", where, again)._replace(untouched=form_digest(form))

    def save(text: str) -> Sequence[Quote]:
        assert reading.id is not None
        quotes = read_quotes_with_defaults(text, where)
        return journal.quote(reading.id, quotes, again) if quotes else ()

    remove_unchanged_forms(name)
    with create_draft(name, form, purpose) as draft, keep_draft_on_error(draft):
        return _Writing(draft, save).open(command)


class _Writing:
    """Quotes that are typed in the editor, and what saves them."""

    def __init__(self, draft: Draft, save: Callable[[str], Sequence[Quote]]) -> None:
        self._draft, self._save = draft, save
        self._text = ""
        self._already: AlreadyExists | None = None

    def open(self, command: Sequence[str]) -> Sequence[Quote]:
        """Open the editor until what is typed can be kept; where anything fails, it is in the draft."""
        from readlog.ui.editor import edit_until_valid

        try:
            return edit_until_valid(self._draft.path, command, self._read, self._refuse)
        except BaseException:
            restore_text(self._draft, self._text)
            if self._already:
                raise self._already from None
            raise

    def _read(self, text: str) -> Sequence[Quote]:
        from readlog.quotes.markdown import read_form

        self._text, self._already = text, None
        try:
            return self._save(read_form(text))
        except AlreadyExists as error:
            self._already = error
            raise BadInput(str(error)) from error

    def _refuse(self, text: str, reason: str) -> str:
        from readlog.readings.editor_form import with_error

        self._text = with_error(text, reason)
        self._draft.rewrite(self._text)
        return self._text


def summarize_quote_draft(
    journal: Journal, draft: DraftSummary, text: str, purpose: DraftTarget
) -> DraftSummary | None:
    """What there is to tell of a draft of quotes; None where the reading has them all. Raises what finding raises."""
    from readlog.quotes.markdown import without_instructions

    quotes = read_quotes_with_defaults(without_instructions(text), _where(purpose))
    draft = draft._replace(words=sum(len(quote.text.split()) for quote in quotes))
    reading = journal.find(purpose.named or "")
    if not purpose.again and has_all_quotes(reading, quotes):
        return None
    return draft._replace(id=reading.id, name=reading.book.name, differs=["quotes"])


def save_quote_draft(journal: Journal, text: str, purpose: DraftTarget) -> tuple[Reading, Reading]:
    """Keep the quotes of a draft; returns the reading before and after. Raises what finding and keeping raise.

    Raises BadInput too where something was typed among the instructions, as the editor does.
    """
    from readlog.quotes.markdown import read_form

    before = journal.find(purpose.named or "")
    assert before.id is not None
    quotes = read_quotes_with_defaults(read_form(text), _where(purpose))
    if not quotes:
        raise BadInput("There is no quote in the draft.")
    journal.quote(before.id, quotes, purpose.again)
    return before, journal.get(before.id)


def _where(purpose: DraftTarget) -> dict[str, str | None]:
    """What options have said of the quotes of a draft."""
    where = (purpose.given or {}).get(_OF_QUOTES)
    return {key: value for key, value in where.items() if key in QUOTE_OPTIONS} if isinstance(where, dict) else {}
