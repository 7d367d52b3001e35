"""The trials can fail: each is given a program that breaks what it looks for."""

import os
import sys
import time
from collections.abc import Callable, Sequence

import pytest

if sys.platform == "win32":
    pytest.skip("the trials fork", allow_module_level=True)

from tests.trials.cases import CASES
from tests.trials.child import readlog
from tests.trials.kills import kill_all
from tests.trials.report import BEGIN, DOCUMENT, END, written_into
from tests.trials.trial import Budget, Found


def acknowledges_too_early(args: Sequence[str]) -> None:
    """Says that it is done, and then does it."""
    if args[0] == "add":
        os.write(1, b"13\n")
        time.sleep(0.15)
    readlog(args)


def writes_in_two_steps(args: Sequence[str]) -> None:
    """Commits half of it."""
    if args[0] == "add":
        readlog_to_its_end(["add", "Half", "--new-book"])
        time.sleep(0.15)
    readlog(args)


def readlog_to_its_end(args: Sequence[str]) -> None:
    """One command more in the same process."""
    try:
        readlog(args)
    except SystemExit:
        return


@pytest.mark.parametrize(
    ("main", "told"),
    [
        (acknowledges_too_early, "it said that it was done, and it was not"),
        (writes_in_two_steps, "the journal is neither as before nor as after"),
        (readlog, None),
    ],
)
def test_kills_find_a_program_that_does_half_of_it(main: Callable[[Sequence[str]], object], told: str | None) -> None:
    """One that says so before the commit, one that commits twice; and nothing is found at ours."""
    found = Found()
    [case] = [case for case in CASES if case.name == "add"]
    kill_all(Budget(1905, None), found, main, [case] * (3 if told else 1))
    assert bool(found.wrong) == bool(told), found.failures
    assert any(told in failure for failure in found.failures) if told else True


def test_figures_stand_between_the_markers_and_nothing_else_is_touched() -> None:
    """A second run takes the place of the first."""
    document = DOCUMENT.read_text(encoding="utf-8")
    once = written_into(document, "one\n")
    assert written_into(once, "two\n") == written_into(document, "two\n")
    above, below = document.split(BEGIN)[0], document.split(END)[1]
    assert once == f"{above}{BEGIN}\n\none\n\n{END}{below}"
