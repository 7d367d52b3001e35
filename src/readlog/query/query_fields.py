"""The fields that a query can name, and the SQL condition for each field and value.

A range is `4..`, `..3.5`, `2012..2014`, `>=4`, `<300`. Dates match if they can overlap: a reading
finished in `2012`, month unknown, may have been finished in `2012-03`, so that query finds it.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from readlog.core.errors import BadInput, ReadlogError
from readlog.core.normalize_text import fold

Condition = tuple[str, tuple[object, ...]]
"""SQL for a WHERE clause, and its parameters."""

TEXT_FIELDS = {
    "title": "title",
    "author": "contributors",
    "series": "series",
    "review": "review",
    "note": "note",
    "quote": "quotes",
}
"""The fields that are text in the search index, and their columns in it."""

FOLD_SQL = "fold(CAST({} AS BLOB))"
"""A column without case and accents; read as bytes, because another program may have written invalid UTF-8."""

_WORD_BEGINS = f"coalesce(instr(' ' || {FOLD_SQL}, ?), 0)"
"""True if a word of the column begins with the parameter, which starts with a space."""

_ROLES = ("translator", "editor", "illustrator", "narrator")
_NO_VALUE = ("none", "unknown")

_HAS_QUOTE = "EXISTS (SELECT 1 FROM quotes WHERE quotes.reading_id = readings.id)"
_TO_READ = "(SELECT id FROM readings WHERE status = 'to-read')"
_IS_REREAD = f"""readings.id NOT IN {_TO_READ} AND EXISTS (SELECT 1 FROM readings AS other
    WHERE other.book_id = readings.book_id AND other.id <> readings.id AND other.id NOT IN {_TO_READ})"""
"""A book that is only wanted again is no re-read; selected by ids, for the index on `status`."""

HAS_CONDITIONS = {
    "review": "readings.review IS NOT NULL",
    "note": "readings.private_note IS NOT NULL",
    "quote": _HAS_QUOTE,
    "rating": "readings.rating IS NOT NULL",
    "started": "readings.started IS NOT NULL",
    "finished": "readings.finished IS NOT NULL",
    "format": "readings.format IS NOT NULL",
    "tag": "EXISTS (SELECT 1 FROM book_tags WHERE book_tags.book_id = books.id)",
    "author": "EXISTS (SELECT 1 FROM contributions WHERE contributions.book_id = books.id AND role = 'author')",
} | {
    column: f"books.{column} IS NOT NULL"
    for column in ("subtitle", "series", "isbn", "publisher", "published", "pages", "language")
}
"""The conditions of `has:`."""

IS_CONDITIONS = {
    "reread": _IS_REREAD,
    "rated": "readings.rating IS NOT NULL",
    "unrated": "readings.rating IS NULL",
    "spoiler": "instr(readings.review, '||')",
}
"""The conditions of `is:`, which also takes every status."""

SQL_FUNCTIONS: tuple[tuple[str, int, Callable[[Any], Any]], ...] = (
    ("fold", 1, lambda raw: None if raw is None else fold(_decoded(raw))),
    ("last_word_first", 1, lambda raw: None if raw is None else fold(_last_word_first(_decoded(raw)))),
)
"""The SQL functions that conditions and sort orders use: name, number of arguments, function."""


class Range(NamedTuple):
    """The ends of a range as typed, None for an open one; `exclusive` excludes the ends themselves."""

    low: str | None
    high: str | None
    exclusive: bool = False


def field_condition(name: str, value: str) -> Condition:
    """The condition for `name:value`, where the field is not text. Raises BadInput."""
    if not is_field(name):
        raise BadInput(
            f'"{name}:" is not a field. Fields: {" ".join(field_names())}. '
            f"To find it as text, quote it: '\"{name}:{value}\"'."
        )
    if not value or name in TEXT_FIELDS:
        raise BadInput(f'"{name}:{value}" has nothing to look for behind the colon.')
    try:
        return _CONDITIONS[name](value)
    except ReadlogError as error:
        raise BadInput(f'In "{name}:{value}": {error}') from error


def field_names() -> list[str]:
    """Every field that a query can name, in alphabetical order."""
    return sorted({*_CONDITIONS, *TEXT_FIELDS})


def is_field(name: str) -> bool:
    """True if a query can name this field."""
    return name in _CONDITIONS or name in TEXT_FIELDS


def parse_range(text: str) -> Range:
    """Parse a range; a single value is a range from it to itself. Raises BadInput."""
    if match := re.fullmatch(r"(>=|<=|>|<)(.+)", text):
        sign, end = match.groups()
        return Range(end, None, sign == ">") if sign[0] == ">" else Range(None, end, sign == "<")
    low, dots, high = text.partition("..")
    if not dots:
        return Range(text, text)
    if not low and not high:
        raise BadInput("a range needs an end, as 4.. or ..4 or 2..4.")
    return Range(low or None, high or None)


def _decoded(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _last_word_first(name: str) -> str:
    *others, last = name.split() or [""]
    return " ".join([last, *others])


def _number(column: str, parse: Callable[[str], Any], value: str) -> Condition:
    if value.casefold() in _NO_VALUE:
        return f"{column} IS NULL", ()
    span = parse_range(value)
    ends = [(sign, parse(end)) for sign, end in ((">", span.low), ("<", span.high)) if end is not None]
    equal = "" if span.exclusive else "="
    return " AND ".join(f"{column} {sign}{equal} ?" for sign, _ in ends), tuple(end for _, end in ends)


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadInput(f'"{text}" is not a whole number.')
    return int(text)


def _rating(text: str) -> float:
    from readlog.core.ratings import parse_rating

    return parse_rating(text)


def _date(column: str, value: str) -> Condition:
    """Overlap with the half-open span from the first day of the range to the first day after it."""
    if value.casefold() in _NO_VALUE:
        return f"readings.{column} IS NULL", ()
    parts, params = [], []
    first, after = _days(parse_range(value))
    if first:
        parts.append(f"readings.{column}_after > ?")
        params.append(first.isoformat())
    if after:
        parts.append(f"readings.{column}_first < ?")
        params.append(after.isoformat())
    return " AND ".join(parts), tuple(params)


def _days(span: Range) -> tuple[date | None, date | None]:
    low = _first_and_after(span.low) if span.low else None
    high = _first_and_after(span.high) if span.high else None
    return low and low[span.exclusive], high and high[not span.exclusive]


def _first_and_after(text: str) -> tuple[date, date]:
    """The first day of a date as typed, and the first day after it; a plain year needs no date parser."""
    if len(text) == len("2012") and text.isascii() and text.isdigit() and text[0] in "12":
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    from readlog.core.clock import today
    from readlog.core.date_parser import parse_date

    when = parse_date(text, today())
    return when.first_day, when.day_after


def _added(value: str) -> Condition:
    """`created_at` is in UTC; the days of the range begin at local midnight."""
    from readlog.core.clock import start_of_day

    first, after = _days(parse_range(value))
    parts = [f"readings.created_at {sign} ?" for sign, day in ((">=", first), ("<", after)) if day]
    return " AND ".join(parts), tuple(start_of_day(day) for day in (first, after) if day)


def _tag(value: str) -> Condition:
    tagged = f"SELECT book_id FROM book_tags WHERE tag_id IN (SELECT id FROM tags WHERE {FOLD_SQL.format('name')} = ?)"
    return f"books.id IN ({tagged})", (fold(value),)


def _role(role: str, value: str) -> Condition:
    people = f"SELECT id FROM people WHERE {_WORD_BEGINS.format('name')}"
    made = f"SELECT book_id FROM contributions WHERE role = ? AND person_id IN ({people})"
    return f"books.id IN ({made})", (role, f" {fold(value)}")


def _word_beginning(column: str, value: str) -> Condition:
    return _WORD_BEGINS.format(column), (f" {fold(value)}",)


def _status(value: str) -> Condition:
    """Readings in progress are selected by their `moment`, which has an index."""
    from readlog.core.status import parse_status

    status = parse_status(value)
    return ("readings.moment = '9999'", ()) if status == "reading" else ("readings.status = ?", (status,))


def _format(value: str) -> Condition:
    from readlog.core.parse_fields import parse_format

    return "readings.format = ?", (parse_format(value),)


def _isbn(value: str) -> Condition:
    from readlog.core.isbn import parse_isbn

    digits = re.sub(r"[\s-]", "", value)
    if re.fullmatch(r"97[89][0-9]{0,9}", digits):
        return "books.isbn GLOB ?", (digits + "*",)
    return "books.isbn = ?", (parse_isbn(value),)


def _has(value: str) -> Condition:
    if value.casefold() not in HAS_CONDITIONS:
        raise BadInput(f"has: takes one of {', '.join(HAS_CONDITIONS)}.")
    return HAS_CONDITIONS[value.casefold()], ()


def _is(value: str) -> Condition:
    if value.casefold() in IS_CONDITIONS:
        return IS_CONDITIONS[value.casefold()], ()
    try:
        return _status(value)
    except BadInput:
        raise BadInput(f"is: takes one of {', '.join(IS_CONDITIONS)}, or a status.") from None


_CONDITIONS: dict[str, Callable[[str], Condition]] = {
    "tag": _tag,
    "status": _status,
    "isbn": _isbn,
    "publisher": partial(_word_beginning, "books.publisher"),
    "language": partial(_word_beginning, "books.language"),
    "format": _format,
    "rating": partial(_number, "readings.rating", _rating),
    "started": partial(_date, "started"),
    "finished": partial(_date, "finished"),
    "year": partial(_date, "finished"),
    "published": partial(_number, "books.published", _integer),
    "pages": partial(_number, "books.pages", _integer),
    "id": partial(_number, "readings.id", _integer),
    "added": _added,
    "has": _has,
    "is": _is,
    **{role: partial(_role, role) for role in _ROLES},
}
