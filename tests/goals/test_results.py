from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.goals.results import Pace, compute_pace

GOALS = st.integers(1, 400)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("today", "expected", "days_left", "weeks_left"),
    [
        (date(2026, 1, 1), 0, 364, 52),
        (date(2026, 11, 22), 36, 39, 6),
        (date(2026, 12, 24), 39, 7, 1),
        (date(2026, 12, 31), 40, 0, 0),
        (date(2024, 2, 29), 7, 306, 44),
        (date(2024, 12, 31), 40, 0, 0),
    ],
)
def test_a_goal_is_spread_evenly_over_the_days(today: date, expected: int, days_left: int, weeks_left: int) -> None:
    """A leap year has one more; the last day expects all of it."""
    found = compute_pace(40, 31, today)
    assert found == Pace(today.year, 40, 31, expected, 31 - expected, 9, days_left, weeks_left)


@given(GOALS, st.integers(0, 500), DAYS)
def test_a_pace_is_the_nearest_whole_number_of_books(goal: int, finished: int, today: date) -> None:
    """No more than half a book from the exact share of the days that are gone, today among them."""
    found = compute_pace(goal, finished, today)
    days = (date(today.year, 12, 31) - date(today.year - 1, 12, 31)).days
    assert abs(found.expected - goal * (days - found.days_left) / days) <= 0.5
    assert today + timedelta(found.days_left) == date(today.year, 12, 31)
    assert found.ahead == finished - found.expected
    assert found.remaining == max(goal - finished, 0)


@given(GOALS, DAYS)
def test_a_pace_never_slackens(goal: int, today: date) -> None:
    """Tomorrow no fewer books are expected, within a year."""
    tomorrow = today + timedelta(1)
    if tomorrow.year == today.year:
        assert 0 <= compute_pace(goal, 0, tomorrow).expected - compute_pace(goal, 0, today).expected <= goal // 365 + 1


def test_a_year_that_is_over_expects_all_and_one_to_come_nothing() -> None:
    """Whatever day it is."""
    assert compute_pace(40, 44, date(2026, 11, 22), 2025) == Pace(2025, 40, 44, 40, 4, 0, 0, 0)
    assert compute_pace(40, 0, date(2026, 11, 22), 2027) == Pace(2027, 40, 0, 0, 0, 40, 365, 52)
