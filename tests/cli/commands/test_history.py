import json
import re
from contextlib import closing

import pytest
from tests.golden import same_as_golden
from tests.made import make_empty
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal
from readlog.storage.open_journal import open_for_writing

BEFORE = (
    "A city in the year nineteen. Nobody sleeps in it, and everybody dreams of bread.\n\nAt the end ||they leave||."
)
AFTER = "A city in the year 1919. Nobody sleeps, and everybody dreams of bread.\n\nAt the end ||all of them leave||."


@pytest.fixture(autouse=True)
def a_life(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that was edited, deleted and brought back, and another one, on five days."""
    make_empty(cli.path)
    monkeypatch.setenv("TZ", "UTC")
    steps = (
        ("add", "Conquered City", "--author", "Victor Serge", "--rating", "4", "--review", BEFORE),
        ("edit", "1", "--rating", "4.5", "--tag", "russia", "--review", AFTER),
        ("delete", "1", "--yes"),
        ("undo",),
        ("add", "Dune \x1b[31m[red]", "--finished", "2012"),
    )
    for day, step in enumerate(steps, 1):
        monkeypatch.setenv("READLOG_NOW", f"2026-11-0{day}T18:0{day}:00+00:00")
        assert cli(*step).code == 0


def test_in_a_pipe_it_is_a_line_each(cli: Cli) -> None:
    """Tab-separated, nothing cut, nothing that a terminal acts on."""
    same_as_golden("history.tsv", cli("history").stdout)
    same_as_golden("history-one.tsv", cli("history", "1").stdout)
    same_as_golden("history-one.tsv", cli("history", "conquered").stdout)


@pytest.mark.parametrize("width", [60, 80])
def test_on_a_terminal_it_is_a_table(program: Program, width: int) -> None:
    """What was taken back is quiet, and says so; the numbers are those that undo takes."""
    person = Terminal(program, "history", width=width)
    same_as_golden(f"history-{width}.ansi", person.end())
    person = Terminal(program, "history", "1", width=width)
    same_as_golden(f"history-one-{width}.ansi", person.end())


def test_spoilers_stay_hidden(cli: Cli) -> None:
    """Also in what was changed, until somebody asks for them."""
    assert "leave" not in cli("history", "1").stdout
    assert re.search(r"\|\|.*leave\|\|", cli("history", "1", "--spoilers").stdout)
    cli("quote", "1", stdin="This || that.\n---\n||The butler|| did it.")
    cli("start", "1")
    assert "butler" not in cli("history", "1").stdout
    assert "butler" in cli("history", "1", "--spoilers").stdout
    cli("edit", "1", "--review", "A city in the year 1919. ||Nobody sleeps||, and everybody dreams of bread.")
    assert "sleeps" not in cli("history", "1").stdout.splitlines()[-1], "what is hidden now is not shown as what went"


def test_as_json(cli: Cli) -> None:
    """The operations with all their figures; the versions as records."""
    rows = json.loads(cli("history", "--json").stdout)
    assert [row["operation"] for row in rows] == [5, 4, 3, 2, 1]
    assert rows[3] | {"at": ""} == {
        "operation": 2, "at": "", "command": "edit", "added": 0, "changed": 1, "deleted": 0, "reading": 1,
        "title": "Conquered City", "keys": ["rating", "review", "tags"], "taken_back": False,
    }  # fmt: skip
    versions = json.loads(cli("history", "1", "--json").stdout)
    assert [version["record"] and version["record"]["rating"] for version in versions] == [4, 4.5, None, 4.5]


def test_a_reading_as_it_was(cli: Cli) -> None:
    """The page of that day; when it was not there, that is said."""
    assert "nineteen" in cli("history", "1", "--at", "2026-11-01").stdout
    assert "1919" in cli("history", "1", "--at", "2026-11").stdout
    assert json.loads(cli("history", "1", "--at", "2026-11-01", "--json").stdout)["rating"] == 4
    assert cli("history", "1", "--at", "2026-11-03").code == 3
    assert cli("history", "1", "--at", "2019") == (
        "", "readlog: Reading 1 was not in the journal in 2019. See: readlog history 1\n", 3,
    )  # fmt: skip


def test_a_limit_leaves_the_newest(cli: Cli) -> None:
    """Operations and versions alike."""
    assert [row["operation"] for row in json.loads(cli("history", "--limit", "2", "--json").stdout)] == [5, 4]
    assert [row["operation"] for row in json.loads(cli("history", "1", "--limit", "2", "--json").stdout)] == [3, 4]


def test_what_cannot_be_told(cli: Cli) -> None:
    """With the exit codes that there are everywhere."""
    assert cli("history", "99").code == 3
    assert cli("history", "nobody").code == 3
    assert cli("history", "--at", "2024").code == 2
    assert cli("history", "1", "--at", "soonish").code == 2


def test_a_version_is_brought_back(cli: Cli) -> None:
    """As an edit, which can be taken back like any other; of a deletion there is nothing to bring."""
    assert cli("edit", "1", "--restore", "1").code == 0
    record = json.loads(cli("show", "1", "--json").stdout)
    assert (record["rating"], record["tags"], record["review"]) == (4, [], BEFORE)
    assert cli("edit", "1", "--restore", "1").stderr == "Nothing was changed.\n"
    assert cli("undo").code == 0
    assert json.loads(cli("show", "1", "--json").stdout)["rating"] == 4.5
    assert cli("edit", "1", "--restore", "3").code == 3
    assert cli("edit", "1", "--restore", "99").code == 3
    assert cli("edit", "1", "--restore", "1", "--rating", "3").code == 2


def test_a_day_is_said_as_a_day_and_nothing_is_none(cli: Cli) -> None:
    """An empty date is a mistake, and not the whole life."""
    assert "was not in the journal on 31 October 2026" in cli("history", "1", "--at", "2026-10-31").stderr
    assert cli("history", "1", "--at", "").code == 2


def test_a_tool_cannot_spoil_the_table(program: Program, journal: Journal) -> None:
    """A command of many lines and columns is cut; the numbers stay."""
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute(
            "INSERT INTO operations (at, command, added, changed, deleted) VALUES ('2026-11-22', ?, 1, 0, 0)",
            ("x\n" * 40,),
        )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", Terminal(program, "history", width=40).end()).splitlines()
    assert all(len(line) <= 40 for line in shown)
    assert [line[:2] for line in shown] == ["  ", "6 ", "5 ", "4 ", "3 ", "2 ", "1 ", "6 "]
