"""A reading that two have edited at the same time: both edits together, or both versions where they contradict."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from readlog.core.errors import BadInput, NotFound
from readlog.core.fields import add_tags
from readlog.core.merge_record import merge_lists, merge_mappings, merge_quotes, merge_values
from readlog.core.merge_text import merge_texts
from readlog.core.model import AUTHOR, BOOK_FIELDS, Contributor, Quote, Reading
from readlog.core.partial_date import check_date_order
from readlog.core.record import changed_keys
from readlog.core.text import fold
from readlog.drafts.results import EditConflict, SavedEdit
from readlog.readings import save_rows
from readlog.readings.add_edit_delete import settled
from readlog.readings.load_rows import load

_OF_READING = "status started finished rating format pile".split()
_TEXTS = ("review", "private_note")


def save_edit(connection: sqlite3.Connection, base: Reading, edited: Reading) -> SavedEdit:
    """Save what `base` was made in an editor; what another has changed since stays too.

    Runs inside an `operation`. Raises NotFound where the reading is not there any more, and InConflict.
    """
    assert base.id is not None
    found = load(connection, [base.id])
    if not found or found[0].uid != base.uid:
        raise NotFound(
            f"Reading {base.id} was deleted meanwhile. readlog undo brings it back; readlog recover adds yours anew."
        )
    now, before = found[0], connection.total_changes
    new = settled(now, merge_edits(base, edited, now))
    (book_id,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (base.id,)).fetchone()
    save_rows.update_book(connection, book_id, now.book, new.book)
    save_rows.update_reading(connection, now, new)
    saved = None if connection.total_changes == before else load(connection, [base.id])[0]
    return SavedEdit(saved, now, changed_keys(base, now))


def merge_edits(base: Reading, edited: Reading, now: Reading) -> Reading:
    """What two have made of `base`, as one. Raises InConflict where both have changed the same."""
    both = _Both(base, edited, now)
    yours = both.with_either(mine=True)
    if both.conflicts:
        raise EditConflict(now, yours, both.with_either(mine=False), both.conflicts)
    return yours


class _Both:
    """Three versions of a reading, and the keys in which two of them contradict."""

    def __init__(self, base: Reading, edited: Reading, now: Reading) -> None:
        self._base, self._edited, self._now = base, edited, now
        self.conflicts: list[str] = []
        self._book = {key: self._values(key, *self._of("book", key)) for key in BOOK_FIELDS}
        self._reading = {key: self._values(key, *self._of("", key)) for key in _OF_READING}
        self._reading |= {key: self._texts(key) for key in _TEXTS}
        self._book["tags"] = _same(self._tags())
        self._book["contributors"] = self._people()
        self._reading["sources"] = _same(merge_lists(base.sources, edited.sources, now.sources))
        self._reading["progress"] = _same(merge_lists(base.progress, edited.progress, now.progress))
        self._reading["quotes"] = self._quotes()
        self._reading["extra"] = self._extra()
        self._check_dates()

    def with_either(self, *, mine: bool) -> Reading:
        """The reading with one side's values, or the other's, where they contradict."""
        side = 0 if mine else 1
        book = self._now.book._replace(**{key: pair[side] for key, pair in self._book.items()})
        return self._now._replace(book=book, **{key: pair[side] for key, pair in self._reading.items()})

    def _of(self, part: str, key: str) -> list[Any]:
        return [getattr(getattr(each, part) if part else each, key) for each in (self._base, self._edited, self._now)]

    def _values(self, key: str, base: Any, ours: Any, theirs: Any) -> tuple[Any, Any]:
        merged = merge_values(base, ours, theirs)
        if not merged.is_conflict:
            return merged.value, merged.value
        self.conflicts.append(key)
        return ours, theirs

    def _texts(self, key: str) -> tuple[Any, Any]:
        """A text of which both have changed other lines is one of both; a review has its markers already."""
        base, ours, theirs = self._of("", key)
        pair = self._values(key, base, ours, theirs)
        if pair[0] == pair[1] or not (ours and theirs):
            return pair
        merged, is_conflict = merge_texts(base or "", ours, theirs)
        if not is_conflict:
            self.conflicts.remove(key)
        return pair if is_conflict and key != "review" else (merged, merged)

    def _tags(self) -> tuple[str, ...]:
        """In the order of the alphabet, as everywhere, but where somebody has them otherwise."""
        base, ours, theirs = self._of("book", "tags")
        tags: tuple[str, ...] = merge_lists(base, ours, theirs, fold)
        return tags if tags in (ours, theirs) else add_tags((), tags)

    def _people(self) -> tuple[Any, Any]:
        """Who was put in or taken out by either; one person in the place of whom each has put another is a conflict."""
        versions = self._of("book", "contributors")
        base, ours, theirs = versions
        lost = set(base) - set(ours), set(base) - set(theirs)
        if lost[0] & lost[1] and set(ours) != set(theirs):
            key = "authors" if any(person.role == AUTHOR for person in lost[0] & lost[1]) else "contributors"
            return self._values(key, *versions)
        people: tuple[Contributor, ...] = merge_lists(base, ours, theirs)
        return _same(tuple(sorted(people, key=lambda person: person.role != AUTHOR)))

    def _quotes(self) -> tuple[Any, Any]:
        """The quotes of both; one that only one has taken out, and the other has changed, stays as it was changed."""
        base, ours, theirs = self._of("", "quotes")
        if base in (ours, theirs) or ours == theirs:
            return _same(theirs if ours == base else ours)
        ours, theirs = (*ours, *_changed_of(base, theirs, ours)), (*theirs, *_changed_of(base, ours, theirs))
        merged, conflicts = merge_quotes(base, ours, theirs)
        if not conflicts:
            return _same(merged)
        self.conflicts.append("quotes")
        by_uid = {quote.uid: quote for quote in conflicts}
        return merged, tuple(by_uid.get(quote.uid, quote) if quote.uid else quote for quote in merged)

    def _extra(self) -> tuple[Any, Any]:
        base, ours, theirs = self._of("", "extra")
        merged = merge_mappings(base, ours, theirs)
        if not merged.is_conflict:
            return _same(merged.value)
        self.conflicts.append("extra")
        return merged.value, {**merged.value, **{key: theirs.get(key) for key in merged.conflict}}

    def _check_dates(self) -> None:
        """A beginning of the one and an end of the other may not go together."""
        keys = ("started", "finished")
        dates = tuple(self._reading[key][0] for key in keys)
        if dates in [tuple(getattr(each, key) for key in keys) for each in (self._edited, self._now)]:
            return
        try:
            check_date_order(*dates)
        except BadInput:
            if not set(keys) & set(self.conflicts):
                self.conflicts += keys
                self._reading |= {key: (getattr(self._edited, key), getattr(self._now, key)) for key in keys}


def _same(value: Any) -> tuple[Any, Any]:
    return value, value


def _changed_of(base: Sequence[Quote], ours: Sequence[Quote], theirs: Sequence[Quote]) -> list[Quote]:
    """The quotes of the base that one has changed and the other has taken out."""
    before, kept = {quote.uid: quote for quote in base if quote.uid}, {quote.uid for quote in theirs}
    return [quote for quote in ours if quote.uid in before and quote.uid not in kept and quote != before[quote.uid]]
