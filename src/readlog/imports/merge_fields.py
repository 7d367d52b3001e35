"""Merge the values that a file of another service has into a stored book or reading.

A value that is unknown here is taken. A different value is taken if this service was the last to set
the stored one; else the journal keeps its own, because the user or another service has set it, and
the file's value is a conflict, which is recorded and reported once. It is no conflict if the stored
value was once the same: then the journal has moved on. A value that a service no longer has is never
removed here.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Generic, NamedTuple, TypeVar

from readlog.core.domain_model import AUTHOR, BOOK_FIELDS, Book, Contributor, Reading
from readlog.core.normalize_text import fold
from readlog.core.parse_fields import add_tags
from readlog.core.partial_date import PartialDate
from readlog.core.three_way_merge import FieldConflict
from readlog.history.reading_versions import ColumnValue
from readlog.identity.compare_books import (
    UNSPECIFIED_ROLE,
    Similarity,
    compare_names,
    compare_people,
    possible_authors,
    same_words,
    title_keys,
)
from readlog.imports.import_history import ImportHistory
from readlog.imports.match_readings import STATUS_RANK, own_source

_READING_FIELDS = ("finished", "started", "rating", "format", "review", "private_note")
"""In this order: `started` is checked against the merged `finished`."""
_DATES = ("started", "finished")
_AUTHORS = "authors"

WasRecorded = Callable[[str, Any], bool]
"""Whether this value of a field, as a record has it, was recorded as a conflict before."""

T = TypeVar("T", Book, Reading)


class MergeResult(NamedTuple, Generic[T]):
    """The merged book or reading, and the fields in which it has kept a value that differs from the file's."""

    value: T
    conflicts: tuple[FieldConflict, ...] = ()


def merge_book_fields(
    ours: Book, book_id: int, theirs: Book, history: ImportHistory, *, only_fill: bool, was_recorded: WasRecorded
) -> MergeResult[Book]:
    """Merge the fields of a book, without contributors and tags.

    `only_fill` changes no known value: for a file about another edition, and for a book that another
    row of the file has been merged into.
    """
    merge = _FieldMerge(history, "books", book_id, only_fill=only_fill, was_recorded=was_recorded)
    for key in BOOK_FIELDS:
        our_value = getattr(ours, key)
        may_fill = _may_fill_book_field(key, ours, theirs, merge, was_recorded)
        if may_fill or our_value is not None:
            merge.merge_value(key, our_value, getattr(theirs, key), may_fill=may_fill)
    return MergeResult(ours._replace(**merge.taken) if merge.taken else ours, tuple(merge.conflicts))


def merge_reading_fields(
    ours: Reading, theirs: Reading, history: ImportHistory, *, only_fill: bool, was_recorded: WasRecorded
) -> MergeResult[Reading]:
    """Merge the fields of a reading, which may be a deleted one, without its book and `extra`."""
    assert ours.id is not None
    merge = _FieldMerge(history, "readings", abs(ours.id), only_fill=only_fill, was_recorded=was_recorded)
    same_status = ours.status == theirs.status or merge.merge_status(ours.status, theirs.status)
    for key in _READING_FIELDS:
        may_fill = key not in _DATES or (same_status and _dates_in_order(ours, merge.taken, theirs, key))
        merge.merge_value(key, getattr(ours, key), getattr(theirs, key), may_fill=may_fill)
    return MergeResult(_with_new_items(ours, theirs, history, merge.taken), tuple(merge.conflicts))


def merge_tags(ours: Book, book_id: int, theirs: Book, history: ImportHistory) -> tuple[str, ...]:
    """The tags of the book and those of the file, except tags that the user has removed."""
    if theirs.tags == ours.tags:
        return ours.tags
    existing = set(map(fold, ours.tags))
    new = tuple(tag for tag in theirs.tags if fold(tag) not in existing and not history.was_tag_removed(book_id, tag))
    return add_tags(ours.tags, new) if new else ours.tags


def merge_people(
    ours: Book,
    book_id: int,
    theirs: Book,
    history: ImportHistory,
    *,
    only_fill: bool,
    recorded_values: Mapping[str, Any],
) -> tuple[tuple[Contributor, ...], tuple[FieldConflict, ...]]:
    """Merge contributors; the conflict has the file's authors if none of them is an author of the book.

    An unspecified role gives way to a specific one. Without `only_fill` a name that this service has
    added is replaced when the service spells it differently. Authors in `recorded_values` are not added.
    """
    authors_are_recorded = recorded_values.get(_AUTHORS) == list(theirs.authors)
    new = [
        person
        for person in theirs.contributors
        if person not in ours.contributors and not (authors_are_recorded and person.role == AUTHOR)
    ]
    if not new:
        return ours.contributors, ()
    merge = _PeopleMerge(ours, book_id, theirs, history)
    for person in new:
        merge.add(person, only_fill=only_fill)
    if merge.people == list(ours.contributors):
        return ours.contributors, merge.author_conflict()
    people = sorted(merge.people, key=lambda each: each.role != AUTHOR)
    return tuple(dict.fromkeys(people)), merge.author_conflict()


def to_record_value(value: Any) -> Any:
    """A field's value as a record and the database have it."""
    return value.edtf if isinstance(value, PartialDate) else value


class _Decision(Enum):
    TAKE = auto()
    IGNORE = auto()
    CONFLICT = auto()


class _FieldMerge:
    """The merge of the fields of one row of `books` or `readings`: the values `taken` and the `conflicts`."""

    def __init__(
        self, history: ImportHistory, table: str, row_id: int, *, only_fill: bool, was_recorded: WasRecorded
    ) -> None:
        self.taken: dict[str, Any] = {}
        self.conflicts: list[FieldConflict] = []
        self._history = history
        self._row = table, row_id
        self._only_fill = only_fill
        self._was_recorded = was_recorded

    def values_of_others(self, key: str) -> list[Any]:
        """The values that the user and other services have set, the newest first."""
        values = self._history.column_values(*self._row, key)
        return [each.value for each in values if each.command != self._history.command]

    def merge_value(self, key: str, ours: Any, theirs: Any, *, may_fill: bool = True) -> None:
        """Take their value, make it a conflict, or ignore it. Without `may_fill` an empty field stays empty."""
        if theirs is None or theirs == ours:
            return
        our_value, their_value = to_record_value(ours), to_record_value(theirs)
        if (self._only_fill or ours is None) and self._was_recorded(key, their_value):
            return
        history = self._history.column_values(*self._row, key)
        decision = _decide(key, our_value, their_value, history, self._history.command)
        if decision is _Decision.TAKE and (may_fill if ours is None else not self._only_fill):
            self.taken[key] = theirs
        elif decision is not _Decision.IGNORE:
            self.conflicts.append(FieldConflict(key, our_value, their_value))

    def merge_status(self, ours: str, theirs: str) -> bool:
        """Merge two different statuses; returns True if the merged status is theirs.

        A status that is further on is taken, unless the reading had it before or it is a recorded conflict.
        """
        if STATUS_RANK[theirs] == STATUS_RANK[ours]:
            self.merge_value("status", ours, theirs)
        else:
            had_theirs = theirs in (each.value for each in self._history.column_values(*self._row, "status"))
            is_further_on = STATUS_RANK[theirs] > STATUS_RANK[ours]
            if is_further_on and not had_theirs and not self._was_recorded("status", theirs):
                self.taken["status"] = theirs
            elif not had_theirs:
                self.conflicts.append(FieldConflict("status", ours, theirs))
        return bool(self.taken.get("status", ours) == theirs)


def _decide(key: str, ours: Any, theirs: Any, history: Sequence[ColumnValue], command: str) -> _Decision:
    """Decide on a value of the file that differs from ours; both as a record has them.

    It is ignored if the field has had it, or if it says no more than a value set by others. What
    this service itself set earlier does not count for that: it says something else now.
    """
    values = [each.value for each in history]
    if ours is None and not any(value is not None for value in values):
        return _Decision.TAKE
    if ours is not None and history and history[0].command == command:
        return _Decision.TAKE
    of_others = [ours, *(each.value for each in history if each.command != command)]
    is_known = theirs in values or any(_adds_nothing(key, theirs, each) for each in of_others if each is not None)
    return _Decision.IGNORE if is_known else _Decision.CONFLICT


def _adds_nothing(key: str, value: Any, known: Any) -> bool:
    """True for a less precise date, a title without its subtitle, a text that differs in case and punctuation."""
    if key in _DATES:
        return PartialDate.from_edtf(value).contains(PartialDate.from_edtf(known))
    if key == "title":
        return f"{title_keys(known, None).full} ".startswith(f"{title_keys(value, None).full} ")
    return isinstance(known, str) and isinstance(value, str) and same_words(known, value)


def _may_fill_book_field(key: str, ours: Book, theirs: Book, merge: _FieldMerge, was_recorded: WasRecorded) -> bool:
    """False for a subtitle that is in the title already, and for a number in another series."""
    if key == "subtitle":
        return not _is_in_title(ours, merge, theirs)
    if key == "series_number":
        return not (_is_another_series(ours, theirs) or was_recorded("series", theirs.series))
    return True


def _is_in_title(ours: Book, merge: _FieldMerge, theirs: Book) -> bool:
    """True if the title that the book has or gets contains their subtitle, or did until the user changed it."""
    if not theirs.subtitle:
        return True
    full = title_keys(theirs.title, theirs.subtitle).full
    if "title" in merge.taken:
        return title_keys(merge.taken["title"], None).full == full
    return any(title_keys(title, None).full == full for title in (ours.title, *merge.values_of_others("title")))


def _is_another_series(ours: Book, theirs: Book) -> bool:
    return bool(ours.series and theirs.series and not same_words(ours.series, theirs.series))


def _dates_in_order(ours: Reading, taken: Mapping[str, Any], theirs: Reading, key: str) -> bool:
    """True if their value for one of the dates is not on the wrong side of the other date."""
    dates = {each: taken.get(each, getattr(ours, each)) for each in _DATES} | {key: getattr(theirs, key)}
    started, finished = dates["started"], dates["finished"]
    return not (started and finished and finished.day_after <= started.first_day)


def _with_new_items(ours: Reading, theirs: Reading, history: ImportHistory, taken: Mapping[str, Any]) -> Reading:
    """The reading with the values taken, and with new sources and quotes."""
    sources = tuple(each for each in theirs.sources if each not in ours.sources and each != own_source(ours))
    texts = {quote.text for quote in ours.quotes}
    quotes = [quote for quote in theirs.quotes if quote.text not in texts]
    new_quotes = tuple(quote for quote in quotes if not history.was_quote_removed(abs(ours.id or 0), quote.text))
    if not taken and not sources and not new_quotes:
        return ours
    return ours._replace(sources=ours.sources + sources, quotes=ours.quotes + new_quotes, **taken)


class _PeopleMerge:
    """The contributors of a book while those of a file are added one by one."""

    def __init__(self, ours: Book, book_id: int, theirs: Book, history: ImportHistory) -> None:
        self.people = list(ours.contributors)
        self._ours = ours
        self._book_id = book_id
        self._theirs = theirs
        self._history = history
        self._authors_differ = bool(ours.authors) and (
            compare_people(possible_authors(ours), possible_authors(theirs)) is not Similarity.SAME
        )

    def add(self, person: Contributor, *, only_fill: bool) -> None:
        """Add a person, who may exist with another spelling or in another role."""
        same = [each for each in self.people if compare_names(each.name, person.name) is Similarity.SAME]
        old_spelling = None if only_fill else self._find_old_spelling(person)
        if old_spelling:
            self.people[self.people.index(old_spelling)] = person
        elif same:
            self._add_role(same, person)
        elif self._history.was_person_removed(self._book_id, person.name):
            return
        elif person.role != AUTHOR or not self._ours.authors or not (self._authors_differ or self._may_exist(person)):
            self.people.append(person)

    def author_conflict(self) -> tuple[FieldConflict, ...]:
        """A conflict with the file's authors, if they are others and the user has not removed them all."""
        theirs, former = list(self._theirs.authors), set(self._history.former_people(self._book_id))
        are_known = set(theirs) <= {person.name for person in self.people} | former
        if not self._authors_differ or are_known:
            return ()
        return (FieldConflict(_AUTHORS, list(self._ours.authors), theirs),)

    def _add_role(self, same: Sequence[Contributor], person: Contributor) -> None:
        """Add another role of an existing person, but do not make an editor an author if the book has one."""
        roles = {each.role for each in same}
        if UNSPECIFIED_ROLE in roles and person.role != UNSPECIFIED_ROLE:
            unspecified = next(each for each in same if each.role == UNSPECIFIED_ROLE)
            self.people[self.people.index(unspecified)] = unspecified._replace(role=person.role)
        elif person.role not in (*roles, UNSPECIFIED_ROLE) and not (person.role == AUTHOR and self._ours.authors):
            self.people.append(person._replace(name=same[0].name))

    def _find_old_spelling(self, person: Contributor) -> Contributor | None:
        """The contributor whom this service has added under a similar name that the file no longer has."""
        return next((each for each in self.people if self._is_old_spelling(each, person)), None)

    def _is_old_spelling(self, existing: Contributor, person: Contributor) -> bool:
        return (
            existing.role == person.role
            and existing not in self._theirs.contributors
            and compare_names(existing.name, person.name) is not Similarity.DIFFERENT
            and self._history.has_added_person(self._book_id, existing.name)
        )

    def _may_exist(self, person: Contributor) -> bool:
        return any(compare_names(each.name, person.name) is not Similarity.DIFFERENT for each in self.people)
