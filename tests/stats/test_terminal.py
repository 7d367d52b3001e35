from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from rich.cells import cell_len
from tests.charts import charts, years
from tests.given import CONTROLS
from tests.screen import drawn, without_colours

from readlog.stats.chart_data import Bar, BarChart, Charts, ItemList, ListItem, YearCalendar
from readlog.stats.terminal import show_charts


def page(*sections: BarChart | YearCalendar | ItemList, width: int = 80) -> list[str]:
    """What is below the sums of charts of these sections, without blank lines."""
    lines = drawn(lambda: show_charts(Charts("", ["2 readings"], list(sections))), width)
    return [line for line in lines[1:] if line]


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@settings(max_examples=15)
@given(shown=charts())
def test_charts_never_wrap(width: int, shown: Charts) -> None:
    """No line is as wide as the terminal, whatever the titles are; and nothing in them moves the cursor."""
    lines = drawn(lambda: show_charts(shown, "One year: readlog stats 2026"), width)
    assert max(map(cell_len, lines)) < width
    assert not set("".join(map(without_colours, lines))) & set(CONTROLS)


@settings(max_examples=15)
@given(shown=charts())
def test_charts_are_the_same_without_colour(shown: Charts) -> None:
    """What a colour says is said by words or shades too: not a sign is different."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TTY_COMPATIBLE", "1")
        environment.setenv("TERM", "xterm-256color")
        coloured = drawn(lambda: show_charts(shown))
        environment.setenv("NO_COLOR", "1")
        plain = drawn(lambda: show_charts(shown))
    assert [without_colours(line) for line in coloured] == [without_colours(line) for line in plain]


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@settings(max_examples=15)
@given(shown=charts())
def test_no_uncertainty_is_left_out(width: int, shown: Charts) -> None:
    """Beside its bar or below, however narrow the terminal is."""
    words = " ".join(" ".join(drawn(lambda: show_charts(shown), width)).split())
    bars = [bar for section in shown.sections if isinstance(section, BarChart) for bar in section.bars]
    assert all(bar.uncertainty in words for bar in bars)
    assert all(bar.number_text in words for bar in bars)


def test_a_bar_is_as_long_as_its_number() -> None:
    """To an eighth of a column; nothing has none, something has some, and few readings have short ones."""
    bars = [Bar("a", 240), Bar("b", 120), Bar("c", 1), Bar("d", 0), Bar("e", 500, is_unknown=True)]
    assert page(BarChart("", "", bars)) == [
        "a  ██████████████████████████████  240",
        "b  ███████████████                 120",
        "c  ▏                                 1",
        "d                                    0",
        "e                                  500",
    ]
    assert page(BarChart("", "", [Bar("a", 2), Bar("b", 1)])) == ["a  ████████  2", "b  ████      1"]


def test_what_is_new_is_drawn_stronger() -> None:
    """And some of each is seen where there is some of each."""
    bars = [Bar("2025", 30, part=20, uncertainty="and 2 perhaps"), Bar("2026", 30, part=1), Bar("2027", 2, part=0)]
    assert page(BarChart("New authors", "", bars, ("new", "read before"))) == [
        "New authors   █ new  ░ read before",
        "2025  ████████████████████░░░░░░░░░░  20 of 30   and 2 perhaps",
        "2026  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   1 of 30",
        "2027  ░░                                0 of 2",
    ]


def test_a_narrow_terminal_drops_what_is_least() -> None:
    """First pages, then the doubt goes below, and the stars go last."""
    bar = Bar("2012", 40, stars="★ 4.12", pages="1,728 pages", uncertainty="6 of them without a month")
    shown = {width: page(BarChart("", "", [bar]), width=width) for width in (80, 60, 40, 26)}
    assert [line.split()[3:] for line in shown[80]] == [["★", "4.12", "1,728", "pages", *bar.uncertainty.split()]]
    assert [line.split()[3:] for line in shown[60]] == [["★", "4.12", *bar.uncertainty.split()]]
    assert [" ".join(line.split()[3:]) for line in shown[40]] == ["★ 4.12", "without a month"]
    assert "★" not in shown[26][0]


@settings(max_examples=25)
@given(year=years())
@example(YearCalendar("Days", "", 2028, {"2028-01-01": 1, "2028-12-31": 2}, date(2030, 1, 1)))
def test_each_day_stands_in_its_week(year: YearCalendar) -> None:
    """Weeks are columns and begin on Monday; what is to come is blank, but for what was noted of it."""
    _, months, *rows, legend = drawn(lambda: show_charts(Charts("", ["2 readings"], [year])), 60)[2:]
    assert legend.strip() == "▒ 1  ▓ 2  █ 3 or more"
    first = date(year.year, 1, 1)
    monday = first - timedelta(first.weekday())
    for number in range(366):
        day = first + timedelta(number)
        if day.year == year.year:
            column = 4 + (day - monday).days // 7
            sign = rows[day.weekday()].ljust(60)[column]
            finished = year.days.get(day.isoformat(), 0)
            assert sign == ("·▒▓█"[min(finished, 3)] if finished or day <= year.today else " ")
            if day.day == 1:
                assert months[column : column + 3] == day.strftime("%b")


@pytest.mark.parametrize(("width", "pieces", "step"), [(140, 1, 2), (80, 1, 1), (60, 1, 1), (40, 2, 1), (26, 3, 1)])
def test_a_year_is_cut_where_a_terminal_is_narrow(width: int, pieces: int, step: int) -> None:
    """Into pieces below each other; where there is room, a week takes two columns."""
    days = {f"2025-{month:02}-15": 1 for month in range(1, 13)}
    lines = page(YearCalendar("Days", "", 2025, days, date(2026, 1, 1)), width=width)[1:-1]
    assert len(lines) == 8 * pieces
    assert "".join(lines).count("▒") == 12
    assert ("· ·" in lines[1]) == (step == 2)


def test_what_is_named_stands_in_columns() -> None:
    """Numbers below each other at the right, places beginning alike, and below the title where it is narrow."""
    long = ListItem("longest", "War and Peace", "Leo Tolstoy", words="1,474 pages")
    short = ListItem("shortest", "雪国", "川端康成", words="84 pages")
    assert page(ItemList("Pages", "", [long, short])) == [
        "Pages",
        "longest   War and Peace, Leo Tolstoy  1,474 pages",
        "shortest  雪国, 川端康成                 84 pages",
    ]
    assert page(ItemList("Pages", "", [long]), width=32) == [
        "Pages",
        "longest  War and Peace, Leo To…",
        "         1,474 pages",
    ]
    left = ItemList(
        "Abandoned", "", [ListItem(title="A", words="p. 40 of 628"), ListItem(title="B", words="12 %")], numbers=False
    )
    assert page(left)[1:] == ["A  p. 40 of 628", "B  12 %"]


def test_sums_share_lines() -> None:
    """As many of them as fit, and never half of one."""
    shown = Charts(
        "", ["812 readings of 745 books, 1988 to 2026", "★ 3.86 on average (640 rated)", "241,380 pages"], []
    )
    assert drawn(lambda: show_charts(shown), 140)[0].count("   ") == 2
    assert drawn(lambda: show_charts(shown), 80) == [
        "812 readings of 745 books, 1988 to 2026   ★ 3.86 on average (640 rated)",
        "241,380 pages",
    ]
    assert len(drawn(lambda: show_charts(shown), 41)) == 3


def test_a_dumb_terminal_gets_the_same_page() -> None:
    """Without a single escape sequence."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TERM", "dumb")
        lines = page(BarChart("Ratings", "median 4", [Bar("★★★★★", 2, is_rating=True)]))
    assert lines == ["Ratings   median 4", "★★★★★  ████████  2"]
