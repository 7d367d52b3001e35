"""Import of records that a journal exported: each is merged with the reading that has its uid."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from readlog.core.domain_model import AUTHOR, BOOK_FIELDS, Book, Contributor, Quote, Reading
from readlog.core.import_row import READLOG
from readlog.core.reading_record import changed_keys
from readlog.core.three_way_merge import (
    READING_FIELDS,
    UNKNOWN,
    FieldConflict,
    MergedRecord,
    identify_quotes,
    merge_record,
    unite_people,
    unknown_base,
)
from readlog.history.reading_versions import ReadingVersions
from readlog.imports.extra_fields import (
    Extra,
    deep_merge,
    is_recorded,
    recorded_conflicts,
    with_conflicts,
    without_conflicts,
)
from readlog.imports.import_history import import_command_name
from readlog.imports.merge_fields import to_record_value

_READING_KEYS = (*READING_FIELDS, "quotes", "progress", "sources", "extra")
_BOOK_KEYS = (*BOOK_FIELDS, "tags")

_VERSION_TIMES = """
SELECT at, action = 'insert' OR command = ? FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND row_id = ? GROUP BY operation_id ORDER BY operation_id
"""
_LATEST_TIME = "9999"
_MOST_VERSIONS = 20
"""Versions of a reading that are compared with a record of another journal."""


class OwnRecordMerger:
    """Merges records that come back into the readings of a journal, during one import."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._versions = ReadingVersions(connection)
        self._original_books: dict[str, Book] = {}
        """By uid, the books that this import has changed, as they were before."""

    def merge(self, ours: Reading, theirs: Reading, keys: frozenset[str] | None = None) -> MergedRecord:
        """Merge a record into the reading of its uid; the result has only conflicts that were not reported before.

        In a conflict the reading keeps its own value, and the record's is noted in its `extra`. `keys` are the
        keys of a record that the file has; None is all.
        """
        if not _is_different(ours, theirs):
            return MergedRecord(ours)
        base, is_exact = self._find_base(ours, theirs)
        merged = merge_own_record(base, ours, _fill_missing(base or ours, theirs, keys), is_exact=is_exact)
        if merged.reading.book != ours.book and ours.book.uid:
            self._original_books.setdefault(ours.book.uid, ours.book)
        return merged

    def _find_base(self, ours: Reading, theirs: Reading) -> tuple[Reading | None, bool]:
        """The version of the reading that the record was exported from, if known, and whether that is certain."""
        assert ours.uid
        if theirs.updated_at == ours.updated_at:
            return ours._replace(book=self._original_books.get(ours.book.uid or "", ours.book)), True
        if theirs.updated_at and (found := self._versions.reading_updated_at(ours.uid, theirs.updated_at)):
            return found, True
        return self._find_nearest_version(ours, theirs), False

    def _find_nearest_version(self, ours: Reading, theirs: Reading) -> Reading | None:
        """The version with the fewest differences from the record, the oldest of such; None if there is none.

        The record is of another journal, or does not say when it was written. Only versions from before it was
        written count, and none from before the last import of the reading, unless the record is older than
        that. A record older than all versions has no known base.
        """
        assert ours.uid
        rows = self._connection.execute(_VERSION_TIMES, (import_command_name(READLOG), ours.id)).fetchall()
        imported = max((at for at, was_imported in rows if was_imported), default="")
        written = theirs.updated_at or _LATEST_TIME
        times = [at for at, _ in rows if at <= written and (at >= imported or written < imported)]
        if not times and written > (ours.updated_at or ""):
            times = [imported]
        versions = (self._versions.reading_at(ours.uid, at) for at in dict.fromkeys(times[-_MOST_VERSIONS:]))
        return min(filter(None, versions), key=lambda version: len(changed_keys(version, theirs)), default=None)


def merge_own_record(base: Reading | None, ours: Reading, theirs: Reading, *, is_exact: bool) -> MergedRecord:
    """Merge a record with the reading of its uid, and note in `extra` their values of the conflicts.

    Without a base ours stays in every field, and any other value of theirs is a conflict. Unless the base
    `is_exact`, the record is of another journal, and what it said in conflicts noted before counts as the base.
    The result has only the conflicts that were not noted before, with their values as in a record.
    """
    known = base or unknown_base(theirs)
    notes: Extra = {} if is_exact else recorded_conflicts(ours.extra, READLOG)
    if notes:
        known = _with_noted_values(known, ours, theirs, notes, ours_stays=base is None)
    identified = theirs._replace(quotes=identify_quotes(theirs.quotes, (*known.quotes, *ours.quotes)))
    if is_exact:
        merged = merge_record(known, ours, identified, by_line=False)
    else:
        versions = [each._replace(extra=without_conflicts(each.extra, READLOG)) for each in (known, ours, identified)]
        merged = merge_record(*versions, by_line=False)
    reading, conflicts = _unite_replaced_people(merged, known)
    reading = reading._replace(
        extra=with_conflicts(reading.extra, READLOG, (FieldConflict(key, None, value) for key, value in notes.items()))
    )
    in_records = (_as_in_record(conflict, ours) for conflict in conflicts)
    fresh = tuple(conflict for conflict in in_records if not is_recorded(ours.extra, READLOG, conflict))
    if fresh:
        reading = reading._replace(extra=with_conflicts(reading.extra, READLOG, fresh))
    return MergedRecord(reading, fresh)


def _with_noted_values(base: Reading, ours: Reading, theirs: Reading, notes: Extra, *, ours_stays: bool) -> Reading:
    """The base with the values that another journal had when they were noted.

    With `ours_stays` a field that one side agreed to is the same as theirs, so that nothing is taken.
    """

    def agreed(key: str, our_value: Any, their_value: Any) -> Any:
        if notes[key] not in (to_record_value(our_value), to_record_value(their_value)):
            return UNKNOWN
        return our_value if notes[key] == to_record_value(our_value) and not ours_stays else their_value

    book = {key: agreed(key, getattr(ours.book, key), getattr(theirs.book, key)) for key in BOOK_FIELDS if key in notes}
    fields = {key: agreed(key, getattr(ours, key), getattr(theirs, key)) for key in READING_FIELDS if key in notes}
    if isinstance(notes.get("extra"), Mapping):
        fields["extra"] = deep_merge(base.extra, notes["extra"])
    if isinstance(notes.get("quotes"), list):
        fields["quotes"] = _with_noted_quotes(base.quotes, notes["quotes"])
    return base._replace(book=base.book._replace(**book), **fields)


def _with_noted_quotes(quotes: tuple[Quote, ...], notes: list[Any]) -> tuple[Quote, ...]:
    by_uid = {each["uid"]: each for each in notes if isinstance(each, Mapping) and each.get("uid")}
    return tuple(
        Quote._make(by_uid[quote.uid].get(key) for key in Quote._fields)
        if isinstance(by_uid.get(quote.uid, {}).get("text"), str)
        else quote
        for quote in quotes
    )


def _unite_replaced_people(merged: MergedRecord, base: Reading) -> tuple[Reading, list[FieldConflict]]:
    """An import never leaves out a contributor: where each side has put another in someone's place, both are kept."""
    reading, conflicts = merged.reading, list[FieldConflict]()
    for conflict in merged.conflicts:
        if conflict.key in ("authors", "contributors"):
            people = unite_people(base.book.contributors, conflict.ours, conflict.theirs)
            reading = reading._replace(book=reading.book._replace(contributors=people))
        else:
            conflicts.append(conflict)
    return reading, conflicts


def _as_in_record(conflict: FieldConflict, ours: Reading) -> FieldConflict:
    if conflict.key == "quotes":
        return FieldConflict("quotes", *([quote._asdict() for quote in quotes] for quotes in conflict[1:]))
    if conflict.key == "extra":
        return conflict._replace(ours={name: ours.extra.get(name) for name in conflict.theirs})
    return FieldConflict(conflict.key, to_record_value(conflict.ours), to_record_value(conflict.theirs))


def _is_different(ours: Reading, theirs: Reading) -> bool:
    return theirs._replace(id=ours.id, created_at=ours.created_at, updated_at=ours.updated_at) != ours._replace(
        book=ours.book._replace(uid=theirs.book.uid)
    )


def _fill_missing(base: Reading, theirs: Reading, keys: frozenset[str] | None) -> Reading:
    """The record, with the values of the base in the fields that the file does not have.

    A record without a timestamp may lack fields, so an empty one counts as missing, and so does the status
    `finished` without a date: it is what a reading gets where a file says nothing.
    """
    missing = set() if keys is None else {*_READING_KEYS, *_BOOK_KEYS, "authors", "contributors"} - keys
    if not theirs.updated_at:
        missing |= {key for key in _READING_KEYS if not getattr(theirs, key)}
        missing |= {key for key in _BOOK_KEYS if not getattr(theirs.book, key)}
        missing |= {"authors", "contributors"} if not theirs.book.contributors else set()
        missing |= {"status"} if not theirs.finished and (keys is None or "status" not in keys) else set()
    fields = {key: getattr(base, key) for key in _READING_KEYS if key in missing}
    book = {key: getattr(base.book, key) for key in _BOOK_KEYS if key in missing}
    people = _fill_missing_people(base.book, theirs.book, missing)
    return theirs._replace(book=theirs.book._replace(contributors=people, **book), **fields)


def _fill_missing_people(base: Book, theirs: Book, missing: set[str]) -> tuple[Contributor, ...]:
    authors = base if "authors" in missing else theirs
    others = base if "contributors" in missing else theirs
    return tuple(person for person in authors.contributors if person.role == AUTHOR) + others.others
