import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from errno import EIO
from pathlib import Path
from shutil import copy

import pytest
from tests.given import make
from tests.process import READLOG, Cli, Ended, Program
from tests.screen import without_colours
from tests.terminal import Terminal

from readlog.cli.recover_draft import save_draft
from readlog.core.reading_record import to_record
from readlog.drafts.draft_files import create_draft, list_unsaved_drafts, open_draft
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal
from readlog.readings.editor_form import write_form

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the state directory is set by XDG here")

Lay = Callable[..., Path]


@pytest.fixture(autouse=True)
def dune(state: Path, path: Path, dune_file: Path) -> None:
    """A book in the journal, and a place for drafts."""
    assert state
    path.parent.mkdir(mode=0o700)
    copy(dune_file, path)


@pytest.fixture
def lay(journal: Journal) -> Lay:
    """Leave a draft of an edit of reading 1, in which something was replaced, as a crash leaves it."""

    def draft(old: str = "Two.", new: str = "Two, and more.", known: bool = True) -> Path:
        base = journal.get(1)
        form = write_form(base).replace(old, new)
        target = DraftTarget(journal.path, "2026-11-22T10:00:00.000Z", base=to_record(base)) if known else DraftTarget()
        with create_draft("1 dune", form, target) as made:
            return made.path

    return draft


def test_without_drafts_it_says_so(cli: Cli) -> None:
    """And nothing on stdout; with --json an empty array."""
    assert cli("recover") == ("", "No drafts are waiting.\n", 0)
    assert cli("recover", "--json") == ("[]\n", "", 0)


def test_a_draft_is_listed_with_what_it_would_change(cli: Cli, lay: Lay) -> None:
    """Its number, since when, of which reading, how many words, which fields, where it is."""
    path = lay()
    assert cli("recover") == (
        f"1\t2026-11-22T10:00:00.000Z\t1\tDune, Frank Herbert\t5\treview\t\t{path}\n", "", 0,
    )  # fmt: skip
    (told,) = json.loads(cli("recover", "--json").stdout)
    assert (told["number"], told["id"], told["differs"], told["words"], told["is_open"]) == (1, 1, ["review"], 5, False)


def test_drafts_for_another_journal_are_told_of(cli: Cli, tmp_path: Path) -> None:
    """It may be this one under the name that it had: nobody shall think that the words are lost."""
    with create_draft("new emma", write_form(make("Emma")), DraftTarget(str(tmp_path / "my old.db"))):
        pass
    line = f"Drafts for another journal are waiting: readlog recover --journal '{tmp_path}/my old.db'\n"
    assert cli("recover") == ("", f"No drafts are waiting.\n{line}", 0)


def test_a_folder_may_have_a_name_that_is_no_text(program: Program, lay: Lay, state: Path, tmp_path: Path) -> None:
    """The list is whole, as JSON too."""
    lay()
    odd = os.fsencode(tmp_path) + b"/\xff"
    os.rename(state.parent, odd)
    ended = program("recover", "--json", env={"XDG_STATE_HOME": os.fsdecode(odd)})
    assert [draft["name"] for draft in json.loads(ended.stdout)] == ["Dune, Frank Herbert"]


def test_a_draft_is_shown_without_its_instructions(cli: Cli, lay: Lay) -> None:
    """So that it can go into a file; and stays where it is."""
    path = lay()
    shown = cli("recover", "1").stdout
    assert shown.startswith("---\nid: 1\n")
    assert shown.endswith("\n\nOne.\n\nTwo, and more.\n\nThree.\n")
    assert path.exists()
    assert cli("recover", "2") == ("", "readlog: There is no draft 2. See them with: readlog recover\n", 3)


@pytest.mark.parametrize("known", [True, False])
def test_a_draft_is_brought_together_with_the_journal(cli: Cli, journal: Journal, lay: Lay, monkeypatch: pytest.MonkeyPatch, *, known: bool) -> None:  # fmt: skip
    """What was changed since stays; also where nothing is known of the draft but its text, by the change log."""
    path = lay(known=known)
    monkeypatch.setenv("READLOG_NOW", "2026-11-23T12:00:00+00:00")
    cli("edit", "1", "--rating", "5", "--review", "One.\n\nTwo.\n\nThree!")
    assert cli("recover", "1", "--apply") == ("1\n", "", 0)
    assert (journal.get(1).rating, journal.get(1).review) == (5, "One.\n\nTwo, and more.\n\nThree!")
    assert not path.exists()
    assert cli("recover").stderr == "No drafts are waiting.\n"


def test_a_draft_of_an_earlier_version_is_shown_saved_and_discarded(cli: Cli, journal: Journal, state: Path) -> None:
    """The text lay among the drafts, and the target in another folder."""
    base = journal.get(1)
    known = {"journal": journal.path, "begun": "2026-11-22T10:00:00.000Z", "number": 7, "uid": None}
    text, target = state / "drafts" / "1 dune.md", state / "drafts-for" / "1 dune.json"
    for end in ("--apply", "--discard"):
        text.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(exist_ok=True)
        text.write_text(write_form(base).replace("Two.", "Two, and more."))
        target.write_text(f"{json.dumps(known)}\n{json.dumps(to_record(base))}\n")
        if end == "--apply":
            assert cli("recover").stdout.startswith(
                "7\t2026-11-22T10:00:00.000Z\t1\tDune, Frank Herbert\t5\treview\t\t"
            )
            assert "Two, and more." in cli("recover", "7").stdout
        assert cli("recover", "7", end, *(["--yes"] if end == "--discard" else [])).code == 0
        assert (text.exists(), target.exists()) == (False, False)
        assert journal.get(1).review == "One.\n\nTwo, and more.\n\nThree."


def test_the_conflict_of_a_draft_of_an_earlier_version_is_edited(
    program: Program, cli: Cli, journal: Journal, state: Path, tmp_path: Path
) -> None:
    """Its target stays as it was written: the form says of which version it is."""
    base = journal.get(1)
    text, target = state / "drafts" / "1 dune.md", state / "drafts-for" / "1 dune.json"
    text.parent.mkdir(parents=True)
    target.parent.mkdir()
    text.write_text(write_form(base).replace("Two.", "Two, and more."))
    target.write_text(f"{json.dumps({'journal': journal.path, 'number': 1})}\n{json.dumps(to_record(base))}\n")
    cli("edit", "1", "--review", "Nothing.")
    editor = tmp_path / "editor"
    editor.write_text("exit 1\n")
    assert "failed (1)" in Terminal(program, "recover", "1", "--apply", env={"EDITOR": f"sh {editor}"}).end()
    editor.write_text(
        "sed -i '/^<!-- readlog/d; /^<<<<<<< yours$/,/^======= or$/d; /^>>>>>>> in the journal$/d' \"$1\"\n"
    )
    text.write_text(text.read_text() + "\n")
    person = Terminal(program, "recover", "1", "--apply", env={"EDITOR": f"sh {editor}"})
    assert "Nothing was changed." in person.end()
    assert journal.get(1).review == "Nothing."
    assert (text.exists(), target.exists()) == (False, False)


def test_what_both_have_changed_is_not_overwritten(cli: Cli, journal: Journal, lay: Lay) -> None:
    """In a pipe it is refused, the draft is named and stays as it was written."""
    path = lay()
    cli("edit", "1", "--review", "Nothing.")
    ended = cli("recover", "1", "--apply")
    assert (ended.stdout, ended.code) == ("", 4)
    assert ended.stderr == (
        f"readlog: your text is in {path}\n"
        "readlog: Reading 1 was changed in another terminal meanwhile, also in: review. "
        "Nothing was changed. At a terminal the editor shows both.\n"
    )
    assert "Two, and more." in path.read_text()
    assert journal.get(1).review == "Nothing."


def test_at_a_terminal_the_editor_shows_both(program: Program, cli: Cli, journal: Journal, lay: Lay, tmp_path: Path) -> None:  # fmt: skip
    """And what is made of them is saved."""
    path = lay()
    cli("edit", "1", "--review", "Nothing.")
    editor = tmp_path / "editor"
    editor.write_text("sed -i '/^<<<<<<< yours$/d; /^======= or$/d; /^>>>>>>> in the journal$/d' \"$1\"\n")
    person = Terminal(program, "recover", "1", "--apply", env={"EDITOR": f"sh {editor}"})
    assert "Changed 1  Dune, Frank Herbert: review" in person.end()
    assert journal.get(1).review == "One.\n\nTwo, and more.\n\nThree.\nNothing."
    assert not path.exists()


def test_the_draft_of_a_reading_that_is_gone_is_a_new_one(cli: Cli, journal: Journal, lay: Lay) -> None:
    """Its text is not gone with it."""
    lay()
    cli("delete", "1", "--yes")
    assert "its reading was deleted; --apply adds it anew" in cli("recover").stdout
    assert cli("recover", "1", "--apply") == ("2\n", "", 0)
    assert journal.get(2).review == "One.\n\nTwo, and more.\n\nThree."


def test_a_new_reading_is_added_once(cli: Cli, journal: Journal) -> None:
    """Where the commit was the last thing that happened, its draft does not wait any more."""
    target = DraftTarget(journal.path, uid="r0123456789abcdef")
    with create_draft("new emma", write_form(make("Emma", tags=["novel"])), target) as draft:
        pass
    assert cli("recover").stdout.split("\t")[3:6] == ["Emma", "0", ""]
    assert cli("recover", "1", "--apply").stdout == "2\n"
    assert (journal.get(2).uid, journal.get(2).book.tags) == (target.uid, ("novel",))
    with create_draft("new emma", write_form(make("Emma")), target) as draft:
        assert draft.path.exists()
    assert cli("recover").stderr == "No drafts are waiting.\n"


def test_a_new_reading_of_a_book_that_is_there_is_meant_or_not(cli: Cli, journal: Journal) -> None:
    """As with `add`."""
    with create_draft("new dune", write_form(make("Dune", authors=["Frank Herbert"])), DraftTarget(journal.path)):
        pass
    ended = cli("recover", "1", "--apply")
    assert (ended.code, "--again" in ended.stderr) == (4, True)
    assert cli("recover", "1", "--apply", "--again").stdout == "2\n"
    assert journal.counts().books == 1


def test_a_draft_is_discarded_when_it_is_meant(program: Program, cli: Cli, lay: Lay) -> None:
    """A terminal is asked; a pipe has to say --yes."""
    path, other = lay(), lay()
    assert cli("recover", "1", "--discard").code == 2
    person = Terminal(program, "recover", "1", "--discard")
    person.wait_for("Discard draft 1, Dune, Frank Herbert, 5 words? [y/N]: ")
    person.type("")
    assert "It stays." in person.end()
    assert path.exists()
    assert cli("recover", "1", "--discard", "--yes").stderr == "Discarded draft 1  Dune, Frank Herbert\n"
    assert (path.exists(), other.exists()) == (False, True)
    assert cli("recover", "--discard", "--all", "--yes").stderr == "Discarded draft 2  Dune, Frank Herbert\n"
    assert not other.exists()


def test_a_draft_that_cannot_be_removed_is_not_said_to_be_discarded(
    cli: Cli, lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that refuses is a line that names the draft, and exit code 6; the draft still waits."""

    def unlink(path: Path) -> None:
        raise OSError(EIO, os.strerror(EIO), str(path))

    path = lay()
    with monkeypatch.context() as failing:
        failing.setattr(os, "unlink", unlink)
        ended = cli("recover", "1", "--discard", "--yes")
    assert ended == ("", f"readlog: The draft {path} cannot be removed: Input/output error.\n", 6)
    assert cli("recover", "1").code == 0


@pytest.mark.parametrize(
    "args", [("--apply",), ("--discard",), ("1", "--apply", "--discard"), ("--all",), ("1", "--discard", "--all")]
)
def test_what_is_meant_has_to_be_said(cli: Cli, lay: Lay, args: tuple[str, ...]) -> None:
    """Nothing is done to a draft that was not named."""
    path = lay()
    assert cli("recover", *args).code == 2
    assert path.exists()


def test_a_draft_that_is_open_is_let_alone(cli: Cli, journal: Journal) -> None:
    """Neither saved nor discarded from another terminal, nor counted as waiting."""
    with create_draft("new emma", write_form(make("Emma")), DraftTarget(journal.path)) as draft:
        assert "\topen in another terminal\t" in cli("recover").stdout
        assert cli("recover", "1", "--apply").code == 4
        assert cli("recover", "1", "--discard", "--yes").code == 4
        assert cli("recover", "--discard", "--all", "--yes").code == 0
        assert cli().stderr == ""
        assert draft.path.exists()
    assert cli().stderr == "1 draft is waiting: readlog recover\n"


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"caf\xe9", "is not UTF-8 (byte 4)."),
        (b"just words", "between two lines of ---."),
        (b"\x00" * 99, "between two"),
    ],
)
def test_what_cannot_be_read_is_shown_as_it_is(program: Program, state: Path, data: bytes, trouble: str) -> None:
    """And told of; it is not saved, and stays."""
    (state / "drafts").mkdir(parents=True)
    path = state / "drafts" / "new cafe.md"
    path.write_bytes(data)
    assert trouble in program("recover").stdout
    shown = subprocess.run([*READLOG, "recover", "1"], env=program.environment(), capture_output=True, check=True)
    assert shown.stdout.rstrip(b"\n") == data
    assert program("recover", "1", "--apply").code in (2, 5)
    assert path.read_bytes() == data


def test_drafts_are_shown_although_the_journal_is_damaged(cli: Cli, lay: Lay, path: Path) -> None:
    """The texts matter the most then."""
    lay()
    path.write_bytes(b"no journal at all" * 99)
    assert "is not a readlog journal" in cli("recover").stdout
    assert "Two, and more." in cli("recover", "1").stdout


def test_a_list_at_a_terminal_fits(program: Program, lay: Lay) -> None:
    """Two lines a draft: title and moment, then what is in it; at any width."""
    lay()
    for width in (40, 80):
        shown = Terminal(program, "recover", width=width, env={"TZ": "UTC", "NO_COLOR": "1"}).end()
        assert "2026-11-22 10:00" in shown
        assert "an edit of 1: review; 5 words" in shown
        assert max(map(len, without_colours(shown).splitlines()[:2])) < width


PIPED = "One.\n\nA new text.\n"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("add", "Dune", "--author", "Frank Herbert"), 4),
        (("add", "Emma", "--rating", "6"), 2),
        (("edit", "emma"), 3),
        (("edit", "1", "--rating", "6"), 2),
        (("edit", "1", "--untag", "novel"), 2),
    ],
)
def test_a_text_that_came_by_a_pipe_outlives_a_failure(cli: Cli, args: tuple[str, ...], code: int) -> None:
    """One line more says where it is; it can be shown and saved."""
    ended = cli(*args, "--review", "-", stdin=PIPED)
    first, second = ended.stderr.splitlines()[:2]
    assert (ended.code, second.startswith("readlog: ")) == (code, True)
    path = Path(first.removeprefix("readlog: your text is in "))
    assert PIPED in path.read_text()
    assert PIPED in cli("recover", "1").stdout


def test_a_text_for_a_reading_goes_there_later(cli: Cli, journal: Journal, path: Path) -> None:
    """With the other fields that were given; nothing else of the reading changes."""
    whole = path.read_bytes()
    path.write_bytes(b"")
    ended = cli("edit", "dune", "--rating", "5", "--tag", "sf", "--review", "-", stdin=PIPED)
    assert (ended.code, ended.stderr.startswith("readlog: your text is in ")) == (6, True)
    path.write_bytes(whole)
    assert cli("recover").stdout.split("\t")[2:6] == ["1", "Dune, Frank Herbert", "4", "tags, rating, review"]
    assert cli("recover", "1", "--apply").stdout == "1\n"
    after = journal.get(1)
    assert (after.rating, after.book.tags, after.review, after.book.title) == (5, ("sf",), PIPED.strip(), "Dune")


def test_a_text_in_an_option_outlives_a_journal_that_fails(cli: Cli, path: Path, state: Path) -> None:
    """But a slip in the options leaves nothing: they are on the command line still."""
    assert cli("add", "Emma", "--review", "short", "--rating", "6").stderr.count("\n") == 1
    assert not state.exists()
    path.write_bytes(b"")
    ended = cli("add", "Emma", "--review", "short", "--note", "mine")
    assert (ended.code, ended.stderr.startswith("readlog: your text is in ")) == (6, True)
    (draft,) = (state / "drafts").glob("*/*.md")
    assert "short" in draft.read_text()
    assert "private_note: mine" in draft.read_text()


def test_a_text_that_is_no_unicode_is_kept_as_it_came(program: Program, state: Path) -> None:
    """It may be in no other place."""
    raw = "Pétrograd".encode("latin-1")
    ended = program("add", "Emma", "--review", "-", stdin=raw)
    (draft,) = (state / "drafts").glob("*/*.md")
    assert ended.stderr.startswith(
        f"readlog: your text is in {draft}\nreadlog: The review on standard input is not UTF-8"
    )
    assert draft.read_bytes() == raw


def test_where_no_draft_can_be_kept_a_piped_text_is_kept_elsewhere(cli: Cli, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """And nothing is left there when all is well."""
    state.parent.mkdir()
    state.touch()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    assert cli("add", "Emma", "--review", "-", stdin=PIPED).code == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert cli("add", "Emma", "--review", "-", stdin=PIPED).code == 4
    (draft,) = (tmp_path / "tmp").glob("*/*.md")
    assert PIPED in draft.read_text()


def test_where_no_draft_can_be_kept_no_editor_opens(program: Program, state: Path) -> None:
    """It is said before anything is written or asked."""
    state.parent.mkdir()
    state.touch()
    env = {"EDITOR": "false"}
    ended = program("edit", "1", env=env)
    assert (ended.code, ended.stderr.startswith("readlog: No draft can be kept in ")) == (6, True)
    person = Terminal(program, "add", env=env)
    assert "No draft can be kept in" in person.end()
    assert person.code == 6


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_kill_at_the_fifth_question_loses_nothing(program: Program, cli: Cli, journal: Journal, number: int) -> None:
    """Every answer is on the disk before the next question is asked."""
    person = Terminal(program, "add", env={"EDITOR": "true"})
    for question, answer in (("Title", "Emma"), ("Author", "Jane Austen"), ("Rating", "4"), ("Started", "2012")):
        person.wait_for(f"{question}: ")
        person.type(answer)
    person.wait_for("Finished: ")
    os.kill(person.child.pid, number)
    person.child.close(force=True)
    assert cli("recover", "1", "--apply").stdout == "2\n"
    reading = journal.get(2)
    assert (reading.book.name, reading.rating, reading.status) == ("Emma, Jane Austen", 4, "reading")


def test_two_who_save_one_draft_save_it_once(journal: Journal, lay: Lay) -> None:
    """The second finds that it is gone."""
    lay()
    (waiting,) = list_unsaved_drafts(journal.path)
    with open_draft(waiting) as draft:
        assert save_draft(journal, draft, force=False, again=False, new_book=False).after
    with pytest.raises(Exception, match="was saved there"):
        open_draft(waiting)


def test_ended_is_what_a_shell_sees(cli: Cli) -> None:
    """An exit code for each end of the command."""
    assert isinstance(cli("recover", "7", "--discard", "--yes"), Ended)
    assert cli("recover", "7", "--discard", "--yes").code == 3
