"""A year of reading as a page of Markdown that a reader could post: nothing private, and no spoiler told.

Of a review there is the first sentence, its spoilers hidden; what was written by somebody is text,
whatever signs of Markdown are in it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from readlog.core.first_sentence import first_sentence
from readlog.core.model import Reading
from readlog.core.partial_date import MONTH_NAMES
from readlog.core.ratings import show_stars
from readlog.core.reading_progress import position_text
from readlog.core.text import ordinal, pluralize, printable_line
from readlog.core.text_output import TextOutput
from readlog.quotes.markdown import to_markdown
from readlog.quotes.results import BookQuote
from readlog.readings.results import ListedReading
from readlog.stats.chart_data import doubt, length, sums
from readlog.stats.results import LEAST_LOVED, Figures, Sections, Year

_MOST_NAMED = 10
_MOST_AUTHORS = 24
_MOST_QUOTES = 3
_WIDEST_BAR, _WIDEST_ONE = 24, 3
_SIGN = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_LEADS = re.compile(r"^(?=[-+=:])")
_NUMBER = re.compile(r"^([0-9]+)([.)])")
"""What begins a list where a line begins with it."""


def write(year: Year, file: TextOutput, today: date) -> None:
    """Write the page of `year`, as it looks on that day, to `file`. A section of which nothing is known is left out."""
    file.write("\n\n".join(_blocks(year, today)) + "\n")


def _blocks(year: Year, today: date) -> Iterator[str]:
    figures = year.figures
    sections = figures.sections
    assert sections is not None
    times = {row.id: row.nth_reading for row in sections.rereads.named}
    loved = _best_loved(year.readings)
    yield f"# What I read in {year.year}{' so far' if year.year == today.year else ''}"
    yield _sums(figures)
    books = loved or _once(year.readings[::-1])
    heading = "Best loved" if loved else "Books"
    yield from _section(heading, (_told(reading, times.get(reading.id or 0, 1)) for reading in books), len(books))
    yield from _months(figures, today)
    yield from _new_authors(year, sections)
    yield from _section("Long and short", _extremes(sections))
    again = sections.rereads.named
    yield from _section(
        "Read again", (f"{_row(each)}, for the {ordinal(each.nth_reading)} time" for each in again), len(again)
    )
    yield from _section("Not finished", _abandoned(sections), len(sections.abandoned.named))
    yield from _quotes(books)
    if year.undated:
        rest = "it may be" if year.undated == 1 else "some of them may be"
        yield f"*{pluralize(year.undated, 'reading')} without a date: {rest} of this year.*"


def _section(heading: str, items: Iterable[str], number: int = 0) -> Iterator[str]:
    """The first of the `items`, of which there are so many; the others are not even made."""
    named = list(islice(items, _MOST_NAMED))
    if named:
        yield f"## {heading}"
        more = [f"and {number - _MOST_NAMED:,} more"] if number > _MOST_NAMED else []
        yield "\n".join(f"- {item}" for item in [*named, *more])


def _sums(figures: Figures) -> str:
    words = doubt(figures.whole)
    return "  \n".join([*sums(figures), *([words[0].upper() + words[1:]] if words else [])])


def _best_loved(readings: Sequence[Reading]) -> list[Reading]:
    """The best rated, each book once, the best first."""
    rated = sorted((each for each in readings if each.rating), key=lambda each: -(each.rating or 0))
    best = _once(rated)
    return [reading for reading in best if (reading.rating or 0) >= LEAST_LOVED]


def _once(readings: Sequence[Reading]) -> list[Reading]:
    """The first reading of each book, in the order that they have."""
    books = {reading.book.uid: reading for reading in reversed(readings)}
    return [reading for reading in readings if books[reading.book.uid] is reading]


def _told(reading: Reading, time: int) -> str:
    """Stars, book, and the first sentence of what was said of it, as far as there are any."""
    again = f" ({ordinal(time)} time)" if time > 1 else ""
    stars = f"{show_stars(reading.rating)} " if reading.rating else ""
    line = f"{stars}{_book(reading.book.title, reading.book.authors)}{again}"
    sentence = first_sentence(reading.review or "")
    return f"{line}  \n  {escaped(sentence)}" if any(map(str.isalnum, sentence)) else line


def _months(figures: Figures, today: date) -> Iterator[str]:
    """A table, with bars that are text."""
    groups = [group for group in figures.groups if group.readings or str(group.label)[:7] <= today.isoformat()[:7]]
    most = max((group.readings for group in groups), default=0)
    if not most:
        return
    widest = min(_WIDEST_BAR, most * _WIDEST_ONE)
    yield "## Month by month"
    rows = ["| month | readings | |", "|:--|--:|:--|"]
    for group in groups:
        month = str(group.label)[5:7]
        bar = "█" * max(round(group.readings / most * widest), 1) if group.readings and month else ""
        rows.append(f"| {MONTH_NAMES[int(month) - 1] if month else 'no month'} | {group.readings:,} | {bar} |")
    yield "\n".join(rows)


def _new_authors(year: Year, sections: Sections) -> Iterator[str]:
    parts = [_some(year.new_authors)] if year.new_authors else []
    if year.perhaps_new:
        parts.append(f"perhaps {_some(year.perhaps_new)}")
    if parts:
        number = f"{len(year.new_authors):,} of {pluralize(sections.authors.authors, 'author')}"
        yield "## Authors new to me"
        yield f"{number}: {'; '.join(parts)}."


def _some(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _MOST_AUTHORS:,} more"] if len(names) > _MOST_AUTHORS else []
    return ", ".join([*map(escaped, names[:_MOST_AUTHORS]), *more])


def _extremes(sections: Sections) -> Iterator[str]:
    lengths, times = sections.lengths, sections.times
    if lengths.longest and lengths.shortest:
        yield f"the longest: {_row(lengths.longest.reading)}, {pluralize(lengths.longest.pages, 'page')}"
        if lengths.shortest != lengths.longest:
            yield f"the shortest: {_row(lengths.shortest.reading)}, {pluralize(lengths.shortest.pages, 'page')}"
    if times.readings > 1 and times.shortest and times.longest:
        yield f"the quickest: {_row(times.shortest.reading)}, {length(times.shortest.days)}"
        yield f"the slowest: {_row(times.longest.reading)}, {length(times.longest.days)}"


def _abandoned(sections: Sections) -> Iterator[str]:
    for reading, at, pages in sections.abandoned.named:
        yield _row(reading) + (f", left at {escaped(position_text(at, pages))}" if at else "")


def _quotes(books: Sequence[Reading]) -> Iterator[str]:
    """The first quote of each of the books, without its remark."""
    firsts = [(reading.quotes[0]._replace(remark=None), reading) for reading in books if reading.quotes]
    if firsts:
        yield "## Lines I kept"
        yield from (to_markdown(BookQuote.from_reading(*each), spoilers=False) for each in firsts[:_MOST_QUOTES])


def _row(row: ListedReading) -> str:
    return _book(row.title, row.authors.split("; ") if row.authors else ())


def _book(title: str, authors: Sequence[str]) -> str:
    by = f", {', '.join(map(escaped, authors))}" if authors else ""
    return f"**{escaped(title)}**{by}"


def escaped(text: str) -> str:
    """`text` in one line, of which no sign means anything to Markdown."""
    line = _SIGN.sub(r"\\\1", " ".join(printable_line(text).split()))
    return _NUMBER.sub(r"\1\\\2", _LEADS.sub(r"\\", line))
