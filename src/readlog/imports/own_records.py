"""A record of this journal that comes back: exported, perhaps edited in a file, while the journal went on too.

What it was when it was exported is in the change log. A field that only the file has changed since
is taken, one that only the journal has changed stays, and where both have the journal's own value
stays and the file's is kept beside it. Lists and quotes become one of both.
"""

import sqlite3

from readlog.core.model import AUTHOR, Book, Contributor, Reading
from readlog.core.record import changed_keys
from readlog.history.reading_versions import Past
from readlog.imports.import_history import OWN, command_of
from readlog.imports.merge_fields import Settled
from readlog.imports.own_exports import OF_BOOK, OF_READING, merge_records

_OF_BOTH = ("quotes", "progress", "sources", "extra", "tags", "authors", "contributors")

_MOMENTS = """
SELECT at, action = 'insert' OR command = ? FROM changes JOIN operations ON operations.id = operation_id
WHERE table_name = 'readings' AND row_id = ? GROUP BY operation_id ORDER BY operation_id
"""
_LATER = "9999"
_MOST_STATES = 20
"""States of a reading that are compared with what another journal says."""


class OwnRecords:
    """The readings of a journal while records of them come back."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._past = Past(connection)
        self._books: dict[str, Book] = {}

    def reconcile(self, ours: Reading, said: Reading, keys: frozenset[str] | None = None) -> Settled[Reading]:
        """What the reading becomes, and in which fields the journal has kept its own although the file says otherwise.

        The file's values are in `extra` then; each is told once. `keys` are those of the record that
        the file speaks of, None for all.
        """
        if not _differs(ours, said):
            return Settled(ours)
        base, is_exact = self._base(ours, said)
        merged = merge_records(base, ours, _whole(base or ours, said, keys), is_exact=is_exact)
        if merged.value.book != ours.book and ours.book.uid:
            self._books.setdefault(ours.book.uid, ours.book)
        return merged

    def _base(self, ours: Reading, said: Reading) -> tuple[Reading | None, bool]:
        """The reading as it was when file and journal parted, as far as it is known; whether that is sure."""
        assert ours.uid
        if said.updated_at == ours.updated_at:
            return ours._replace(book=self._books.get(ours.book.uid or "", ours.book)), True
        if said.updated_at and (found := self._past.dated(ours.uid, said.updated_at)):
            return found, True
        return self._nearest(ours, said), False

    def _nearest(self, ours: Reading, said: Reading) -> Reading | None:
        """Of what the reading was before the record was written, that to which it is nearest, the oldest of such.

        The record is of another journal, or does not say when it was written. It cannot be from
        before the reading was last brought, unless it is older than that. Of one that is older than
        all that is known here nothing is known.
        """
        assert ours.uid
        rows = self._connection.execute(_MOMENTS, (command_of(OWN), ours.id)).fetchall()
        brought = max((at for at, was_brought in rows if was_brought), default="")
        written = said.updated_at or _LATER
        moments = [at for at, _ in rows if at <= written and (at >= brought or written < brought)]
        if not moments and written > (ours.updated_at or ""):
            moments = [brought]
        states = (self._past.at(ours.uid, at) for at in dict.fromkeys(moments[-_MOST_STATES:]))
        return min(filter(None, states), key=lambda state: len(changed_keys(state, said)), default=None)


def _differs(ours: Reading, said: Reading) -> bool:
    return said._replace(id=ours.id, created_at=ours.created_at, updated_at=ours.updated_at) != ours._replace(
        book=ours.book._replace(uid=said.book.uid)
    )


def _whole(base: Reading, said: Reading, keys: frozenset[str] | None) -> Reading:
    """What a record says, and of what it does not speak what the base says.

    One without the moment at which it was written may lack fields, and empties none. Nor is it
    finished for that: this is what a reading is whose status is not said.
    """
    unsaid = set() if keys is None else {*OF_READING, *OF_BOOK, *_OF_BOTH} - keys
    if not said.updated_at:
        unsaid |= {key for key in (*OF_READING, "quotes", "progress", "sources", "extra") if not getattr(said, key)}
        unsaid |= {key for key in (*OF_BOOK, "tags") if not getattr(said.book, key)}
        unsaid |= {"authors", "contributors"} if not said.book.contributors else set()
        unsaid |= {"status"} if not said.finished and (keys is None or "status" not in keys) else set()
    filled = {
        key: getattr(base, key) for key in (*OF_READING, "quotes", "progress", "sources", "extra") if key in unsaid
    }
    of_book = {key: getattr(base.book, key) for key in (*OF_BOOK, "tags") if key in unsaid}
    people = _people(base.book, said.book, unsaid)
    return said._replace(book=said.book._replace(contributors=people, **of_book), **filled)


def _people(base: Book, said: Book, unsaid: set[str]) -> tuple[Contributor, ...]:
    """The authors and everybody else, each as they are said or as the base has them."""
    authors = base if "authors" in unsaid else said
    others = base if "contributors" in unsaid else said
    return tuple(person for person in authors.contributors if person.role == AUTHOR) + others.others
