from tests.given import make
from tests.process import Cli

from readlog.journal import Journal


def test_two_books_become_one(cli: Cli, journal: Journal) -> None:
    """By numbers or by words, and with both readings; undo takes it back."""
    journal.add(make("Emma", authors=["Jane Austen"], finished="2012"))
    journal.add(make("Emma: Roman", authors=["Austen"], finished="2020"), new_book=True)
    said = "Emma, Jane Austen: 2 readings, 2 and 1\n"
    assert cli("merge", "2", "jane austen") == ("", said, 0)
    assert journal.counts().books == 1
    assert cli("merge", "2", "1") == ("", "readlog: 2 and 1 are readings of one book already.\n", 4)
    assert cli("undo").code == 0
    assert journal.counts().books == 2


def test_what_is_meant_must_be_clear(cli: Cli, journal: Journal) -> None:
    """Both of them."""
    journal.add(make("Emma", authors=["Jane Austen"]))
    journal.add(make("Persuasion", authors=["Jane Austen"]))
    assert cli("merge", "1").code == 2
    assert cli("merge", "1", "9").code == 3
    assert cli("merge", "emma", "austen").code == 4
