import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import CONTROLS, HOSTILE, make
from tests.golden import same_as_golden
from tests.library import fill
from tests.list_rows import WORDS
from tests.process import Cli, Program
from tests.screen import drawn
from tests.terminal import Terminal

from readlog.books.results import NameCount
from readlog.journal import Journal


@pytest.fixture
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


@pytest.mark.usefixtures("library")
def test_names_in_a_pipe_are_lines_with_tabs(cli: Cli) -> None:
    """Name, books, finished readings, last finished, average rating, rated readings; what is not known is empty."""
    assert cli("tags").stdout == "history\t1\t3\t2012-03\t4\t3\nrussia\t1\t3\t2012-03\t4\t3\n"
    lines = cli("authors").stdout.splitlines()
    assert lines[0] == "Victor Serge\t3\t4\t2026-10\t4.12\t4"
    assert "James Joyce\t1\t0\t\t1.5\t1" in lines
    assert "川端康成\t1\t1\t2012~\t4.25\t1" in lines
    assert len(lines) == 9
    assert (
        cli("authors", "serge", "-status:reading", "--sort", "name").stdout == "Victor Serge\t2\t4\t2026-10\t4.12\t4\n"
    )
    assert cli("authors", "--limit", "2", "--sort", "last").stdout.count("\n") == 2


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("width", [30, 40, 60, 80, 140])
def test_names_on_a_terminal_are_a_table(program: Program, width: int) -> None:
    """That fits its width: what is least missed is left out where it does not."""
    shown = Terminal(program, "authors", width=width).end() + Terminal(program, "tags", width=width).end()
    assert max(cell_len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in shown.splitlines()) < width
    same_as_golden(f"names-{width}.ansi", shown)


@pytest.mark.usefixtures("library")
def test_names_are_records(cli: Cli) -> None:
    """With names that stay, and null where nothing is known."""
    assert json.loads(cli("tags", "--json", "--limit", "1").stdout) == [
        {"name": "history", "books": 1, "finished": 3, "last": "2012-03", "rating": 4.0, "rated": 3}
    ]
    assert {"name": "Homer", "books": 1, "finished": 0, "last": None, "rating": None, "rated": 0} in json.loads(
        cli("authors", "--json").stdout
    )


def test_a_terminal_gets_forty(program: Program, cli: Cli, journal: Journal) -> None:
    """And is told of how many; a pipe gets all."""
    journal.add(make("A", tags=[f"tag {number}" for number in range(41)]))
    assert Terminal(program, "tags").end().rstrip("\n").endswith("40 of 41. --limit 0 shows all.\x1b[0m")
    assert "41 tags" in Terminal(program, "tags", "--limit", "0").end()
    assert cli("tags").stdout.count("\n") == 41


def test_no_names_are_no_error(cli: Cli, program: Program) -> None:
    """In a pipe, on a terminal, as JSON."""
    assert cli("tags") == ("", "No tags.\n", 0)
    assert cli("authors", "nothing") == ("", "No authors.\n", 0)
    assert Terminal(program, "tags").end() == "No tags.\n"
    assert json.loads(cli("tags", "--json").stdout) == []
    assert cli("tags", "--sort", "colour").code == cli("authors", "foo:x").code == 2


@pytest.mark.usefixtures("library")
def test_names_are_changed(cli: Cli) -> None:
    """What became of what is talk, and one undo takes it back."""
    assert cli("tags", "rename", "russia", "Russia, USSR").code == 2
    assert cli("tags", "rename", "russia", "USSR") == ("", "russia: now USSR, in 1 book\n", 0)
    assert cli("tags", "rename", "ussr", "USSR") == ("", "Nothing was changed.\n", 0)
    merged = cli("authors", "merge", "James Joyce", "homer", "Victor Serge")
    assert merged == ("", "James Joyce and Homer: now Victor Serge, in 2 books\n", 0)
    assert cli("undo").stderr.startswith("Took back operation 14 (authors merge): ")
    assert "James Joyce\t1" in cli("authors").stdout
    with_twins = cli("authors", "merge", "A [b]", "شهرزاد")
    assert with_twins.stderr == "A [b]: now شهرزاد, in 1 book\n"


@pytest.mark.usefixtures("library")
def test_what_cannot_be_changed_is_said(cli: Cli) -> None:
    """In a line, with what to do, and with the exit codes of not found, already there, ambiguous and usage."""
    assert cli("authors", "rename", "Serge", "X") == (
        "", 'readlog: There is no author "Serge". Did you mean: Victor Serge\n', 3,
    )  # fmt: skip
    assert cli("tags", "rename", "russia", "History") == (
        "", 'readlog: There is "history" already. To make the two one: readlog tags merge russia history\n', 4,
    )  # fmt: skip
    assert cli("tags", "merge", "russia").code == 2
    assert cli("tags", "merge").stderr == "readlog: Missing argument 'NAME...'.\nSee: readlog tags merge -h\n"
    assert cli("authors", "rename", "a", "b", "c").stderr.endswith("(c)\nSee: readlog authors rename -h\n")
    assert cli("tags", "--json", "rename", "russia", "x").stderr.startswith("readlog: No such option: --json")
    assert cli("tags", "russia").stdout.count("\n") == 2


def test_titles_that_stand_twice_now_are_told_of(cli: Cli, journal: Journal) -> None:
    """They may be one book, and the doctor says what to do about it."""
    journal.add(make("Poems", authors=["Garcia"]))
    journal.add(make("Poems", authors=["García"]), new_book=True)
    assert cli("authors", "merge", "Garcia", "García").stderr == (
        "Garcia: now García, in 1 book\n1 title stands under this name more than once now. See: readlog doctor\n"
    )


def test_a_command_may_stand_behind_options_and_a_word_behind_two_hyphens(cli: Cli, journal: Journal) -> None:
    """`tags --journal J rename` renames; `tags -- rename` looks for the word, and `tags -word` leaves one out."""
    journal.add(make("How to rename", tags=["-x", "y"]))
    journal.add(make("Other", tags=["z"]))
    assert cli("tags", "--", "rename").stdout.count("\n") == 2
    assert cli("tags", "--sort", "name", "title:rename").stdout.startswith("-x\t1")
    assert cli("tags", "--journal", str(cli.path), "rename", "z", "w").code == 0
    assert cli("tags", "rename", "--", "-x", "x").stderr == "-x: now x, in 1 book\n"
    assert cli("tags", "-other").stdout == "x\t1\t1\t\t\t0\ny\t1\t1\t\t\t0\n"


@pytest.mark.parametrize("args", [(kind, name) for kind in ("tags", "authors") for name in ("rename", "merge")])
def test_the_commands_below_have_help(cli: Cli, args: tuple[str, str]) -> None:
    """With examples, and the list names them."""
    ended = cli(*args, "-h")
    assert ended == cli(args[0], "-h", args[1])
    same_as_golden(f"help-{'-'.join(args)}.txt", ended.stdout)
    assert f"Usage: readlog {' '.join(args)} [OPTIONS]" in ended.stdout
    assert f"Examples:\n  readlog {' '.join(args)} " in ended.stdout
    listed = cli(args[0], "-h").stdout
    assert re.search(rf"^Commands:\n(  .*\n)*  {args[1]} .*\.$", listed, re.MULTILINE)


def test_names_are_completed(cli: Cli, path: Path) -> None:
    """The two commands, then the names that there are, of translators too; and what a list can be sorted by."""
    fill(path)

    def completed(*words: str) -> list[str]:
        return cli("complete", "fish", "--", *words).stdout.splitlines()

    assert completed("tags", "")[:2] == ["rename", "merge"]
    assert completed("tags", "rename", "ru") == ["russia"]
    assert completed("authors", "merge", "Victor Serge", "pet") == ["Peter Sedgwick"]
    assert completed("authors", "rename", "Victor Serge", "vic") == ["Victor Serge"]
    assert completed("tags", "--sort", "") == ["books", "name", "last", "rating"]
    assert completed("tags", "tag:hi") == ["tag:history"]


@pytest.mark.parametrize("name", [*HOSTILE, "--"])
def test_any_name_is_harmless(cli: Cli, program: Program, journal: Journal, name: str) -> None:
    """Whatever tool wrote it: a line is a line, no control character comes out, and it can be given a better one."""
    journal.add(make("A", tags=["x"]))
    with closing(sqlite3.connect(program.path)) as connection, connection:
        connection.execute("UPDATE tags SET name = ?", (name,))
    listed = cli("tags").stdout
    assert (listed.count("\n"), listed.count("\t")) == (1, 5)
    assert cli("tags", "rename", "--", name.replace("\x00", ""), "y").code == (3 if "\x00" in name else 0)
    assert not set(listed) & set(CONTROLS)


NAMES = st.builds(
    NameCount,
    WORDS.map(lambda words: f"n{words}"),
    st.sampled_from([1, 12, 1234]),
    st.sampled_from([0, 1, 1234]),
    st.sampled_from([None, "2012", "2012-22~", "2012-03-04"]),
    st.sampled_from([None, 0.25, 4.125]),
    st.sampled_from([1, 999]),
)


@given(names=st.lists(NAMES, min_size=1, max_size=4), width=st.sampled_from([8, 20, 40, 60, 80, 140]))
def test_a_table_of_any_names_fits(names: list[NameCount], width: int) -> None:
    """A line for the heads and one a name, none of which reaches the edge where there is room at all."""
    from readlog.books.terminal import show_name_counts

    lines = drawn(lambda: show_name_counts("author", names), width)
    assert len(lines) == len(names) + 1
    if width >= 20:
        assert max(map(cell_len, lines)) < width
