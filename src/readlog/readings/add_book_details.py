"""What a further reading, of another edition perhaps, adds to what is known about its book."""

from collections.abc import Mapping
from typing import Any

from readlog.core.domain_model import AUTHOR, EDITION, EDITION_FIELDS, Book, Contributor, Reading
from readlog.core.normalize_text import match_key
from readlog.core.parse_fields import add_tags
from readlog.identity.compare_books import have_a_title_in_common, name_key


def complete_book(known: Book, other: Book) -> tuple[Book, dict[str, Any]]:
    """`known` completed with the details of `other`, and the details in which the edition of `other` differs.

    People, tags, and values that were missing are added. A different value is no contradiction: it
    belongs to the reading of that edition.
    """
    completed, differences = {}, {}
    for name in EDITION_FIELDS:
        known_value, value = getattr(known, name), getattr(other, name)
        if known_value is not None and value is not None and known_value != value:
            differences[name] = value
        completed[name] = value if known_value is None else known_value
    if other.subtitle and not known.subtitle and not _has_title(known, other.full_title):
        completed["subtitle"] = other.subtitle
    if not have_a_title_in_common(known, other):
        differences["title"] = other.full_title
    contributors, tags = _add_contributors(known, other), add_tags(known.tags, other.tags)
    return known._replace(contributors=contributors, tags=tags, **completed), differences


def with_completed_book(reading: Reading, known: Book, other: Book) -> Reading:
    """`reading` with the book `known` completed by `other`; its `extra` keeps the details that differ."""
    book, differences = complete_book(known, other)
    if differences:
        own = reading.extra.get(EDITION, {})
        differences |= own if isinstance(own, Mapping) else {EDITION: own}
        reading = reading._replace(extra={**reading.extra, EDITION: differences})
    return reading._replace(book=book)


def _has_title(book: Book, title: str) -> bool:
    return match_key(title) in {name_key(book.title), name_key(book.full_title)}


def _add_contributors(known: Book, other: Book) -> tuple[Contributor, ...]:
    """The contributors of `known`, and those of `other` whose name is new in their role; authors first."""
    people = list(known.contributors)
    names = {(name_key(person.name), person.role) for person in people}
    for person in other.contributors:
        if (name_key(person.name), person.role) not in names:
            people.append(person)
            names.add((name_key(person.name), person.role))
    return tuple(sorted(people, key=lambda person: person.role != AUTHOR))
