from datetime import date

import pytest

from readlog.readings.results import ListedReading
from readlog.stats.chart_data import (
    BarChart,
    ItemList,
    YearCalendar,
    build_charts,
    date_uncertainty,
    days_in_words,
    group_label,
    summarize,
)
from readlog.stats.results import (
    AbandonedReading,
    AbandonedReadings,
    Author,
    Authors,
    BookLength,
    BookLengths,
    Calendar,
    Group,
    NewAuthors,
    Ratings,
    ReadingTime,
    ReadingTimes,
    Rereads,
    Sections,
    Statistics,
)

TODAY = date(2026, 11, 22)
NOTHING = Sections(
    Ratings({}, 0, None),
    None,
    Authors(0, [], [], []),
    BookLengths(None, None),
    ReadingTimes(0, 0, None, None, None),
    AbandonedReadings(0, 0, 0, []),
    Rereads(0, 0, 0, 0, []),
)
DUNE = ListedReading(1, "finished", None, "2026", 4.0, "Dune", "Frank Herbert", 2)


def bars(statistics: Statistics) -> list[tuple[str, int, str]]:
    """Label, number and uncertainty of each bar of the groups."""
    chart = build_charts(statistics, TODAY).sections[0]
    assert isinstance(chart, BarChart)
    return [(bar.label, bar.number, bar.uncertainty) for bar in chart.bars]


def by_year(*groups: Group) -> Statistics:
    """Statistics by year, with empty sections."""
    return Statistics(Group(), "year", list(groups), sections=NOTHING)


def test_sums_say_what_is_not_known() -> None:
    """How many have no pages; and no date, where no bar tells of it."""
    whole = Group(None, 812, 745, 241_380, 12, 3.8612, 640, without_date=402)
    assert summarize(Statistics(whole, "author", [], None, 1988, 2026)) == [
        "812 readings of 745 books, 1988 to 2026",
        "★ 3.86 on average (640 rated)",
        "241,380 pages (12 without a number)",
        "402 of them without a date",
    ]
    assert summarize(Statistics(Group(None, 1, 1), "year", [], 2026, 2026, 2026)) == ["1 reading of 1 book in 2026"]
    assert summarize(Statistics(Group(), "month", [], 2026)) == ["Nothing finished in 2026"]
    assert summarize(Statistics(Group(None, 2, 1, without_date=2), "year", [])) == ["2 readings of 1 book"]
    assert summarize(Statistics(Group(None, 2, 1), "year", [], None, 2012, 2012)) == ["2 readings of 1 book in 2012"]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (Group("2012", 41), ""),
        (Group("2012", 41, without_month=6), "6 of them without a month"),
        (Group("2012", 41, without_month=41, about=2), "all without a month, 2 only about then"),
        (Group("2012", 41, without_month=6, about=2), "6 of them without a month, 2 only about then"),
        (Group("2012", 41, about=2), "2 of them only about then"),
        (Group("2012", 1, without_month=1), "without a month"),
    ],
)
def test_uncertainty_says_of_how_many_dates(group: Group, said: str) -> None:
    """Of some, of all, or of the one there is."""
    assert date_uncertainty(group) == said


@pytest.mark.parametrize(
    ("by", "value", "said"),
    [
        ("year", "2012", "2012"),
        ("year", None, "no date"),
        ("month", "2012-03", "2012-03"),
        ("month", "2012", "2012, no month"),
        ("rating", 4.5, "★★★★½"),
        ("rating", None, "no rating"),
        ("tag", None, "no tag"),
        ("language", None, "unknown"),
        ("decade", 1990, "1990s"),
        ("decade", -700, "700s BC"),
        ("decade", -1, "0s BC"),
        ("author", "Victor Serge", "Victor Serge"),
    ],
)
def test_groups_have_names(by: str, value: str | float | None, said: str) -> None:
    """As a reader would call them; also those that have no label."""
    assert group_label(by, value) == said


def test_years_without_anything_are_a_gap() -> None:
    """In one line where there are many; this year has some weeks left."""
    years = [Group(str(year), int(year in (1991, 1993, 2012))) for year in range(1991, 2013)]
    assert bars(by_year(*years)) == [("1991", 1, ""), ("1992", 0, ""), ("1993", 1, ""), ("1994–2011", 0, ""), ("2012", 1, "")]  # fmt: skip
    assert bars(by_year(Group("2026", 3, without_month=1), Group(None, 9))) == [
        ("2026", 3, "6 weeks to go, 1 of them without a month"),
        ("no date", 9, ""),
    ]
    chart = build_charts(by_year(Group(None, 9)), TODAY).sections[0]
    assert isinstance(chart, BarChart)
    assert chart.bars[0].is_unknown


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 1, 1), "52 weeks to go"),
        (date(2026, 12, 17), "2 weeks to go"),
        (date(2026, 12, 18), "13 days to go"),
        (date(2026, 12, 30), "1 day to go"),
        (date(2026, 12, 31), ""),
    ],
)
def test_the_end_of_the_year_is_near(today: date, said: str) -> None:
    """In weeks, then in days."""
    chart = build_charts(by_year(Group("2026", 3)), today).sections[0]
    assert isinstance(chart, BarChart)
    assert chart.bars[0].uncertainty == said


def test_months_have_names_and_none_is_to_come() -> None:
    """In a year; through the years they are numbers, with the year that has no month behind its own."""
    months = [Group(f"2026-{month:02}", int(month == 3)) for month in range(1, 13)] + [Group("2026", 2)]
    shown = bars(Statistics(Group(), "month", months, 2026))
    assert [label for label, _, _ in shown][:3] == ["January", "February", "March"]
    assert [label for label, _, _ in shown][-2:] == ["November", "no month"]
    (latest,) = build_charts(Statistics(Group(), "month", months[:12], 2026), TODAY, 1).sections
    assert isinstance(latest, BarChart)
    assert [bar.label for bar in latest.bars] == ["November"]
    shown = bars(Statistics(Group(), "month", [Group("2012-03", 1), Group("2012", 2)]))
    assert [label for label, _, _ in shown] == ["2012-03", "2012, no month"]


def test_what_is_counted_by_has_stars_and_pages() -> None:
    """And pages say of how many they are not known."""
    chart = build_charts(Statistics(Group(), "author", [Group("Serge", 4, 2, 1728, 1, 4.125, 4)]), TODAY).sections[0]
    assert isinstance(chart, BarChart)
    assert chart.bars[0][2:5] == ("★ 4.12", "1,728 pages (1 without)", "")


def test_nothing_is_no_section() -> None:
    """No heading stands alone."""
    assert build_charts(by_year(), TODAY).sections == []
    once = NOTHING._replace(calendar=Calendar(2026, {}, 3), rereads=Rereads(3, 0, 0, 0, []))
    assert build_charts(Statistics(Group(), "month", [], 2026, sections=once), TODAY).sections == []


def test_every_section_has_its_words() -> None:
    """What matters first comes first."""
    everything = Sections(
        Ratings({quarter / 4: int(quarter in (8, 18)) for quarter in range(1, 21)}, 3, 3.25),
        Calendar(2026, {"2026-03-17": 2}, 7),
        Authors(
            2,
            [Author("Victor Serge", 4, 2, 4.125, 4), Author("Nobody", 1, 1, None, 0)],
            [Author("Victor Serge", 5, 2, 4.125, 4), Author("Another", 2, 2, 2.0, 2)],
            [NewAuthors(2026, 1, 2, 3)],
        ),
        BookLengths(BookLength(DUNE, 412), BookLength(DUNE._replace(title="Emma"), 1)),
        ReadingTimes(2, 5, 11.5, ReadingTime(DUNE, 0), ReadingTime(DUNE, 12)),
        AbandonedReadings(3, 2, 1, [AbandonedReading(DUNE, "40", 628), AbandonedReading(DUNE, None, None)]),
        Rereads(3, 2, 1, 1, [DUNE]),
    )
    whole = Group(None, 5, 3, rating=3.25, rated=2, spread=1.25)
    days, ratings, read, loved, new, long, times, again, left = build_charts(
        Statistics(whole, "month", [], 2026, sections=everything), TODAY
    ).sections
    assert isinstance(days, YearCalendar)
    assert days.about == "7 readings not known to the day"
    assert isinstance(ratings, BarChart)
    assert [(bar.label, bar.number) for bar in ratings.bars] == [
        ("★★★★★", 0), ("★★★★½", 1), ("★★★★", 0), ("★★★", 0), ("★★", 1), ("no rating", 3),
    ]  # fmt: skip
    assert ratings.about == "median 3.25, standard deviation 1.25"
    assert isinstance(read, BarChart)
    assert [bar.stars for bar in read.bars] == ["★ 4.12"]
    assert isinstance(loved, ItemList)
    assert [line.words for line in loved.items] == ["4 of 5 rated"]
    assert isinstance(new, BarChart)
    assert [(bar.number_text, bar.uncertainty) for bar in new.bars] == [("1 of 6", "and 3 perhaps")]
    named = [(section.about, [(line.label, line.words) for line in section.items]) for section in (long, times, again, left) if isinstance(section, ItemList)]  # fmt: skip
    assert named == [
        ("", [("longest", "412 pages"), ("shortest", "1 page")]),
        ("median 11.5 days, of 2 readings; 5 not known to the day", [("quickest", "the same day"), ("slowest", "12 days")]),
        ("2 of 5 readings, 1 book; 1 perhaps the first time", [("", "2nd time")]),
        ("3 readings of 2 books; of 1 it is not known where", [("", "p. 40 of 628"), ("", "")]),
    ]  # fmt: skip


def test_one_reading_is_not_the_slowest() -> None:
    """Nor in the middle of anything: it is named, with its days."""
    sections = NOTHING._replace(times=ReadingTimes(1, 5, 12, ReadingTime(DUNE, 12), ReadingTime(DUNE, 12)))
    times = build_charts(Statistics(Group(), "year", [], sections=sections), TODAY).sections[-1]
    assert isinstance(times, ItemList)
    assert times.about == "of 1 reading; 5 not known to the day"
    assert [(line.label, line.words) for line in times.items] == [("", "12 days")]


def test_days_are_counted_as_they_are_said() -> None:
    """From a start to a finish."""
    assert [days_in_words(0), days_in_words(1), days_in_words(11.5), days_in_words(412)] == [
        "the same day",
        "1 day",
        "11.5 days",
        "412 days",
    ]
