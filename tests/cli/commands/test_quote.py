import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest
from tests.given import make
from tests.made import make_empty
from tests.process import READLOG, Cli, Program
from tests.terminal import Terminal

from readlog.core.domain_model import Quote
from readlog.journal import Journal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the state directory is set by XDG here")

MANY = "> One,\n> and more.\n\np. 133: yes\n---\nTwo\n---\n"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two books by one author."""
    path = tmp_path_factory.mktemp("shelf") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        journal.add(make("Conquered City", authors=["Victor Serge"]))
        journal.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"]))
    return path


@pytest.fixture(autouse=True)
def books(shelf: Path, path: Path, state: Path) -> None:
    """The books in the journal, and a place for drafts."""
    assert state
    path.parent.mkdir(mode=0o700)
    copy(shelf, path)


def kept(journal: Journal, id_: int = 1) -> list[tuple[str | None, ...]]:
    """Passage, page, location and remark of each quote of a reading."""
    return [(quote.text, quote.page, quote.location, quote.remark) for quote in journal.get(id_).quotes]


def drafts(state: Path) -> list[Path]:
    """The drafts that are left."""
    return sorted((state / "drafts").glob("*/*.md"))


def test_a_passage_is_kept_with_where_it_stands(cli: Cli, journal: Journal, state: Path) -> None:
    """A pipe gets the uid; what stands in it is the passage, to the letter."""
    ended = cli("quote", "1", "> A\n---\np. 3", "--page", "p. 133", "--location", "2040", "--remark", "Yes.")
    assert kept(journal) == [("> A\n---\np. 3", "133", "2040", "Yes.")]
    assert ended == (f"{journal.get(1).quotes[0].uid}\n", "", 0)
    assert drafts(state) == []


def test_a_person_is_told_of_what_was_kept(program: Program, journal: Journal) -> None:
    """How many quotes, and of which book."""
    assert Terminal(program, "quote", "conquered", "One").end() == "Kept a quote of 1  Conquered City, Victor Serge\n"
    assert len(kept(journal)) == 1


def test_many_come_on_standard_input(cli: Cli, journal: Journal, state: Path) -> None:
    """With - or without; options are for those that do not say it themselves; one operation for all."""
    for number, args in enumerate([("quote", "1", "-", "--page", "7"), ("quote", "memoirs of", "--remark", "no")], 1):
        assert cli(*args, stdin=MANY).stdout.count("\n") == 2
        assert len(kept(journal, number)) == 2
    assert kept(journal) == [("One,\nand more.", "133", None, "yes"), ("Two", "7", None, None)]
    assert kept(journal, 2) == [("One,\nand more.", "133", None, "yes"), ("Two", None, None, "no")]
    assert drafts(state) == []
    cli("undo")
    assert kept(journal, 2) == []


def test_the_same_passage_is_refused(cli: Cli, journal: Journal, state: Path) -> None:
    """With what is there; a text that is in the journal leaves no draft."""
    cli("quote", "1", "One")
    told = 'readlog: Kept already of 1 Conquered City, Victor Serge: "One". Nothing was kept. --again keeps it once more.\n'
    assert cli("quote", "1", "One") == cli("quote", "1", "-", stdin="> One\n") == ("", told, 4)
    assert drafts(state) == []
    assert cli("quote", "1", "One", "--again").code == 0
    assert len(kept(journal)) == 2


@pytest.mark.parametrize(
    ("args", "stdin", "code", "said"),
    [
        (("1",), "", 5, "No quote came on standard input. "),
        (("1",), "---\n---", 2, "There is no quote between the lines of ---."),
        (("1",), b"caf\xe9", 5, "The text on standard input is not UTF-8 text (byte 4). "),
        (("1", " "), "", 2, "quotes: a quote needs its text."),
        (("9", "One"), "", 3, "There is no reading 9. "),
        (("serge", "One"), "", 4, '2 books match "serge": '),
        (("conquered", "city"), "", 2, "Put words that name a reading into quotes, "),
        (("memoirs", "of", "One"), "", 2, "Put words that name a reading into quotes, "),
    ],
)
def test_what_cannot_be_kept_is_said(
    cli: Cli, journal: Journal, args: tuple[str, ...], stdin: str | bytes, code: int, said: str
) -> None:
    """In one line, with the exit code of what it is; and nothing is kept."""
    ended = cli("quote", *args, stdin=stdin)
    assert (ended.stdout, ended.code) == ("", code)
    assert f"readlog: {said}" in ended.stderr
    assert kept(journal) == kept(journal, 2) == []


def test_what_was_piped_in_vain_is_in_a_draft(cli: Cli, journal: Journal, state: Path) -> None:
    """Which `recover` shows, and saves once the reading is there."""
    ended = cli("quote", "emma", "--page", "7", stdin=MANY)
    assert ended.code == 3
    (draft,) = drafts(state)
    assert f"readlog: your text is in {draft}\n" in ended.stderr
    assert "No title" in cli("recover").stdout
    assert cli("recover", "1").stdout == MANY
    cli("add", "Emma")
    (told,) = json.loads(cli("recover", "--json").stdout)
    assert (told["id"], told["name"], told["differs"], told["words"]) == (3, "Emma", ["quotes"], 4)
    assert cli("recover", "1", "--apply") == ("3\n", "", 0)
    assert kept(journal, 3) == [("One,\nand more.", "133", None, "yes"), ("Two", "7", None, None)]
    assert drafts(state) == []


def test_a_draft_of_which_half_is_there_waits_for_a_word(cli: Cli, journal: Journal, state: Path) -> None:
    """It is refused as the command refuses it, and kept again where that is meant."""
    cli("quote", "1", "Two")
    assert cli("quote", "1", stdin=MANY).code == cli("recover", "1", "--apply").code == 4
    assert len(drafts(state)) == 1
    assert cli("recover", "1", "--apply", "--again").code == 0
    assert len(kept(journal)) == 3


def test_a_draft_whose_quotes_are_all_there_is_not_told_of(cli: Cli, state: Path) -> None:
    """As after a crash between the commit and the end of the draft."""
    assert cli("quote", "1", stdin=MANY + "---\nTwo").code == 4
    cli("quote", "1", stdin=MANY)
    assert len(drafts(state)) == 1
    assert cli("recover").stderr == "No drafts are waiting.\n"


def _editor(tmp_path: Path, *scripts: str) -> dict[str, str | None]:
    """An editor that is a Python script, one for each opening."""
    editor, openings = tmp_path / "editor.py", tmp_path / "openings"
    openings.write_text("0")
    editor.write_text(
        "import os, sys\npath = sys.argv[-1]\ntext = open(path, encoding='utf-8').read()\n"
        f"number = int(open({str(openings)!r}).read())\nopen({str(openings)!r}, 'w').write(str(number + 1))\n"
        f"exec({list(scripts)!r}[min(number, {len(scripts) - 1})])\nopen(path, 'w', encoding='utf-8').write(text)\n"
    )
    return {"EDITOR": f"{sys.executable} {editor}", "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}


def test_without_a_text_the_editor_opens(program: Program, journal: Journal, state: Path, tmp_path: Path) -> None:
    """On a blank page with instructions, of which nothing is kept."""
    env = _editor(tmp_path, f"text = {MANY!r} + text")
    shown = Terminal(program, "quote", "conquered", "--page", "7", env=env).end()
    assert shown == "Kept 2 quotes of 1  Conquered City, Victor Serge\n"
    assert kept(journal) == [("One,\nand more.", "133", None, "yes"), ("Two", "7", None, None)]
    assert drafts(state) == []


def test_the_editor_opens_again_at_what_is_kept_already(
    program: Program, journal: Journal, state: Path, tmp_path: Path
) -> None:
    """With the reason on top; what is left as it was is given up, and stays in a draft."""
    journal.quote(1, [Quote("Two")])
    env = _editor(tmp_path, f"text = {MANY!r} + text", "assert 'Kept already' in text; text = text.replace('Two', '2')")
    assert Terminal(program, "quote", "1", env=env).end().startswith("Kept 2 quotes")
    env = _editor(tmp_path, "text = 'Two' + text", "pass")
    person = Terminal(program, "quote", "1", env=env)
    shown = person.end()
    assert "Kept already of 1" in shown.replace("\n", " ")
    assert person.code == 4
    (draft,) = drafts(state)
    assert draft.read_text().startswith("<!-- readlog: Kept already")


@pytest.mark.parametrize("script", ["pass", "text = ''", "text = '---' + chr(10)"])
def test_where_nothing_is_typed_nothing_is_kept(
    program: Program, journal: Journal, state: Path, tmp_path: Path, script: str
) -> None:
    """And no draft is left."""
    shown = Terminal(program, "quote", "1", env=_editor(tmp_path, script)).end()
    assert shown == "Nothing was kept.\n"
    assert (kept(journal), drafts(state)) == ([], [])


def test_an_editor_that_fails_loses_nothing(program: Program, state: Path, tmp_path: Path) -> None:
    """What it had written is in the draft, and can be saved."""
    script = f"open(path, 'w').write({MANY!r} + text); sys.exit(3)"
    person = Terminal(program, "quote", "1", env=_editor(tmp_path, script), width=200)
    assert "your text is in" in person.end()
    assert person.code == 2
    assert drafts(state)[0].read_text().startswith(MANY)
    env = {"XDG_STATE_HOME": str(state.parent)}
    assert program("recover", "1", env=env).stdout == MANY
    assert program("recover", "1", "--apply", env=env) == ("1\n", "", 0)


def test_without_a_keyboard_there_is_nobody_to_type(program: Program) -> None:
    """Where the output is no terminal, a text must come from somewhere."""
    leader, keyboard = os.openpty()
    done = subprocess.run(
        [*READLOG, "quote", "1"], stdin=keyboard, capture_output=True, env=program.environment(), check=False
    )
    os.close(leader)
    os.close(keyboard)
    assert (done.stdout, done.returncode) == (b"", 2)
    assert done.stderr.startswith(b"readlog: Give the passage, as in: ")
