from tests.given import make

from readlog.journal import Journal


def test_the_overview_has_the_present_and_this_day(journal: Journal) -> None:
    """What is being read, what was finished last, how many this year, and this day in other years."""
    journal.add(make("Now", status="reading", started="2026-11-02"))
    journal.add(make("Last", finished="2026-11-20", rating=4))
    journal.add(make("This year", finished="2026"))
    journal.add(make("Undated"))
    journal.add(make("Given up", status="abandoned", finished="2026-11-21"))
    journal.add(make("On this day", finished="2019-11-22"))
    journal.add(make("Longer ago", finished="1999-11-22"))
    journal.add(make("That month", finished="2019-11"))
    seen = journal.overview()
    assert seen.readings == 8
    assert [row.title for row in seen.reading_now] == ["Now"]
    assert seen.last_finished
    assert seen.last_finished.title == "Last"
    assert (seen.year, seen.finished_this_year) == (2026, 2)
    assert [row.title for row in seen.on_this_day] == ["On this day", "Longer ago"]


def test_everything_is_counted(journal: Journal) -> None:
    """Readings, books, reviews, quotes, people, tags."""
    journal.add(make("A", authors=["X", "Y"], review="r", quotes=["q", "p"], tags=["t"]))
    journal.add(make("A", authors=["X"]), again=True)
    assert tuple(journal.counts()) == (2, 1, 1, 2, 2, 1)
