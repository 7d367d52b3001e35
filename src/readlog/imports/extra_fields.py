"""What imports keep in the `extra` of a reading.

Under the name of a service: the cells for which readlog has no field, and under `otherwise` the
values that conflicted with the journal, so that a conflict is reported once. Under `edition`: what
the reading's own edition has differently from the book.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from readlog.core.domain_model import EDITION
from readlog.core.three_way_merge import FieldConflict

_CONFLICTS = "otherwise"

Extra = Mapping[str, Any]


def recorded_conflicts(extra: Extra, service: str) -> Extra:
    """The values of this service that were not taken, by the key of their field."""
    return _mapping_or_empty(_mapping_or_empty(extra.get(service)).get(_CONFLICTS))


def edition_values(extra: Extra) -> Extra:
    """What the reading's own edition has differently from the book, by the key of the field."""
    return _mapping_or_empty(extra.get(EDITION))


def is_recorded(extra: Extra, service: str, conflict: FieldConflict) -> bool:
    """True if the value of the file is recorded already, as a conflict or as that of the edition."""
    key = conflict.key
    recorded = (recorded_conflicts(extra, service), edition_values(extra))
    return any(key in values and values[key] == conflict.theirs for values in recorded)


def with_conflicts(extra: Extra, service: str, conflicts: Iterable[FieldConflict]) -> dict[str, Any]:
    """`extra` with the file's values of these conflicts recorded for the service."""
    values = {conflict.key: conflict.theirs for conflict in conflicts}
    if not values:
        return dict(extra)
    of_service = _to_mapping(extra.get(service), service)
    return {
        **extra,
        service: {**of_service, _CONFLICTS: {**_mapping_or_empty(of_service.get(_CONFLICTS)), **values}},
    }


def without_conflicts(extra: Extra, service: str) -> Extra:
    """`extra` without the recorded conflicts of the service."""
    if not recorded_conflicts(extra, service):
        return extra
    of_service = {name: value for name, value in extra[service].items() if name != _CONFLICTS}
    if of_service:
        return {**extra, service: of_service}
    return {name: value for name, value in extra.items() if name != service}


def with_edition_values(extra: Extra, conflicts: Iterable[FieldConflict]) -> dict[str, Any]:
    """`extra` with the file's values of these conflicts as those of the reading's edition, where it has none yet."""
    values = {conflict.key: conflict.theirs for conflict in conflicts}
    return {**extra, EDITION: {**values, **_to_mapping(extra.get(EDITION), EDITION)}} if values else dict(extra)


def merge_extra(ours: Extra, theirs: Extra, load_base: Callable[[], Extra], *, only_add: bool = False) -> Extra:
    """Three-way merge of `extra`, name by name: add what is new and update what the service has changed.

    What the user has changed or removed stays so. `load_base` returns what the service set last; it is
    called only if needed. With `only_add` no existing value is changed. Returns `ours` itself if
    nothing changes.
    """
    if is_subset(theirs, ours):
        return ours
    return _merge_mappings(ours, theirs, load_base(), only_add=only_add)


def deep_merge(mapping: Extra, update: Extra) -> dict[str, Any]:
    """`mapping` updated with `update`; where both have a mapping, these are merged too."""
    result = dict(mapping)
    for name, value in update.items():
        inner = result.get(name)
        result[name] = deep_merge(inner, value) if isinstance(value, Mapping) and isinstance(inner, Mapping) else value
    return result


def changed_values(before: Extra, after: Extra) -> dict[str, Any]:
    """The entries of `after` that are new or differ from `before`, also within inner mappings."""
    return {
        name: changed_values(_mapping_or_empty(before.get(name)), value) if isinstance(value, Mapping) else value
        for name, value in after.items()
        if name not in before or before[name] != value
    }


def is_subset(part: Extra, whole: Extra) -> bool:
    """True if `whole` has every entry of `part`, also within inner mappings."""
    for name, value in part.items():
        other = whole.get(name)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            if not is_subset(value, other):
                return False
        elif name not in whole or other != value:
            return False
    return True


def _merge_mappings(ours: Extra, theirs: Extra, base: Extra, *, only_add: bool) -> dict[str, Any]:
    result = dict(ours)
    for name, value in theirs.items():
        if name not in ours:
            if not is_subset({name: value}, base):
                result[name] = value
        elif isinstance(value, Mapping):
            inner, inner_base = _to_mapping(ours[name], name), _mapping_or_empty(base.get(name))
            result[name] = _merge_mappings(inner, value, inner_base, only_add=only_add)
        elif name in base and base[name] == ours[name] and not only_add:
            result[name] = value
    return result


def _to_mapping(value: Any, name: str) -> dict[str, Any]:
    """A copy of a mapping; any other value is put into one under its own name, so that it is not lost."""
    if isinstance(value, Mapping):
        return dict(value)
    return {} if value is None else {name: value}


def _mapping_or_empty(value: Any) -> Extra:
    return value if isinstance(value, Mapping) else {}
