"""Texts that somebody has written, in drafts until they are in the journal; where they are is told when that fails."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from os import urandom
from types import TracebackType
from typing import Any, Self

import typer

from readlog.cli.reading_from_options import TEXTS, reading_given
from readlog.core.clock import now
from readlog.core.errors import BadInput, JournalUnusable, ReadlogError
from readlog.core.model import Book, Reading
from readlog.core.text import printable, slug
from readlog.drafts.draft_files import Draft, check_directory, new_draft, write_elsewhere
from readlog.drafts.results import Purpose
from readlog.ui import streams


def name_of(reading: Reading) -> str:
    """The name of the file of a draft, as `12 dune` or `new dune`."""
    return f"{reading.id or 'new'} {slug(reading.book.title) or 'untitled'}"


def draft_of(name: str, text: str | bytes, purpose: Purpose) -> Draft:
    """A draft; where none can be kept in its place it is among the temporary files. Raises JournalUnusable."""
    try:
        return new_draft(name, text, purpose)
    except JournalUnusable:
        try:
            return write_elsewhere(name, text)
        except OSError:
            pass
        raise


@contextmanager
def told(draft: Draft) -> Iterator[None]:
    """Where what is done inside fails, the draft stays and its place is told; else it is removed."""
    try:
        yield
    except BaseException:
        if draft.path.exists():
            streams.say(f"readlog: your text is in {draft.path}")
        raise
    draft.remove()


@contextmanager
def kept(given: Mapping[str, Any], piped: bool, purpose: Purpose) -> Iterator[None]:
    """Where the texts in `given` do not come into the journal inside, they are in a draft.

    What came by a pipe is there at once, for it is in no other place. What stands in an option is
    there where the journal fails, and not where the options are wrong.
    """
    if not any(str(given.get(key) or "").strip() for key in TEXTS):
        yield
        return
    purpose = purpose._replace(begun=now(), given={key: given[key] for key in given if key not in TEXTS})
    with kept_by(lambda: _draft(given, purpose), piped, (BadInput, typer.Exit)):
        yield


@contextmanager
def kept_by(
    draft_it: Callable[[], Draft], piped: bool, refusals: tuple[type[BaseException], ...]
) -> Iterator[Draft | None]:
    """A text in a draft: at once where it was `piped`, else where what is done inside fails, but with no refusal."""
    if piped:
        with draft_it() as draft, told(draft):
            yield draft
        return
    try:
        yield None
    except refusals:
        raise
    except BaseException:
        with suppress(JournalUnusable), draft_it() as draft, told(draft):
            raise
        raise


class Answers:
    """The answers to questions, in a draft from the first one on: `draft`, which goes when all is done.

    Raises JournalUnusable at once where no draft can be kept of what is `to_be_edited`.
    """

    def __init__(self, purpose: Purpose, *, to_be_edited: bool) -> None:
        if to_be_edited:
            check_directory()
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

        reading = reading_so_far(answers)
        if self._draft:
            self._draft.rewrite(write_form(reading))
            return
        self._draft = draft_of(name_of(reading), write_form(reading), self._purpose)
        self._with.enter_context(self._draft)
        self._with.enter_context(told(self._draft))

    @contextmanager
    def not_wanted_at_an_exit(self) -> Iterator[None]:
        """Who says inside that nothing is to be added does not want the answers either."""
        try:
            yield
        except typer.Exit:
            self.draft.remove()
            raise


def put_back(draft: Draft, text: str) -> None:
    """Where the editor has left no file, write down what it was given, or what it has written the last time."""
    if text and (draft.path.is_symlink() or not draft.path.is_file()):
        try:
            draft.rewrite(text)
        except ReadlogError as error:
            streams.say(f"readlog: {error}")


def new_uid() -> str:
    """A uid for a new reading, as the file gives them."""
    return f"r{urandom(8).hex()}"


def _draft(given: Mapping[str, Any], purpose: Purpose) -> Draft:
    from readlog.readings.editor_form import write_form

    reading = reading_so_far(given, purpose.named)
    name = f"text {slug(purpose.named)}" if purpose.named else name_of(reading)
    return draft_of(name, write_form(reading), purpose)


def reading_so_far(given: Mapping[str, Any], named: str | None = None) -> Reading:
    """The reading that was given; where it cannot be one, at least its texts under a title."""
    if not named:
        with suppress(BadInput):
            return reading_given(given)
    title = " ".join(printable(str(named or given.get("title") or "untitled")).split()) or "untitled"
    review, note = (printable(str(given.get(key) or "")) or None for key in TEXTS)
    return Reading(Book(title), review=review, private_note=note)
