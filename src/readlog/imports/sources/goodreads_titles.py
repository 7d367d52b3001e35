"""Titles as Goodreads writes them, with the series behind the title in brackets: `Dune Messiah (Dune, #2)`."""

import re
from html import unescape
from typing import NamedTuple

from readlog.core.text import clean_line

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});")
_ONE = r"\d+(?:\.\d+)?"
_RANGE = rf"{_ONE}(?: ?[-–] ?#?{_ONE})?"
_NUMBER = re.compile(rf",? ?#({_RANGE}(?:(?:, ?| ?& ?|, ?& ?)#?{_RANGE}(?![^\s,;&]))*(?: of \d+)?)")
_NEXT_NUMBER = re.compile(r"#\d")


class Titled(NamedTuple):
    """A title, and the series in which it has a number, if it has."""

    title: str
    series: str | None = None
    number: str | None = None


def parse_title(cell: str) -> Titled:
    """The title and the series that a cell tells of, both clean.

    Only what is in brackets at the end and has a number sign with a number is a series: most other
    things in brackets, as `(Penguin Modern Classics)`, are none, and stay. Of two series the first
    counts. What stands behind the number, as `Part 2 of 2`, tells two books apart and stays too.
    """
    title = clean_line(without_entities(cell))
    if not title.endswith(")") or "#" not in title:
        return Titled(title)
    start = _last_bracket(title)
    name = title[:start].rstrip()
    for part in title[start + 1 : -1].split("; "):
        match = _NUMBER.search(part, 1)
        series = clean_line(part[: match.start()].rstrip(" ,")) if match else ""
        if match and series and name:
            rest = part[match.end() :].strip(" ,")
            kept = f"{name} ({rest})" if rest and not _NEXT_NUMBER.search(rest) else name
            return Titled(kept, series, _digits(match[1]))
    return Titled(title)


def without_entities(cell: str) -> str:
    """A cell in which `&quot;` and such, as some titles and publishers have, are the signs that they stand for."""
    return _ENTITY.sub(lambda match: unescape(match[0]), cell) if "&" in cell else cell


def _last_bracket(title: str) -> int:
    """Where the bracket is opened that the last sign of a title closes; 0 where there is none."""
    last = title.rfind("(")
    if title.find(")", last) == len(title) - 1:
        return max(last, 0)
    depth = 0
    for place in range(len(title) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(title[place], 0)
        if not depth:
            return place
    return 0


def _digits(number: str) -> str:
    """A number without number signs, in the digits 0 to 9 whatever the script."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in number.replace("#", ""))
