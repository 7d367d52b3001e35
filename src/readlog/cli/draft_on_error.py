"""Texts that the user wrote, kept in drafts until they are in the journal."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import typer

from readlog.cli.reading_from_options import TEXT_FIELDS, reading_from_fields
from readlog.core.clock import now
from readlog.core.domain_model import Book, Reading
from readlog.core.errors import BadInput, JournalUnusable
from readlog.core.normalize_text import printable, slug
from readlog.drafts.draft_files import Draft, check_drafts_writable, create_draft_anywhere
from readlog.drafts.results import DraftTarget
from readlog.ui import streams


def draft_name(reading: Reading) -> str:
    """The name for a draft of this reading, as `12 dune` or `new dune`."""
    return f"{reading.id or 'new'} {slug(reading.book.title) or 'untitled'}"


@contextmanager
def keep_draft_on_error(draft: Draft) -> Iterator[None]:
    """Remove the draft at the end of the block; if the block fails, keep it and say where it is."""
    try:
        yield
    except BaseException:
        if draft.path.exists():
            streams.say(f"readlog: your text is in {draft.path}")
        raise
    draft.remove()


@contextmanager
def draft_on_error(
    create: Callable[[], Draft], is_piped: bool, rejections: tuple[type[BaseException], ...]
) -> Iterator[Draft | None]:
    """Keep a text in a draft if the block fails.

    A text that came through a pipe is in no other place: its draft is created before the block, and
    yielded. The draft of a text on the command line is created when the block fails, unless with one of
    `rejections`, which the user can correct there.
    """
    if is_piped:
        with create() as draft, keep_draft_on_error(draft):
            yield draft
        return
    try:
        yield None
    except rejections:
        raise
    except BaseException:
        with suppress(JournalUnusable), create() as draft, keep_draft_on_error(draft):
            raise
        raise


@contextmanager
def save_texts_on_error(fields: Mapping[str, Any], is_piped: bool, target: DraftTarget) -> Iterator[None]:
    """Keep the review and the note in `fields`, with the other fields, in a draft if the block fails."""
    if not any(str(fields.get(key) or "").strip() for key in TEXT_FIELDS):
        yield
        return
    other_fields = {key: fields[key] for key in fields if key not in TEXT_FIELDS}
    target = target._replace(created_at=now(), fields=other_fields)
    with draft_on_error(lambda: _create_draft(fields, target), is_piped, (BadInput, typer.Exit)):
        yield


class AnswersDraft:
    """The draft with the answers to questions, from the first answer on; a context manager like `keep_draft_on_error`.

    If the answers are to be edited at the end, the constructor raises JournalUnusable when no draft can be written.
    """

    def __init__(self, target: DraftTarget, *, to_be_edited: bool) -> None:
        if to_be_edited:
            check_drafts_writable()
        self._target = target._replace(created_at=now())
        self._contexts = ExitStack()
        self._draft: Draft | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._contexts.__exit__(kind, error, at)

    @property
    def draft(self) -> Draft:
        """The draft, after the first answer."""
        assert self._draft
        return self._draft

    def save_answers(self, answers: Mapping[str, Any]) -> None:
        """Write all answers so far. Raises JournalUnusable."""
        from readlog.readings.editor_form import write_form

        reading = _incomplete_reading(answers)
        if self._draft:
            self._draft.write_text(write_form(reading))
            return
        self._draft = create_draft_anywhere(draft_name(reading), write_form(reading), self._target)
        self._contexts.enter_context(self._draft)
        self._contexts.enter_context(keep_draft_on_error(self._draft))

    @contextmanager
    def discard_on_exit(self) -> Iterator[None]:
        """Remove the draft if the user decides in this block to add nothing."""
        try:
            yield
        except typer.Exit:
            self.draft.remove()
            raise


def _create_draft(fields: Mapping[str, Any], target: DraftTarget) -> Draft:
    from readlog.readings.editor_form import write_form

    reading = _incomplete_reading(fields, target.reference)
    name = f"text {slug(target.reference)}" if target.reference else draft_name(reading)
    return create_draft_anywhere(name, write_form(reading), target)


def _incomplete_reading(fields: Mapping[str, Any], reference: str | None = None) -> Reading:
    """The reading of these fields; if they are not valid, only its texts, under a title."""
    if not reference:
        with suppress(BadInput):
            return reading_from_fields(fields)
    title = " ".join(printable(str(reference or fields.get("title") or "untitled")).split()) or "untitled"
    review, note = (printable(str(fields.get(key) or "")) or None for key in TEXT_FIELDS)
    return Reading(Book(title), review=review, private_note=note)
