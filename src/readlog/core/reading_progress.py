"""How far a reading has come: a page, a share of the whole, or the name of a chapter, as somebody says it."""

import re

from readlog.core.errors import BadInput
from readlog.core.text import clean_line

_PAGE_PATTERN = r"(?:(?:pages?|pp?\.?)\s*)?([0-9]{1,6})"
_PERCENTAGE_PATTERN = r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:%|percent|per cent)"


def parse_position(text: str) -> str:
    """The one spelling of a place: `133` of `p. 133`, `40%` of `40 %`; anything else is the name of a chapter.

    Raises BadInput for nothing, for page 0, and for more than all of a book.
    """
    line = clean_line(text)
    if not line:
        raise BadInput('Say where you are: a page, a share or a chapter, as 133, 40% or "Chapter 3".')
    page, behind = _page(line), _percentage(line)
    if page == 0:
        raise BadInput("There is no page 0.")
    if behind is not None and behind > 100:
        raise BadInput(f"{line} is more than all of a book.")
    if behind is not None:
        return f"{behind:g}%"
    return line if page is None else str(page)


def fraction_read(at: str, pages: int | None) -> float | None:
    """How much of the book lies behind this place, from 0 to 1; None where that cannot be known.

    A page needs to know of how many `pages`; one beyond them is of another edition.
    """
    page, behind = _page(at), _percentage(at)
    if behind is not None:
        return behind / 100 if behind <= 100 else None
    return page / pages if page and pages and page <= pages else None


def position_text(at: str, pages: int | None = None) -> str:
    """A place in words: `p. 133`, of so many `pages` if they are given and it can be, `40 %`, or the chapter."""
    page, behind = _page(at), _percentage(at)
    if behind is not None:
        return f"{behind:g} %"
    if page is None:
        return at
    return f"p. {page:,} of {pages:,}" if pages and page <= pages else f"p. {page:,}"


def _page(text: str) -> int | None:
    found = re.fullmatch(_PAGE_PATTERN, text, re.IGNORECASE)
    return int(found[1]) if found else None


def _percentage(text: str) -> float | None:
    found = re.fullmatch(_PERCENTAGE_PATTERN, text, re.IGNORECASE)
    return float(found[1].replace(",", ".")) if found else None
