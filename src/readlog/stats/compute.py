"""Compute statistics: totals, groups by year, month, author and so on, and all sections.

SQL does all sums.
"""

import re
import sqlite3
from math import sqrt
from typing import Any

from readlog.core.errors import BadInput
from readlog.query.query_fields import IS_CONDITIONS
from readlog.query.query_parser import And, Field, Node, Not, Or, parse_query
from readlog.stats.compute_sections import compute_sections
from readlog.stats.results import MAX_NAMES, Group, Statistics
from readlog.stats.select_readings import JOIN_AUTHORS, Selection, selected_readings
from readlog.storage.transaction import corrupt_row_errors

_MONTH_IS_KNOWN = "substr(selected.finished, 6, 2) BETWEEN '01' AND '12'"
_COUNTS = f"""count(*) AS readings, count(DISTINCT selected.book_id),
    sum(selected.pages), count(*) - count(selected.pages),
    avg(selected.rating), count(selected.rating),
    (count(selected.rating) * sum(selected.rating * selected.rating) - sum(selected.rating) * sum(selected.rating))
        / (1.0 * count(selected.rating) * count(selected.rating)),
    count(*) - count(selected.finished),
    count(*) FILTER (WHERE selected.finished IS NOT NULL AND NOT {_MONTH_IS_KNOWN}),
    count(*) FILTER (WHERE substr(selected.finished, -1) = '~')"""
"""The fields of Group after its label, but the variance instead of the spread: not every SQLite has `sqrt`."""

_READING = "JOIN readings ON readings.id = selected.id"
_BOOK = "JOIN books ON books.id = selected.book_id"
_TAGS = "JOIN book_tags ON book_tags.book_id = selected.book_id JOIN tags ON tags.id = tag_id"
_AUTHORS = f"{JOIN_AUTHORS.format('selected')} JOIN people ON people.id = person_id"
_BY_LABEL, _LARGEST_FIRST = "label IS NULL, label", "readings DESC, label IS NULL, label"

_GROUPINGS = {
    "year": ("substr(selected.finished, 1, 4)", "", _BY_LABEL),
    "month": (
        f"CASE WHEN {_MONTH_IS_KNOWN} THEN substr(selected.finished, 1, 7) ELSE substr(selected.finished, 1, 4) END",
        "",
        "label IS NULL, substr(label, 1, 4), length(label) = 4, label",
    ),
    "rating": ("selected.rating", "", "label DESC"),
    "status": ("selected.status", "", _LARGEST_FIRST),
    "format": ("readings.format", _READING, _LARGEST_FIRST),
    "language": ("books.language", _BOOK, _LARGEST_FIRST),
    "publisher": ("books.publisher", _BOOK, _LARGEST_FIRST),
    "decade": ("books.published - books.published % 10 - (books.published BETWEEN -9 AND -1)", _BOOK, _BY_LABEL),
    "tag": ("tags.name", _TAGS, _LARGEST_FIRST),
    "author": ("people.name", _AUTHORS, _LARGEST_FIRST),
}
"""For each grouping: the label, the tables to join for it, and the order.

The decade -470 is 479 to 470 BC, and -1 the nine years 9 to 1 BC.
"""

GROUPINGS = tuple(_GROUPINGS)


def compute_statistics(
    connection: sqlite3.Connection,
    query: str = "",
    by: str | None = None,
    most: int = MAX_NAMES,
    *,
    most_authors: int | None = None,
) -> Statistics:
    """The statistics of the readings that match `query`: only finished ones, unless it or `by` is about the status.

    A bare year as the query means that year. Without `by`, a single year is grouped by month and
    everything else by year, and all sections are included. Their lists have at most `most` names,
    those of authors `most_authors` if given; 0 is no limit. Raises BadInput.
    """
    if by is not None and by not in _GROUPINGS:
        raise BadInput(f'"{by}" is not something to count by. One of: {", ".join(GROUPINGS)}.')
    parsed = parse_query(re.sub("^ *([12][0-9]{3}) *$", r"year:\1", query))
    matching = Selection(parsed, _single_year(parsed))
    selection = matching if by == "status" or _is_about_status(parsed) else matching.with_status("finished")
    with selected_readings(connection, selection), corrupt_row_errors():
        statistics = _count(connection, by or ("month" if matching.year else "year"), matching.year)
        if by:
            return statistics
        sections = compute_sections(
            connection,
            matching,
            statistics.total.readings,
            most,
            most_authors=most if most_authors is None else most_authors,
            is_everything=parsed == And(()),
        )
        return statistics._replace(sections=sections)


def _single_year(query: Node) -> int | None:
    """The one year in which every match must have been finished, if the query names one."""
    fields = [part for part in (query.nodes if isinstance(query, And) else (query,)) if isinstance(part, Field)]
    values = [field.value for field in fields if field.name in ("year", "finished")]
    years = {int(value) for value in values if re.fullmatch("[12][0-9]{3}", value)}
    return years.pop() if len(years) == 1 else None


def _is_about_status(node: Node) -> bool:
    if isinstance(node, (And, Or)):
        return any(map(_is_about_status, node.nodes))
    if isinstance(node, Not):
        return _is_about_status(node.node)
    if not isinstance(node, Field):
        return False
    return node.name == "status" or (node.name == "is" and node.value.casefold() not in IS_CONDITIONS)


def _count(connection: sqlite3.Connection, by: str, year: int | None) -> Statistics:
    years = "substr(min(finished), 1, 4), substr(max(finished), 1, 4)"
    first, last, *total = connection.execute(f"SELECT {years}, NULL, {_COUNTS} FROM selected").fetchone()
    label, join, order = _GROUPINGS[by]
    sql = f"SELECT {label} AS label, {_COUNTS} FROM selected {join} GROUP BY 1 ORDER BY {order}"
    groups = [_group(row) for row in connection.execute(sql)]
    first_year, last_year = (int(each) if each else None for each in (first, last))
    return Statistics(_group(total), by, _fill_gaps(groups, by, year), year, first_year, last_year)


def _group(row: Any) -> Group:
    group = Group._make(row)
    return group if group.spread is None else group._replace(spread=sqrt(max(group.spread, 0.0)))


def _fill_gaps(groups: list[Group], by: str, year: int | None) -> list[Group]:
    """Add empty groups for the years between the first and the last, or for the months of a single `year`."""
    known = {group.label: group for group in groups}
    if by == "year":
        years = [int(label) for label in known if label is not None]
        labels = [str(year) for year in range(min(years), max(years) + 1)] if years else []
    elif by == "month" and year and groups:
        labels = [f"{year}-{month:02}" for month in range(1, 13)]
    else:
        return groups
    filled = [known.get(label) or Group(label) for label in labels]
    return filled + [group for group in groups if group.label not in labels]
