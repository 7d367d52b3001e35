"""The position in a book that a progress note records: a page, a percentage or the name of a chapter."""

import re

from readlog.core.errors import BadInput
from readlog.core.normalize_text import clean_line

_PAGE_PATTERN = r"(?:(?:pages?|pp?\.?)\s*)?([0-9]{1,6})"
_PERCENTAGE_PATTERN = r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:%|percent|per cent)"


def parse_position(text: str) -> str:
    """The stored spelling of a position: `133` for `p. 133`, `40%` for `40 %`; anything else is the name of a chapter.

    Raises BadInput for an empty text, page 0, and more than 100 %.
    """
    line = clean_line(text)
    if not line:
        raise BadInput('Say where you are: a page, a share or a chapter, as 133, 40% or "Chapter 3".')
    page, percentage = _page(line), _percentage(line)
    if page == 0:
        raise BadInput("There is no page 0.")
    if percentage is not None and percentage > 100:
        raise BadInput(f"{line} is more than all of a book.")
    if percentage is not None:
        return f"{percentage:g}%"
    return line if page is None else str(page)


def fraction_read(position: str, pages: int | None) -> float | None:
    """How much of the book comes before `position`, from 0 to 1; None where that is unknown.

    For a page, the number of `pages` must be known; a page after the last belongs to another edition.
    """
    page, percentage = _page(position), _percentage(position)
    if percentage is not None:
        return percentage / 100 if percentage <= 100 else None
    return page / pages if page and pages and page <= pages else None


def position_text(position: str, pages: int | None = None) -> str:
    """A position as shown: `p. 133`, `p. 133 of 342` if `pages` is given and not exceeded, `40 %`, or the chapter."""
    page, percentage = _page(position), _percentage(position)
    if percentage is not None:
        return f"{percentage:g} %"
    if page is None:
        return position
    return f"p. {page:,} of {pages:,}" if pages and page <= pages else f"p. {page:,}"


def _page(text: str) -> int | None:
    found = re.fullmatch(_PAGE_PATTERN, text, re.IGNORECASE)
    return int(found[1]) if found else None


def _percentage(text: str) -> float | None:
    found = re.fullmatch(_PERCENTAGE_PATTERN, text, re.IGNORECASE)
    return float(found[1].replace(",", ".")) if found else None
