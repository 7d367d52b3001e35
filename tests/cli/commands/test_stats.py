import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

CAT = {"PAGER": "cat"}


@pytest.fixture
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


@pytest.mark.usefixtures("library")
def test_figures_in_a_pipe_are_lines_with_tabs(cli: Cli) -> None:
    """A line for everything there is to say, the name of its section first; counted by something, a line a group."""
    same_as_golden("stats.tsv", cli("stats").stdout)
    assert {line.count("\t") for line in cli("stats", "--by", "author").stdout.splitlines()} == {10}
    assert cli("stats", "2012").stdout == cli("stats", "year:2012").stdout


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_figures_on_a_terminal_are_charts(program: Program, width: int) -> None:
    """That fit its width, with what is not known said in words."""
    shown = "".join(
        Terminal(program, "stats", *by, width=width, env=CAT).end() for by in ((), ("2011",), ("--by", "author"))
    )
    same_as_golden(f"stats-{width}.ansi", shown)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_charts_need_no_colour(program: Program, env: dict[str, str]) -> None:
    """Where none is wanted or understood there is none, and every bar is there."""
    shown = Terminal(program, "stats", env=CAT | env).end()
    assert "★★★★½      ████      1\n" in re.sub(r"\x1b\[[012]*m", "", shown)
    assert "\x1b[38" not in shown


@pytest.mark.usefixtures("library")
def test_a_long_page_goes_through_the_pager(program: Program, tmp_path: Path) -> None:
    """As the page of a reading does."""
    pager = f"sh -c 'cat > {tmp_path}/paged'"
    assert "One year" not in Terminal(program, "stats", height=10, env={"PAGER": pager}).end()
    assert "One year: readlog stats 2026" in (tmp_path / "paged").read_text(encoding="utf-8")


@pytest.mark.usefixtures("library")
def test_figures_are_a_record(cli: Cli) -> None:
    """The whole, what it is counted by, and the groups, with names that stay."""
    record = json.loads(cli("stats", "--json", "--by", "tag").stdout)
    counts = [
        "readings",
        "books",
        "pages",
        "without_pages",
        "rating",
        "rated",
        "spread",
        "without_date",
        "without_month",
        "about",
    ]
    assert list(record) == ["year", "first_year", "last_year", *counts, "by", "groups"]
    assert list(record["groups"][0]) == ["label", *counts]
    assert record["groups"][0]["label"] == "history"
    sections = ["ratings", "calendar", "authors", "lengths", "times", "abandoned", "rereads"]
    assert list(json.loads(cli("stats", "--json").stdout))[-7:] == sections


@pytest.mark.usefixtures("library")
def test_a_terminal_can_get_fewer_groups(program: Program, cli: Cli) -> None:
    """And is told of how many; a pipe gets all unless it says otherwise."""
    assert "2 of 6. --limit 0 shows all." in Terminal(program, "stats", "--by", "author", "--limit", "2").end()
    assert "of 6. --limit" not in Terminal(program, "stats", "--by", "author", "--limit", "0").end()
    assert cli("stats", "--by", "author", "--limit", "2").stdout.count("\n") == 2


def test_nothing_to_count_is_no_error(cli: Cli, program: Program, tmp_path: Path) -> None:
    """In a pipe and on a terminal; but who wants a file of it hears that there is none."""
    assert cli("stats") == ("", "No readings.\n", 0)
    assert Terminal(program, "stats").end() == "No readings.\n"
    assert json.loads(cli("stats", "--json").stdout)["groups"] == []
    assert cli("stats", "--by", "colour").code == 2
    assert cli("stats", "foo:x").code == 2
    for args in (("--svg", str(tmp_path / "a.svg")), ("--year-in-review", "2012", "-o", str(tmp_path / "a.md"))):
        said = f"readlog: There are no readings for {args[-1]}. Nothing was written.\n"
        assert cli("stats", *args) == ("", said, 3)
    assert cli("stats", "--year-in-review", "2012") == ("", "No readings.\n", 0)
    assert not list(tmp_path.glob("a.*"))


@pytest.mark.usefixtures("library")
def test_charts_are_a_picture(cli: Cli, tmp_path: Path) -> None:
    """Of all, of a year, of what a query chooses, of what was counted by; in place of the file that was there."""
    path = tmp_path / "a.svg"
    said = {args: cli("stats", *args, "--svg", str(path)) for args in [("2012",), ("serge", "--by", "tag"), ()]}
    assert {args: ended.stderr for args, ended in said.items()} == {
        ("2012",): f"2 readings in {path}.\n",
        ("serge", "--by", "tag"): f"4 readings in {path}.\n",
        (): f"8 readings in {path}.\n",
    }
    assert {ended.stdout for ended in said.values()} == {""}
    assert "Finnegans Wake" in "".join(ET.parse(path).getroot().itertext())
    first = path.read_bytes()
    cli("stats", "--svg", str(path))
    assert path.read_bytes() == first


@pytest.mark.usefixtures("library")
def test_a_year_in_review_is_a_page(cli: Cli, tmp_path: Path) -> None:
    """The same on standard output and in a file."""
    path = tmp_path / "2012.md"
    shown = cli("stats", "--year-in-review", "2012").stdout
    assert shown.startswith("# What I read in 2012\n")
    assert cli("stats", "--year-in-review", "2012", "-o", str(path)).stderr == f"2 readings in {path}.\n"
    assert path.read_text(encoding="utf-8") == shown


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--svg", "a.svg", "--json"), "--svg does not go with --json."),
        (("--year-in-review", "2012", "--json"), "--year-in-review does not go with --json."),
        (("--year-in-review", "2012", "--svg", "a.svg"), "--year-in-review does not go with --svg."),
        (("--year-in-review", "2012", "--by", "tag"), "--year-in-review does not go with --by."),
        (("--year-in-review", "2012", "--limit", "0"), "--year-in-review does not go with --limit."),
        (("serge", "--year-in-review", "2012"), "--year-in-review does not go with a query."),
        (("--year-in-review", "12x"), '"12x" is not a year.'),
        (("--year-in-review", "12"), '"12" is not a year.'),
        (("-o", "a.md"), "-o is for --year-in-review."),
        (("--svg", ""), "The name behind --svg is empty."),
        (("--year-in-review", "2012", "-o", ""), "The name behind -o is empty."),
        (("--svg", "-"), "--svg needs the name of a file, and - is none."),
        (("--year-in-review", "2012", "-o", "-"), "-o needs the name of a file, and - is none."),
        (("--svg", "."), "is a folder."),
        (("--svg", "new/"), "is a folder."),
    ],
)
def test_what_does_not_go_together_is_said(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    """With exit code 2, and no file is made."""
    monkeypatch.chdir(tmp_path)
    before = set(os.listdir(tmp_path))
    ended = cli("stats", *args)
    assert (ended.code, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert set(os.listdir(tmp_path)) == before


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("option", [("--svg",), ("--year-in-review", "2012", "-o")])
def test_what_cannot_be_written_leaves_all_as_it_was(
    cli: Cli, path: Path, tmp_path: Path, option: tuple[str, ...]
) -> None:
    """The journal is no picture, by whatever name; and what the disk refuses is a line."""
    journal = path.read_bytes()
    (tmp_path / "link").symlink_to(path)
    for name in (path, tmp_path / "link", Path(f"{path}-journal")):
        ended = cli("stats", *option, str(name))
        assert (ended.code, ended.stderr) == (2, f"readlog: {name} is the journal itself. Name another file.\n")
    assert path.read_bytes() == journal
    ended = cli("stats", *option, str(tmp_path / "nowhere" / "a"))
    assert (ended.code, ended.stderr.count("\n")) == (1, 1)
    assert "cannot be written" in ended.stderr
