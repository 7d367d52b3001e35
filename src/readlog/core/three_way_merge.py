"""Three-way merge of a reading's record: what each of two sides changed since their common base, in one record.

A change that only one side made is taken. A field that both changed, each to another value, keeps ours
and is a conflict, unless something finer than the field can be merged: the lines of a text, the items of
a list, the names of a mapping.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from readlog.core.domain_model import AUTHOR, BOOK_FIELDS, Contributor, Quote, Reading
from readlog.core.normalize_text import fold
from readlog.core.parse_fields import add_tags

T = TypeVar("T")

Extra = Mapping[str, Any]

READING_FIELDS = ("status", "started", "finished", "rating", "format", "review", "private_note", "pile")
"""Fields of a reading that are merged as single values, its two texts also line by line."""

_TEXTS = ("review", "private_note")

UNKNOWN: Any = object()
"""Stands in a base for a value that is not known: it equals no other."""


class FieldConflict(NamedTuple):
    """A field that both sides changed, and the value of each.

    `key` is that of a record; `authors` stands for all contributors where an author is in conflict. Of
    `quotes` and of `extra` the values are only the quotes and the names in conflict.
    """

    key: str
    ours: Any
    theirs: Any


class MergedRecord(NamedTuple):
    """The changes of both sides as one reading, with our values wherever there is a conflict."""

    reading: Reading
    conflicts: tuple[FieldConflict, ...] = ()

    def with_theirs(self, theirs: Reading) -> Reading:
        """The merged reading with the values of `theirs`, the reading that was merged, in the fields in conflict."""
        reading = self.reading
        for conflict in self.conflicts:
            reading = _with_their_value(reading, conflict, theirs)
        return reading


class MergedValue(NamedTuple):
    """A merged value; where `is_conflict`, it is ours and `conflict` is theirs."""

    value: Any
    conflict: Any = None
    is_conflict: bool = False


def merge_record(base: Reading, ours: Reading, theirs: Reading, *, by_line: bool = True) -> MergedRecord:
    """The changes that `ours` and `theirs` made to `base`, as one reading.

    Ids, uids and timestamps are those of `ours`. `base` may have UNKNOWN in any field of BOOK_FIELDS and
    READING_FIELDS; `unknown_base` gives one for two records that have no known past in common. Unless
    `by_line`, a review or note that both changed is a conflict, even where they changed different lines.
    """
    versions = (base, ours, theirs)
    conflicts: list[FieldConflict] = []

    def merge_field(part: Callable[[Reading], Any], key: str) -> Any:
        values = [getattr(part(version), key) for version in versions]
        field = _merge_lines(*values) if by_line and key in _TEXTS else merge_values(*values)
        if field.is_conflict:
            conflicts.append(FieldConflict(key, values[1], field.conflict))
        return field.value

    book = {key: merge_field(lambda version: version.book, key) for key in BOOK_FIELDS}
    fields = {key: merge_field(lambda version: version, key) for key in READING_FIELDS}
    people, people_conflicts = _merge_contributors(*(version.book.contributors for version in versions))
    quotes, their_quotes = merge_quotes(*(version.quotes for version in versions))
    extra = merge_mappings(*(version.extra for version in versions))
    conflicts += people_conflicts
    if their_quotes:
        uids = {quote.uid for quote in their_quotes}
        conflicts.append(FieldConflict("quotes", [quote for quote in ours.quotes if quote.uid in uids], their_quotes))
    if extra.is_conflict:
        our_values = {name: ours.extra.get(name) for name in extra.conflict}
        conflicts.append(FieldConflict("extra", our_values, extra.conflict))
    merged = ours._replace(
        book=ours.book._replace(
            contributors=people, tags=_merge_tags(*(version.book.tags for version in versions)), **book
        ),
        quotes=quotes,
        progress=merge_lists(base.progress, ours.progress, theirs.progress),
        sources=merge_lists(base.sources, ours.sources, theirs.sources),
        extra=extra.value,
        **fields,
    )
    return MergedRecord(merged, tuple(conflicts))


def unknown_base(theirs: Reading) -> Reading:
    """A base with which any value of `theirs` that differs from ours is a conflict, unless empty; lists are united."""
    book = {key: _unknown_unless_empty(getattr(theirs.book, key)) for key in BOOK_FIELDS}
    fields = {key: _unknown_unless_empty(getattr(theirs, key)) for key in READING_FIELDS}
    return Reading(theirs.book._replace(contributors=(), tags=(), **book), **fields)


def merge_values(base: Any, ours: Any, theirs: Any) -> MergedValue:
    """Merge single values: where only one side changed it, that side's; a conflict where both did, differently."""
    if theirs in (ours, base):
        return MergedValue(ours)
    return MergedValue(theirs) if ours == base else MergedValue(ours, theirs, is_conflict=True)


def merge_lists(
    base: Sequence[T], ours: Sequence[T], theirs: Sequence[T], key: Callable[[T], Hashable] = lambda item: item
) -> tuple[T, ...]:
    """Merge lists: with the items that either side added, without those that either removed; never a conflict.

    Two items are the same where their `key` is. The order is ours, with their new items at the end.
    """
    if tuple(theirs) == tuple(base):
        return tuple(ours)
    if tuple(ours) == tuple(base):
        return tuple(theirs)
    our_keys, their_keys, base_keys = (set(map(key, items)) for items in (ours, theirs, base))
    kept = [item for item in ours if key(item) in their_keys or key(item) not in base_keys]
    return (*kept, *(item for item in theirs if key(item) not in our_keys | base_keys))


def merge_quotes(
    base: Sequence[Quote], ours: Sequence[Quote], theirs: Sequence[Quote]
) -> tuple[tuple[Quote, ...], list[Quote]]:
    """Merge quotes one by one; returns them, and their version of each that both sides changed.

    Where both sides changed something, their quotes are recognised as by `identify_quotes`.
    """
    if base in (ours, theirs) or ours == theirs:
        return tuple(theirs if ours == base else ours), []
    theirs = identify_quotes(theirs, (*base, *ours))
    by_uid = [{quote.uid: quote for quote in quotes} for quotes in (base, ours, theirs)]
    merged, conflicts = [], []
    for quote in merge_lists(base, ours, theirs, lambda each: each.uid or each.text):
        versions = [quotes.get(quote.uid) for quotes in by_uid] if quote.uid else [None, None, quote]
        one = merge_values(*versions) if all(versions[1:]) else MergedValue(quote)
        merged.append(one.value)
        conflicts += [one.conflict] if one.is_conflict else []
    return tuple(merged), conflicts


def identify_quotes(quotes: Sequence[Quote], known: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes with the uids of the `known` ones: of the one with the same uid, else of one with the same text.

    A quote that is none of them has no uid then.
    """
    known_uids = {quote.uid for quote in known}
    uids = {quote.text: quote.uid for quote in known}
    return tuple(quote if quote.uid in known_uids else quote._replace(uid=uids.get(quote.text)) for quote in quotes)


def merge_mappings(base: Extra, ours: Extra, theirs: Extra) -> MergedValue:
    """Merge mappings name by name, at every depth; `conflict` has their values of the names in conflict."""
    result: dict[str, Any] = {}
    conflict: dict[str, Any] = {}
    for name in dict.fromkeys((*ours, *theirs)):
        versions = [mapping.get(name, _MISSING) for mapping in (base, ours, theirs)]
        if all(isinstance(version, Mapping) for version in versions[1:]):
            first = versions[0] if isinstance(versions[0], Mapping) else {}
            one = merge_mappings(first, *versions[1:])
        else:
            one = merge_values(*versions)
        if one.value is not _MISSING:
            result[name] = one.value
        if one.is_conflict:
            conflict[name] = None if one.conflict is _MISSING else one.conflict
    return MergedValue(result, conflict, is_conflict=bool(conflict))


def unite_people(
    base: Sequence[Contributor], ours: Sequence[Contributor], theirs: Sequence[Contributor]
) -> tuple[Contributor, ...]:
    """Merge contributors as `merge_lists` does, authors first: two who replace one are both in it; never a conflict."""
    return tuple(sorted(merge_lists(base, ours, theirs), key=lambda person: person.role != AUTHOR))


_MISSING = object()


def _merge_lines(base: Any, ours: str | None, theirs: str | None) -> MergedValue:
    merged = merge_values(base, ours, theirs)
    if not merged.is_conflict or not ours or not theirs:
        return merged
    from readlog.core.merge_text import merge_texts

    text, is_conflict = merge_texts(base if isinstance(base, str) else "", ours, theirs)
    return merged if is_conflict else MergedValue(text)


def _merge_tags(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """In alphabetical order, unless one side has all of them in another one."""
    tags = merge_lists(base, ours, theirs, fold)
    return tags if tags in (ours, theirs) else add_tags((), tags)


def _merge_contributors(
    base: tuple[Contributor, ...], ours: tuple[Contributor, ...], theirs: tuple[Contributor, ...]
) -> tuple[tuple[Contributor, ...], list[FieldConflict]]:
    """A conflict where both sides removed the same person and do not agree on who is there instead."""
    removed_by_both = set(base) - set(ours) - set(theirs)
    if not removed_by_both or set(ours) == set(theirs):
        return unite_people(base, ours, theirs), []
    key = "authors" if any(person.role == AUTHOR for person in removed_by_both) else "contributors"
    return ours, [FieldConflict(key, ours, theirs)]


def _unknown_unless_empty(value: Any) -> Any:
    return None if value is None else UNKNOWN


def _with_their_value(reading: Reading, conflict: FieldConflict, theirs: Reading) -> Reading:
    key = conflict.key
    if key in ("authors", "contributors"):
        return reading._replace(book=reading.book._replace(contributors=conflict.theirs))
    if key in BOOK_FIELDS:
        return reading._replace(book=reading.book._replace(**{key: conflict.theirs}))
    if key == "quotes":
        by_uid = {quote.uid: quote for quote in conflict.theirs}
        return reading._replace(quotes=tuple(by_uid.get(quote.uid, quote) for quote in reading.quotes))
    if key == "extra":
        return reading._replace(extra={**reading.extra, **{name: theirs.extra.get(name) for name in conflict.theirs}})
    return reading._replace(**{key: conflict.theirs})
