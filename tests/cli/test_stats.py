import json
from pathlib import Path

import pytest
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal


@pytest.fixture
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


@pytest.mark.usefixtures("library")
def test_figures_in_a_pipe_are_lines_with_tabs(cli: Cli) -> None:
    """Label, readings, books, pages, readings without pages, average rating, rated readings."""
    same_as_golden("stats.tsv", cli("stats").stdout)
    assert {line.count("\t") for line in cli("stats", "--by", "author").stdout.splitlines()} == {6}
    assert cli("stats", "2012").stdout == cli("stats", "year:2012", "--by", "month").stdout


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_figures_on_a_terminal_are_bars(program: Program, width: int) -> None:
    """That fit its width, with what is not known said in words."""
    shown = "".join(
        Terminal(program, "stats", *by, width=width).end()
        for by in ((), ("2012",), ("--by", "rating"), ("--by", "author"))
    )
    same_as_golden(f"stats-{width}.ansi", shown)


@pytest.mark.usefixtures("library")
def test_figures_are_a_record(cli: Cli) -> None:
    """The whole, what it is counted by, and the groups, with names that stay."""
    record = json.loads(cli("stats", "--json", "--by", "tag").stdout)
    assert list(record) == ["readings", "books", "pages", "without_pages", "rating", "rated", "by", "groups"]
    assert record["groups"][0] == {
        "label": "history", "readings": 3, "books": 1, "pages": 1728, "without_pages": 0, "rating": 4.0, "rated": 3,
    }  # fmt: skip


@pytest.mark.usefixtures("library")
def test_a_terminal_can_get_fewer_groups(program: Program, cli: Cli) -> None:
    """And is told of how many; a pipe gets all unless it says otherwise."""
    assert "2 of 7. --limit 0 shows all." in Terminal(program, "stats", "--limit", "2").end()
    assert "of 7. --limit" not in Terminal(program, "stats", "--limit", "0").end()
    assert cli("stats", "--limit", "2").stdout.count("\n") == 2


def test_nothing_to_count_is_no_error(cli: Cli, program: Program) -> None:
    """In a pipe and on a terminal."""
    assert cli("stats") == ("", "No readings.\n", 0)
    assert Terminal(program, "stats").end() == "No readings.\n"
    assert json.loads(cli("stats", "--json").stdout)["groups"] == []
    assert cli("stats", "--by", "colour").code == 2
    assert cli("stats", "foo:x").code == 2
