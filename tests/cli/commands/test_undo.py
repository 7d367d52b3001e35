import pytest
from tests.made import make_empty
from tests.process import Cli, Program

from readlog.journal import Journal


@pytest.fixture(autouse=True)
def three_operations(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that was added, then rated twice, while the clock goes on."""
    monkeypatch.delenv("READLOG_NOW")
    make_empty(cli.path)
    cli("add", "Dune", "--author", "Frank Herbert")
    cli("edit", "1", "--rating", "3", "--tag", "sand")
    cli("edit", "1", "--rating", "4")


def test_the_last_operation_is_taken_back(cli: Cli, journal: Journal) -> None:
    """It is told which, and what it was; stdout has nothing to say."""
    assert cli("undo") == ("", "Took back operation 3 (edit): Dune: rating\n", 0)
    assert journal.get(1).rating == 3
    assert cli("undo", "--redo") == ("", "Put back operation 3 (edit): Dune: rating\n", 0)
    assert journal.get(1).rating == 4


def test_what_was_changed_again_is_not_taken_back(cli: Cli, journal: Journal) -> None:
    """Exit code 4, with the operations that stand in the way; force leaves what they did."""
    refused = cli("undo", "2")
    assert refused.code == 4
    assert refused.stderr == (
        "readlog: Operation 2 cannot be taken back whole: the same was changed later, by operation 3.\n"
        "Take back those first, or with --force what they left untouched.\n"
    )
    assert cli("undo", "2", "--force").stderr == (
        "Took back operation 2 (edit): Dune: tags; kept what 1 later operation changed\n"
    )
    assert (journal.get(1).rating, journal.get(1).book.tags) == (4, ())


def test_what_cannot_be_taken_back_is_told(cli: Cli) -> None:
    """With the exit codes that there are everywhere."""
    assert cli("undo", "99") == ("", "readlog: There is no operation 99. See them all with: readlog history\n", 3)
    assert cli("undo", "--redo") == ("", "readlog: Nothing is taken back that could be put back.\n", 3)
    assert cli("undo", "x").code == 2
    cli("undo")
    assert cli("undo", "3").code == 4


def test_it_is_done_by_whoever_comes_first(program: Program, cli: Cli) -> None:
    """Real processes, one after the other, take back one operation each."""
    assert [program("undo").code for _ in range(3)] == [0, 0, 0]
    assert program("undo") == ("", "readlog: There is nothing to take back.\n", 3)
    assert cli("list").stdout == ""
