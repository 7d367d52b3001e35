"""Charts, for properties: any words in them, few bars and many, numbers of every size."""

from datetime import date

from hypothesis import strategies as st

from readlog.stats.chart_data import Bar, BarChart, Charts, ItemList, ListItem, YearCalendar
from tests.list_rows import WORDS

TODAY = date(2026, 11, 22)
_DOUBT = st.sampled_from(["", "", "6 of them without a month", "1 of them without a month, 31 of them only about then"])
_STARS = st.sampled_from(["", "★ 4.62"])
_LABELS = st.sampled_from(["2012", "★★★★½", "no date"]) | WORDS


@st.composite
def _a_bar(draw: st.DrawFn, *, parts: bool) -> Bar:
    number = draw(st.sampled_from([0, 1, 2, 41, 12_345]))
    pages = draw(st.sampled_from(["", "1,728 pages (5 without)"]))
    part = draw(st.integers(0, number)) if parts else None
    unknown = draw(st.booleans())
    return Bar(draw(_LABELS), number, draw(_STARS), pages, draw(_DOUBT), part, draw(st.booleans()), unknown)


_BARS = st.booleans().flatmap(
    lambda parts: st.builds(
        BarChart,
        st.sampled_from(["", "Ratings"]),
        st.sampled_from(["", "median 4, standard deviation 0.83, and whatever else there is to say of them all"]),
        st.lists(_a_bar(parts=parts), min_size=1, max_size=5),
        st.just(("new", "read before") if parts else None),
    )
)
_NAMED = st.builds(ListItem, st.sampled_from(["", "longest"]), WORDS, WORDS, _STARS, st.just("1,474 pages") | WORDS)
LINES = st.builds(
    ItemList, st.just("Abandoned"), st.just("9 books"), st.lists(_NAMED, min_size=1, max_size=4), st.booleans()
)


@st.composite
def years(draw: st.DrawFn) -> YearCalendar:
    """A year in which something was finished on a few days."""
    year = draw(st.sampled_from([1000, 1999, 2000, 2024, 2026, 2028, 2999]))
    days = draw(st.dictionaries(st.dates(date(year, 1, 1), date(year, 12, 31)), st.integers(1, 9), max_size=9))
    return YearCalendar("Days", "", year, {day.isoformat(): number for day, number in days.items()}, TODAY)


def charts() -> st.SearchStrategy[Charts]:
    """All that can stand below each other."""
    sums = st.just(["8 readings of 6 books, 1991 to 2026", "★ 3.71 on average (7 rated)", "1,728 pages"])
    return st.builds(Charts, st.just("What I read"), sums, st.lists(_BARS | years() | LINES, max_size=4))
