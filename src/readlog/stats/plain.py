"""Statistics in a pipe: tab-separated lines, one for each group or for each fact."""

from collections.abc import Iterator

from readlog.readings.results import ListedReading
from readlog.stats.results import Authors, Group, Sections, Statistics
from readlog.ui.plain_lines import put_rows

Row = tuple[object, ...]


def put_groups(statistics: Statistics) -> None:
    """Print one line per group: the fields of `Group` in their order."""
    put_rows(map(_group, statistics.groups))


def put_statistics(statistics: Statistics) -> None:
    """Print everything; each line starts with its section and a label. `docs/stats.md` documents the columns."""
    groups = ((statistics.by, *_group(group)) for group in statistics.groups)
    put_rows([("all", *_group(statistics.total)), *groups])
    if statistics.sections:
        put_rows(_sections(statistics.sections))


def _group(group: Group) -> Row:
    return (*group[:5], _round(group.rating), group.rated, _round(group.spread), *group[8:])


def _round(rating: float | None) -> float | None:
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
    yield from (_reading("abandoned", each.reading, each.at) for each in abandoned.named)
    yield "reread", None, *rereads[:4]
    yield from (_reading("reread", each, each.nth_reading) for each in rereads.named)


def _authors(authors: Authors) -> Iterator[Row]:
    for section, people in (("most-read", authors.most_read), ("best-loved", authors.best_loved)):
        yield from ((section, *one[:3], _round(one.rating), one.rated) for one in people)
    yield from (("new-authors", *each) for each in authors.by_year)


def _extremes(sections: Sections) -> Iterator[Row]:
    lengths, times = sections.lengths, sections.times
    for name, book in (("longest", lengths.longest), ("shortest", lengths.shortest)):
        if book:
            yield _reading(name, book.reading, book.pages)
    yield "days", None, times.median, times.readings, times.unknown
    for name, time in (("quickest", times.shortest), ("slowest", times.longest)):
        if time:
            yield _reading(name, time.reading, time.days)


def _reading(section: str, reading: ListedReading, value: object) -> Row:
    return section, reading.title, value, reading.id, reading.authors
