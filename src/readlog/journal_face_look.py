"""Looking: one reading, lists, searches, figures, names. Nothing is changed."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from readlog.core.errors import NotFound
from readlog.journal_face_access import Access
from readlog.query.query_fields import FOLDED

if TYPE_CHECKING:
    from readlog.books.results import Kind, NameCount
    from readlog.core.model import Reading
    from readlog.overview.results import Counts, Goal, Overview
    from readlog.quotes.results import Quotes
    from readlog.readings.results import Listing
    from readlog.search.results import Hits
    from readlog.stats.results import Figures, Year


class Look(Access):
    """What can be asked of a journal; no answer is printed here."""

    def get(self, id_: int) -> "Reading":
        """The reading with this id; raises NotFound."""
        from readlog.readings.load_rows import load

        readings = load(self._connection, [id_])
        if not readings:
            raise NotFound(f"There is no reading {id_}. See all readings with: readlog list")
        return readings[0]

    def find(self, named: str) -> "Reading":
        """The reading that an id or words of a title or an author name; raises NotFound and Ambiguous."""
        from readlog.readings.find_reading import find_id

        return self.get(self._mended(lambda: find_id(self._connection, named)))

    def readings_of_same_book(self, id_: int) -> "Sequence[Reading]":
        """All readings of that reading's book, the earliest first."""
        from readlog.readings.load_rows import load

        book = "(SELECT book_id FROM readings WHERE id = ?)"
        ids = self._connection.execute(f"SELECT id FROM readings WHERE book_id = {book} ORDER BY moment, id", (id_,))
        return load(self._connection, [row[0] for row in ids.fetchall()])

    def list(self, query: str = "", sort: str = "when", limit: int = 0, times: bool = False) -> "Listing":
        """The readings that fit `query` as light rows; `limit` 0 is all, `times` counts re-reads."""
        from readlog.readings.listing import list_readings

        return self._mended(lambda: list_readings(self._connection, query, sort, limit, times))

    def search(
        self, query: str, limit: int = 20, *, sort: str | None = None, every: bool = False, exact: bool = False
    ) -> "Hits":
        """What fits `query`, best first or sorted as a list, a book once or `every` reading of it.

        Unless it shall be `exact`, words that no reading has are looked for inside of words, and then corrected.
        """
        from readlog.search.run_search import search_readings

        return self._mended(
            lambda: search_readings(self._connection, query, limit, sort=sort, every=every, exact=exact)
        )

    def quoted(self, hits: "Hits") -> "Hits":
        """What `search` has found, each passage of a quote with the quote that it is out of."""
        from readlog.quotes.select_quotes import quoted

        return hits._replace(hits=quoted(self._connection, hits.hits))

    def quotes(self, query: str = "", limit: int = 0) -> "Quotes":
        """The quotes that `query` chooses, of the newest reading first; `limit` 0 is all. Raises BadInput."""
        from readlog.quotes.select_quotes import choose_quotes

        return self._mended(lambda: choose_quotes(self._connection, query, limit))

    def any_quote(self, query: str = "") -> "Quotes":
        """Any one of the quotes that `query` chooses, of so many; none where there is none. Raises BadInput."""
        from readlog.quotes.select_quotes import any_quote

        return self._mended(lambda: any_quote(self._connection, query))

    def hit_records(self, hits: "Hits") -> Iterator[dict[str, Any]]:
        """The records of what `search` has found, each with its `score` and its `passage`."""
        from readlog.search.run_search import with_scores

        return with_scores(self._connection, hits)

    def figures(self, query: str = "", by: str | None = None, most: int = 10) -> "Figures":
        """The figures of finished readings that fit `query`: all, or those `by` something; `most` names in a list."""
        from readlog.stats.compute import take_figures

        return self._mended(lambda: take_figures(self._connection, query, by, most))

    def any_one(self, query: str = "") -> "Reading | None":
        """Any one of the readings that fit `query`; None where none does."""
        from readlog.readings.listing import any_id

        id_ = self._mended(lambda: any_id(self._connection, query))
        return self.get(id_) if id_ else None

    def goal(self, year: int) -> "Goal":
        """How many books that year shall have, and has."""
        from readlog.core.clock import today
        from readlog.stats.goals import take_goal

        return take_goal(self._connection, year, today())

    def year(self, year: int) -> "Year":
        """What there is to tell of a year."""
        from readlog.stats.year import take_year

        return self._mended(lambda: take_year(self._connection, year))

    def overview(self) -> "Overview":
        """What the dashboard shows."""
        from readlog.core.clock import today
        from readlog.overview.collect import take_overview

        return take_overview(self._connection, today())

    def overview_record(self) -> dict[str, Any]:
        """The same as JSON has it, every reading with its whole record."""
        from readlog.core.clock import today
        from readlog.overview.collect import overview_record

        return overview_record(self._connection, today())

    def counts(self) -> "Counts":
        """How much there is of everything."""
        from readlog.overview.collect import count_all

        return count_all(self._connection)

    def facts(self) -> dict[str, object]:
        """Where the journal is, its size in bytes, how much is in it, its schema; None for what is not there yet."""
        there = os.path.exists(self.path)
        (schema,) = self._connection.execute("PRAGMA user_version").fetchone()
        return {
            "journal": self.path,
            "size": os.path.getsize(self.path) if there else None,
            **self.counts()._asdict(),
            "schema": schema or None,
            "sqlite": sqlite3.sqlite_version,
        }

    def name_counts(self, kind: "Kind", query: str = "", sort: str = "books") -> Sequence["NameCount"]:
        """Every tag, or every author, of the readings that fit `query`, with figures. Raises BadInput."""
        from readlog.books.author_and_tag_names import count_names

        return self._mended(lambda: count_names(self._connection, kind, query, sort))

    def names(self, table: str) -> Sequence[str]:
        """All names in `people` or `tags`, for completion."""
        assert table in ("people", "tags")
        return [
            name for (name,) in self._connection.execute(f"SELECT name FROM {table} ORDER BY {FOLDED.format('name')}")
        ]

    def titles(self, beginning: str) -> Sequence[tuple[int, str]]:
        """Readings whose number, or whose book's title, begins so: ids and titles, for completion."""
        from readlog.readings.find_reading import titles_beginning

        return titles_beginning(self._connection, beginning)

    def same_book(self, reading: "Reading") -> "Sequence[Reading]":
        """The readings of this reading's book that are in the journal already, the latest first.

        Raises Ambiguous where it can be one of several books.
        """
        from readlog.identity.same_book import find_same_books, the_one
        from readlog.readings.load_rows import load

        found = the_one(self._mended(lambda: find_same_books(self._connection, reading.book)))
        return load(self._connection, found.readings) if found else []

    def with_uid(self, uid: str) -> "Reading | None":
        """The reading that has this uid."""
        from readlog.readings.load_rows import load

        row = self._connection.execute("SELECT id FROM readings WHERE uid = ?", (uid,)).fetchone()
        return load(self._connection, row)[0] if row else None
