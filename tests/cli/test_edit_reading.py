import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest
from tests.given import make
from tests.process import Cli, Ended

from readlog.core.merge_text import OR, THEIRS, YOURS
from readlog.journal import Journal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the state directory is set by XDG here")

Edit = Callable[..., Ended]

EDITOR = """
import os, sys, sqlite3
path = sys.argv[-1]
text = open(path, encoding="utf-8").read()
openings = os.path.join(os.path.dirname(__file__), "openings")
number = len(open(openings).read()) if os.path.exists(openings) else 0
open(openings, "a").write("x")
def other(sql, *values):
    with sqlite3.connect({journal!r}) as connection:
        connection.execute("PRAGMA foreign_keys = 1")
        connection.execute(sql, values)
    connection.close()
scripts = {scripts!r}
exec(scripts[min(number, len(scripts) - 1)])
open(path, "w", encoding="utf-8").write(text)
"""


@pytest.fixture(autouse=True)
def dune(state: Path, path: Path, dune_file: Path) -> None:
    """A book in the journal, and a place for drafts."""
    assert state
    path.parent.mkdir(mode=0o700)
    copy(dune_file, path)


@pytest.fixture
def edit(cli: Cli, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Edit reading 1 in an editor that is some lines of Python, others for each opening; `other` is another tool."""

    def in_editor(*scripts: str) -> Ended:
        (tmp_path / "editor.py").write_text(EDITOR.format(journal=str(path), scripts=scripts))
        (tmp_path / "openings").unlink(missing_ok=True)
        monkeypatch.setenv("EDITOR", f"{sys.executable} -S {tmp_path / 'editor.py'}")
        return cli("edit", "1")

    return in_editor


def drafts(state: Path) -> list[Path]:
    """The texts of all drafts, and what editors left beside them."""
    found = (state / "drafts").rglob("*")
    return sorted(path for path in found if path.is_file() and path.name not in ("draft.json", "lock"))


RATED = "other('UPDATE readings SET rating = 3 WHERE id = 1')"
REVIEWED = "other('UPDATE readings SET review = ? WHERE id = 1', 'One.\\n\\nTheirs.\\n\\nThree.')"
MINE = "text = text.replace('Two.', 'Mine.')"


def test_another_terminal_and_this_one_are_both_kept(edit: Edit, journal: Journal, state: Path) -> None:
    """The second to save is told in a line what the first has changed."""
    ended = edit(f"{RATED}; {MINE}")
    assert ended == ("", "Another terminal changed this meanwhile: rating. That stays, and so does yours.\n", 0)
    assert (journal.get(1).rating, journal.get(1).review) == (3, "One.\n\nMine.\n\nThree.")
    assert drafts(state) == []


def test_who_changed_nothing_keeps_what_another_has_changed(edit: Edit, journal: Journal) -> None:
    """An editor left open and closed takes nothing back."""
    assert edit(RATED) == ("", "Nothing was changed.\n", 0)
    assert journal.get(1).rating == 3


def test_the_same_lines_are_shown_to_choose_from(edit: Edit, journal: Journal, state: Path) -> None:
    """The editor opens again with both between markers, and what is made of them is saved."""
    mend = (
        f"text = text.replace({YOURS + chr(10)!r}, '').replace({OR + chr(10)!r}, '').replace({THEIRS + chr(10)!r}, '')"
    )
    look = f"assert {f'{YOURS}{chr(10)}Mine.{chr(10)}{OR}{chr(10)}Theirs.{chr(10)}{THEIRS}'!r} in text, text"
    ended = edit(f"{REVIEWED}; {MINE}", f"{look}; assert 'also in: review.' in text; {mend}")
    assert (ended.code, ended.stdout) == (0, "")
    assert journal.get(1).review == "One.\n\nMine.\nTheirs.\n\nThree."
    assert drafts(state) == []


def test_the_same_field_is_shown_to_choose_from(edit: Edit, journal: Journal) -> None:
    """The others of both are in the form already."""
    look = f"assert {f'{YOURS}{chr(10)}rating: 5.0{chr(10)}{OR}{chr(10)}rating: 3.0{chr(10)}{THEIRS}'!r} in text, text"
    choose = f"text = text[:text.index({YOURS!r})] + 'rating: 2' + text[text.index({THEIRS!r}) + {len(THEIRS)}:]"
    ended = edit(f"{RATED}; text = text.replace('rating: 4.0', 'rating: 5'); {MINE}", f"{look}; {choose}")
    assert ended.code == 0, ended.stderr
    assert (journal.get(1).rating, journal.get(1).review) == (2, "One.\n\nMine.\n\nThree.")


def test_a_text_with_markers_is_not_saved(edit: Edit, journal: Journal, state: Path) -> None:
    """Where nobody mends it the draft is named, and the journal is what the first has made of it."""
    for mend, code in (("", 4), ("text += '\\n'", 2)):
        ended = edit(f"{REVIEWED}; {MINE}", mend)
        draft = drafts(state)[-1]
        assert ended.code == code
        assert f"readlog: your text is in {draft}\n" in ended.stderr
        assert f"{YOURS}\nMine.\n{OR}" in draft.read_text()
        draft.unlink()
        assert journal.get(1).review == "One.\n\nTheirs.\n\nThree."
        journal.edit(1, lambda now: make("Dune", authors=["Frank Herbert"], rating=4, review="One.\n\nTwo.\n\nThree."))


def test_a_review_may_be_about_markers(cli: Cli, journal: Journal, edit: Edit) -> None:
    """What the journal has had stays, whatever it looks like."""
    cli("edit", "1", "--review", f"{YOURS}\none\n{OR}\ntwo\n{THEIRS}")
    assert edit("text = text.replace('two', 'three')").code == 0
    assert journal.get(1).review == f"{YOURS}\none\n{OR}\nthree\n{THEIRS}"


def test_a_reading_deleted_meanwhile_leaves_the_text(edit: Edit, cli: Cli, journal: Journal, state: Path) -> None:
    """It is told how to have it back."""
    ended = edit(f"other('DELETE FROM readings WHERE id = 1'); {MINE}")
    (draft,) = drafts(state)
    assert ended.code == 3
    assert ended.stderr.startswith(f"readlog: your text is in {draft}\nreadlog: Reading 1 was deleted meanwhile.")
    assert cli("recover", "1", "--apply").stdout == "2\n"
    assert journal.get(2).review == "One.\n\nMine.\n\nThree."


SAVED = f"{MINE}; open(path, 'w').write(text)"


@pytest.mark.parametrize(
    ("script", "code", "line"),
    [
        (f"{SAVED}; sys.exit(1)", 2, "failed (1)"),
        (f"{SAVED}; os.kill(os.getpid(), 9)", 2, "failed (-9)"),
        ("open(path, 'wb').write(b'Mine. \\xff'); sys.exit()", 5, "is not UTF-8"),
        ("text = '\\x00\\x1b[2JMine.' * 999", 2, "between two lines of ---"),
        ("open(path, 'w').write('Mine. ' * 9_000_000); sys.exit()", 5, "has 54,000,000 bytes; 32,000,000 is the most"),
    ],
)
def test_whatever_the_editor_leaves_is_kept(edit: Edit, path: Path, state: Path, script: str, code: int, line: str) -> None:  # fmt: skip
    """It fails, is killed, saves garbage or far too much: one clear line and where the text is, at once."""
    before, began = path.read_bytes(), time.monotonic()
    ended = edit(script)
    (draft,) = drafts(state)
    assert (ended.stdout, ended.code) == ("", code)
    assert line in ended.stderr
    assert f"readlog: your text is in {draft}\n" in ended.stderr
    assert b"Mine." in draft.read_bytes()
    assert path.read_bytes() == before
    assert time.monotonic() - began < 5


def test_a_file_replaced_by_another_is_read(edit: Edit, journal: Journal, state: Path) -> None:
    """As vim saves, and with what vim leaves beside it."""
    replace = "open(path + '~', 'w').write(text); os.replace(path + '~', path)"
    swap = "open(os.path.join(os.path.dirname(path), '.1 dune.md.swp'), 'w').write('x')"
    assert edit(f"{MINE}; {swap}; {replace}").code == 0
    assert journal.get(1).review == "One.\n\nMine.\n\nThree."
    assert [each.name for each in drafts(state)] == [".1 dune.md.swp"]


GONE = (
    "os.remove(path)",
    "os.remove(path); os.mkdir(path)",
    "os.remove(path); os.symlink('/dev/zero', path)",
    "os.remove(path); os.mkfifo(path)",
    "import shutil; shutil.rmtree(os.path.dirname(path))",
)


@pytest.mark.parametrize("gone", GONE)
def test_where_the_file_is_gone_the_text_of_before_is_kept(edit: Edit, cli: Cli, path: Path, gone: str) -> None:
    """Removed, or something else in its place: what was saved in the editor the time before is in a draft."""
    before = path.read_bytes()
    ended = edit(f"{MINE}; text = text.replace('rating: 4.0', 'rating: 9')", f"{gone}; sys.exit()")
    assert (ended.stdout, ended.code) == ("", 5)
    assert "Traceback" not in ended.stderr
    assert "Mine." in cli("recover", "1").stdout
    assert path.read_bytes() == before


@pytest.mark.parametrize("gone", GONE)
def test_where_nothing_was_written_nothing_is_kept(edit: Edit, cli: Cli, gone: str) -> None:
    """The journal has it all."""
    assert edit(f"{gone}; sys.exit()").code == 5
    assert cli("recover").stderr == "No drafts are waiting.\n"


def test_a_large_review_is_saved(edit: Edit, journal: Journal) -> None:
    """Twenty megabytes, in a moment."""
    began = time.monotonic()
    assert edit("text = text.replace('Two.', 'Twenty megabytes.\\n' * 1_000_000)").code == 0
    assert len(journal.get(1).review or "") > 17_000_000
    assert time.monotonic() - began < 30


def test_no_shell_sees_the_name_of_the_editor(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A semicolon is a semicolon."""
    monkeypatch.setenv("EDITOR", f"true; touch {tmp_path / 'shell'}; $(touch {tmp_path / 'shell'})")
    assert cli("edit", "1").code == 2
    monkeypatch.setenv(
        "EDITOR", f"true ; touch {tmp_path / 'shell'} `touch {tmp_path / 'shell'}` > {tmp_path / 'shell'}"
    )
    assert cli("edit", "1").code == 0
    assert not (tmp_path / "shell").exists()
