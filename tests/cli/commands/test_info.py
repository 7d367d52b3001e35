import json
from pathlib import Path

from tests.library import fill
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog import __version__
from readlog.storage.connection import SCHEMA_VERSION


def test_it_tells_where_the_journal_is_and_what_is_in_it(cli: Cli, path: Path) -> None:
    """A fact a line, name and value; as JSON too."""
    fill(path)
    facts = dict(line.split("\t") for line in cli("info").stdout.splitlines())
    assert facts["journal"] == str(path)
    assert int(facts["size"]) == path.stat().st_size
    assert (facts["readings"], facts["books"], facts["reviews"], facts["quotes"], facts["schema"]) == (
        "12",
        "10",
        "2",
        "1",
        str(SCHEMA_VERSION),
    )
    assert facts["readlog"] == __version__
    assert facts["sqlite"]
    assert {name: str(value) for name, value in json.loads(cli("info", "--json").stdout).items()} == facts


def test_a_journal_that_is_not_made_yet_has_a_place(cli: Cli, program: Program, path: Path) -> None:
    """And is not made by asking."""
    facts = dict(line.split("\t") for line in cli("info").stdout.splitlines())
    assert (facts["journal"], facts["size"], facts["readings"], facts["schema"]) == (str(path), "", "0", "")
    shown = Terminal(program, "info", width=200).end()
    assert f"journal   \x1b[0m{path}" in shown
    assert "size" not in shown
    assert not path.exists()
