import json
from pathlib import Path

import pytest
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


def test_hits_in_a_pipe_are_lines_with_tabs(cli: Cli) -> None:
    """The columns of a list, where it was found, and the passage."""
    same_as_golden("search.tsv", cli("search", "petrograd").stdout)
    assert {line.count("\t") for line in cli("search", "serge").stdout.splitlines()} == {8}


@pytest.mark.parametrize("width", [60, 80, 140])
def test_hits_on_a_terminal_show_the_passage(program: Program, width: int) -> None:
    """Two lines each, the found words marked, dates and stars at the right."""
    same_as_golden(f"search-{width}.ansi", Terminal(program, "search", "petrograd", width=width).end())


def test_the_place_of_a_passage_is_named(program: Program) -> None:
    """A quote, a note, a tag; brackets mark the words where there is no colour."""
    same_as_golden(
        "search-places.ansi",
        "".join(
            Terminal(program, "search", word, env={"TERM": "dumb"}).end() for word in ("own", "anna", "russia", "exile")
        ),
    )


def test_a_search_with_nothing_to_look_for_lists_the_newest(cli: Cli) -> None:
    """And one with only exclusions lists the rest."""
    assert [line.split("\t")[0] for line in cli("search").stdout.splitlines()][:3] == ["5", "4", "12"]
    assert len(cli("search", "-serge").stdout.splitlines()) == 7


def test_the_best_are_counted(program: Program, cli: Cli) -> None:
    """Of how many; nothing found is no error."""
    assert (
        "the best 2, of 5 readings found. --limit 0 shows all."
        in Terminal(program, "search", "serge", "--limit", "2").end()
    )
    assert cli("search", "zzz") == ("", "Nothing found.\n", 0)
    assert Terminal(program, "search", "zzz").end() == "Nothing found.\n"


def test_hits_are_records_with_a_score(cli: Cli) -> None:
    """In JSON, best first."""
    records = json.loads(cli("search", "petrograd", "--json", "--all").stdout)
    assert [record["id"] for record in records] == [3, 1]
    assert records[0]["score"] >= records[1]["score"]
    assert "Pétrograd" in records[0]["passage"]
    assert json.loads(cli("search", "zzz", "--json").stdout) == []


def test_a_book_that_was_read_again_stands_once(program: Program, cli: Cli) -> None:
    """With how often it was read; --all shows each reading."""
    assert [line.split("\t")[0] for line in cli("search", "memoirs").stdout.splitlines()] == ["1"]
    assert [line.split("\t")[0] for line in cli("search", "memoirs", "--all").stdout.splitlines()] == ["1", "3", "2"]
    shown = Terminal(program, "search", "memoirs").end()
    assert "Victor Serge\x1b[0m\x1b[2m  3 readings" in shown or "Victor Serge\x1b[2m  3 readings" in shown
    assert "3 readings of 1 book found" in shown


def test_a_misspelt_word_is_corrected_and_it_is_said(cli: Cli) -> None:
    """On stderr, in the spelling of the journal; --exact corrects nothing."""
    ended = cli("search", "Srege", "Memiors")
    assert ended.stdout.startswith("1\t")
    assert ended.stderr == 'no "Srege": showing Serge\nno "Memiors": showing Memoirs\n'
    assert cli("search", "Srege", "--exact") == ("", "Nothing found.\n", 0)
    assert cli("search", "author:sreg", "memoirs").stderr == 'no "sreg": showing Serge\n'


def test_hits_can_be_sorted_like_a_list(cli: Cli) -> None:
    """By rating, a date or a title, with their passages."""
    ids = [line.split("\t")[0] for line in cli("search", "serge", "--sort", "rating").stdout.splitlines()]
    assert ids == ["1", "4", "5"]
    assert cli("search", "petrograd", "--sort", "title", "--limit", "1").stdout.split("\t")[7] == "review"
    assert cli("search", "serge", "--sort", "colour").code == 2


def test_the_inside_of_a_word_is_found(cli: Cli) -> None:
    """In scripts without spaces, and in long words; the text that was found is marked by its place."""
    assert cli("search", "争と平").stdout.startswith("11\t")
    assert cli("search", "volution").stdout.startswith("1\t")
