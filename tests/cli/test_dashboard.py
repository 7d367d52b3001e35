from pathlib import Path

from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal


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
    same_as_golden("dashboard.tsv", cli().stdout)
    for width in (40, 60, 80):
        same_as_golden(f"dashboard-{width}.ansi", Terminal(program, width=width).end())


def test_drafts_that_wait_are_named(program: Program, state: Path) -> None:
    """What never came into the journal is not forgotten."""
    (state / "drafts").mkdir(parents=True)
    first = state / "drafts" / "new dune.md"
    env = {"XDG_STATE_HOME": str(state.parent)}
    first.write_text("my words")
    assert program(env=env).stderr == "1 draft is waiting: readlog recover\n"
    (state / "drafts" / "3 emma.md").write_text("more words")
    assert program(env=env).stderr == "2 drafts are waiting: readlog recover\n"
