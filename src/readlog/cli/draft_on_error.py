"""Texts that somebody has written, in drafts until they are in the journal; where they are is told when that fails."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from os import urandom
from types import TracebackType
from typing import Any, Self

import typer

from readlog.cli.reading_from_options import TEXT_FIELDS, reading_from_fields
from readlog.core.clock import now
from readlog.core.errors import BadInput, JournalUnusable, ReadlogError
from readlog.core.model import Book, Reading
from readlog.core.text import printable, slug
from readlog.drafts.draft_files import Draft, check_drafts_writable, create_draft, create_temporary_draft
from readlog.drafts.results import DraftTarget
from readlog.ui import streams


def draft_name(reading: Reading) -> str:
    """The name of the file of a draft, as `12 dune` or `new dune`."""
    return f"{reading.id or 'new'} {slug(reading.book.title) or 'untitled'}"


def draft_of(name: str, text: str | bytes, purpose: DraftTarget) -> Draft:
    """A draft; where none can be kept in its place it is among the temporary files. Raises JournalUnusable."""
    try:
        return create_draft(name, text, purpose)
    except JournalUnusable:
        try:
            return create_temporary_draft(name, text)
        except OSError:
            pass
        raise


@contextmanager
def keep_draft_on_error(draft: Draft) -> Iterator[None]:
    """Where what is done inside fails, the draft stays and its place is told; else it is removed."""
    try:
        yield
    except BaseException:
        if draft.path.exists():
            streams.say(f"readlog: your text is in {draft.path}")
        raise
    draft.remove()


@contextmanager
def save_texts_on_error(given: Mapping[str, Any], piped: bool, purpose: DraftTarget) -> Iterator[None]:
    """Where the texts in `given` do not come into the journal inside, they are in a draft.

    What came by a pipe is there at once, for it is in no other place. What stands in an option is
    there where the journal fails, and not where the options are wrong.
    """
    if not any(str(given.get(key) or "").strip() for key in TEXT_FIELDS):
        yield
        return
    purpose = purpose._replace(begun=now(), given={key: given[key] for key in given if key not in TEXT_FIELDS})
    with draft_on_error(lambda: _draft(given, purpose), piped, (BadInput, typer.Exit)):
        yield


@contextmanager
def draft_on_error(
    draft_it: Callable[[], Draft], piped: bool, refusals: tuple[type[BaseException], ...]
) -> Iterator[Draft | None]:
    """A text in a draft: at once where it was `piped`, else where what is done inside fails, but with no refusal."""
    if piped:
        with draft_it() as draft, keep_draft_on_error(draft):
            yield draft
        return
    try:
        yield None
    except refusals:
        raise
    except BaseException:
        with suppress(JournalUnusable), draft_it() as draft, keep_draft_on_error(draft):
            raise
        raise


class Answers:
    """The answers to questions, in a draft from the first one on: `draft`, which goes when all is done.

    Raises JournalUnusable at once where no draft can be kept of what is `to_be_edited`.
    """

    def __init__(self, purpose: DraftTarget, *, to_be_edited: bool) -> None:
        if to_be_edited:
            check_drafts_writable()
        self._purpose = purpose._replace(begun=now())
        self._with = ExitStack()
        self._draft: Draft | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._with.__exit__(kind, error, at)

    @property
    def draft(self) -> Draft:
        """The draft; there is one after the first answer."""
        assert self._draft
        return self._draft

    def keep(self, answers: Mapping[str, Any]) -> None:
        """Write down what was answered so far. Raises JournalUnusable."""
        from readlog.readings.editor_form import write_form

        reading = incomplete_reading(answers)
        if self._draft:
            self._draft.rewrite(write_form(reading))
            return
        self._draft = draft_of(draft_name(reading), write_form(reading), self._purpose)
        self._with.enter_context(self._draft)
        self._with.enter_context(keep_draft_on_error(self._draft))

    @contextmanager
    def not_wanted_at_an_exit(self) -> Iterator[None]:
        """Who says inside that nothing is to be added does not want the answers either."""
        try:
            yield
        except typer.Exit:
            self.draft.remove()
            raise


def restore_text(draft: Draft, text: str) -> None:
    """Where the editor has left no file, write down what it was given, or what it has written the last time."""
    if text and (draft.path.is_symlink() or not draft.path.is_file()):
        try:
            draft.rewrite(text)
        except ReadlogError as error:
            streams.say(f"readlog: {error}")


def new_reading_uid() -> str:
    """A uid for a new reading, as the file gives them."""
    return f"r{urandom(8).hex()}"


def _draft(given: Mapping[str, Any], purpose: DraftTarget) -> Draft:
    from readlog.readings.editor_form import write_form

    reading = incomplete_reading(given, purpose.named)
    name = f"text {slug(purpose.named)}" if purpose.named else draft_name(reading)
    return draft_of(name, write_form(reading), purpose)


def incomplete_reading(given: Mapping[str, Any], named: str | None = None) -> Reading:
    """The reading that was given; where it cannot be one, at least its texts under a title."""
    if not named:
        with suppress(BadInput):
            return reading_from_fields(given)
    title = " ".join(printable(str(named or given.get("title") or "untitled")).split()) or "untitled"
    review, note = (printable(str(given.get(key) or "")) or None for key in TEXT_FIELDS)
    return Reading(Book(title), review=review, private_note=note)
