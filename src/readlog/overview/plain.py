"""The lines of the overview, the same for pipes and terminals, and its output in a pipe."""

from typing import TYPE_CHECKING, NamedTuple

from readlog.core.partial_date import PartialDate
from readlog.core.reading_progress import position_text
from readlog.core.spoilers import hide_spoilers
from readlog.goals.output import goal_sentence
from readlog.ui import wording

if TYPE_CHECKING:
    from readlog.overview.results import Overview
    from readlog.readings.results import ListedReading


WELCOME = """\
The journal is empty. Three commands to try:

  readlog add "Conquered City" --author "Victor Serge" --rating 4.5
  readlog search serge
  readlog show 1

readlog add alone asks for everything; readlog -h shows the rest."""

READING, PAUSED, QUOTE = "Reading", "Paused", "Quote"


class OverviewLine(NamedTuple):
    """One line of the overview, under a `label`.

    `words` are a date, or the whole text of a line without a `reading`. Of a reading, there may be
    its `stars` or the `place` reached in it, the `year` of an anniversary, and below it `text`: the
    first sentence of its review.
    """

    label: str
    words: str
    reading: "ListedReading | None" = None
    stars: str = ""
    place: str = ""
    year: str = ""
    text: str = ""


def overview_lines(overview: "Overview") -> list[OverviewLine]:
    """All lines but the quote; sections without content are left out."""
    lines = [OverviewLine(READING, _date("since", row), row, place=_place(row)) for row in overview.reading_now]
    lines += _more(READING, "reading", overview.more_reading)
    lines += [OverviewLine(PAUSED, _date("started", row), row, place=_place(row)) for row in overview.paused]
    lines += _more(PAUSED, "paused", overview.more_paused)
    if wanted := overview.next:
        lines.append(OverviewLine("Next", "", wanted))
    if last := overview.last_finished:
        lines.append(OverviewLine("Finished", _in_words(last.finished), last, stars=wording.stars(last.rating)))
    goal = overview.goal
    lines.append(OverviewLine(str(goal.year), goal_sentence(goal) if goal.goal else f"{goal.finished:,} finished"))
    for row, sentence in overview.on_this_day:
        year = (row.finished or "")[:4]
        stars = wording.stars(row.rating)
        lines.append(OverviewLine("On this day", year, row, stars=stars, year=year, text=sentence or ""))
    return lines


def put_overview(overview: "Overview") -> None:
    """Print tab-separated lines: label, words, stars, reading id, title, authors, and the place or the text."""
    from readlog.ui.plain_lines import put_rows

    for line in overview_lines(overview):
        row = line.reading
        more = (line.stars, row.id, row.title, row.authors, line.place or line.text) if row else ()
        put_rows([(line.label, line.words, *more)])
    if quote := overview.quote:
        where = wording.page_and_location(quote.page, quote.location)
        passage = " ".join(hide_spoilers(quote.text).split())
        put_rows([(QUOTE, where, "", quote.reading_id, quote.title, "; ".join(quote.authors), passage)])


def _more(label: str, status: str, number: int) -> list[OverviewLine]:
    return [OverviewLine(label, f"and {number:,} more: readlog list status:{status}")] if number > 0 else []


def _place(row: "ListedReading") -> str:
    return position_text(row.position, row.pages) if row.position else ""


def _date(word: str, row: "ListedReading") -> str:
    return f"{word} {_in_words(row.started)}" if row.started else ""


def _in_words(edtf: str | None) -> str:
    return PartialDate.from_edtf(edtf).long_text() if edtf else ""
