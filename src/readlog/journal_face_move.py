"""Moving: what comes in from files, and what goes out into them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from readlog.journal_face_access import Access
from readlog.storage.connection import is_there

if TYPE_CHECKING:
    from readlog.core.import_row import Incoming, Refused
    from readlog.core.model import Reading
    from readlog.core.partial_date import PartialDate
    from readlog.history.reading_versions import Past
    from readlog.imports.results import Account


class Move(Access):
    """Imports, and what exports are made of."""

    def records(self, query: str = "", sort: str = "id", limit: int = 0) -> "Iterator[Reading]":
        """Whole readings that fit `query`, sorted as a list or by id.

        Which ones is settled, and BadInput raised, at once; they come in batches between which no lock is held.
        """
        from readlog.query.id_list import batches
        from readlog.readings import listing
        from readlog.readings.load_rows import load

        ids = self._mended(lambda: listing.chosen_ids(self._connection, query, sort, limit))
        return chain.from_iterable(load(self._connection, batch) for batch in batches(ids))

    def past(self) -> "Past":
        """The readings as they were, by the change log."""
        from readlog.history.reading_versions import Past

        return Past(self._connection)

    def outline(self) -> "Iterator[tuple[int, PartialDate | None, str]]":
        """Id, finished date and title of every reading."""
        from readlog.core.partial_date import PartialDate

        outline = "SELECT readings.id, finished, title FROM readings JOIN books ON books.id = readings.book_id"
        for id_, finished, title in self._connection.execute(outline).fetchall():
            yield id_, PartialDate.from_edtf(finished) if finished else None, title

    def merge(
        self,
        rows: "Callable[[], Iterable[Incoming | Refused]]",
        service: str,
        tags: Sequence[str] = (),
        *,
        strict: bool = False,
        on_trial: bool = False,
        backup: bool = True,
    ) -> "Account":
        """Bring in the rows of a file of this service, in one operation; returns what became of each.

        `rows` begins them anew whenever it is called. With `strict` nothing is written where a row
        is refused, and `on_trial` nothing at all. Before many rows a `backup` is made; where none
        can be kept, raises JournalUnusable.
        """
        from readlog.imports.import_history import command_of
        from readlog.imports.run_import import backed_up, import_rows
        from readlog.storage.transaction import Unwanted, many_changes, operation

        connection = self._connection if on_trial and not is_there(self.path) else self._writable()
        if backup and not on_trial:
            rows = backed_up(self.path, connection, rows)

        def merged() -> "Account":
            begun = rows()
            with operation(connection, command_of(service)):
                account = import_rows(connection, begun, service, tags)
                if on_trial or (strict and account.refused):
                    raise Unwanted
            return account

        with many_changes(connection, on_trial=on_trial):
            return self._mended(merged)
