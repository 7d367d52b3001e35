"""Readings counted: how many, how many pages, how well they were liked; as a whole and by year, month, author, tag.

All sums are SQL's. What is not known is counted too: readings without a month, books without pages.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from math import sqrt
from typing import Any, NamedTuple

from readlog.core.errors import BadInput
from readlog.core.text import clean_line
from readlog.query.query_fields import IS_CONDITIONS
from readlog.query.query_parser import And, Field, Node, Not, Or, parse_query
from readlog.query.query_to_sql import Filter, to_sql
from readlog.readings.listing import LAST_PLACE, load_listed_readings
from readlog.readings.results import ListedReading
from readlog.stats.results import (
    LEAST_RATED,
    MOST_NAMED,
    Abandoned,
    Author,
    Authors,
    Calendar,
    Figures,
    GivenUp,
    Group,
    Lengths,
    Long,
    NewAuthors,
    Ratings,
    Rereads,
    Sections,
    Spent,
    Times,
)
from readlog.storage.transaction import corrupt_row_errors, read_transaction

WRITTEN = "CROSS JOIN contributions ON contributions.book_id = {}.book_id AND contributions.role = 'author'"
"""From a table of readings to the authors of their books."""
_COLUMNS = "readings.id, readings.book_id, readings.status, readings.finished, readings.rating, books.pages"


class Choice(NamedTuple):
    """Which readings: those that fit `node`, of one `year` alone if there is one."""

    node: Node
    year: int | None = None

    def also(self, status: str) -> "Choice":
        """Those of them that have this status."""
        return Choice(And((self.node, Field("status", status))), self.year)

    @property
    def source(self) -> tuple[str, tuple[object, ...]]:
        """What follows FROM, `readings` and `books` joined, and its parameters.

        The year is asked for once more in the words of an index.
        """
        chosen: Filter = to_sql(self.node)
        source, parameters = chosen.from_where("books."), chosen.all_params
        if self.year is None:
            return source, parameters
        within = "readings.finished >= ? AND readings.finished < ?"
        return f"{source} AND {within}", (*parameters, str(self.year), str(self.year + 1))


@contextmanager
def chosen_readings(connection: sqlite3.Connection, choice: Choice) -> Iterator[None]:
    """Meanwhile the readings of `choice` are the table `chosen`, and all that is read is of one moment.

    Its columns: `id`, `book_id`, `status`, `finished`, `rating`, and `pages` of the book.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    source, parameters = choice.source
    with read_transaction(connection):
        keep(
            connection,
            "chosen (id INTEGER PRIMARY KEY, book_id, status, finished, rating, pages)",
            f"SELECT {_COLUMNS} FROM {source} ORDER BY readings.id",
            parameters,
        )
        yield


def keep(connection: sqlite3.Connection, table: str, sql: str, parameters: tuple[object, ...] = ()) -> None:
    """Keep the rows of a SELECT as a table of this connection alone, in memory; one of this name goes.

    A connection to read by may write nothing, and this is no writing in the file.
    """
    name = table.split(maxsplit=1)[0]
    (guarded,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = 0")
    try:
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(f"CREATE TEMP TABLE {table}")
        connection.execute(f"INSERT INTO temp.{name} {sql}", parameters)
    finally:
        connection.execute(f"PRAGMA query_only = {guarded}")


QUARTERS = tuple(quarters / 4 for quarters in range(1, 21))
_COUNTS = "SELECT rating, count(*) FROM chosen GROUP BY 1 ORDER BY 1"
_MEDIAN = """
WITH stars AS (
    SELECT rating, sum(count(*)) OVER (ORDER BY rating) AS until, sum(count(*)) OVER () AS rated
    FROM chosen WHERE rating IS NOT NULL GROUP BY rating)
SELECT (min(rating) FILTER (WHERE 2 * until >= rated) + min(rating) FILTER (WHERE 2 * until > rated)) / 2 FROM stars
"""
"""The rating in the middle, or between the two in the middle."""


def take_ratings(connection: sqlite3.Connection) -> Ratings:
    """The ratings of the readings in `chosen`."""
    counts = dict(connection.execute(_COUNTS).fetchall())
    unrated = counts.pop(None, 0)
    (median,) = connection.execute(_MEDIAN).fetchone()
    return Ratings(dict.fromkeys(QUARTERS, 0) | counts, unrated, median)


_DAYS = "SELECT finished, count(*) FROM chosen WHERE length(finished) = 10 GROUP BY 1 ORDER BY 1"
_WITHOUT_DAY = "SELECT count(*) FROM chosen WHERE length(finished) <> 10"


def take_calendar(connection: sqlite3.Connection, year: int) -> Calendar:
    """The days of the readings in `chosen`, all of which are of that year."""
    days = dict(connection.execute(_DAYS).fetchall())
    (without_day,) = connection.execute(_WITHOUT_DAY).fetchone()
    return Calendar(year, days, without_day)


_YEARS = f"""
SELECT person_id, coalesce(substr(finished, 1, 4), ''), count(*), sum(rating), count(rating)
FROM chosen {WRITTEN.format("chosen")} GROUP BY 1, 2
"""
_FIRST = """
SELECT person_id, min(nullif(year, '')), count(*) FILTER (WHERE year = '') FROM author_years GROUP BY 1
"""
_FIRST_OF_ALL = f"""
SELECT person_id, substr(min(finished), 1, 4), count(*) - count(finished)
FROM readings {WRITTEN.format("readings")} WHERE readings.status = 'finished' GROUP BY 1
"""
_BEST = """
WITH best AS MATERIALIZED (
    SELECT person_id, name, sum(readings) AS readings, sum(stars) / sum(rated) AS stars, sum(rated) AS rated
    FROM author_years JOIN people ON people.id = person_id
    GROUP BY person_id HAVING sum(rated) >= :least ORDER BY {order} LIMIT :most)
SELECT name, readings, (
    SELECT count(DISTINCT chosen.book_id) FROM contributions
    CROSS JOIN readings ON readings.book_id = contributions.book_id CROSS JOIN chosen ON chosen.id = readings.id
    WHERE contributions.person_id = best.person_id AND role = 'author'), stars, rated
FROM best ORDER BY {order}
"""
_NEW = """
SELECT CAST(year AS INTEGER), count(*) FILTER (WHERE first IS NULL OR first >= year) AS others,
    count(*) FILTER (WHERE first < year), count(*) FILTER (WHERE undated AND (first IS NULL OR first >= year))
FROM author_years LEFT JOIN author_firsts USING (person_id) WHERE year <> '' GROUP BY year ORDER BY year
"""


def take_authors(connection: sqlite3.Connection, most: int, *, everything: bool) -> Authors:
    """The authors of the readings in `chosen`, in lists of at most so many; 0 is no limit.

    `everything` says that `chosen` is all that was finished: then nobody's first book stands elsewhere.
    """
    columns = "(person_id, year, readings, stars, rated, PRIMARY KEY (person_id, year)) WITHOUT ROWID"
    keep(connection, f"author_years {columns}", _YEARS)
    firsts = "author_firsts (person_id INTEGER PRIMARY KEY, first, undated)"
    keep(connection, firsts, _FIRST if everything else _FIRST_OF_ALL)
    (authors,) = connection.execute("SELECT count(DISTINCT person_id) FROM author_years").fetchone()
    return Authors(
        authors,
        most_read=_best(connection, "readings DESC, name", 0, most),
        best_loved=_best(connection, "stars DESC, rated DESC, name", LEAST_RATED, most),
        by_year=_by_year(connection),
    )


def _best(connection: sqlite3.Connection, order: str, least: int, most: int) -> list[Author]:
    rows = connection.execute(_BEST.format(order=order), {"least": least, "most": most or -1})
    return [Author._make(row) for row in rows]


def _by_year(connection: sqlite3.Connection) -> list[NewAuthors]:
    rows = connection.execute(_NEW)
    return [NewAuthors(year, others - unsure, known, unsure) for year, others, known, unsure in rows]


_LENGTH = "SELECT id, pages FROM chosen WHERE pages = (SELECT {}(pages) FROM chosen) ORDER BY id DESC LIMIT 1"
_TIMES = """
WITH spent AS MATERIALIZED (
    SELECT chosen.id AS id, CAST(julianday(chosen.finished) - julianday(readings.started) AS INTEGER) AS days
    FROM readings CROSS JOIN chosen ON chosen.id = readings.id
    WHERE readings.started > '' AND length(readings.started) = 10 AND length(chosen.finished) = 10
        AND chosen.finished >= readings.started)
SELECT (SELECT count(*) FROM spent), (SELECT avg(days) FROM (
        SELECT days FROM spent ORDER BY days
        LIMIT (SELECT 2 - count(*) % 2 FROM spent) OFFSET (SELECT max(count(*) - 1, 0) / 2 FROM spent))),
    (SELECT id FROM spent ORDER BY days, id DESC LIMIT 1), (SELECT min(days) FROM spent),
    (SELECT id FROM spent ORDER BY days DESC, id DESC LIMIT 1), (SELECT max(days) FROM spent)
"""
"""Begins with what was started, which an index knows: many journals have nothing there."""


def take_lengths(connection: sqlite3.Connection) -> Lengths:
    """The longest and the shortest book of the readings in `chosen`; of several alike, the latest reading."""
    return Lengths(_of_length(connection, "max"), _of_length(connection, "min"))


def _of_length(connection: sqlite3.Connection, extreme: str) -> Long | None:
    row = connection.execute(_LENGTH.format(extreme)).fetchone()
    return Long(_reading(connection, row[0]), row[1]) if row else None


def take_times(connection: sqlite3.Connection, readings: int) -> Times:
    """How long the readings in `chosen`, so many, took; of several alike, the latest reading is named."""
    number, median, shortest, fewest, longest, most = connection.execute(_TIMES).fetchone()
    if not number:
        return Times(0, readings, None, None, None)
    return Times(
        readings=number,
        unknown=readings - number,
        median=median,
        shortest=Spent(_reading(connection, shortest), fewest),
        longest=Spent(_reading(connection, longest), most),
    )


def _reading(connection: sqlite3.Connection, id_: int) -> ListedReading:
    (reading,) = load_listed_readings(connection, [id_], with_progress=True)
    return reading


_ABANDONED = f"""
WITH abandoned AS MATERIALIZED (
    SELECT readings.id AS id, readings.book_id AS book_id, readings.moment AS moment, {LAST_PLACE} AS place,
        books.pages AS pages
    FROM {{}})
SELECT id, place, pages, count(*) OVER (), (SELECT count(DISTINCT book_id) FROM abandoned), count(place) OVER ()
FROM abandoned ORDER BY moment DESC, id DESC LIMIT ?
"""


def take_abandoned(connection: sqlite3.Connection, choice: Choice, most: int) -> Abandoned:
    """The abandoned readings of `choice`, at most so many of them named, the newest first; 0 names all."""
    source, parameters = choice.also("abandoned").source
    rows = connection.execute(_ABANDONED.format(source), (*parameters, most or -1)).fetchall()
    if not rows:
        return Abandoned(0, 0, 0, [])
    readings, books, places = rows[0][3:]
    named = load_listed_readings(connection, [row[0] for row in rows], with_progress=True)
    found = [
        GivenUp(reading, None if place is None else clean_line(str(place)), pages)
        for reading, (_, place, pages, *_) in zip(named, rows, strict=True)
    ]
    return Abandoned(readings, books, readings - places, found)


_BEFORE = "OVER (PARTITION BY book_id ORDER BY moment, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
_AGAIN = f"""
WITH several AS (
    SELECT id, book_id, moment, count(*) FILTER (WHERE status = 'finished') {_BEFORE} AS before,
        count(finished) FILTER (WHERE status = 'finished') {_BEFORE} AS dated
    FROM readings
    WHERE book_id IN (
        SELECT chosen.book_id FROM chosen
        CROSS JOIN readings AS other ON other.book_id = chosen.book_id AND other.id <> chosen.id)),
ranked AS (
    SELECT id, moment, before, count(*) OVER of_book AS times, sum(dated = 0) OVER of_book AS unsure,
        row_number() OVER (PARTITION BY book_id ORDER BY moment DESC, id DESC) AS place
    FROM several WHERE before > 0 AND id IN (SELECT id FROM chosen)
    WINDOW of_book AS (PARTITION BY book_id))
SELECT id, before + 1, sum(times) OVER (), count(*) OVER (), sum(unsure) OVER ()
FROM ranked WHERE place = 1 ORDER BY before DESC, moment DESC, id DESC LIMIT ?
"""
"""Looks at the few rows of books with several readings: whether a book has is known to an index."""


def take_rereads(connection: sqlite3.Connection, readings: int, most: int) -> Rereads:
    """The re-reads among the readings in `chosen`, so many, with at most so many books named; 0 names all.

    What came before is in the order of a list: a reading without a date before all that have one.
    """
    rows = connection.execute(_AGAIN, (most or -1,)).fetchall()
    if not rows:
        return Rereads(readings, 0, 0, 0, [])
    again, books, unsure = rows[0][2:]
    named = load_listed_readings(connection, [row[0] for row in rows], with_progress=False)
    found = [reading._replace(nth_reading=time) for reading, (_, time, *_) in zip(named, rows, strict=True)]
    return Rereads(readings - again, again, books, unsure, found)


_MONTH_KNOWN = "substr(chosen.finished, 6, 2) BETWEEN '01' AND '12'"
_FIGURES = f"""count(*) AS readings, count(DISTINCT chosen.book_id), sum(chosen.pages), count(*) - count(chosen.pages),
    avg(chosen.rating), count(chosen.rating),
    (count(chosen.rating) * sum(chosen.rating * chosen.rating) - sum(chosen.rating) * sum(chosen.rating))
        / (1.0 * count(chosen.rating) * count(chosen.rating)),
    count(*) - count(chosen.finished), count(*) FILTER (WHERE chosen.finished IS NOT NULL AND NOT {_MONTH_KNOWN}),
    count(*) FILTER (WHERE substr(chosen.finished, -1) = '~')"""
"""The fields of a group behind its label, with the variance where the spread belongs: not every SQLite has roots."""

_READING = "JOIN readings ON readings.id = chosen.id"
_BOOK = "JOIN books ON books.id = chosen.book_id"
_TAGGED = "JOIN book_tags ON book_tags.book_id = chosen.book_id JOIN tags ON tags.id = tag_id"
_AUTHORS = f"{WRITTEN.format('chosen')} JOIN people ON people.id = person_id"
_IN_ORDER, _MOST_FIRST = "label IS NULL, label", "readings DESC, label IS NULL, label"

_BY = {
    "year": ("substr(chosen.finished, 1, 4)", "", _IN_ORDER),
    "month": (
        f"CASE WHEN {_MONTH_KNOWN} THEN substr(chosen.finished, 1, 7) ELSE substr(chosen.finished, 1, 4) END",
        "",
        "label IS NULL, substr(label, 1, 4), length(label) = 4, label",
    ),
    "rating": ("chosen.rating", "", "label DESC"),
    "status": ("chosen.status", "", _MOST_FIRST),
    "format": ("readings.format", _READING, _MOST_FIRST),
    "language": ("books.language", _BOOK, _MOST_FIRST),
    "publisher": ("books.publisher", _BOOK, _MOST_FIRST),
    "decade": ("books.published - books.published % 10 - (books.published BETWEEN -9 AND -1)", _BOOK, _IN_ORDER),
    "tag": ("tags.name", _TAGGED, _MOST_FIRST),
    "author": ("people.name", _AUTHORS, _MOST_FIRST),
}
"""What readings can be grouped by: the label, what has to be joined for it, and the order.

A decade is -470 for 479 to 470 BC, and -1 for the nine years before our era.
"""

GROUPINGS = tuple(_BY)


def take_figures(
    connection: sqlite3.Connection,
    query: str = "",
    by: str | None = None,
    most: int = MOST_NAMED,
    *,
    most_authors: int | None = None,
) -> Figures:
    """The figures of the finished readings that fit `query`, or of all that do where it, or `by`, speaks of the status.

    A year alone is that year. With no `by`, a year is counted by its months and all else by year,
    and the sections are there too, each list of names at most so long, those of authors `most_authors`
    where that is given; 0 is no limit. Raises BadInput.
    """
    if by is not None and by not in _BY:
        raise BadInput(f'"{by}" is not something to count by. One of: {", ".join(GROUPINGS)}.')
    asked = parse_query(re.sub("^ *([12][0-9]{3}) *$", r"year:\1", query))
    choice = Choice(asked, _year_of(asked))
    everything = asked == And(())
    chosen = choice if by == "status" or _speaks_of_status(asked) else choice.also("finished")
    with chosen_readings(connection, chosen), corrupt_row_errors():
        figures = _counted(connection, by or ("month" if choice.year else "year"), choice.year)
        if by:
            return figures

        authors = take_authors(connection, most if most_authors is None else most_authors, everything=everything)
        return figures._replace(sections=_sections(connection, choice, figures, most, authors))


def _year_of(node: Node) -> int | None:
    """The one year that all of it must have been finished in, if the query names one."""
    fields = [each for each in (node.nodes if isinstance(node, And) else (node,)) if isinstance(each, Field)]
    dated = [each.value for each in fields if each.name in ("year", "finished")]
    years = {int(value) for value in dated if re.fullmatch("[12][0-9]{3}", value)}
    return years.pop() if len(years) == 1 else None


def _speaks_of_status(node: Node) -> bool:
    if isinstance(node, (And, Or)):
        return any(map(_speaks_of_status, node.nodes))
    if isinstance(node, Not):
        return _speaks_of_status(node.node)
    if not isinstance(node, Field):
        return False
    return node.name == "status" or (node.name == "is" and node.value.casefold() not in IS_CONDITIONS)


def _counted(connection: sqlite3.Connection, by: str, year: int | None) -> Figures:
    years = "substr(min(finished), 1, 4), substr(max(finished), 1, 4)"
    first, last, *whole = connection.execute(f"SELECT {years}, NULL, {_FIGURES} FROM chosen").fetchone()
    label, joined, order = _BY[by]
    sql = f"SELECT {label} AS label, {_FIGURES} FROM chosen {joined} GROUP BY 1 ORDER BY {order}"
    groups = [_group(row) for row in connection.execute(sql)]
    first_year, last_year = (int(each) if each else None for each in (first, last))
    return Figures(_group(whole), by, _without_gaps(groups, by, year), year, first_year, last_year)


def _group(row: Any) -> Group:
    group = Group._make(row)
    return group if group.spread is None else group._replace(spread=sqrt(max(group.spread, 0.0)))


def _without_gaps(groups: list[Group], by: str, year: int | None) -> list[Group]:
    """Groups of every year between the first and the last, or of every month of the one year, in their order."""
    known = {group.label: group for group in groups}
    if by == "year":
        years = [int(label) for label in known if label is not None]
        labels = [str(year) for year in range(min(years), max(years) + 1)] if years else []
    elif by == "month" and year and groups:
        labels = [f"{year}-{month:02}" for month in range(1, 13)]
    else:
        return groups
    every = [known.get(label) or Group(label) for label in labels]
    return every + [group for group in groups if group.label not in labels]


def _sections(
    connection: sqlite3.Connection, choice: Choice, figures: Figures, most: int, authors: Authors
) -> Sections:

    readings = figures.whole.readings
    return Sections(
        ratings=take_ratings(connection),
        calendar=take_calendar(connection, choice.year) if choice.year else None,
        authors=authors,
        lengths=take_lengths(connection),
        times=take_times(connection, readings),
        abandoned=take_abandoned(connection, choice, most),
        rereads=take_rereads(connection, readings, most),
    )
