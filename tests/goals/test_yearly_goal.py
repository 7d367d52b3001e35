import pytest
from tests.given import make

from readlog.core.errors import NotFound
from readlog.journal import Journal


def test_a_year_has_one_goal(journal: Journal) -> None:
    """It can be set anew and taken away, and each of these be undone."""
    journal.set_goal(2026, 40)
    journal.set_goal(2025, 12)
    journal.set_goal(2026, 52)
    assert (journal.goal(2026).goal, journal.goal(2025).goal, journal.goal(2024).goal) == (52, 12, None)
    journal.set_goal(2026, None)
    assert journal.goal(2026).goal is None
    journal.undo()
    assert journal.goal(2026).goal == 52
    journal.undo(redo=True)
    assert journal.goal(2026).goal is None
    assert [each.command for each in journal.history(0).rows][-4:] == ["goal"] * 4
    assert journal.goal(2025).goal == 12


def test_what_was_not_set_cannot_be_taken_away(journal: Journal) -> None:
    """And that is no operation; neither is the goal that there is."""
    with pytest.raises(NotFound, match="There is no goal for 2026"):
        journal.set_goal(2026, None)
    journal.set_goal(2026, 40)
    journal.set_goal(2026, 40)
    assert journal.history(0).total == 1


def test_counted_is_what_was_finished_in_the_year(journal: Journal) -> None:
    """However well its date is known, each reading; what was abandoned, or goes on, or has no date, is not."""
    for fields in (
        {"finished": "2026-01-01"},
        {"finished": "2026-12"},
        {"finished": "~2026"},
        {"finished": "summer 2026"},
        {"finished": "2025-12-31"},
        {"finished": "2026", "status": "abandoned"},
        {"started": "2026", "status": "reading"},
        {},
    ):
        journal.add(make("Dune", **fields), again=journal.counts().books > 0)
    journal.set_goal(2026, 40)
    found = journal.goal(2026)
    assert (found.finished, found.goal) == (4, 40)
    assert found.pace
    assert (found.pace.expected, found.pace.ahead, found.pace.remaining) == (36, -32, 36)
    assert journal.goal(2025).finished == 1
    assert journal.goal(2025).as_record() == {
        "year": 2025,
        "goal": None,
        "finished": 1,
        "expected": None,
        "ahead": None,
        "remaining": None,
        "days_left": None,
        "weeks_left": None,
    }
