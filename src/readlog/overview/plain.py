"""The dashboard, line by line, the same words in a pipe and on a terminal."""

from typing import TYPE_CHECKING, NamedTuple

from readlog.core.partial_date import PartialDate
from readlog.core.reading_progress import said
from readlog.core.spoilers import hide_spoilers
from readlog.ui import wording

if TYPE_CHECKING:
    from readlog.overview.results import Overview
    from readlog.quotes.results import DayQuote
    from readlog.readings.results import ListedReading


WELCOME = """\
The journal is empty. Three commands to try:

  readlog add "Conquered City" --author "Victor Serge" --rating 4.5
  readlog search serge
  readlog show 1

readlog add alone asks for everything; readlog -h shows the rest."""


READING, PAUSED, QUOTE = "Reading", "Paused", "Quote"


class Line(NamedTuple):
    """One thing of the dashboard.

    `words` say when, or whatever is said of no reading; `reading` is what it is about, with its `stars`
    or the `place` where it is, or the `year` it was in; `text` is what was written or marked then.
    """

    label: str
    words: str
    reading: "ListedReading | None" = None
    stars: str = ""
    place: str = ""
    year: str = ""
    text: str = ""


def glance(overview: "Overview") -> list[Line]:
    """What there is to say on that day; what there is nothing of is left out."""
    lines = [Line(READING, _since("since", row), row, place=_place(row)) for row in overview.reading_now]
    lines += _more(READING, "reading", overview.more_now)
    lines += [Line(PAUSED, _since("started", row), row, place=_place(row)) for row in overview.paused]
    lines += _more(PAUSED, "paused", overview.more_paused)
    if wanted := overview.next:
        lines.append(Line("Next", "", wanted))
    if last := overview.last_finished:
        lines.append(Line("Finished", _said(last.finished), last, stars=wording.stars(last.rating)))
    year = overview.year
    lines.append(Line(str(year.year), wording.goal(year) if year.goal else f"{year.finished:,} finished"))
    for row, words in overview.on_this_day:
        then = (row.finished or "")[:4]
        lines.append(Line("On this day", then, row, stars=wording.stars(row.rating), year=then, text=words or ""))
    return lines


def quoted(quote: "DayQuote") -> tuple[str, str]:
    """A quote, its spoilers hidden, and where it is from: title, authors, page."""
    parts = (quote.title, (quote.authors or "").replace("; ", ", "), wording.where(quote))
    return hide_spoilers(quote.text), ", ".join(part for part in parts if part)


def _more(label: str, status: str, number: int) -> list[Line]:
    return [Line(label, f"and {number:,} more: readlog list status:{status}")] if number > 0 else []


def _place(row: "ListedReading") -> str:
    return said(row.at, row.pages) if row.at else ""


def _since(word: str, row: "ListedReading") -> str:
    return f"{word} {_said(row.started)}" if row.started else ""


def _said(edtf: str | None) -> str:
    return PartialDate.from_edtf(edtf).said() if edtf else ""
