"""Three versions of a record, field by field: what it was, what the journal has made of it, and what a file has."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from readlog.core.fields import add_tags
from readlog.core.merge_record import FieldConflict, merge_lists, merge_mappings, merge_quotes, merge_values
from readlog.core.model import AUTHOR, BOOK_FIELDS, Book, Contributor, ProgressNote, Quote, Reading
from readlog.core.record import changed_keys
from readlog.core.text import fold
from readlog.history.reading_versions import ReadingVersions
from readlog.imports.extra_fields import Extra, deep_merge, is_noted, noted, with_notes, without_notes
from readlog.imports.import_history import OWN, command_of
from readlog.imports.merge_fields import MergeResult, stored

T = TypeVar("T")

OF_READING = ("status", "started", "finished", "rating", "format", "review", "private_note", "pile")


def merge_records(base: Reading | None, ours: Reading, said: Reading, *, is_exact: bool) -> MergeResult[Reading]:
    """The three as one, and what of the file's is only kept beside it and was not told before.

    Where the base is not known, all that is said otherwise and is not empty is a conflict. Unless it
    `is_exact`, the record is of another journal: in what the two have not agreed upon, the base is
    what the other one said.
    """
    merging = _Merging(base, ours, said, {} if is_exact else noted(ours.extra, OWN))
    book: dict[str, Any] = {key: merging.field(key, lambda each: each.book) for key in BOOK_FIELDS}
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
    return MergeResult(merged, fresh)


class _Merging:
    """Three versions of a reading, and where two of them cannot be brought together."""

    def __init__(self, base: Reading | None, ours: Reading, said: Reading, notes: Extra) -> None:
        self.conflicts: list[FieldConflict] = []
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
            self.conflicts.append(FieldConflict(key, ours, theirs))
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

    def progress(self) -> tuple[ProgressNote, ...]:
        """What both have noted while reading."""
        return merge_lists(*self._versions(lambda each: each.progress))

    def quotes(self) -> tuple[Quote, ...]:
        """The quotes of both."""
        quotes, theirs = merge_quotes(*self._versions(lambda each: each.quotes))
        if theirs:
            uids = {quote.uid for quote in theirs}
            ours = [quote._asdict() for quote in self._ours.quotes if quote.uid in uids]
            self.conflicts.append(FieldConflict("quotes", ours, [quote._asdict() for quote in theirs]))
        return quotes

    def extra(self, *, notes_too: bool) -> Extra:
        """What is in `extra` of both; the notes of conflicts are the journal's own, unless a reader has edited them."""
        merged = merge_mappings(
            *self._versions(lambda each: each.extra if notes_too else without_notes(each.extra, OWN))
        )
        if merged.is_conflict:
            ours = {name: self._ours.extra.get(name) for name in merged.conflict}
            self.conflicts.append(FieldConflict("extra", ours, merged.conflict))
        notes = () if notes_too else noted(self._ours.extra, OWN).items()
        extra = with_notes(merged.value, OWN, (FieldConflict(key, None, theirs) for key, theirs in notes))
        return self._ours.extra if extra == self._ours.extra else extra

    def _versions(self, of: Callable[[Reading], T]) -> tuple[T, T, T]:
        return of(self._before), of(self._ours), of(self._said)


def _as_noted(base: Reading, notes: Extra) -> Reading:
    """The base with the quotes and the values in `extra` that another journal said and that were noted."""
    extra, quotes = notes.get("extra"), notes.get("quotes")
    if isinstance(extra, Mapping):
        base = base._replace(extra=deep_merge(base.extra, extra))
    if isinstance(quotes, list):
        theirs = {each["uid"]: each for each in quotes if isinstance(each, Mapping) and each.get("uid")}
        known = {key: value for key, value in theirs.items() if isinstance(value.get("text"), str)}
        base = base._replace(
            quotes=tuple(_quote(known[each.uid]) if each.uid in known else each for each in base.quotes)
        )
    return base


def _quote(values: Mapping[str, Any]) -> Quote:
    return Quote(values["text"], *(values.get(name) for name in ("page", "location", "remark", "marked_at", "uid")))


_OF_BOTH = ("quotes", "progress", "sources", "extra", "tags", "authors", "contributors")

_MOMENTS = """
SELECT at, action = 'insert' OR command = ? FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND row_id = ? GROUP BY operation_id ORDER BY operation_id
"""
_LATER = "9999"
_MOST_STATES = 20
"""States of a reading that are compared with what another journal says."""


class OwnRecords:
    """The readings of a journal while records of them come back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._past = ReadingVersions(connection)
        self._books: dict[str, Book] = {}

    def reconcile(self, ours: Reading, said: Reading, keys: frozenset[str] | None = None) -> MergeResult[Reading]:
        """What the reading becomes, and in which fields the journal has kept its own although the file says otherwise.

        The file's values are in `extra` then; each is told once. `keys` are those of the record that
        the file speaks of, None for all.
        """
        if not _differs(ours, said):
            return MergeResult(ours)
        base, is_exact = self._base(ours, said)
        merged = merge_records(base, ours, _whole(base or ours, said, keys), is_exact=is_exact)
        if merged.value.book != ours.book and ours.book.uid:
            self._books.setdefault(ours.book.uid, ours.book)
        return merged

    def _base(self, ours: Reading, said: Reading) -> tuple[Reading | None, bool]:
        """The reading as it was when file and journal parted, as far as it is known; whether that is sure."""
        assert ours.uid
        if said.updated_at == ours.updated_at:
            return ours._replace(book=self._books.get(ours.book.uid or "", ours.book)), True
        if said.updated_at and (found := self._past.reading_updated_at(ours.uid, said.updated_at)):
            return found, True
        return self._nearest(ours, said), False

    def _nearest(self, ours: Reading, said: Reading) -> Reading | None:
        """Of what the reading was before the record was written, that to which it is nearest, the oldest of such.

        The record is of another journal, or does not say when it was written. It cannot be from
        before the reading was last brought, unless it is older than that. Of one that is older than
        all that is known here nothing is known.
        """
        assert ours.uid
        rows = self._connection.execute(_MOMENTS, (command_of(OWN), ours.id)).fetchall()
        brought = max((at for at, was_brought in rows if was_brought), default="")
        written = said.updated_at or _LATER
        moments = [at for at, _ in rows if at <= written and (at >= brought or written < brought)]
        if not moments and written > (ours.updated_at or ""):
            moments = [brought]
        states = (self._past.reading_at(ours.uid, at) for at in dict.fromkeys(moments[-_MOST_STATES:]))
        return min(filter(None, states), key=lambda state: len(changed_keys(state, said)), default=None)


def _differs(ours: Reading, said: Reading) -> bool:
    return said._replace(id=ours.id, created_at=ours.created_at, updated_at=ours.updated_at) != ours._replace(
        book=ours.book._replace(uid=said.book.uid)
    )


def _whole(base: Reading, said: Reading, keys: frozenset[str] | None) -> Reading:
    """What a record says, and of what it does not speak what the base says.

    One without the moment at which it was written may lack fields, and empties none. Nor is it
    finished for that: this is what a reading is whose status is not said.
    """
    unsaid = set() if keys is None else {*OF_READING, *BOOK_FIELDS, *_OF_BOTH} - keys
    if not said.updated_at:
        unsaid |= {key for key in (*OF_READING, "quotes", "progress", "sources", "extra") if not getattr(said, key)}
        unsaid |= {key for key in (*BOOK_FIELDS, "tags") if not getattr(said.book, key)}
        unsaid |= {"authors", "contributors"} if not said.book.contributors else set()
        unsaid |= {"status"} if not said.finished and (keys is None or "status" not in keys) else set()
    filled = {
        key: getattr(base, key) for key in (*OF_READING, "quotes", "progress", "sources", "extra") if key in unsaid
    }
    of_book = {key: getattr(base.book, key) for key in (*BOOK_FIELDS, "tags") if key in unsaid}
    people = _people(base.book, said.book, unsaid)
    return said._replace(book=said.book._replace(contributors=people, **of_book), **filled)


def _people(base: Book, said: Book, unsaid: set[str]) -> tuple[Contributor, ...]:
    """The authors and everybody else, each as they are said or as the base has them."""
    authors = base if "authors" in unsaid else said
    others = base if "contributors" in unsaid else said
    return tuple(person for person in authors.contributors if person.role == AUTHOR) + others.others
