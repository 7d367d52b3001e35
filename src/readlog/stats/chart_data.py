"""Charts of statistics, for terminals and for SVG: which sections there are, in which order and in which words.

The most important section comes first; a section without data is left out.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from readlog.core.normalize_text import ordinal, pluralize
from readlog.core.partial_date import MONTH_NAMES
from readlog.core.ratings import show_stars
from readlog.core.reading_progress import position_text
from readlog.goals.results import compute_pace
from readlog.readings.results import ListedReading
from readlog.stats.results import (
    MIN_RATED,
    AbandonedReadings,
    Author,
    Authors,
    BookLengths,
    Calendar,
    Group,
    NewAuthors,
    Ratings,
    ReadingTimes,
    Rereads,
    Sections,
    Statistics,
)

_MIN_GAP = 2
"""Consecutive years without readings that share one line."""
_MAX_YEARS = 12
"""Years for which the charts show new authors; the statistics have all."""


class Bar(NamedTuple):
    """A bar for `number`, of which a `part`, if set, is drawn stronger than the rest.

    After the bar come `stars` and `pages`, for which there may be no room, and `uncertainty`, which
    is always shown. If `is_rating`, the label consists of stars. If `is_unknown`, the number has no
    bar.
    """

    label: str
    number: int
    stars: str = ""
    pages: str = ""
    uncertainty: str = ""
    part: int | None = None
    is_rating: bool = False
    is_unknown: bool = False

    @property
    def number_text(self) -> str:
        """`31`, or with a part `12 of 31`."""
        return f"{self.number:,}" if self.part is None else f"{self.part:,} of {self.number:,}"

    @property
    def length(self) -> int:
        """The number that the bar is drawn for."""
        return 0 if self.is_unknown else self.number


class BarChart(NamedTuple):
    """Bars under a heading. `about` says what they count; `parts` names the strong and the weak part of each bar."""

    heading: str
    about: str
    bars: list[Bar]
    parts: tuple[str, str] | None = None


class YearCalendar(NamedTuple):
    """The number of readings finished on each day of `year`, by ISO date; days after `today` are blank."""

    heading: str
    about: str
    year: int
    days: dict[str, int]
    today: date


class ListItem(NamedTuple):
    """A book by `title` and `authors`, or an author alone, with a `label` before and `words` after it."""

    label: str = ""
    title: str = ""
    authors: str = ""
    stars: str = ""
    words: str = ""


class ItemList(NamedTuple):
    """Items under a heading. The words of all items are right-aligned if they are `numbers`, else left-aligned."""

    heading: str
    about: str
    items: list[ListItem]
    numbers: bool = True


Section = BarChart | YearCalendar | ItemList


class Charts(NamedTuple):
    """A whole page of charts, below the lines of `summary`; only pictures show the `title`."""

    title: str
    summary: list[str]
    sections: list[Section]


def build_charts(statistics: Statistics, today: date, most: int | None = None) -> Charts:
    """The charts of `statistics` on the day `today`, with at most `most` groups; 0 and None show all."""
    past = [group for group in statistics.groups if group.readings or not _is_future_month(group, today)]
    shown = statistics._replace(groups=past).shortened(most)
    sections: list[Section] = [_group_chart(shown, today)] if shown.groups else []
    if statistics.sections:
        sections += _sections(statistics.sections, statistics.total, today)
    title = f"What I read in {statistics.year}" if statistics.year else "What I read"
    return Charts(title, summarize(statistics), sections)


def summarize(statistics: Statistics) -> list[str]:
    """Readings and books, average rating, pages: `812 readings of 745 books, 1988 to 2026`, `241,380 pages`."""
    total = statistics.total
    if not total.readings:
        return [f"Nothing finished{_period(statistics)}"]
    parts = [f"{pluralize(total.readings, 'reading')} of {pluralize(total.books, 'book')}{_period(statistics)}"]
    if total.rating is not None:
        parts.append(f"★ {total.rating:.2f} on average ({total.rated:,} rated)")
    if total.pages is not None:
        without = f" ({total.without_pages:,} without a number)" if total.without_pages else ""
        parts.append(f"{pluralize(total.pages, 'page')}{without}")
    if total.without_date and statistics.by not in ("year", "month"):
        parts.append(f"{total.without_date:,} of them without a date")
    return parts


def group_label(by: str, value: str | float | None) -> str:
    """The label of a group in words: `2012-03`, `★★★★½`, `1990s`; `no date` or `unknown` for None."""
    if value is None:
        return "no date" if by in ("year", "month") else f"no {by}" if by in ("rating", "tag") else "unknown"
    if by == "month" and _is_year(value):
        return f"{value}, no month"
    if by == "decade":
        return f"{-int(value) // 10 * 10}s BC" if int(value) < 0 else f"{value}s"
    return show_stars(float(value)) if by == "rating" else str(value)


def date_uncertainty(group: Group, *, month: bool = True) -> str:
    """How many dates are inexact: `6 of them without a month, 2 only about then`; only the latter unless `month`."""
    inexact = {"without a month": group.without_month if month else 0, "only about then": group.about}
    parts: list[str] = []
    for what, number in inexact.items():
        if number and number == group.readings:
            parts.append(what if number == 1 else f"all {what}")
        elif number:
            parts.append(f"{number:,} {what}" if parts else f"{number:,} of them {what}")
    return ", ".join(parts)


def days_in_words(days: float) -> str:
    """`12 days`, `11.5 days`, or for 0 `the same day`."""
    return "the same day" if days == 0 else f"{days:g} {'day' if days == 1 else 'days'}"


def _period(statistics: Statistics) -> str:
    first, last = statistics.first_year, statistics.last_year
    if statistics.year:
        return f" in {statistics.year}"
    if first is None or last is None:
        return ""
    return f" in {first}" if first == last else f", {first} to {last}"


def _group_chart(statistics: Statistics, today: date) -> BarChart:
    bars = [_group_bar(group, statistics, today) for group in statistics.groups]
    return BarChart("", "", _join_empty_years(bars) if statistics.by == "year" else bars)


def _is_future_month(group: Group, today: date) -> bool:
    return len(str(group.label)) == len("2012-03") and str(group.label) > today.isoformat()[:7]


def _is_year(label: str | float) -> bool:
    """True for the label of a group by month of which only the year is known."""
    return len(str(label)) == len("2012")


def _group_bar(group: Group, statistics: Statistics, today: date) -> Bar:
    """The bar of a group, with stars and pages only where no sections show them."""
    by, has_sections = statistics.by, statistics.sections is not None
    notes = [date_uncertainty(group, month=by == "year")] if by in ("year", "month") and group.label else []
    if by == "year" and group.label == str(today.year) and has_sections:
        notes.insert(0, _rest_of_year(today))
    has_stars = group.rating is not None and by != "rating" and not has_sections
    return Bar(
        _month_name(group.label) if by == "month" and statistics.year else group_label(by, group.label),
        group.readings,
        stars=f"★ {group.rating:.2f}" if has_stars else "",
        pages="" if has_sections else _pages(group),
        uncertainty=", ".join(filter(None, notes)),
        is_rating=by == "rating" and group.label is not None,
        is_unknown=group.label is None or (by == "month" and _is_year(group.label)),
    )


def _join_empty_years(bars: Sequence[Bar]) -> list[Bar]:
    """Replace a gap of several years with one bar: `1992–2002`."""
    joined: list[Bar] = []
    for is_empty, run in groupby(bars, key=lambda bar: not bar.number and not bar.uncertainty):
        years = list(run)
        if is_empty and len(years) >= _MIN_GAP:
            years = [Bar(f"{years[0].label}–{years[-1].label}", 0)]
        joined += years
    return joined


def _pages(group: Group) -> str:
    """`1,728 pages (2 without)`, if two readings have no number of pages."""
    if not group.pages:
        return ""
    return pluralize(group.pages, "page") + (f" ({group.without_pages:,} without)" if group.without_pages else "")


def _month_name(label: str | float | None) -> str:
    return MONTH_NAMES[int(str(label)[5:7]) - 1] if len(str(label)) > len("2012") else "no month"


def _rest_of_year(today: date) -> str:
    pace = compute_pace(1, 0, today)
    if pace.days_left < 14:
        return f"{pluralize(pace.days_left, 'day')} to go" if pace.days_left else ""
    return f"{pace.weeks_left} weeks to go"


def _sections(sections: Sections, total: Group, today: date) -> Iterator[Section]:
    if sections.calendar and sections.calendar.days:
        yield _calendar(sections.calendar, today)
    if any(sections.ratings.readings.values()):
        yield _ratings(sections.ratings, total.spread)
    yield from _authors(sections.authors, total.rating)
    yield from _lengths(sections.lengths)
    yield from _times(sections.times)
    if sections.rereads.again:
        yield _rereads(sections.rereads)
    if sections.abandoned.readings:
        yield _abandoned(sections.abandoned)


def _calendar(calendar: Calendar, today: date) -> YearCalendar:
    about = f"{pluralize(calendar.without_day, 'reading')} not known to the day" if calendar.without_day else ""
    return YearCalendar("Days on which something was finished", about, calendar.year, calendar.days, today)


def _ratings(ratings: Ratings, spread: float | None) -> BarChart:
    """Bars from five stars down to the lowest rating: all whole stars, and only those fractions that were given."""
    lowest = min(rating for rating, readings in ratings.readings.items() if readings)
    shown = {
        rating: readings
        for rating, readings in ratings.readings.items()
        if readings or (rating > lowest and float(rating).is_integer())
    }
    bars = [Bar(show_stars(rating), shown[rating], is_rating=True) for rating in sorted(shown, reverse=True)]
    if ratings.unrated:
        bars.append(Bar("no rating", ratings.unrated, is_unknown=True))
    several = sum(ratings.readings.values()) > 1 and ratings.median is not None and spread is not None
    about = f"median {ratings.median:g}, standard deviation {spread:.2f}" if several else ""
    return BarChart("Ratings", about, bars)


def _authors(authors: Authors, mean_rating: float | None) -> Iterator[Section]:
    if several := [each for each in authors.most_read if each.readings > 1]:
        yield BarChart(
            "Most read", f"of {pluralize(authors.authors, 'author')}", [_author_bar(each) for each in several]
        )
    if loved := [each for each in authors.best_loved if (each.rating or 0) >= (mean_rating or 0)]:
        about = f"above your average, in at least {MIN_RATED} rated readings"
        yield ItemList("Best loved", about, [_loved_author(each) for each in loved])
    if years := [each for each in authors.by_year if each.new + each.known + each.unsure]:
        about = f"the last {_MAX_YEARS} of {len(years)} years" if len(years) > _MAX_YEARS else ""
        bars = [_new_authors_bar(each) for each in years[-_MAX_YEARS:]]
        yield BarChart("New authors", about, bars, ("new", "read before"))


def _author_bar(author: Author) -> Bar:
    stars = f"★ {author.rating:.2f}" if author.rating is not None else ""
    return Bar(author.name, author.readings, stars=stars)


def _loved_author(author: Author) -> ListItem:
    assert author.rating is not None
    rest = f" of {author.readings:,}" if author.readings > author.rated else ""
    return ListItem(authors=author.name, stars=f"★ {author.rating:.2f}", words=f"{author.rated:,}{rest} rated")


def _new_authors_bar(authors: NewAuthors) -> Bar:
    unsure = f"and {authors.unsure:,} perhaps" if authors.unsure else ""
    total = authors.new + authors.known + authors.unsure
    return Bar(str(authors.year), total, uncertainty=unsure, part=authors.new)


def _lengths(lengths: BookLengths) -> Iterator[Section]:
    if lengths.longest and lengths.shortest:
        ends = {"longest": lengths.longest, "shortest": lengths.shortest}
        if lengths.longest == lengths.shortest:
            del ends["shortest"]
        items = [_item(each.reading, pluralize(each.pages, "page"), label) for label, each in ends.items()]
        yield ItemList("Longest and shortest", "", items)


def _times(times: ReadingTimes) -> Iterator[Section]:
    if times.shortest and times.longest and times.median is not None:
        several = times.readings > 1
        ends = {"quickest": times.shortest, "slowest": times.longest} if several else {"": times.longest}
        median = f"median {days_in_words(times.median)}, " if several else ""
        unknown = f"; {times.unknown:,} not known to the day" if times.unknown else ""
        about = f"{median}of {pluralize(times.readings, 'reading')}{unknown}"
        items = [_item(each.reading, days_in_words(each.days), label) for label, each in ends.items()]
        yield ItemList("From start to finish", about, items)


def _rereads(rereads: Rereads) -> ItemList:
    readings = pluralize(rereads.again + rereads.first, "reading")
    about = f"{rereads.again:,} of {readings}, {pluralize(rereads.books, 'book')}"
    if rereads.unsure:
        about += f"; {rereads.unsure:,} perhaps the first time"
    return ItemList("Read again", about, [_item(each, f"{ordinal(each.nth_reading)} time") for each in rereads.named])


def _abandoned(abandoned: AbandonedReadings) -> ItemList:
    about = pluralize(abandoned.books, "book")
    if abandoned.readings > abandoned.books:
        about = f"{pluralize(abandoned.readings, 'reading')} of {about}"
    if 0 < abandoned.unknown < abandoned.readings:
        about += f"; of {abandoned.unknown:,} it is not known where"
    items = [_item(each.reading, position_text(each.at, each.pages) if each.at else "") for each in abandoned.named]
    return ItemList("Abandoned", about, items, numbers=False)


def _item(row: ListedReading, words: str, label: str = "") -> ListItem:
    return ListItem(label, row.title, row.authors or "", words=words)
