import json

import pytest
from tests.given import TODAY, make
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.goals.output import goal_sentence
from readlog.goals.results import Goal, compute_pace
from readlog.journal import Journal


def test_a_goal_is_set_shown_and_taken_away(cli: Cli, journal: Journal) -> None:
    """In a pipe: year, goal, finished, and how many it would be by today."""
    journal.add(make("Dune", finished="2026"))
    assert cli("goal") == ("", "No goal for 2026. Set one, as in: readlog goal 40\n", 0)
    assert cli("goal", "--year", "2025").stderr == "No goal for 2025. Set one, as in: readlog goal 40 --year 2025\n"
    assert cli("goal", "40") == ("2026\t40\t1\t36\n", "", 0)
    assert cli("goal", "--year", "2025", "12") == ("2025\t12\t0\t12\n", "", 0)
    assert cli("goal") == ("2026\t40\t1\t36\n", "", 0)
    assert cli("goal", "none") == ("", "No goal for 2026 any more.\n", 0)
    assert cli("goal", "none") == ("", "readlog: There is no goal for 2026.\n", 3)
    assert cli("undo").stderr == "Took back operation 4 (goal): goal\n"
    assert cli("goal").stdout == "2026\t40\t1\t36\n"


def test_a_goal_is_a_record(cli: Cli, journal: Journal) -> None:
    """With the same keys where there is none, and the goal that was just set."""
    journal.add(make("Dune", finished="2026"))
    record = json.loads(cli("goal", "40", "--json").stdout)
    assert record == {
        "year": 2026, "goal": 40, "finished": 1, "expected": 36, "ahead": -35, "remaining": 39, "days_left": 39,
        "weeks_left": 6,
    }  # fmt: skip
    none = json.loads(cli("goal", "--json", "--year", "2020").stdout)
    assert list(none) == list(record)
    assert set(none.values()) == {2020, 0, None}


@pytest.mark.parametrize("args", [("0",), ("-3",), ("many",), ("4.5",), ("40", "--year", "12"), ("--year", "next")])
def test_what_is_no_goal_is_said(cli: Cli, args: tuple[str, ...]) -> None:
    """And makes no journal."""
    assert cli("goal", *args).code == 2
    assert not cli.path.exists()


def test_a_person_is_told_in_words(program: Program, journal: Journal) -> None:
    """How far it has come, and the pace."""
    journal.add(make("Dune", finished="2026"))
    assert Terminal(program, "goal", "1").end() == "2026  1 book of 1: reached\n"


@pytest.mark.parametrize(
    ("books", "finished", "year", "words"),
    [
        (40, 39, 2026, "39 books of 40; three more than the pace"),
        (40, 36, 2026, "36 books of 40; as many as the pace"),
        (40, 1, 2026, "1 book of 40; 35 fewer than the pace"),
        (40, 41, 2026, "41 books of 40: reached, and one more"),
        (40, 31, 2025, "31 books of 40; nine missing"),
        (40, 0, 2027, "0 books of 40"),
    ],
)
def test_a_pace_is_said(books: int, finished: int, year: int, words: str) -> None:
    """Of a year that goes on, one that is over, and one to come."""
    assert goal_sentence(Goal(year, books, finished, compute_pace(books, finished, TODAY, year))) == words
