"""Three versions of a record, field by field: what it was, what the journal has made of it, and what a file has."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from readlog.core.fields import add_tags
from readlog.core.merge_record import merge_lists, merge_mappings, merge_quotes, merge_values
from readlog.core.model import AUTHOR, Book, Contributor, Mark, Quote, Reading
from readlog.core.text import fold
from readlog.imports.extra_fields import Difference, Extra, is_noted, noted, overlaid, with_notes, without_notes
from readlog.imports.import_history import OWN
from readlog.imports.merge_fields import Settled, stored

T = TypeVar("T")

OF_READING = ("status", "started", "finished", "rating", "format", "review", "private_note", "pile")
OF_BOOK = ("title", "subtitle", "series", "series_number", "isbn", "publisher", "published", "pages", "language")


def merge_records(base: Reading | None, ours: Reading, said: Reading, *, is_exact: bool) -> Settled[Reading]:
    """The three as one, and what of the file's is only kept beside it and was not told before.

    Where the base is not known, all that is said otherwise and is not empty is a conflict. Unless it
    `is_exact`, the record is of another journal: in what the two have not agreed upon, the base is
    what the other one said.
    """
    merging = _Merging(base, ours, said, {} if is_exact else noted(ours.extra, OWN))
    book: dict[str, Any] = {key: merging.field(key, lambda each: each.book) for key in OF_BOOK}
    reading: dict[str, Any] = {key: merging.field(key, lambda each: each) for key in OF_READING}
    merged = ours._replace(
        book=ours.book._replace(tags=merging.tags(), contributors=merging.people(), **book),
        sources=merging.sources(),
        quotes=merging.quotes(),
        progress=merging.progress(),
        extra=merging.extra(notes_too=is_exact),
        **reading,
    )
    fresh = tuple(each for each in merging.conflicts if not is_noted(ours.extra, OWN, each))
    if fresh:
        merged = merged._replace(extra=with_notes(merged.extra, OWN, fresh))
    return Settled(merged, fresh)


class _Merging:
    """Three versions of a reading, and where two of them cannot be brought together."""

    def __init__(self, base: Reading | None, ours: Reading, said: Reading, notes: Extra) -> None:
        self.conflicts: list[Difference] = []
        self._base = base
        self._ours = ours
        self._said = said
        self._before = _as_noted(base or Reading(Book("?")), notes)
        self._notes = notes

    def field(self, key: str, part: Callable[[Reading], Book | Reading]) -> Any:
        """A field of the book or of the reading."""
        values = [getattr(part(each), key) for each in (self._before, self._ours, self._said)]
        before, ours, theirs = map(stored, values)
        before = self._notes.get(key, before)
        merged = merge_values(before, ours, theirs)
        if merged.is_conflict if self._base or key in self._notes else theirs not in (None, ours):
            self.conflicts.append(Difference(key, ours, theirs))
            return values[1]
        return values[2] if merged.value == theirs and theirs != ours and self._base else values[1]

    def tags(self) -> tuple[str, ...]:
        """The tags of both, in their order."""
        return add_tags((), merge_lists(*self._versions(lambda each: each.book.tags), fold))

    def people(self) -> tuple[Contributor, ...]:
        """The people of both, the authors first."""
        people = merge_lists(*self._versions(lambda each: each.book.contributors))
        return tuple(sorted(people, key=lambda person: person.role != AUTHOR))

    def sources(self) -> tuple[str, ...]:
        """Where both say that it came from."""
        return merge_lists(*self._versions(lambda each: each.sources))

    def progress(self) -> tuple[Mark, ...]:
        """What both have noted while reading."""
        return merge_lists(*self._versions(lambda each: each.progress))

    def quotes(self) -> tuple[Quote, ...]:
        """The quotes of both."""
        quotes, theirs = merge_quotes(*self._versions(lambda each: each.quotes))
        if theirs:
            uids = {quote.uid for quote in theirs}
            ours = [quote._asdict() for quote in self._ours.quotes if quote.uid in uids]
            self.conflicts.append(Difference("quotes", ours, [quote._asdict() for quote in theirs]))
        return quotes

    def extra(self, *, notes_too: bool) -> Extra:
        """What is in `extra` of both; the notes of conflicts are the journal's own, unless a reader has edited them."""
        merged = merge_mappings(
            *self._versions(lambda each: each.extra if notes_too else without_notes(each.extra, OWN))
        )
        if merged.is_conflict:
            ours = {name: self._ours.extra.get(name) for name in merged.conflict}
            self.conflicts.append(Difference("extra", ours, merged.conflict))
        notes = () if notes_too else noted(self._ours.extra, OWN).items()
        extra = with_notes(merged.value, OWN, (Difference(key, None, theirs) for key, theirs in notes))
        return self._ours.extra if extra == self._ours.extra else extra

    def _versions(self, of: Callable[[Reading], T]) -> tuple[T, T, T]:
        return of(self._before), of(self._ours), of(self._said)


def _as_noted(base: Reading, notes: Extra) -> Reading:
    """The base with the quotes and the values in `extra` that another journal said and that were noted."""
    extra, quotes = notes.get("extra"), notes.get("quotes")
    if isinstance(extra, Mapping):
        base = base._replace(extra=overlaid(base.extra, extra))
    if isinstance(quotes, list):
        theirs = {each["uid"]: each for each in quotes if isinstance(each, Mapping) and each.get("uid")}
        known = {key: value for key, value in theirs.items() if isinstance(value.get("text"), str)}
        base = base._replace(
            quotes=tuple(_quote(known[each.uid]) if each.uid in known else each for each in base.quotes)
        )
    return base


def _quote(values: Mapping[str, Any]) -> Quote:
    return Quote(values["text"], *(values.get(name) for name in ("page", "location", "remark", "marked_at", "uid")))
