import json
from pathlib import Path

import pytest
from tests.given import make
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.core.reading_record import KEYS
from readlog.journal import Journal


@pytest.fixture
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


@pytest.mark.usefixtures("library")
def test_a_list_in_a_pipe_is_lines_with_tabs(cli: Cli) -> None:
    """Never cut, no colour, no heading; a line each."""
    ended = cli("list")
    same_as_golden("list.tsv", ended.stdout)
    assert ended.stderr == ""
    assert {line.count("\t") for line in ended.stdout.splitlines()} == {6}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("width", [30, 60, 80, 140])
def test_a_list_on_a_terminal_fits_its_width(program: Program, width: int) -> None:
    """Titles of any script in one column, what is too long cut with a sign, numbers never."""
    from rich.cells import cell_len
    from rich.text import Text

    shown = Terminal(program, "list", width=width).end()
    same_as_golden(f"list-{width}.ansi", shown)
    lines = [Text.from_ansi(line).plain.rstrip() for line in shown.splitlines()]
    assert max(map(cell_len, lines)) <= width
    for id_ in range(1, 13):
        assert any(line.split()[:1] == [str(id_)] for line in lines)


@pytest.mark.usefixtures("library")
def test_a_terminal_without_colour_shows_the_same(program: Program) -> None:
    """NO_COLOR and a dumb terminal take the colour and leave the words."""
    from rich.text import Text

    coloured = Text.from_ansi(Terminal(program, "list").end()).plain
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = Terminal(program, "list", env=env).end()
        assert "\x1b[3" not in shown
        assert Text.from_ansi(shown).plain == coloured


@pytest.mark.usefixtures("library")
def test_a_list_can_be_filtered_sorted_and_cut(cli: Cli) -> None:
    """By the language that search has too, in options that stand anywhere."""
    ids = [
        line.split("\t")[0]
        for line in cli("list", "author:serge", "rating:4..", "--sort", "rating", "-comrade").stdout.splitlines()
    ]
    assert ids == ["1", "3"]
    assert len(cli("list", "--limit", "3").stdout.splitlines()) == 3
    assert cli("list", "-tag:history", "--limit", "1").stdout.startswith("5\t")
    assert cli("list", "--", "-serge", "-joyce").stdout.count("\n") == 6
    assert cli("list", "-house").code == 0
    assert cli("list", "--sort", "-title").stderr.startswith('readlog: "-title" is not something to sort by.')


@pytest.mark.usefixtures("library")
def test_records_are_json(cli: Cli) -> None:
    """An array of whole records, in the order of the list."""
    records = json.loads(cli("list", "author:serge", "--json").stdout)
    assert [record["id"] for record in records] == [5, 4, 1, 3, 2]
    assert all(list(record) == KEYS for record in records)
    assert len(json.loads(cli("list", "--json", "--limit", "2").stdout)) == 2


def test_a_terminal_gets_twenty_and_is_told_of_how_many(program: Program, journal: Journal) -> None:
    """A pipe gets all; --limit says otherwise in both."""
    for number in range(25):
        journal.add(make(f"Volume {number}"))
    assert len(program("list").stdout.splitlines()) == 25
    shown = Terminal(program, "list").end()
    assert shown.count("Volume") == 20
    assert "20 of 25, newest first. --limit 0 shows all." in shown
    assert Terminal(program, "list", "--limit", "0").end().count("Volume") == 25
    assert "3 of 25, by title." in Terminal(program, "list", "--limit", "3", "--sort", "title").end()


def test_nothing_found_is_no_error(cli: Cli, program: Program, journal: Journal) -> None:
    """Empty output, a line on stderr, exit code 0; an empty array in JSON."""
    assert cli("list") == ("", "No readings.\n", 0)
    assert cli("list", "--json").stdout == "[]\n"
    journal.add(make())
    assert cli("list", "dune") == ("", "No readings.\n", 0)
    assert Terminal(program, "list", "dune").end() == "No readings.\n"
    assert "1 reading" in Terminal(program, "list").end()


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("foo:x",), 'readlog: "foo:" is not a field.'),
        (("--sort", "colour"), 'readlog: "colour" is not something to sort by.'),
        (("--limit", "-1"), 'readlog: "-1" is not a number of readings. Write --limit 50, or --limit 0 for all.'),
        (("--limit", "many"), 'readlog: "many" is not a number of readings.'),
        (("a" * 5000,), "readlog: The query has 5000 characters"),
    ],
)
def test_what_is_not_understood_is_one_line(cli: Cli, args: tuple[str, ...], line: str) -> None:
    """And what to look at."""
    ended = cli("list", *args)
    assert (ended.stdout, ended.code) == ("", 2)
    assert ended.stderr.startswith(line)
