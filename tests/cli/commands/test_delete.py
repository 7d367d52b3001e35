import pytest
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal


@pytest.fixture(autouse=True)
def one_reading(cli: Cli) -> None:
    """A reading with a review and a note."""
    cli("add", "Dune", "--author", "Frank Herbert", "--finished", "2012", "--review", "sand and spice", "--note", "n")


def test_it_asks_first(program: Program, journal: Journal) -> None:
    """Naming all that would go; no is the answer of who just presses Enter."""
    for answer, line, left in (("", "Nothing was deleted.", 1), ("y", "Deleted 1  Dune, Frank Herbert", 0)):
        person = Terminal(program, "delete", "dune", width=200)
        asked = person.wait_for("[y/N]: ")
        assert "Delete 1 Dune, Frank Herbert, finished 2012, with a review of 3 words and a private note?" in asked
        person.type(answer)
        assert line in person.end()
        assert person.code == 0
        assert journal.list().total == left


def test_without_a_terminal_it_wants_to_be_told(cli: Cli, journal: Journal) -> None:
    """Nothing is deleted by a script that did not say so."""
    ended = cli("delete", "1")
    assert ended == ("", "readlog: To delete 1 without being asked, say --yes.\n", 2)
    assert journal.list().total == 1
    assert cli("delete", "1", "--yes") == ("", "Deleted 1  Dune, Frank Herbert\n", 0)
    assert journal.list().total == 0


def test_what_is_not_there_cannot_be_deleted(cli: Cli) -> None:
    """Exit code 3, as everywhere."""
    assert cli("delete", "9", "--yes").code == 3
