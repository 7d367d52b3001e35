import json
import sys
from pathlib import Path

import pytest
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.core.domain_model import Quote
from readlog.journal import Journal

WINTER = Quote(
    "There was a time when the snow of *Pétrograd* was whiter\nthan the paper on which they wrote, and nobody slept.",
    "133",
    remark="Compare the **Memoirs**, where ||nobody wakes||.",
)
VERSE = Quote("The wind,\n    and behind it\nthe ||sea||", location="2040")


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything, and some quotes more."""
    fill(path)
    with Journal(str(path)) as journal:
        journal.quote(5, [WINTER, VERSE])
        journal.quote(11, [Quote("戦争と平和、戦争と平和。")])


def test_quotes_in_a_pipe_are_lines_with_tabs(cli: Cli) -> None:
    """Reading, page, location, the passage in one line without its spoilers, title, authors, remark."""
    same_as_golden("quotes.tsv", cli("quotes").stdout)
    assert "the sea\t" in cli("quotes", "wind", "--spoilers").stdout


@pytest.mark.parametrize("width", [60, 80, 140])
def test_quotes_on_a_terminal_are_a_page(program: Program, width: int) -> None:
    """As a reader would want them: set in, in lines that can be read, quietly told where they are from."""
    same_as_golden(f"quotes-{width}.ansi", Terminal(program, "quotes", width=width, height=100).end())


def test_quotes_can_be_had_as_markdown(cli: Cli) -> None:
    """To be posted."""
    same_as_golden("quotes.md", cli("quotes", "--md").stdout)


def test_quotes_are_records(cli: Cli) -> None:
    """What was kept, to the letter, with the reading's id, the title, the authors."""
    same_as_golden("quotes.json", cli("quotes", "--json").stdout)
    (record,) = json.loads(cli("quotes", "paper", "--json").stdout)
    assert record["text"] == WINTER.text
    assert (record["reading_id"], record["title"], record["authors"]) == (5, "Conquered City", ["Victor Serge"])


def test_words_that_no_quote_has_are_told(cli: Cli) -> None:
    """Where the readings have them in another place, and where nothing has."""
    ended = cli("quotes", "brussels")
    assert ended.stdout.startswith("1\t443\t")
    assert ended.stderr.startswith("No quote has these words. These are of readings that have them.\n")
    assert cli("quotes", "zzz") == ("", "No quotes.\n", 0)
    assert cli("quotes", "zzz", "--json") == ("[]\n", "", 0)
    assert cli("quotes", "zzz", "--md") == ("", "", 0)


def test_any_one_may_come(cli: Cli) -> None:
    """Of those that a query chooses, in every form; none is not there."""
    assert {cli("quotes", "serge", "winter", "or", "wind", "--random").stdout.count("\n") for _ in range(5)} == {1}
    assert len(json.loads(cli("quotes", "--random", "--json").stdout)) == 1
    said = "No quote has these words. These are of readings that have them.\n"
    assert cli("quotes", "brussels", "--random").stderr == said
    assert cli("quotes", "--random", "--limit", "3").code == 2
    ended = cli("quotes", "zzz", "--random")
    assert ended == ("", "readlog: No quote fits. See all quotes with: readlog quotes\n", 3)


def test_as_many_as_wanted(cli: Cli, program: Program) -> None:
    """A pipe gets all, and a terminal what is asked for, and how many there are."""
    assert cli("quotes").stdout.count("\n") == 4
    assert cli("quotes", "--limit", "2").stdout.count("\n") == 2
    assert "2 of 4. --limit 0 shows all." in Terminal(program, "quotes", "--limit", "2").end()
    assert (
        cli("quotes", "--limit", "x").code == cli("quotes", "--md", "--json").code == cli("quotes", "foo:x").code == 2
    )


def test_a_long_page_goes_through_the_pager(program: Program, tmp_path: Path) -> None:
    """As that of a review does."""
    pager = tmp_path / "pager.py"
    pager.write_text("import sys\nprint('PAGER', len(sys.stdin.read().splitlines()))\n")
    env = {"PAGER": f"{sys.executable} {pager}"}
    assert "PAGER" in Terminal(program, "quotes", height=8, env=env).end()
    assert "PAGER" not in Terminal(program, "quotes", "sea", height=20, env=env).end()


def test_show_hides_what_quotes_hide(cli: Cli, program: Program) -> None:
    """On the page of a reading as everywhere."""
    for shown in (cli("show", "5").stdout, Terminal(program, "show", "5", height=200).end()):
        assert "nobody wakes" not in shown
        assert "||" not in shown
    assert "nobody wakes" in cli("show", "5", "--spoilers").stdout


def test_search_tells_the_page_of_a_quote(program: Program) -> None:
    """And passes on nothing else."""
    assert "quote, p. 133: " in Terminal(program, "search", "paper", env={"TERM": "dumb"}).end()
