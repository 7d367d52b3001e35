import json
from pathlib import Path

import pytest
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


def test_any_reading_may_come(cli: Cli) -> None:
    """In forty times not always the same one, and always one that the query chooses."""
    ids = {json.loads(cli("random", "serge", "--json").stdout)["id"] for _ in range(40)}
    assert ids <= {1, 2, 3, 4, 5}
    assert len(ids) > 1


def test_it_is_shown_as_show_does(cli: Cli, program: Program) -> None:
    """In a pipe and on a terminal."""
    assert cli("random", "id:5").stdout == cli("show", "5").stdout
    assert Terminal(program, "random", "id:5").end() == Terminal(program, "show", "5").end()


def test_where_none_fits_it_says_so(cli: Cli) -> None:
    """With the exit code of what is not there."""
    assert cli("random", "zzz") == ("", "readlog: No reading fits. See all readings with: readlog list\n", 3)
