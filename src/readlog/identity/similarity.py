"""Whether what a file says is about a book that is there, by its ISBN, its title, and who made it."""

import re
from collections.abc import Sequence
from enum import Enum, IntEnum, auto
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from readlog.core.model import AUTHOR, Book, Reading
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


VAGUE_ROLE = "contributor"
"""The role of someone of whom a service does not say what they did: it may be an author."""

_BEHIND = re.compile(r"\s*[:(\[].*", re.DOTALL)
"""A subtitle, and what Goodreads puts in brackets behind a title."""
_OF_A_PART = re.compile(r"[0-9]|\b(?:vol|volume|part|parts|band|teil|tome|tomo|deel)\b", re.IGNORECASE)
"""What in a subtitle says that it is one of several."""
_MUCH_LONGER = 2
"""How many times the pages of a part a whole has."""


class Sure(IntEnum):
    """How surely two are one book, and by what."""

    NOT = 0
    MAIN_TITLE = 1
    TITLE = 2
    ISBN = 3
    ISBN_AND_TITLE = 4


class Likened(NamedTuple):
    """How surely it is the book; where it is not sure, why it may be."""

    sure: Sure
    doubt: str = ""


class TitleKeys(NamedTuple):
    """What a title is compared by: all of its words, and those before a subtitle."""

    full: str
    main: str


_OTHER = Likened(Sure.NOT)
_OTHER_OF_THAT_ISBN = Likened(Sure.NOT, "the same ISBN, but another title and author")


@lru_cache(maxsize=2_000)
def title_keys(title: str, subtitle: str | None) -> TitleKeys:
    """The keys of a title; one without a word in it is its own key."""
    whole = f"{title}: {subtitle}" if subtitle else title
    if "&" in whole:
        whole = whole.replace("&", " and ")
    full = match_key(whole) or whole
    if ":" not in whole and "(" not in whole and "[" not in whole:
        return TitleKeys(full, full)
    return TitleKeys(full, match_key(_BEHIND.sub("", whole)) or full)


def makers(book: Book) -> list[str]:
    """The names of those who are its authors, or may be."""
    return [person.name for person in book.contributors if person.role in (AUTHOR, VAGUE_ROLE)]


def liken(known: Book, keys: set[TitleKeys], people: Likeness, readings: Sequence[Reading], said: Reading) -> Likened:
    """How surely a reading that is said is of a book that is known.

    The book has `readings`; its title was spelled as the `keys` say, now or before, and its makers
    are as like those of the other one as `people`.
    """
    book = said.book
    full, main = title_keys(book.title, book.subtitle)
    same_title = any(full == each.full for each in keys)
    same_main = [each for each in keys if each.main == main]
    if book.isbn and known.isbn == book.isbn:
        if same_title or same_main:
            return Likened(Sure.ISBN_AND_TITLE)
        return Likened(Sure.ISBN) if people is Likeness.SAME else _OTHER_OF_THAT_ISBN
    if people is Likeness.OTHER or _are_numbers_of_a_series(known, book):
        return _OTHER
    if same_title:
        if people is Likeness.SAME:
            return Likened(Sure.TITLE)
        return Likened(Sure.NOT, "the same title, but the author may be another")
    one_is_longer = any(full == main or each.full == each.main for each in same_main)
    if not one_is_longer or people is not Likeness.SAME or _same_service(readings, said):
        return _OTHER
    if _may_be_a_part(known, book):
        return Likened(Sure.NOT, "the same title before the subtitle, but one may be a part of the other")
    return Likened(Sure.MAIN_TITLE)


def _are_numbers_of_a_series(known: Book, book: Book) -> bool:
    """Whether the two are different numbers of one series."""
    if not known.series_number or not book.series_number:
        return False
    same_series = not known.series or not book.series or same_words(known.series, book.series)
    return same_series and not same_words(known.series_number, book.series_number)


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same in all but case, accents and punctuation; one without a word is only itself."""
    key = match_key(one)
    return one == other or (bool(key) and key == match_key(other))


def _may_be_a_part(known: Book, book: Book) -> bool:
    """Whether of a book and one that has a subtitle too the one may be a volume, and the other all of it."""
    behind = (_BEHIND.search(f"{each.title}: {each.subtitle or ''}") for each in (known, book))
    pages = sorted(each.pages for each in (known, book) if each.pages)
    return (
        any(match and _OF_A_PART.search(match[0]) for match in behind)
        or bool(known.series_number or book.series_number)
        or (len(pages) > 1 and pages[1] >= _MUCH_LONGER * pages[0])
    )


def _same_service(readings: Sequence[Reading], said: Reading) -> bool:
    """Whether both have an id of one service: it keeps them apart, so they are two."""
    there = {source.partition(":")[0] for reading in readings for source in reading.sources}
    return any(source.partition(":")[0] in there for source in said.sources)
