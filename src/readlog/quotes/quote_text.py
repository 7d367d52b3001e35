"""Quotes as plain text: one or many as typed, pasted or edited, and written back in the same syntax.

Quotes are separated by lines of `---`. A quote is a passage, whose last line may say where it
stands, with a comment: `p. 133`, `-- p. 133: comment`, `location 2040`, `p. 133, location 2040`,
`remark: ...`. Lines that start with `> ` are always the passage. Whatever is not understood belongs
to the passage too, so that nothing is lost.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from readlog.core.domain_model import Quote
from readlog.core.normalize_text import clean_text, remove_controls
from readlog.ui.wording import page_and_location

SEPARATOR = "---"

_ROMAN = "(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_PAGE = rf"[0-9]+(?:ff?|[a-z])?(?:[-–][0-9]+[a-z]?)?|(?<=[.\s]){_ROMAN}(?:[-–]{_ROMAN})?"
"""A Roman number, as in a preface, needs a space before it: `pill` and `Page d` are no pages."""
_LOCATION = r"[0-9]+(?:[-–][0-9]+)?%?"
_PLACE_AND_REMARK = re.compile(
    rf"""(?:(?:--|—|–)\s*)?
    (?:(?:pp?\.?|pages?)\s*(?P<page>{_PAGE})(?:,?\s*(?=loc))?)?
    (?:loc(?:ation|\.)?\s*(?P<location>{_LOCATION}))?
    (?:\s*:\s(?P<remark>.*\S.*))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_REMARK = re.compile(r"(?:(?:--|—|–)\s*)?remark:\s(?P<remark>.*\S.*)")
_FIELD = re.compile(r"(page|location): (.+)")
_INDENT = "  "
"""Before the further lines of a comment, so that none of them separates quotes or joins a passage."""


def read_quotes(text: str) -> list[Quote]:
    """Parse the quotes in a text, in their order. Raises BadInput for text that is not Unicode."""
    lines = remove_controls(text).split("\n")
    return [quote for block in _blocks(lines) if (quote := _parse(block))]


def write_quotes(quotes: Iterable[Quote]) -> str:
    """Format quotes for `read_quotes`, which gives the same quotes but without their uid and time."""
    return f"{SEPARATOR}\n\n".join(map(_format, quotes))


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines between separators."""
    block: list[str] = []
    for line in lines:
        if line.rstrip() == SEPARATOR:
            yield block
            block = []
        else:
            block.append(line)
    yield block


def _parse(lines: list[str]) -> Quote | None:
    lines = clean_text("\n".join(lines)).split("\n")
    if not any(lines):
        return None
    is_marked = lines[0].startswith(">")
    end = max(number for number, line in enumerate(lines) if line.startswith(">")) + 1 if is_marked else len(lines) - 1
    passage = clean_text("\n".join(_remove_mark(line) if is_marked else line for line in lines[:end]))
    details = _parse_details(lines[end:]) if is_marked else _parse_place(lines[end])
    if passage and details is not None:
        return Quote(passage, **details)
    text = clean_text("\n".join(map(_remove_mark, lines) if is_marked else lines))
    return Quote(text) if text else None


def _remove_mark(line: str) -> str:
    return line.removeprefix(">").removeprefix(" ") if line.startswith(">") else line


def _parse_place(line: str) -> dict[str, str] | None:
    """The page, location and remark in a line, or None if it has another form."""
    line = line.lstrip()
    match = _REMARK.fullmatch(line) or _PLACE_AND_REMARK.fullmatch(line)
    if not match:
        return None
    details = {key: value for key, value in match.groupdict().items() if value}
    return details if match.re is _REMARK or details.keys() - {"remark"} else None


def _parse_details(lines: Sequence[str]) -> dict[str, str] | None:
    """The fields in the lines below a passage marked with `>`, or None if they have another form.

    Here page and location may have a line each, and the remark many lines.
    """
    left = clean_text("\n".join(lines)).split("\n")
    details: dict[str, str] = {}
    while left and (field := _FIELD.fullmatch(left[0])) and field[1] not in details:
        details[field[1]] = field[2]
        left = left[1:]
    if not any(left):
        return details
    place = _parse_place(left[0])
    if place is None or place.keys() & details.keys() or (left[1:] and "remark" not in place):
        return None
    details |= place
    if left[1:]:
        details["remark"] = "\n".join([details["remark"], *(line.removeprefix(_INDENT) for line in left[1:])])
    return details


def _format(quote: Quote) -> str:
    passage = "\n".join(f"> {line}" if line else ">" for line in quote.text.split("\n"))
    details = "\n".join(_format_details(quote))
    return f"{passage}\n\n{details}\n\n" if details else f"{passage}\n\n"


def _format_details(quote: Quote) -> Iterator[str]:
    """Page, location and remark on one line if that is parsed as the same, else on a line each."""
    first, *others = (quote.remark or "").split("\n")
    place = page_and_location(quote.page, quote.location)
    line = f"{place}: {first}" if first else place
    fields = {"page": quote.page, "location": quote.location, "remark": first or None}
    details = {key: value for key, value in fields.items() if value}
    if place and _parse_place(line) == details:
        yield line
    else:
        yield from (f"{key}: {value}" for key, value in details.items())
    yield from (_INDENT + line if line else "" for line in others)
