"""Readings counted: how many, how many pages, how well they were liked; as a whole and by year, month, author, tag.

All sums are SQL's. What is not known is counted too: readings without a month, books without pages.
"""

import re
import sqlite3
from math import sqrt
from typing import Any

from readlog.core.errors import BadInput
from readlog.query.query_fields import IS
from readlog.query.query_parser import Either, Every, Field, No, Node, parse_query
from readlog.stats.chosen import WRITTEN, Choice, chosen_readings
from readlog.stats.results import MOST_NAMED, Authors, Figures, Group, Sections
from readlog.storage.steady import damage_told

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
    everything = asked == Every(())
    chosen = choice if by == "status" or _speaks_of_status(asked) else choice.also("finished")
    with chosen_readings(connection, chosen), damage_told():
        figures = _counted(connection, by or ("month" if choice.year else "year"), choice.year)
        if by:
            return figures
        from readlog.stats.author_figures import take_authors

        authors = take_authors(connection, most if most_authors is None else most_authors, everything=everything)
        return figures._replace(sections=_sections(connection, choice, figures, most, authors))


def _year_of(node: Node) -> int | None:
    """The one year that all of it must have been finished in, if the query names one."""
    fields = [each for each in (node.nodes if isinstance(node, Every) else (node,)) if isinstance(each, Field)]
    dated = [each.value for each in fields if each.name in ("year", "finished")]
    years = {int(value) for value in dated if re.fullmatch("[12][0-9]{3}", value)}
    return years.pop() if len(years) == 1 else None


def _speaks_of_status(node: Node) -> bool:
    if isinstance(node, (Every, Either)):
        return any(map(_speaks_of_status, node.nodes))
    if isinstance(node, No):
        return _speaks_of_status(node.node)
    if not isinstance(node, Field):
        return False
    return node.name == "status" or (node.name == "is" and node.value.casefold() not in IS)


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
    from readlog.stats.calendar_figures import take_calendar
    from readlog.stats.ending_figures import take_abandoned
    from readlog.stats.extent_figures import take_lengths, take_times
    from readlog.stats.rating_figures import take_ratings
    from readlog.stats.reread_figures import take_rereads

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
