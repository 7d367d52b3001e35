"""Whether two names are of one person: `Victor Serge`, `Serge, Victor` and `V. Serge` may well be."""

from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from itertools import product

from readlog.core.text import match_key

_SUFFIXES = frozenset(("jr", "sr", "ii", "iii"))
_LONGEST = 60
"""Characters of a name that is compared letter by letter."""
_NEARLY = 0.85
_LONGEST_RUN = 4
"""Initials in one word, as in `JRR`."""


class Likeness(Enum):
    """How surely two are the same."""

    SAME = auto()
    PERHAPS = auto()
    OTHER = auto()


def likeness_of_people(some: Sequence[str], others: Sequence[str]) -> Likeness:
    """Whether two books have a person in common; where only one of them names any it is not known."""
    if not some or not others:
        return Likeness.SAME if not some and not others else Likeness.PERHAPS
    if not set(some).isdisjoint(others):
        return Likeness.SAME
    found = {likeness_of_names(one, other) for one, other in product(some, others)}
    return next(likeness for likeness in Likeness if likeness in found)


def likeness_of_names(one: str, other: str) -> Likeness:
    """The same: the same words, or the same family name behind names that are initials of each other's.

    Perhaps the same: the same family name, or names of nearly the same letters.
    """
    if one == other:
        return Likeness.SAME
    (first, behind), (second, behind_second) = _parted(one), _parted(other)
    if behind and behind_second and behind != behind_second:
        return Likeness.PERHAPS if first == second else Likeness.OTHER
    if sorted(first) == sorted(second):
        return Likeness.SAME
    if first[-1] == second[-1]:
        return Likeness.SAME if _are_initials(first[:-1], second[:-1]) else Likeness.PERHAPS
    return Likeness.PERHAPS if _are_nearly(" ".join(first), " ".join(second)) else Likeness.OTHER


def words_of_name(name: str) -> tuple[str, ...]:
    """The words of a name, the family name last: `Serge, Victor` is `victor serge`; without `Jr.` and such."""
    return _parted(name)[0]


@lru_cache(maxsize=5_000)
def _parted(name: str) -> tuple[tuple[str, ...], str]:
    """The words of a name, the family name last, and what tells a son from his father."""
    family, comma, given = name.partition(",")
    words = match_key(f"{given} {family}" if comma else name).split()
    own = tuple(word for word in words if word not in _SUFFIXES)
    behind = next((word for word in words if word in _SUFFIXES), "")
    return (own, behind) if own else ((name,), "")


def _are_initials(given: Sequence[str], other: Sequence[str]) -> bool:
    """Whether each given name begins the one beside it: `v` begins `victor`, `jrr` and `j r r` are the same.

    Nobody at all is no one's initial: `Serge` alone may be another.
    """
    pairs = list(zip(_spelled_out(given), _spelled_out(other), strict=False))
    return bool(pairs) and all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in pairs)


def _spelled_out(given: Sequence[str]) -> list[str]:
    """Given names with initials in a run taken apart; `jrr` is a run, for it has no vowel."""
    return [part for name in given for part in (name if _is_run(name) else [name])]


def _is_run(name: str) -> bool:
    return len(name) <= _LONGEST_RUN and name.isascii() and not set(name) & set("aeiouy")


def _are_nearly(one: str, other: str) -> bool:
    """Whether two names differ in a letter or two, as Dostoevsky and Dostoyevsky do."""
    if max(len(one), len(other)) > _LONGEST:
        return False
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _NEARLY and matcher.ratio() >= _NEARLY
