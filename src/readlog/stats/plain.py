"""Figures for pipes and files: tab-separated lines, a line a group, or a line for each thing that there is to say."""

from collections.abc import Iterator

from readlog.readings.results import ListedReading
from readlog.stats.results import Authors, Figures, Group, Sections
from readlog.ui.plain_lines import put_rows

Row = tuple[object, ...]


def put_groups(figures: Figures) -> None:
    """A line a group: label and counts, in the order of `Group`."""
    put_rows(map(_group, figures.groups))


def put_figures(figures: Figures) -> None:
    """All figures: each line begins with the name of its section and a label; `docs/stats.md` tells what follows."""
    put_rows([("all", *_group(figures.whole)), *((figures.by, *_group(group)) for group in figures.groups)])
    if figures.sections:
        put_rows(_sections(figures.sections))


def _group(group: Group) -> Row:
    return (*group[:5], _rounded(group.rating), group.rated, _rounded(group.spread), *group[8:])


def _rounded(rating: float | None) -> float | None:
    return None if rating is None else round(rating, 2)


def _sections(sections: Sections) -> Iterator[Row]:
    ratings, calendar, authors, _, _, abandoned, rereads = sections
    yield from (("rating", rating, count) for rating, count in ratings.readings.items() if count)
    yield "rating", None, ratings.unrated
    yield "rating", "median", ratings.median
    if calendar:
        yield from (("day", day, count) for day, count in calendar.days.items())
        yield "day", None, calendar.without_day
    yield from _authors(authors)
    yield from _extremes(sections)
    yield "abandoned", None, abandoned.readings, abandoned.books, abandoned.unknown
    yield from (_of("abandoned", each.reading, each.at) for each in abandoned.named)
    yield "reread", None, *rereads[:4]
    yield from (_of("reread", each, each.nth_reading) for each in rereads.named)


def _authors(authors: Authors) -> Iterator[Row]:
    for section, people in (("most-read", authors.most_read), ("best-loved", authors.best_loved)):
        yield from ((section, *one[:3], _rounded(one.rating), one.rated) for one in people)
    yield from (("new-authors", *each) for each in authors.by_year)


def _extremes(sections: Sections) -> Iterator[Row]:
    lengths, times = sections.lengths, sections.times
    for name, book in (("longest", lengths.longest), ("shortest", lengths.shortest)):
        if book:
            yield _of(name, book.reading, book.pages)
    yield "days", None, times.median, times.readings, times.unknown
    for name, spent in (("quickest", times.shortest), ("slowest", times.longest)):
        if spent:
            yield _of(name, spent.reading, spent.days)


def _of(section: str, reading: ListedReading, value: object) -> Row:
    """The section, the title, what is said of it, the id, the authors."""
    return section, reading.title, value, reading.id, reading.authors
