import re
import subprocess
import sys

import pytest
from tests.given import CONTROLS
from tests.screen import Script

from readlog.ui.prompts import choose_book

ASK = """
import sys
from readlog.ui.prompts import ask
names, separator = sys.argv[1].split("|"), sys.argv[2]
print("GOT", ascii(ask("Name", str, names, separator)))
"""
NAMES = "Victor Serge|Gabriel García Márquez|Émile Zola|川端康成"


@pytest.mark.parametrize(
    ("typed", "separator", "answer"),
    [
        ("vic\t", "", "Victor Serge"),
        ("Victor S\t", ";", "Victor Serge"),
        ("gabriel garcia m\t", "", "Gabriel García Márquez"),
        ("GABRIEL GARCÍA\t", ";", "Gabriel García Márquez"),
        ("emi\t", "", "Émile Zola"),
        ("川\t", "", "川端康成"),
        ("Ann; vic\t", ";", "Ann; Victor Serge"),
        ("vic\t; emi\t", ";", "Victor Serge; Émile Zola"),
        ("a,b,  vic\t", ",", "a,b,  Victor Serge"),
        ("nobody\t", ";", "nobody"),
        ("serge\t", "", "serge"),
    ],
)
def test_tab_completes_a_name(typed: str, separator: str, answer: str) -> None:
    """By its beginning, without case and accents, behind each separator anew; what is no name stays as typed."""
    pytest.importorskip("readline", reason="nothing is completed here")
    person = Script(ASK, NAMES, separator)
    person.wait_for("Name: ")
    person.type(typed)
    assert f"GOT {answer!a}\n" in person.end()


def test_tab_shows_what_could_be_meant() -> None:
    """Pressed twice, where there are several; what they have in common is written already."""
    pytest.importorskip("readline", reason="nothing is completed here")
    person = Script(ASK, "history of art|history of war|novel", ",")
    person.wait_for("Name: ")
    person.press("his\t")
    person.wait_for("tory of ")
    person.press("\t\t")
    person.wait_for("history of art")
    person.wait_for("history of war")
    person.press("w\t\r")
    assert "GOT 'history of war'\n" in person.end()


def test_a_wrong_answer_is_explained_and_asked_again() -> None:
    """As often as it takes."""
    person = Script("""
        from readlog.core.errors import BadInput
        from readlog.ui.prompts import ask
        def read(answer):
            if answer != "right":
                raise BadInput(f"{answer} is not right.")
            return answer.upper()
        print("GOT", ask("What", read))
    """)
    for answer in ("", "wrong", "\x1b[31mworse"):
        person.wait_for("What: ")
        person.type(answer.replace("\x1b", ""))
        person.wait_for(" is not right.")
    person.wait_for("What: ")
    person.type("right")
    assert "GOT RIGHT" in person.end()


@pytest.mark.parametrize(
    ("answer", "default", "agreed"),
    [
        ("", True, True),
        ("", False, False),
        ("y", False, True),
        ("YES", False, True),
        (" n ", True, False),
        ("No", True, False),
    ],
)
def test_yes_and_no_are_said_in_few_ways(answer: str, *, default: bool, agreed: bool) -> None:
    """Enter is the one that is written large; anything else is asked again."""
    person = Script(f"from readlog.ui.prompts import confirm; print('GOT', confirm('Sure?', {default}))")
    person.wait_for("Sure? [Y/n]: " if default else "Sure? [y/N]: ")
    person.type("yess")
    person.wait_for("Answer y or n.")
    person.type(answer)
    assert f"GOT {agreed}\n" in person.end()


INTERRUPTED = """
from readlog.ui.prompts import ask
try:
    ask("Name", str)
except KeyboardInterrupt:
    print("INTERRUPTED")
"""


def test_the_end_of_input_is_an_interrupt() -> None:
    """Ctrl-D, or a pipe that ends: nobody can be asked any more."""
    person = Script(INTERRUPTED)
    person.wait_for("Name: ")
    person.press("\x04")
    assert "INTERRUPTED" in person.end()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    assert done.stdout.split()[-1:] == [b"INTERRUPTED"]


@pytest.mark.parametrize("title", ["\x1b[2Jgone", "a\x9b31mb", "nul\0nul"])
def test_a_question_cannot_move_the_cursor(title: str) -> None:
    """Any SQLite tool can write a title into the file, and `delete` and `add` ask about titles."""
    person = Script("import sys; from readlog.ui.prompts import ask; ask('Delete ' + chr(0).join(sys.argv[1:]), str)", *title.split("\0"))  # fmt: skip
    person.type("")
    shown = person.end()
    assert not set(shown) & set(CONTROLS)
    assert re.sub("[\x1b\x9b\0]", "\ufffd", f"Delete {title}: ") in shown


@pytest.mark.parametrize(("answer", "chosen"), [("12", 12), ("#7", 7), (" NEW ", 0), ("", None)])
def test_one_of_several_is_chosen_by_its_number(
    answer: str, chosen: int | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or is a new book, or none; a name cannot forge a line."""
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert choose_book("dune", [(12, "Dune"), (7, "Dune\n   8  Forged")], or_new=True) == chosen
    assert capsys.readouterr().err.splitlines() == [
        '"dune" can be:',
        "   12  Dune",
        "    7  Dune    8  Forged",
        '  new  a new book, "dune"',
    ]


def test_what_is_not_among_them_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an example; and of very many some are shown."""
    answers = iter(["new", "99", "3"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    assert choose_book("volume", [(number, f"Volume {number}") for number in range(1, 31)], or_new=False) == 3
    shown = capsys.readouterr().err
    assert shown.count("Answer 1, for example, or press Enter.") == 2
    assert "  and 10 more; another word of the title tells them apart\n" in shown
