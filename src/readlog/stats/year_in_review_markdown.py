"""A year in review as a Markdown page to post: nothing private, and spoilers hidden.

Of each review it has only the first sentence. Text from the journal is escaped, so that no sign in
it is markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from readlog.core.domain_model import Reading
from readlog.core.first_sentence import first_sentence
from readlog.core.normalize_text import ordinal, pluralize, printable_line
from readlog.core.partial_date import MONTH_NAMES
from readlog.core.ratings import show_stars
from readlog.core.reading_progress import position_text
from readlog.core.text_writer import TextOutput
from readlog.quotes.markdown import to_markdown
from readlog.quotes.results import BookQuote
from readlog.readings.results import ListedReading
from readlog.stats.chart_data import date_uncertainty, days_in_words, summarize
from readlog.stats.results import MIN_LOVED_RATING, Sections, Statistics, YearInReview

_MAX_ITEMS = 10
_MAX_AUTHORS = 24
_MAX_QUOTES = 3
_MAX_BAR_WIDTH, _MAX_WIDTH_PER_READING = 24, 3
_SIGN = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_BLOCK_SIGN_AT_START = re.compile(r"^(?=[-+=:])")
_NUMBERED_ITEM = re.compile(r"^([0-9]+)([.)])")


def write_year_in_review(year: YearInReview, file: TextOutput, today: date) -> None:
    """Write the page of `year` as of `today`. Sections without data are left out."""
    file.write("\n\n".join(_blocks(year, today)) + "\n")


def escape_markdown(text: str) -> str:
    """`text` in one line, with a backslash before every sign that Markdown would interpret."""
    line = _SIGN.sub(r"\\\1", " ".join(printable_line(text).split()))
    return _NUMBERED_ITEM.sub(r"\1\\\2", _BLOCK_SIGN_AT_START.sub(r"\\", line))


def _blocks(year: YearInReview, today: date) -> Iterator[str]:
    statistics = year.statistics
    sections = statistics.sections
    assert sections is not None
    rereads, abandoned = sections.rereads.named, sections.abandoned.named
    times = {row.id: row.nth_reading for row in rereads}
    loved = _best_loved(year.readings)
    books = loved or _once_per_book(year.readings[::-1])
    yield f"# What I read in {year.year}{' so far' if year.year == today.year else ''}"
    yield _summary(statistics)
    reviews = (_review(reading, times.get(reading.id or 0, 1)) for reading in books)
    yield from _section("Best loved" if loved else "Books", reviews, len(books))
    yield from _months(statistics, today)
    yield from _new_authors(year, sections)
    yield from _section("Long and short", _extremes(sections))
    reread = (f"{_row(each)}, for the {ordinal(each.nth_reading)} time" for each in rereads)
    yield from _section("Read again", reread, len(rereads))
    yield from _section("Not finished", _abandoned(sections), len(abandoned))
    yield from _quotes(books)
    if year.undated:
        rest = "it may be" if year.undated == 1 else "some of them may be"
        yield f"*{pluralize(year.undated, 'reading')} without a date: {rest} of this year.*"


def _section(heading: str, items: Iterable[str], number: int = 0) -> Iterator[str]:
    """The first of `number` items under a heading; those not shown are not generated."""
    shown = list(islice(items, _MAX_ITEMS))
    if shown:
        yield f"## {heading}"
        more = [f"and {number - _MAX_ITEMS:,} more"] if number > _MAX_ITEMS else []
        yield "\n".join(f"- {item}" for item in [*shown, *more])


def _summary(statistics: Statistics) -> str:
    uncertainty = date_uncertainty(statistics.total)
    lines = summarize(statistics)
    return "  \n".join([*lines, uncertainty[0].upper() + uncertainty[1:]] if uncertainty else lines)


def _best_loved(readings: Sequence[Reading]) -> list[Reading]:
    """The best reading of each book that has at least MIN_LOVED_RATING stars, the best first."""
    by_rating = sorted(readings, key=lambda reading: -(reading.rating or 0))
    return [reading for reading in _once_per_book(by_rating) if (reading.rating or 0) >= MIN_LOVED_RATING]


def _once_per_book(readings: Sequence[Reading]) -> list[Reading]:
    """The first reading of each book."""
    first = {reading.book.uid: reading for reading in reversed(readings)}
    return [reading for reading in readings if first[reading.book.uid] is reading]


def _review(reading: Reading, time: int) -> str:
    """Stars, book, how often it was read, and the first sentence of the review, as far as known."""
    again = f" ({ordinal(time)} time)" if time > 1 else ""
    stars = f"{show_stars(reading.rating)} " if reading.rating else ""
    line = f"{stars}{_book(reading.book.title, reading.book.authors)}{again}"
    sentence = first_sentence(reading.review or "")
    return f"{line}  \n  {escape_markdown(sentence)}" if any(map(str.isalnum, sentence)) else line


def _months(statistics: Statistics, today: date) -> Iterator[str]:
    """A table with a bar of block characters for each month."""
    this_month = today.isoformat()[:7]
    groups = [group for group in statistics.groups if group.readings or str(group.label)[:7] <= this_month]
    most = max((group.readings for group in groups), default=0)
    if not most:
        return
    longest = min(_MAX_BAR_WIDTH, most * _MAX_WIDTH_PER_READING)
    yield "## Month by month"
    rows = ["| month | readings | |", "|:--|--:|:--|"]
    for group in groups:
        month = str(group.label)[5:7]
        bar = "█" * max(round(group.readings / most * longest), 1) if group.readings and month else ""
        rows.append(f"| {MONTH_NAMES[int(month) - 1] if month else 'no month'} | {group.readings:,} | {bar} |")
    yield "\n".join(rows)


def _new_authors(year: YearInReview, sections: Sections) -> Iterator[str]:
    parts = [_names(year.new_authors)] if year.new_authors else []
    if year.possibly_new_authors:
        parts.append(f"perhaps {_names(year.possibly_new_authors)}")
    if parts:
        number = f"{len(year.new_authors):,} of {pluralize(sections.authors.authors, 'author')}"
        yield "## Authors new to me"
        yield f"{number}: {'; '.join(parts)}."


def _names(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _MAX_AUTHORS:,} more"] if len(names) > _MAX_AUTHORS else []
    return ", ".join([*map(escape_markdown, names[:_MAX_AUTHORS]), *more])


def _extremes(sections: Sections) -> Iterator[str]:
    lengths, times = sections.lengths, sections.times
    if lengths.longest and lengths.shortest:
        yield f"the longest: {_row(lengths.longest.reading)}, {pluralize(lengths.longest.pages, 'page')}"
        if lengths.shortest != lengths.longest:
            yield f"the shortest: {_row(lengths.shortest.reading)}, {pluralize(lengths.shortest.pages, 'page')}"
    if times.readings > 1 and times.shortest and times.longest:
        yield f"the quickest: {_row(times.shortest.reading)}, {days_in_words(times.shortest.days)}"
        yield f"the slowest: {_row(times.longest.reading)}, {days_in_words(times.longest.days)}"


def _abandoned(sections: Sections) -> Iterator[str]:
    for reading, at, pages in sections.abandoned.named:
        yield _row(reading) + (f", left at {escape_markdown(position_text(at, pages))}" if at else "")


def _quotes(books: Sequence[Reading]) -> Iterator[str]:
    """The first quote of each of the books, without its remark."""
    firsts = [(reading.quotes[0]._replace(remark=None), reading) for reading in books if reading.quotes]
    if firsts:
        yield "## Lines I kept"
        yield from (to_markdown(BookQuote.from_reading(*each), spoilers=False) for each in firsts[:_MAX_QUOTES])


def _row(row: ListedReading) -> str:
    return _book(row.title, row.authors.split("; ") if row.authors else ())


def _book(title: str, authors: Sequence[str]) -> str:
    by = f", {', '.join(map(escape_markdown, authors))}" if authors else ""
    return f"**{escape_markdown(title)}**{by}"
