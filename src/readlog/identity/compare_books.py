"""Decide whether two names are the same person, and whether two entries are the same book.

Pure functions on values. Candidates are found with SQL elsewhere: readings/find_same_book.py for
commands, imports/match_books.py for imports, doctor/record_checks.py for the doctor.
"""

import re
from collections.abc import Sequence
from enum import Enum, IntEnum, auto
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from readlog.core.domain_model import AUTHOR, Book, Reading
from readlog.core.normalize_text import match_key

UNSPECIFIED_ROLE = "contributor"
"""The role of people whose role a service does not give: they may be authors."""

_NAME_SUFFIXES = frozenset(("jr", "sr", "ii", "iii"))
_MAX_FUZZY_LENGTH = 60
"""Longest name, in characters, that is compared letter by letter."""
_MIN_FUZZY_RATIO = 0.85
_MAX_INITIALS = 4
"""Most initials written as one word, as in `JRR`."""

_SUBTITLE = re.compile(r"\s*[:(\[].*", re.DOTALL)
"""A subtitle, or what Goodreads puts in brackets after a title."""
_VOLUME_WORD = re.compile(r"[0-9]|\b(?:vol|volume|part|parts|band|teil|tome|tomo|deel)\b", re.IGNORECASE)
"""What in a subtitle marks one volume of several."""
_MIN_PAGES_RATIO = 2
"""A complete work has at least this many times the pages of one volume."""


class Similarity(Enum):
    """Whether two people, or the people of two books, are the same."""

    SAME = auto()
    POSSIBLE = auto()
    DIFFERENT = auto()


class Confidence(IntEnum):
    """The evidence that two books are the same, from none to certain."""

    NONE = 0
    MAIN_TITLE = 1
    TITLE_ONLY = 2
    TITLE = 3
    """The title and an author."""
    ISBN = 4
    ISBN_AND_TITLE = 5
    UID = 6


class BookComparison(NamedTuple):
    """The evidence that two books are the same, or, if there is none, why they might be (`doubt`)."""

    confidence: Confidence
    doubt: str = ""


class TitleKeys(NamedTuple):
    """Normalized forms of a title: all of its words, and only those before a subtitle."""

    full: str
    main: str


_DIFFERENT = BookComparison(Confidence.NONE)
_ONLY_ISBN = BookComparison(Confidence.NONE, "the same ISBN, but another title and author")
_ONLY_TITLE = BookComparison(Confidence.NONE, "the same title, but the author may be another")
_VOLUME_OR_WHOLE = BookComparison(
    Confidence.NONE, "the same title before the subtitle, but one may be a part of the other"
)


def compare_books(
    known: Book, known_titles: set[TitleKeys], people: Similarity, readings: Sequence[Reading], other: Reading
) -> BookComparison:
    """Compare a book of the journal with the book of another reading, cautiously: for imports and the doctor.

    `known_titles` are the present and former titles of the known book, `people` the comparison of
    the two books' authors, and `readings` the readings of the known book.
    """
    book = other.book
    full, main = title_keys(book.title, book.subtitle)
    same_title = any(full == each.full for each in known_titles)
    same_main = [each for each in known_titles if each.main == main]
    if book.isbn and known.isbn == book.isbn:
        if same_title or same_main:
            return BookComparison(Confidence.ISBN_AND_TITLE)
        return BookComparison(Confidence.ISBN) if people is Similarity.SAME else _ONLY_ISBN
    if people is Similarity.DIFFERENT or _have_different_series_numbers(known, book):
        return _DIFFERENT
    if same_title:
        return BookComparison(Confidence.TITLE) if people is Similarity.SAME else _ONLY_TITLE
    one_has_no_subtitle = any(full == main or each.full == each.main for each in same_main)
    if not one_has_no_subtitle or people is not Similarity.SAME or _have_a_service_in_common(readings, other):
        return _DIFFERENT
    if _may_be_a_volume(known, book):
        return _VOLUME_OR_WHOLE
    return BookComparison(Confidence.MAIN_TITLE)


def compare_entered_book(known: Book, entered: Book) -> Confidence:
    """Compare a book of the journal with one that the user has typed: for add, start and want.

    More lenient than `compare_books`, because the user is told of the match: the ISBN alone is
    enough, and so is the title if one of the two has no author; but names must be spelled the same.
    """
    if entered.uid and known.uid == entered.uid:
        return Confidence.UID
    if entered.isbn and known.isbn == entered.isbn:
        return Confidence.ISBN
    if not have_a_title_in_common(known, entered):
        return Confidence.NONE
    known_authors, entered_authors = ({name_key(name) for name in book.authors} for book in (known, entered))
    if known_authors & entered_authors:
        return Confidence.TITLE
    return Confidence.NONE if known_authors and entered_authors else Confidence.TITLE_ONLY


def have_a_title_in_common(one: Book, other: Book) -> bool:
    """True if the titles, with or without their subtitles, have the same words."""
    return not _title_variants(one).isdisjoint(_title_variants(other))


def name_key(name: str) -> str:
    """The normalized form in which names and titles are compared; the name itself if it has no letter or digit."""
    return match_key(name) or name


@lru_cache(maxsize=2_000)
def title_keys(title: str, subtitle: str | None) -> TitleKeys:
    """The normalized forms of a title, in which `&` is `and`."""
    whole = f"{title}: {subtitle}" if subtitle else title
    if "&" in whole:
        whole = whole.replace("&", " and ")
    full = name_key(whole)
    if ":" not in whole and "(" not in whole and "[" not in whole:
        return TitleKeys(full, full)
    return TitleKeys(full, match_key(_SUBTITLE.sub("", whole)) or full)


def same_words(one: str, other: str) -> bool:
    """True if the texts differ at most in case, accents and punctuation; texts without words must be equal."""
    key = match_key(one)
    return one == other or (bool(key) and key == match_key(other))


def possible_authors(book: Book) -> list[str]:
    """The names of the authors, and of people whose role is unknown."""
    return [person.name for person in book.contributors if person.role in (AUTHOR, UNSPECIFIED_ROLE)]


def compare_people(names: Sequence[str], other_names: Sequence[str]) -> Similarity:
    """Whether two books have a person in common; POSSIBLE if only one of them names anybody."""
    if not names or not other_names:
        return Similarity.SAME if not names and not other_names else Similarity.POSSIBLE
    if not set(names).isdisjoint(other_names):
        return Similarity.SAME
    found = {compare_names(one, other) for one, other in product(names, other_names)}
    return next(similarity for similarity in Similarity if similarity in found)


def compare_names(one: str, other: str) -> Similarity:
    """SAME for the same words in any order, or the same family name with matching initials.

    POSSIBLE for the same family name otherwise, and for nearly the same letters.
    """
    if one == other:
        return Similarity.SAME
    (words, suffix), (other_words, other_suffix) = _split_name(one), _split_name(other)
    if suffix and other_suffix and suffix != other_suffix:
        return Similarity.POSSIBLE if words == other_words else Similarity.DIFFERENT
    if sorted(words) == sorted(other_words):
        return Similarity.SAME
    if words[-1] == other_words[-1]:
        return Similarity.SAME if _initials_match(words[:-1], other_words[:-1]) else Similarity.POSSIBLE
    return (
        Similarity.POSSIBLE if _have_similar_letters(" ".join(words), " ".join(other_words)) else Similarity.DIFFERENT
    )


def name_words(name: str) -> tuple[str, ...]:
    """The normalized words of a name, family name last and without `Jr.` etc.: `Serge, Victor` is `victor serge`."""
    return _split_name(name)[0]


@lru_cache(maxsize=5_000)
def _split_name(name: str) -> tuple[tuple[str, ...], str]:
    """The normalized words of a name, family name last, and a suffix such as `jr`."""
    family, comma, given = name.partition(",")
    all_words = match_key(f"{given} {family}" if comma else name).split()
    words = tuple(word for word in all_words if word not in _NAME_SUFFIXES)
    suffix = next((word for word in all_words if word in _NAME_SUFFIXES), "")
    return (words, suffix) if words else ((name,), "")


def _initials_match(given_names: Sequence[str], others: Sequence[str]) -> bool:
    """True if the given names are equal or initials of each other: `v` and `victor`, `jrr` and `j r r`.

    False if one side has none: `Serge` alone may be somebody else.
    """
    pairs = list(zip(_separate_initials(given_names), _separate_initials(others), strict=False))
    return bool(pairs) and all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in pairs)


def _separate_initials(given_names: Sequence[str]) -> list[str]:
    """Given names with runs of initials split: `jrr` is such a run, because it has no vowel."""
    return [part for name in given_names for part in (name if _is_run_of_initials(name) else [name])]


def _is_run_of_initials(name: str) -> bool:
    return len(name) <= _MAX_INITIALS and name.isascii() and not set(name) & set("aeiouy")


def _have_similar_letters(one: str, other: str) -> bool:
    """True if two names differ in a letter or two, as Dostoevsky and Dostoyevsky."""
    if max(len(one), len(other)) > _MAX_FUZZY_LENGTH:
        return False
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _MIN_FUZZY_RATIO and matcher.ratio() >= _MIN_FUZZY_RATIO


def _title_variants(book: Book) -> set[str]:
    return {name_key(title) for title in (book.title, book.full_title)}


def _have_different_series_numbers(known: Book, book: Book) -> bool:
    """True if the two are different volumes of one series."""
    if not known.series_number or not book.series_number:
        return False
    same_series = not known.series or not book.series or same_words(known.series, book.series)
    return same_series and not same_words(known.series_number, book.series_number)


def _may_be_a_volume(known: Book, book: Book) -> bool:
    """True if one of the books may be one volume of the other, by its subtitle, series number or pages."""
    subtitles = (_SUBTITLE.search(f"{each.title}: {each.subtitle or ''}") for each in (known, book))
    pages = sorted(each.pages for each in (known, book) if each.pages)
    return (
        any(match and _VOLUME_WORD.search(match[0]) for match in subtitles)
        or bool(known.series_number or book.series_number)
        or (len(pages) > 1 and pages[1] >= _MIN_PAGES_RATIO * pages[0])
    )


def _have_a_service_in_common(readings: Sequence[Reading], other: Reading) -> bool:
    """True if both have an id of the same service: it treats them as two books, so they are two."""
    services = {source.partition(":")[0] for reading in readings for source in reading.sources}
    return any(source.partition(":")[0] in services for source in other.sources)
