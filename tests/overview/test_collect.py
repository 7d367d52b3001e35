import re
from contextlib import closing
from datetime import date, timedelta

import pytest
from tests.given import TODAY, make

from readlog.core.reading_record import KEYS
from readlog.journal import Journal
from readlog.overview.collect import collect_overview
from readlog.quotes.quote_of_the_day import quote_of_the_day
from readlog.storage.open_journal import open_for_reading, open_for_writing


def test_the_overview_has_the_present_and_this_day(journal: Journal) -> None:
    """What is being read, what was finished last, how many this year, and this day in other years."""
    journal.add(make("Now", status="reading", started="2026-11-02", pages=224, progress=[{"at": "133"}]))
    journal.add(make("Last", finished="2026-11-20", rating=4))
    journal.add(make("This year", finished="2026"))
    journal.add(make("Undated"))
    journal.add(make("Given up", status="abandoned", finished="2026-11-21"))
    journal.add(make("On this day", finished="2019-11-22", review="# Why\n\nSo ||it|| ended. And more."))
    journal.add(make("Longer ago", finished="1999-11-22"))
    journal.add(make("That month", finished="2019-11"))
    journal.add(make("Later", status="paused", started="2025"))
    seen = journal.overview()
    assert seen.readings == 9
    assert [(row.title, row.position, row.pages) for row in seen.reading_now] == [("Now", "133", 224)]
    assert [row.title for row in seen.paused] == ["Later"]
    assert seen.last_finished
    assert seen.last_finished.title == "Last"
    assert (seen.goal.year, seen.goal.finished, seen.goal.pace) == (2026, 2, None)
    assert [(row.title, words) for row, words in seen.on_this_day] == [
        ("On this day", "So ░░░░░░░░ ended."),
        ("Longer ago", None),
    ]
    assert (seen.next, seen.quote) == (None, None)


def test_the_next_is_what_lies_on_top_of_the_pile(journal: Journal) -> None:
    """Of the wants; where nobody has made a pile, the one that was wanted first."""
    assert journal.overview().next is None
    for title in ("Never piled", "Wanted later"):
        journal.add(make(title, status="to-read"))
    first = journal.overview().next
    assert first
    assert first.title == "Never piled" == next(iter(journal.list("status:to-read", sort="pile").rows)).title
    for title, height in (("Below", 1), ("Top", 5)):
        journal.add(make(title, status="to-read", pile=height))
    read = journal.add(make("Read"))
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("UPDATE readings SET pile = 9 WHERE id = ?", (read,))
    top = journal.overview().next
    assert top
    assert top.title == "Top"


def test_what_there_is_no_room_for_is_counted(journal: Journal) -> None:
    """Of what is being read and of what was laid aside; as JSON all of it is there."""
    for number in range(5):
        journal.add(make(f"Now {number}", status="reading", started=f"2026-11-0{number + 1}"))
        journal.add(make(f"Aside {number}", status="paused"))
    seen, record = journal.overview(), journal.overview_record()
    assert [row.title for row in seen.reading_now] == ["Now 4", "Now 3", "Now 2"]
    assert (len(seen.paused), seen.more_reading, seen.more_paused) == (2, 2, 3)
    assert (len(record["reading"]), len(record["paused"])) == (5, 5)


def test_on_this_day_is_what_was_finished(journal: Journal) -> None:
    """What was given up on that day is no memory of a book."""
    journal.add(make("Left", status="abandoned", finished="2012-11-22"))
    assert journal.overview().on_this_day == []


def test_a_goal_has_its_pace(journal: Journal) -> None:
    """By today, of the year that it is."""
    journal.add(make("This year", finished="2026"))
    journal.set_goal(2026, 40)
    journal.set_goal(2025, 1)
    pace = journal.overview().goal.pace
    assert pace
    assert (pace.goal, pace.finished, pace.expected) == (40, 1, 36)


def test_the_quote_is_the_quote_of_the_day(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every day, with its book."""
    monkeypatch.setenv("READLOG_NOW", "2026-11-20T12:00:00+00:00")
    journal.add(make(authors=["A", "B"], quotes=[{"text": f"Number {n}.", "page": str(n)} for n in range(7)]))
    for number in range(5):
        day: date = TODAY + timedelta(number)
        monkeypatch.setenv("READLOG_NOW", f"{day}T12:00:00+00:00")
        with closing(open_for_reading(journal.path)) as connection:
            expected = quote_of_the_day(connection, day)
        quote = journal.overview().quote
        assert quote
        assert quote == expected
        assert (quote.reading_id, quote.title, quote.authors) == (1, "Conquered City", ("A", "B"))


def test_the_record_of_the_overview_has_whole_records(journal: Journal) -> None:
    """The same keys whatever there is, and each reading as everywhere."""
    keys = ["readings", "reading", "paused", "next", "last_finished", "year", "on_this_day", "quote"]
    empty = journal.overview_record()
    assert list(empty) == keys
    assert (empty["readings"], empty["reading"], empty["last_finished"], empty["quote"]) == (0, [], None, None)
    journal.add(make("Now", status="reading"))
    journal.add(make("Then", finished="2019-11-22", quotes=["So."]))
    full = journal.overview_record()
    assert [list(full["reading"][0]), list(full["last_finished"]), list(full["on_this_day"][0])] == [KEYS] * 3
    assert (full["year"]["year"], full["year"]["finished"], full["year"]["goal"]) == (2026, 0, None)
    assert (full["quote"]["text"], full["quote"]["reading_id"]) == ("So.", 2)


def test_a_large_journal_is_seen_by_its_indexes(journal: Journal) -> None:
    """No statement of the overview reads a table from end to end, or sorts what was ever finished."""
    journal.add(make("Now", status="reading", quotes=["q"]))
    statements: list[str] = []
    with closing(open_for_reading(journal.path)) as connection:
        connection.set_trace_callback(statements.append)
        collect_overview(connection, TODAY)
        connection.set_trace_callback(None)
        plans = [
            step[3]
            for sql in statements
            if sql.lstrip().startswith("SELECT")
            for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]
    assert len(plans) > 20
    assert [step for step in plans if re.match(r"SCAN (?!\(|json_each|value)", step) and "INDEX" not in step] == []


def test_everything_is_counted(journal: Journal) -> None:
    """Readings, books, reviews, quotes, people, tags."""
    journal.add(make("A", authors=["X", "Y"], review="r", quotes=["q", "p"], tags=["t"]))
    journal.add(make("A", authors=["X"]), again=True)
    assert tuple(journal.counts()) == (2, 1, 1, 2, 2, 1)
