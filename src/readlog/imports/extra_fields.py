"""What is kept beside the fields of a reading, in its `extra`: what a file has and readlog has no field for, and
what it says otherwise than the journal.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from readlog.core.merge_record import FieldConflict
from readlog.core.model import EDITION

OTHERWISE = "otherwise"
"""The name, in what `extra` has of a service, of the fields in which it says otherwise than the journal."""

Extra = Mapping[str, Any]


def noted(extra: Extra, service: str) -> Extra:
    """The fields in which a service says otherwise, with what it says."""
    return _mapping(_mapping(extra.get(service)).get(OTHERWISE))


def is_noted(extra: Extra, service: str, difference: FieldConflict) -> bool:
    """Whether this was kept before, and told."""
    key = difference.key
    return any(key in notes and notes[key] == difference.theirs for notes in (noted(extra, service), of_edition(extra)))


def of_edition(extra: Extra) -> Extra:
    """What a reading's own edition has otherwise than the book."""
    return _mapping(extra.get(EDITION))


def with_notes(said: Extra, service: str, differences: Iterable[FieldConflict]) -> dict[str, Any]:
    """What a file has in `extra`, with what it says otherwise."""
    notes = {difference.key: difference.theirs for difference in differences}
    if not notes:
        return dict(said)
    own = _kept_inside(said.get(service), service)
    return {**said, service: {**own, OTHERWISE: {**_mapping(own.get(OTHERWISE)), **notes}}}


def without_notes(extra: Extra, service: str) -> Extra:
    """`extra` as if the service had never said anything otherwise."""
    if not noted(extra, service):
        return extra
    own = {name: value for name, value in extra[service].items() if name != OTHERWISE}
    return {**extra, service: own} if own else {name: value for name, value in extra.items() if name != service}


def with_edition(said: Extra, differences: Iterable[FieldConflict]) -> dict[str, Any]:
    """What a file has in `extra`, with what is otherwise in the edition that it tells of."""
    values = {difference.key: difference.theirs for difference in differences}
    return {**said, EDITION: {**values, **_kept_inside(said.get(EDITION), EDITION)}} if values else dict(said)


def merge_extra(ours: Extra, said: Extra, before: Callable[[], Extra], *, only_add: bool = False) -> Extra:
    """`ours` with what a file says: what is new comes in, and what its service has changed.

    What a reader has changed, or taken out, stays so. `before` gives what the service had left.
    """
    if is_subset(said, ours):
        return ours
    return _settled(ours, said, before(), only_add)


def deep_merge(values: Extra, others: Extra) -> dict[str, Any]:
    """The first mapping with what the other one has, also in mappings in it."""
    result = dict(values)
    for name, value in others.items():
        below = result.get(name)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[name] = deep_merge(_mapping(below), value) if both else value
    return result


def changed_values(before: Extra, after: Extra) -> dict[str, Any]:
    """What has come into a mapping, or has become another value."""
    return {
        name: changed_values(_mapping(before.get(name)), value) if isinstance(value, Mapping) else value
        for name, value in after.items()
        if name not in before or before[name] != value
    }


def is_subset(said: Extra, ours: Extra) -> bool:
    """Whether all that is said is there."""
    for name, theirs in said.items():
        mine = ours.get(name)
        if isinstance(theirs, Mapping) and isinstance(mine, Mapping):
            if not is_subset(theirs, mine):
                return False
        elif name not in ours or mine != theirs:
            return False
    return True


def _settled(ours: Extra, said: Extra, before: Extra, only_add: bool) -> dict[str, Any]:
    result = dict(ours)
    for name, theirs in said.items():
        known = name in before
        if name not in ours:
            if not is_subset({name: theirs}, before):
                result[name] = theirs
        elif isinstance(theirs, Mapping):
            result[name] = _settled(_kept_inside(ours[name], name), theirs, _mapping(before.get(name)), only_add)
        elif known and before[name] == ours[name] and not only_add:
            result[name] = theirs
    return result


def _kept_inside(value: Any, name: str) -> dict[str, Any]:
    """A mapping; a value that is none stands under its own name in one."""
    if isinstance(value, Mapping):
        return dict(value)
    return {} if value is None else {name: value}


def _mapping(value: Any) -> Extra:
    return value if isinstance(value, Mapping) else {}
