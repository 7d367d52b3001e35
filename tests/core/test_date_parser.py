from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.test_partial_date import DATES, DAYS
from tests.given import TODAY

from readlog.core.date_parser import parse_date
from readlog.core.errors import BadInput
from readlog.core.partial_date import MONTH_NAMES, PartialDate


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2012", "2012"),
        ("2012-03", "2012-03"),
        ("2012-03-17", "2012-03-17"),
        ("2012/3/7", "2012-03-07"),
        ("20120317", "2012-03-17"),
        ("03/2012", "2012-03"),
        ("3.2012", "2012-03"),
        ("MARCH 17TH OF 2012", "2012-03-17"),
        ("ABOUT 2012", "2012~"),
        ("Two Weeks Ago", "2026-11-08"),
        ("twelve months ago", "2025-11"),
        ("a year ago", "2025"),
        ("March 2012", "2012-03"),
        ("mar 2012", "2012-03"),
        ("17 Mar 2012", "2012-03-17"),
        ("March 17, 2012", "2012-03-17"),
        ("17th of March 2012", "2012-03-17"),
        ("Saturday 17 March 2012", "2012-03-17"),
        ("~2012", "2012~"),
        ("about March 2012", "2012-03~"),
        ("circa 1999", "1999~"),
        ("2012~", "2012~"),
        ("2012-22", "2012-22"),
        ("summer 2012", "2012-22"),
        ("the autumn of 2012", "2012-23"),
        ("Fall 2012", "2012-23"),
        ("2012 winter", "2012-24"),
        ("~summer 2012", "2012-22~"),
        ("13/04/2012", "2012-04-13"),
        ("04/13/2012", "2012-04-13"),
        ("5.5.2012", "2012-05-05"),
        ("today", "2026-11-22"),
        ("yesterday", "2026-11-21"),
        ("friday", "2026-11-20"),
        ("last friday", "2026-11-20"),
        ("Last Sunday", "2026-11-15"),
        ("3 weeks ago", "2026-11-01"),
        ("a day ago", "2026-11-21"),
        ("2 months ago", "2026-09"),
        ("12 months ago", "2025-11"),
        ("3 years ago", "2023"),
        ("this year", "2026"),
        ("this month", "2026-11"),
        ("last month", "2026-10"),
        ("last year", "2025"),
    ],
)
def test_dates_are_understood_as_people_write_them(text: str, edtf: str) -> None:
    """Each form gives what it says, and no more."""
    assert parse_date(text, TODAY).edtf == edtf


def test_a_date_that_can_be_two_is_refused_with_both() -> None:
    """03/04 is in April or in March; the reader is shown how to say which."""
    with pytest.raises(BadInput) as refused:
        parse_date("03/04/2012", TODAY)
    assert str(refused.value) == ('"03/04/2012" could be 3 April or 4 March. Write 2012-04-03 or 2012-03-04.')


@pytest.mark.parametrize("text", ["17 March", "March", "mar 12", "friday in march", "3/4", "12", "'12", "17 mar 12"])
def test_a_date_without_a_year_is_refused(text: str) -> None:
    """Neither this year nor the last one is put in its place."""
    with pytest.raises(BadInput, match="Write 2012, 2012-03"):
        parse_date(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "2012-13",
        "2012-02-30",
        "30 Feb 2012",
        "31/04/2012",
        "31 April 2012",
        "2012-02-29-",
        "29 feb 2013",
        "0999",
        "3000",
        "9999 years ago",
    ],
)
def test_a_date_outside_the_calendar_is_refused(text: str) -> None:
    """And not moved to the nearest day that there is."""
    with pytest.raises(BadInput):
        parse_date(text, TODAY)


@pytest.mark.parametrize(
    "text",
    ["", "~", "soon", "when I was young", "2012-03-17T10:00", "march 2012 10:30", "10am 3 march 2012", "1709251200", "٢٠١٢", "２０１２",
     "march 2012 2013", "sunday 17 march 2012", "in 2012", "early 2012", "2012-W10", "2012031", "201203171", "13/2012", "20121301", "march" * 100, "march \x00 2012"],
)  # fmt: skip
def test_what_is_not_one_date_is_refused(text: str) -> None:
    """Times, other digits, two years, a weekday that it was not, and things that only look like dates."""
    with pytest.raises(BadInput):
        parse_date(text, TODAY)


def test_a_refusal_says_what_was_said() -> None:
    """In the reader's own spelling, not in ours."""
    with pytest.raises(BadInput, match='"Sunday 17 March 2012": 17 March 2012 was not a Sunday'):
        parse_date("Sunday 17 March 2012", TODAY)
    with pytest.raises(BadInput, match='"When I was Young" is not a date'):
        parse_date("When I was Young", TODAY)


@given(DATES)
def test_every_date_is_understood_in_the_words_that_show_it(when: PartialDate) -> None:
    """What the program prints, the program reads."""
    assert parse_date(when.long_text(), TODAY) == when
    assert parse_date(when.short_text(), TODAY) == when
    assert parse_date(when.edtf, TODAY) == when


@given(DAYS)
def test_written_days_are_exact(day: date) -> None:
    """`17 March 2012` in each of its orders is that day."""
    month = MONTH_NAMES[day.month - 1]
    for text in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month[:3]} {day.year}",
    ):
        assert parse_date(text, TODAY) == PartialDate.from_date(day)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["monday", "fri", "last sunday", "on wed"]))
def test_a_weekday_is_the_last_one_before_today(today: date, text: str) -> None:
    """Never today and never more than a week ago."""
    when = parse_date(text, today)
    assert today - timedelta(days=7) <= when.first_day < today
    assert when.first_day.strftime("%A").casefold().startswith(text.rsplit(maxsplit=1)[-1][:3])


@given(st.text())
def test_any_text_is_a_date_or_a_refusal(text: str) -> None:
    """Nothing that a person can type ends in another error, or in a date that is not in the calendar."""
    try:
        when = parse_date(text, TODAY)
    except BadInput:
        return
    assert PartialDate.from_edtf(when.edtf) == when


@given(st.lists(st.sampled_from("2012 17 3 03 march mar of the ~ about summer ago 3 weeks last friday today / - . , 04/05/2012 th pm".split()), max_size=6).map(" ".join))  # fmt: skip
def test_pieces_of_dates_in_any_order_are_a_date_or_a_refusal(text: str) -> None:
    """Nearly-dates are where parsers break."""
    try:
        parse_date(text, TODAY)
    except BadInput:
        return


def test_a_text_of_any_length_is_read_or_refused() -> None:
    """Not with a traceback, and in one line."""
    with pytest.raises(BadInput, match="is not a date"):
        parse_date("~" * 5_000 + "2012", TODAY)
