"""From figures to what is drawn of them: which sections, in which order, and in which words.

What matters first comes first, and a section of which nothing is known is left out.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from readlog.core.partial_date import MONTH_NAMES
from readlog.core.ratings import show_stars
from readlog.core.reading_progress import position_text
from readlog.core.text import ordinal, pluralize
from readlog.goals.results import compute_pace
from readlog.readings.results import ListedReading
from readlog.stats.results import (
    LEAST_RATED,
    Abandoned,
    Author,
    Authors,
    Calendar,
    Figures,
    Group,
    Lengths,
    NewAuthors,
    Ratings,
    Rereads,
    Sections,
    Times,
)


class Bar(NamedTuple):
    """A bar of `number`; where there is a `part`, that is drawn stronger than the rest.

    Behind it stand `stars` and `pages`, for which there may be no room, and `doubt`, which is always
    told. A label that is a `rating` consists of stars. What is `unknown` has its number and no bar.
    """

    label: str
    number: int
    stars: str = ""
    pages: str = ""
    doubt: str = ""
    part: int | None = None
    rating: bool = False
    unknown: bool = False

    @property
    def said(self) -> str:
        """The number in words: `31`, or `12 of 31`."""
        return f"{self.number:,}" if self.part is None else f"{self.part:,} of {self.number:,}"

    @property
    def length(self) -> int:
        """What the bar is as long as."""
        return 0 if self.unknown else self.number


class Bars(NamedTuple):
    """A bar chart; `about` says of what, and what is not known. `parts` name what is drawn stronger, and the rest."""

    heading: str
    about: str
    bars: list[Bar]
    parts: tuple[str, str] | None = None


class Days(NamedTuple):
    """The days of a year with how much was finished on each; those after `today` are still to come."""

    heading: str
    about: str
    year: int
    days: dict[str, int]
    today: date


class Line(NamedTuple):
    """Something named: a book by `title` and `authors`, or an author alone. `label` stands before it, words behind."""

    label: str = ""
    title: str = ""
    authors: str = ""
    stars: str = ""
    words: str = ""


class Lines(NamedTuple):
    """Lines below a heading; their words are `numbers`, which stand below each other at the right, or begin alike."""

    heading: str
    about: str
    lines: list[Line]
    numbers: bool = True


Section = Bars | Days | Lines


class Charts(NamedTuple):
    """All that is drawn, what matters first below the `sums`; `title` is for pictures, which stand alone."""

    title: str
    sums: list[str]
    sections: list[Section]


_GAP = 2
"""Years in which nothing was finished, from which on they stand in one line."""
MOST_YEARS = 12
"""Years of which is told how many authors were new; the figures have all."""


def charts_of(figures: Figures, today: date, most: int | None = None) -> Charts:
    """What is drawn of `figures`, on that day, with at most so many groups; all for 0 and None."""
    come = [group for group in figures.groups if group.readings or not _is_to_come(group, today)]
    groups = figures._replace(groups=come).shortened(most)
    sections: list[Section] = [_groups(groups, today)] if groups.groups else []
    if figures.sections:
        sections += _sections(figures.sections, figures.whole, today)
    return Charts(_title(figures), sums(figures), sections)


def sums(figures: Figures) -> list[str]:
    """`812 readings of 745 books, 1988 to 2026`, `★ 3.86 on average (640 rated)`, `241,380 pages`: what there is."""
    whole = figures.whole
    if not whole.readings:
        return [f"Nothing finished{_when(figures)}"]
    parts = [f"{pluralize(whole.readings, 'reading')} of {pluralize(whole.books, 'book')}{_when(figures)}"]
    if whole.rating is not None:
        parts.append(f"★ {whole.rating:.2f} on average ({whole.rated:,} rated)")
    if whole.pages is not None:
        doubt = f" ({whole.without_pages:,} without a number)" if whole.without_pages else ""
        parts.append(f"{pluralize(whole.pages, 'page')}{doubt}")
    if whole.without_date and figures.by not in ("year", "month"):
        parts.append(f"{whole.without_date:,} of them without a date")
    return parts


def label(by: str, value: str | float | None) -> str:
    """What a group is called: `2012-03`, `★★★★½`, `1990s`; `unknown` for what has no label."""
    if value is None:
        return "no date" if by in ("year", "month") else f"no {by}" if by in ("rating", "tag") else "unknown"
    if by == "month" and len(str(value)) == len("2012"):
        return f"{value}, no month"
    if by == "decade":
        return f"{-int(value) // 10 * 10}s BC" if int(value) < 0 else f"{value}s"
    return show_stars(float(value)) if by == "rating" else str(value)


def doubt(group: Group, *, month: bool = True) -> str:
    """`6 of them without a month, 2 only about then`: how much is not known of when the readings of a group were."""
    unknown = {"without a month": group.without_month if month else 0, "only about then": group.about}
    parts: list[str] = []
    for what, number in unknown.items():
        if number and number == group.readings:
            parts.append(what if number == 1 else f"all {what}")
        elif number:
            parts.append(f"{number:,} {what}" if parts else f"{number:,} of them {what}")
    return ", ".join(parts)


def _title(figures: Figures) -> str:
    return f"What I read in {figures.year}" if figures.year else "What I read"


def _when(figures: Figures) -> str:
    first, last = figures.first_year, figures.last_year
    if figures.year:
        return f" in {figures.year}"
    if first is None or last is None:
        return ""
    return f" in {first}" if first == last else f", {first} to {last}"


def _groups(figures: Figures, today: date) -> Bars:
    """The bars of what was counted by; with all that is known of each where nothing else is shown."""
    bars = [_group(group, figures, today) for group in figures.groups]
    return Bars("", "", _with_gaps(bars) if figures.by == "year" else bars)


def _is_to_come(group: Group, today: date) -> bool:
    """Whether it is a month of which nothing can be known yet."""
    return len(str(group.label)) == len("2012-03") and str(group.label) > today.isoformat()[:7]


def _group(group: Group, figures: Figures, today: date) -> Bar:
    by, is_time, more = figures.by, figures.by in ("year", "month"), figures.sections is None
    words = [doubt(group, month=by == "year")] if is_time and group.label else []
    if by == "year" and group.label == str(today.year) and not more:
        words.insert(0, _to_go(today))
    return Bar(
        _month(group.label) if by == "month" and figures.year else label(by, group.label),
        group.readings,
        stars=f"★ {group.rating:.2f}" if more and group.rating is not None and by != "rating" else "",
        pages=_pages(group) if more else "",
        doubt=", ".join(filter(None, words)),
        rating=by == "rating" and group.label is not None,
        unknown=group.label is None or (by == "month" and len(str(group.label)) == len("2012")),
    )


def _with_gaps(bars: Sequence[Bar]) -> list[Bar]:
    """The years, those of a gap in one line: `1992–2002`."""
    shown: list[Bar] = []
    for empty, run in groupby(bars, key=lambda bar: not bar.number and not bar.doubt):
        years = list(run)
        if empty and len(years) >= _GAP:
            years = [Bar(f"{years[0].label}–{years[-1].label}", 0)]
        shown += years
    return shown


def _pages(group: Group) -> str:
    """`1,728 pages (2 without)`: of so many readings the number is not known."""
    if not group.pages:
        return ""
    return pluralize(group.pages, "page") + (f" ({group.without_pages:,} without)" if group.without_pages else "")


def _month(value: str | float | None) -> str:
    """`March` of `2012-03`; of a year alone no month is known."""
    return MONTH_NAMES[int(str(value)[5:7]) - 1] if len(str(value)) > len("2012") else "no month"


def _to_go(today: date) -> str:
    left = compute_pace(1, 0, today)
    if left.days_left < 14:
        return f"{pluralize(left.days_left, 'day')} to go" if left.days_left else ""
    return f"{left.weeks_left} weeks to go"


def _sections(sections: Sections, whole: Group, today: date) -> Iterator[Section]:
    """Those of which there is something to tell."""
    if sections.calendar and sections.calendar.days:
        yield _days(sections.calendar, today)
    if any(sections.ratings.readings.values()):
        yield _ratings(sections.ratings, whole.spread)
    yield from _authors(sections.authors, whole.rating)
    yield from _long(sections.lengths)
    yield from _times(sections.times)
    if sections.rereads.again:
        yield _rereads(sections.rereads)
    if sections.abandoned.readings:
        yield _abandoned(sections.abandoned)


def _days(calendar: Calendar, today: date) -> Days:
    about = f"{pluralize(calendar.without_day, 'reading')} not known to the day" if calendar.without_day else ""
    return Days("Days on which something was finished", about, calendar.year, calendar.days, today)


def _ratings(ratings: Ratings, spread: float | None) -> Bars:
    """From five stars down to the least there is: whole stars always, parts of them where somebody gave them."""
    least = min(rating for rating, number in ratings.readings.items() if number)
    shown = {
        rating: number
        for rating, number in ratings.readings.items()
        if number or (rating > least and float(rating).is_integer())
    }
    bars = [Bar(show_stars(rating), shown[rating], rating=True) for rating in sorted(shown, reverse=True)]
    if ratings.unrated:
        bars.append(Bar("no rating", ratings.unrated, unknown=True))
    several = sum(ratings.readings.values()) > 1 and ratings.median is not None and spread is not None
    return Bars("Ratings", f"median {ratings.median:g}, standard deviation {spread:.2f}" if several else "", bars)


def _authors(authors: Authors, average: float | None) -> Iterator[Section]:
    if often := [each for each in authors.most_read if each.readings > 1]:
        yield Bars("Most read", f"of {pluralize(authors.authors, 'author')}", [_author(each) for each in often])
    if loved := [each for each in authors.best_loved if (each.rating or 0) >= (average or 0)]:
        about = f"above your average, in at least {LEAST_RATED} rated readings"
        yield Lines("Best loved", about, [_loved(each) for each in loved])
    if years := [each for each in authors.by_year if each.new + each.known + each.unsure]:
        about = f"the last {MOST_YEARS} of {len(years)} years" if len(years) > MOST_YEARS else ""
        yield Bars("New authors", about, [_year(each) for each in years[-MOST_YEARS:]], ("new", "read before"))


def _author(author: Author) -> Bar:
    stars = f"★ {author.rating:.2f}" if author.rating is not None else ""
    return Bar(author.name, author.readings, stars=stars)


def _loved(author: Author) -> Line:
    assert author.rating is not None
    rest = f" of {author.readings:,}" if author.readings > author.rated else ""
    return Line(authors=author.name, stars=f"★ {author.rating:.2f}", words=f"{author.rated:,}{rest} rated")


def _year(authors: NewAuthors) -> Bar:
    unsure = f"and {authors.unsure:,} perhaps" if authors.unsure else ""
    return Bar(str(authors.year), authors.new + authors.known + authors.unsure, doubt=unsure, part=authors.new)


def _long(lengths: Lengths) -> Iterator[Section]:
    if lengths.longest and lengths.shortest:
        ends = {"longest": lengths.longest, "shortest": lengths.shortest}
        if lengths.longest == lengths.shortest:
            del ends["shortest"]
        lines = [_named(each.reading, pluralize(each.pages, "page"), name) for name, each in ends.items()]
        yield Lines("Longest and shortest", "", lines)


def _times(times: Times) -> Iterator[Section]:
    if times.shortest and times.longest and times.median is not None:
        many = times.readings > 1
        ends = {"quickest": times.shortest, "slowest": times.longest} if many else {"": times.longest}
        middle = f"median {length(times.median)}, " if many else ""
        unknown = f"; {times.unknown:,} not known to the day" if times.unknown else ""
        about = f"{middle}of {pluralize(times.readings, 'reading')}{unknown}"
        lines = [_named(each.reading, length(each.days), name) for name, each in ends.items()]
        yield Lines("From start to finish", about, lines)


def length(days: float) -> str:
    """`12 days`, `11.5 days`, `the same day`: from a start to a finish."""
    return "the same day" if days == 0 else f"{days:g} {'day' if days == 1 else 'days'}"


def _rereads(rereads: Rereads) -> Lines:
    readings = pluralize(rereads.again + rereads.first, "reading")
    about = f"{rereads.again:,} of {readings}, {pluralize(rereads.books, 'book')}"
    if rereads.unsure:
        about += f"; {rereads.unsure:,} perhaps the first time"
    return Lines("Read again", about, [_named(each, f"{ordinal(each.nth_reading)} time") for each in rereads.named])


def _abandoned(abandoned: Abandoned) -> Lines:
    about = pluralize(abandoned.books, "book")
    if abandoned.readings > abandoned.books:
        about = f"{pluralize(abandoned.readings, 'reading')} of {about}"
    if 0 < abandoned.unknown < abandoned.readings:
        about += f"; of {abandoned.unknown:,} it is not known where"
    lines = [_named(each.reading, position_text(each.at, each.pages) if each.at else "") for each in abandoned.named]
    return Lines("Abandoned", about, lines, numbers=False)


def _named(row: ListedReading, words: str, before: str = "") -> Line:
    return Line(before, row.title, row.authors or "", words=words)
