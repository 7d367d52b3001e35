import json
from pathlib import Path

from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal


def test_an_empty_journal_says_what_to_try(cli: Cli, program: Program) -> None:
    """Three commands, in a pipe and on a terminal; and they work as typed."""
    same_as_golden("welcome.txt", cli().stdout)
    assert Terminal(program).end() == cli().stdout
    assert not program.path.exists()
    add = ("add", "Conquered City", "--author", "Victor Serge", "--rating", "4.5")
    assert f'{add[0]} "{add[1]}" {add[2]} "{add[3]}" {" ".join(add[4:])}' in cli().stdout
    assert cli(*add).stdout == "1\n"
    assert cli("search", "serge").stdout.startswith("1\t")
    assert cli("show", "1").code == 0
    assert max(map(len, cli().stdout.splitlines())) <= 80


def test_the_dashboard_is_one_screen(program: Program, cli: Cli, path: Path) -> None:
    """What is being read, what was finished, this year, this day in other years."""
    fill(path)
    with Journal(str(path)) as journal:
        _add_a_goal_and_a_pile(journal)
    same_as_golden("dashboard.tsv", cli().stdout)
    for width in (40, 60, 80, 140):
        shown = Terminal(program, width=width, height=24).end()
        same_as_golden(f"dashboard-{width}.ansi", shown)
        assert shown.count("\n") <= 24


def test_the_first_page_without_colour_says_the_same(program: Program, path: Path) -> None:
    """NO_COLOR and a dumb terminal take the colour and leave the words."""
    from rich.text import Text

    fill(path)
    coloured = Text.from_ansi(Terminal(program).end()).plain
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = Terminal(program, env=env).end()
        assert "\x1b[38" not in shown
        assert Text.from_ansi(shown).plain == coloured


def test_the_first_page_is_json_too(cli: Cli, path: Path) -> None:
    """In front of a command the option is a mistake, and one that is told."""
    fill(path)
    record = json.loads(cli("--json").stdout)
    assert [reading["title"] for reading in record["reading"]] == ["Conquered City"]
    assert record["quote"]["text"] == "I own nothing."
    assert json.loads(Cli(path.with_name("none.db"))("--json").stdout)["readings"] == 0
    assert cli("--json", "list") == ("", "readlog: --json goes behind the command: readlog list --json\n", 2)


def _add_a_goal_and_a_pile(journal: Journal) -> None:
    journal.edit(10, lambda reading: reading._replace(pile=1))
    journal.edit(
        9, lambda reading: reading._replace(review="# Fear\n\nNobody in it is ||innocent||, says Dr. A. More.")
    )
    journal.set_goal(2026, 40)


def test_drafts_that_wait_are_named(program: Program, state: Path) -> None:
    """What never came into the journal is not forgotten."""
    (state / "drafts").mkdir(parents=True)
    first = state / "drafts" / "new dune.md"
    env = {"XDG_STATE_HOME": str(state.parent)}
    first.write_text("my words")
    assert program(env=env).stderr == "1 draft is waiting: readlog recover\n"
    (state / "drafts" / "3 emma.md").write_text("more words")
    assert program(env=env).stderr == "2 drafts are waiting: readlog recover\n"
