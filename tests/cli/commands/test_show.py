import os
import sys
from pathlib import Path

import pytest
from tests.given import EXAMPLE, make
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


def test_a_page_in_a_pipe_is_plain(cli: Cli) -> None:
    """The same words as on a terminal; the review is Markdown, the spoiler hidden."""
    same_as_golden("show.txt", cli("show", "1").stdout)
    same_as_golden("show-other.txt", "".join(cli("show", str(id_)).stdout + "\n" for id_ in (4, 5, 6, 8, 12)))


@pytest.mark.parametrize("width", [60, 80, 140])
def test_a_page_on_a_terminal_is_set(program: Program, width: int) -> None:
    """Markdown as it was meant to look, in lines that can be read."""
    shown = Terminal(program, "show", "revolutionary", width=width, height=200).end()
    same_as_golden(f"show-{width}.ansi", shown)


@pytest.mark.parametrize("width", [40, 60])
def test_notes_on_progress_are_on_the_page(program: Program, width: int) -> None:
    """Below each other; where they are narrow the remark has a line of its own."""
    same_as_golden(f"show-progress-{width}.ansi", Terminal(program, "show", "5", width=width, height=200).end())


def test_spoilers_are_hidden_until_somebody_asks(program: Program, cli: Cli) -> None:
    """In a pipe and on a terminal; the bars go with the mask."""
    secret = "he goes on writing for the desk drawer."
    for hidden in (cli("show", "1").stdout, Terminal(program, "show", "1", width=500, height=200).end()):
        assert "desk drawer" not in hidden
        assert "░░░░░░░░" in hidden
    for shown in (
        cli("show", "1", "--spoilers").stdout,
        Terminal(program, "show", "1", "--spoilers", width=500, height=200).end(),
    ):
        assert secret in " ".join(shown.split())
        assert "||" not in shown


def test_the_review_alone_is_what_was_written(cli: Cli) -> None:
    """With --raw, to the letter, to be edited and put back."""
    assert cli("show", "1", "--raw").stdout == EXAMPLE.read_text(encoding="utf-8")
    assert cli("show", "2", "--raw").stdout == "\n"


def test_a_record_can_be_shown(cli: Cli) -> None:
    """The one serialisation there is."""
    same_as_golden("show.json", cli("show", "7", "--json").stdout)


def test_a_reading_is_found_by_words(cli: Cli) -> None:
    """Several of them, of title and author, without quotes."""
    assert cli("show", "comrade", "serge").stdout.startswith("The Case of Comrade Tulayev\n")
    ended = cli("show", "serge")
    assert (ended.stdout, ended.code) == ("", 4)
    assert ended.stderr.startswith('readlog: 3 books match "serge": 5 Conquered City, Victor Serge · ')
    assert cli("show", "nothing").code == 3
    assert cli("show").code == 2


def test_a_long_page_goes_through_the_pager(program: Program, tmp_path: Path) -> None:
    """$PAGER with its options, and without a shell; a short page just is printed."""
    pager = tmp_path / "pager.py"
    pager.write_text("import sys\nprint('PAGER', sys.argv[1:], len(sys.stdin.read().splitlines()))\n")
    command = f"{sys.executable} {pager} -x '$HOME'"
    assert "PAGER ['-x', '$HOME'] 6" in Terminal(program, "show", "1", height=20, env={"PAGER": command}).end()
    assert "PAGER" not in Terminal(program, "show", "5", height=20, env={"PAGER": command}).end()


@pytest.mark.parametrize("pager", ["no-such-pager", "false", "'unbalanced"])
def test_where_the_pager_fails_the_page_is_printed(program: Program, pager: str) -> None:
    """No text is lost to a program that is not there."""
    shown = Terminal(program, "show", "1", height=20, env={"PAGER": pager}).end()
    assert "Memoirs of a Revolutionary" in shown
    assert "Read three times" in shown


def test_less_gets_colours_and_leaves_at_q(program: Program) -> None:
    """The usual pager, as it is found on the machine."""
    if not any(os.access(os.path.join(folder, "less"), os.X_OK) for folder in os.environ["PATH"].split(":")):
        pytest.skip("there is no less here")
    person = Terminal(program, "show", "1", height=20)
    person.wait_for("Memoirs of a Revolutionary")
    person.wait_for(":")
    person.press("q")
    person.end()
    assert person.code == 0


def test_markdown_of_every_kind_is_shown(program: Program, journal: Journal) -> None:
    """Nothing that a person can write makes the page fail, and no word of it is swallowed."""
    review = (
        "# One\n\n###### Six\n\n1. first\n2. second\n   - inner\n\n> quoted\n>> twice\n\n`code` and **bold**, *em*, ~~gone~~\n\n"
        "```python\nif a < b:\n    pass\n```\n\n    indented\n\n---\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n![a picture](x.png) ![](y.png) [link](http://z)\n\n"
        "<div>html</div> <3 <script>word</script> </kbd> &lt; &#x202e;turned &#27;[31m\n\nhard  \nbreak [rec] [/b] :smile:\n"
    )  # fmt: skip
    id_ = journal.add(make("Everything", review=review))
    shown = Terminal(program, "show", str(id_), height=200).end()
    same_as_golden("show-markdown.ansi", shown)
    assert "\u202e" not in shown
    for word in "One Six first second inner quoted twice code bold em gone indented html <3 word turned break [rec] [/b] :smile: http://z y.png".split():
        assert word in shown
