from tests.screen import drawn

from readlog.goals.results import Goal
from readlog.overview.plain import put_overview
from readlog.overview.results import Anniversary, Overview
from readlog.quotes.results import BookQuote
from readlog.readings.results import ListedReading

DUNE = ListedReading(1, "finished", None, "2012-03", 4.0, "Dune", "Frank Herbert")


def test_every_section_is_a_tab_separated_line() -> None:
    """Each line has its label, and seven columns if it is about a reading; nothing is cut."""
    now = DUNE._replace(status="reading", started="2026-11-02", position="133", pages=224)
    quote = BookQuote(1, "Memoirs", ("Victor Serge",), "One,\nor ||two||.", "443")
    overview = Overview(9, [now], [], DUNE, DUNE, Goal(2026, None, 1204, None), [Anniversary(DUNE, "So.")], quote)
    assert drawn(lambda: put_overview(overview)) == [
        "Reading\tsince 2 November 2026\t\t1\tDune\tFrank Herbert\tp. 133 of 224",
        "Next\t\t\t1\tDune\tFrank Herbert\t",
        "Finished\tMarch 2012\t★★★★\t1\tDune\tFrank Herbert\t",
        "2026\t1,204 finished",
        "On this day\t2012\t★★★★\t1\tDune\tFrank Herbert\tSo.",
        "Quote\tp. 443\t\t1\tMemoirs\tVictor Serge\tOne, or ░░░░░░░░.",
    ]
