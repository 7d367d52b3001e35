"""Two versions of a thing that were one once: what each has changed since, together.

`base` is what they were. A value that both have changed, and not to the same, is a conflict: ours stays.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from readlog.core.model import Quote

T = TypeVar("T")

Extra = Mapping[str, Any]


class MergedValue(NamedTuple):
    """What has become of a value, and what theirs was where it could not come in."""

    value: Any
    conflict: Any = None
    is_conflict: bool = False


def merge_values(base: Any, ours: Any, theirs: Any) -> MergedValue:
    """One of three values."""
    if theirs in (ours, base):
        return MergedValue(ours)
    return MergedValue(theirs) if ours == base else MergedValue(ours, theirs, is_conflict=True)


def merge_lists(
    base: Sequence[T], ours: Sequence[T], theirs: Sequence[T], key: Callable[[T], Hashable] = lambda item: item
) -> tuple[T, ...]:
    """A list with what either has put in and without what either has taken out; two are the same by `key`."""
    if tuple(theirs) == tuple(base):
        return tuple(ours)
    if tuple(ours) == tuple(base):
        return tuple(theirs)
    there, said, before = (set(map(key, items)) for items in (ours, theirs, base))
    kept = [item for item in ours if key(item) in said or key(item) not in before]
    return (*kept, *(item for item in theirs if key(item) not in there | before))


def merge_quotes(
    base: Sequence[Quote], ours: Sequence[Quote], theirs: Sequence[Quote]
) -> tuple[tuple[Quote, ...], list[Quote]]:
    """The quotes of both, and theirs of those that both have changed.

    One is the same by its uid; one that has none yet, or one of another journal, by its text.
    """
    known = {quote.uid for quote in (*base, *ours)}
    uids = {quote.text: quote.uid for quote in (*base, *ours)}
    named = [quote if quote.uid in known else _named(quote, uids.get(quote.text)) for quote in theirs]
    by_uid = [{quote.uid: quote for quote in quotes} for quotes in (base, ours, named)]
    merged, conflicts = [], []
    for quote in merge_lists(base, ours, named, lambda each: each.uid or each.text):
        versions = [quotes.get(quote.uid) for quotes in by_uid] if quote.uid else [None, None, quote]
        one = merge_values(*versions) if all(versions[1:]) else MergedValue(quote)
        merged.append(one.value)
        conflicts += [one.conflict] if one.is_conflict else []
    return tuple(merged), conflicts


def merge_mappings(base: Extra, ours: Extra, theirs: Extra) -> MergedValue:
    """A mapping name by name, and mappings in it likewise; the conflict has the names whose values conflict."""
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


_MISSING = object()


def _named(quote: Quote, uid: str | None) -> Quote:
    return Quote(quote.text, quote.page, quote.location, quote.remark, quote.marked_at, uid)


class FieldConflict(NamedTuple):
    """A field, what the journal has in it, and what a file says, as a record has them."""

    key: str
    ours: Any
    theirs: Any
