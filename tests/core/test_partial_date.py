from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.core.partial_date import FIRST_YEAR, LAST_YEAR, PartialDate, check_date_order, check_not_future

YEARS = st.integers(FIRST_YEAR, LAST_YEAR)
DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
DATES = st.one_of(
    st.builds(PartialDate, YEARS, is_approximate=st.booleans()),
    st.builds(PartialDate, YEARS, st.integers(1, 12), is_approximate=st.booleans()),
    st.builds(PartialDate, YEARS, st.integers(21, 24), is_approximate=st.booleans()),
    DAYS.map(PartialDate.from_date),
)


@pytest.mark.parametrize(
    ("edtf", "said", "short"),
    [
        ("2012", "2012", "2012"),
        ("2012-03", "March 2012", "2012-03"),
        ("2012-03-07", "7 March 2012", "2012-03-07"),
        ("2012~", "about 2012", "~2012"),
        ("2012-22", "summer 2012", "summer 2012"),
        ("2012-03~", "about March 2012", "~2012-03"),
    ],
)
def test_a_date_is_shown_as_it_was_said(edtf: str, said: str, short: str) -> None:
    """No month and no day appears that nobody gave."""
    when = PartialDate.from_edtf(edtf)
    assert (when.edtf, when.long_text(), when.short_text()) == (edtf, said, short)


@given(DATES)
def test_a_date_survives_being_stored(when: PartialDate) -> None:
    """EDTF text and back is the same date."""
    assert PartialDate.from_edtf(when.edtf) == when


@pytest.mark.parametrize(
    "text", ["", "2012-13", "2012-02-30", "2012-00", "0212", "2012-3", "2012~~", "x", "2012-22-01", "2012-2"]
)
def test_what_is_not_in_the_calendar_is_refused(text: str) -> None:
    """A thirteenth month, a 30 February, a season with a day."""
    with pytest.raises(BadInput):
        PartialDate.from_edtf(text)


@given(DATES)
def test_a_date_covers_the_days_it_can_be(when: PartialDate) -> None:
    """From `first` up to, but not including, `after`: a day, a month, or a year."""
    days = (when.day_after - when.first_day).days
    assert days in ({1} if when.day else {28, 29, 30, 31} if when.calendar_month else {365, 366})


@given(DATES, DAYS)
def test_containment_is_exact(when: PartialDate, day: date) -> None:
    """A date contains a day exactly if every part of it that is known is that day's."""
    known = (when.year, when.calendar_month, when.day)
    expected = all(part in (None, own) for part, own in zip(known, (day.year, day.month, day.day), strict=True))
    assert when.contains(PartialDate.from_date(day)) == expected


@given(DATES, DATES, DATES)
def test_the_order_is_total(one: PartialDate, two: PartialDate, three: PartialDate) -> None:
    """Exactly one of before, equal, after; and what is before something before something is before it."""
    assert [one < two, one == two, two < one].count(True) == 1
    assert not (one < two < three) or one < three


@given(DATES, DATES)
def test_what_surely_came_first_sorts_first(one: PartialDate, two: PartialDate) -> None:
    """Where all that a date can be lies before all that another can be, so does the date."""
    assume(one.day_after <= two.first_day)
    assert one < two


def test_seasons_sort_among_the_months_they_begin_in() -> None:
    """Spring of a year before its summer, before its autumn, before the year after."""
    texts = ["2012", "2012-01", "2012-21", "2012-05", "2012-22", "2012-23", "2012-24", "2013"]
    assert sorted(map(PartialDate.from_edtf, reversed(texts))) == list(map(PartialDate.from_edtf, texts))


def test_a_season_has_no_month() -> None:
    """Summer is July in Brussels and January in Santiago: only the year is certain."""
    summer = PartialDate.from_edtf("2012-22")
    assert summer.calendar_month is None
    assert (summer.first_day, summer.day_after) == (date(2012, 1, 1), date(2013, 1, 1))


def test_finished_before_started_is_refused_only_where_it_is_sure() -> None:
    """A book started in March 2012 may be finished in 2012, and not in February."""
    started = PartialDate.from_edtf("2012-03")
    check_date_order(started, PartialDate.from_edtf("2012"))
    check_date_order(started, None)
    with pytest.raises(BadInput, match="2012-02 is before the start, 2012-03"):
        check_date_order(started, PartialDate.from_edtf("2012-02"))


def test_only_what_lies_wholly_ahead_is_the_future() -> None:
    """The year that it is is not the future, next month is."""
    today = date(2026, 11, 22)
    check_not_future(PartialDate.from_edtf("2026"), today)
    check_not_future(PartialDate.from_date(today), today)
    for ahead in (PartialDate.from_edtf("2026-12"), PartialDate.from_date(today + timedelta(days=1))):
        with pytest.raises(BadInput, match="in the future"):
            check_not_future(ahead, today)
