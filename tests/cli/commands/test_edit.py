import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.given import EXAMPLE
from tests.made import make_empty
from tests.process import Cli, Ended, Program
from tests.terminal import Terminal

from readlog.core.domain_model import Contributor
from readlog.journal import Journal
from readlog.ui.editor_instructions import SCISSORS

Edit = Callable[..., Ended]


@pytest.fixture(autouse=True)
def memoirs(cli: Cli) -> None:
    """The first book, with a review."""
    make_empty(cli.path)
    cli("add", "Memoirs of a Revolutionary", "--author", "Victor Serge", "--contributor", "Peter Sedgwick:translator", "--tag", "history",
        "--tag", "russia", "--rating", "5", "--finished", "2012-03", "--review", "-", stdin=EXAMPLE.read_bytes())  # fmt: skip


@pytest.fixture
def edit(program: Program, state: Path, tmp_path: Path) -> Edit:
    """Edit reading 1 in an editor that is a Python script: `edit("text = text.replace('a', 'b')", ...)`, one for each opening."""

    def in_editor(*scripts: str, env: dict[str, str] | None = None) -> Ended:
        editor = tmp_path / "editor.py"
        openings = tmp_path / "openings"
        openings.write_text("0")
        editor.write_text(
            "import os, sys\npath = sys.argv[-1]\ntext = open(path, encoding='utf-8').read()\n"
            f"number = int(open({str(openings)!r}).read())\nopen({str(openings)!r}, 'w').write(str(number + 1))\n"
            f"exec({list(scripts)!r}[min(number, {len(scripts) - 1})])\nopen(path, 'w', encoding='utf-8').write(text)\n"
        )
        return program(
            "edit", "1", env={"EDITOR": f"{sys.executable} {editor}", "XDG_STATE_HOME": str(state.parent)} | (env or {})
        )

    return in_editor


def drafts(state: Path) -> list[Path]:
    """The drafts that are left."""
    return sorted((state / "drafts").glob("*/*.md"))


def test_fields_are_changed_by_options(cli: Cli, journal: Journal) -> None:
    """A rating, a tag more, a tag less; the rest stays as it was."""
    before = journal.get(1)
    assert cli("edit", "1", "--rating", "4.5", "--tag", "memoir", "--untag", "russia") == ("", "", 0)
    after = journal.get(1)
    assert (after.rating, after.book.tags) == (4.5, ("history", "memoir"))
    assert (after.review, after.finished, after.book.contributors) == (
        before.review,
        before.finished,
        before.book.contributors,
    )


def test_a_field_can_be_emptied(cli: Cli, journal: Journal) -> None:
    """By an empty text, or by "none" where there is no free text."""
    cli("edit", "1", "--rating", "none", "--finished", "", "--review", "", "--note", "x")
    after = journal.get(1)
    assert (after.rating, after.finished, after.review, after.private_note) == (None, None, None, "x")


def test_authors_are_replaced_and_others_are_added(cli: Cli, journal: Journal) -> None:
    """There may be one translator more, and the author was misspelt."""
    cli(
        "edit",
        "revolutionary",
        "--author",
        "Viktor Serge",
        "--contributor",
        "George Paizis:translator",
        "--title",
        "Memoirs",
        "--pages",
        "576",
    )
    book = journal.get(1).book
    assert (book.title, book.authors, book.pages) == ("Memoirs", ("Viktor Serge",), 576)
    assert [person.name for person in book.others] == ["Peter Sedgwick", "George Paizis"]


def test_saying_what_is_so_changes_nothing(cli: Cli, path: Path) -> None:
    """It says so, and the file is the same."""
    before = path.read_bytes()
    assert cli("edit", "1", "--rating", "5", "--tag", "HISTORY") == ("", "Nothing was changed.\n", 0)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "line", "code"),
    [
        (("--untag", "novel"), 'there is no tag "novel" on this book. It has: history, russia.', 2),
        (("--rating", "7"), "rating: ", 2),
        (("--title", ""), "title: a book needs a title", 2),
        (("--started", "2013"), "finished: 2012-03 is before the start, 2013.", 2),
        (("--finished", "2099"), "--force keeps it", 2),
        (("--status", ""), "is not a status", 2),
    ],
)
def test_what_cannot_be_changes_nothing(cli: Cli, path: Path, args: tuple[str, ...], line: str, code: int) -> None:
    """One line, and the file is the same."""
    before = path.read_bytes()
    ended = cli("edit", "1", *args)
    assert (ended.code, line in ended.stderr) == (code, True)
    assert path.read_bytes() == before


def test_a_terminal_is_told_what_changed(program: Program, cli: Cli) -> None:
    """And that the other readings of the book show it."""
    cli("add", "Memoirs of a Revolutionary", "--again", "--finished", "1991")
    shown = Terminal(program, "edit", "1", "--rating", "4", "--pages", "576").end()
    assert "Changed 1  Memoirs of a Revolutionary, Victor Serge: pages, rating" in shown
    assert "All 2 readings of this book show it." in shown
    assert "All 2" not in Terminal(program, "edit", "1", "--rating", "3").end()


def test_the_whole_record_is_in_the_editor(edit: Edit, journal: Journal, state: Path) -> None:
    """Front matter and review, changed together; the draft goes when they are in the journal."""
    script = "text = text.replace('rating: 5.0', 'rating: 4½').replace('tags: [history, russia]', 'tags: [memoir]\\npages: 576\\nmood: dark').replace('# A witness', '# The witness')"
    assert edit(script) == ("", "", 0)
    after = journal.get(1)
    assert (after.rating, after.book.tags, after.book.pages, after.extra) == (4.5, ("memoir",), 576, {"mood": "dark"})
    assert after.review == EXAMPLE.read_text(encoding="utf-8").strip().replace("# A witness", "# The witness")
    assert drafts(state) == []


def test_an_editor_that_is_just_closed_changes_nothing(edit: Edit, path: Path, state: Path) -> None:
    """Not a byte of the journal, and no draft is left."""
    before = path.read_bytes()
    assert edit("") == ("", "Nothing was changed.\n", 0)
    assert path.read_bytes() == before
    assert drafts(state) == []


def test_an_emptied_file_changes_nothing(edit: Edit, path: Path, state: Path) -> None:
    """It is how somebody says: leave it."""
    before = path.read_bytes()
    assert edit("text = ' \\n'") == ("", "Nothing was changed.\n", 0)
    assert path.read_bytes() == before
    assert drafts(state) == []


def test_an_editor_may_begin_the_file_with_a_mark(edit: Edit, journal: Journal) -> None:
    """The byte order mark of some editors is no part of the text."""
    assert edit("text = '\\ufeff' + text.replace('rating: 5.0', 'rating: 4')") == ("", "", 0)
    assert journal.get(1).rating == 4


def test_a_reading_that_ends_is_finished(cli: Cli, journal: Journal) -> None:
    """A date says what became of it, where no state was given."""
    cli("add", "Dune", "--status", "to-read")
    for args, status in (
        (("--started", "2026-11"), "reading"),
        (("--finished", "2026-11", "--status", "paused"), "paused"),
        (("--finished", "2026-11-20"), "finished"),
        (("--finished", "none"), "finished"),
    ):
        cli("edit", "2", *args)
        assert journal.get(2).status == status


def test_nobody_but_the_authors_may_be_left(cli: Cli, journal: Journal) -> None:
    """An empty contributor takes the others off."""
    cli("edit", "1", "--contributor", "")
    assert journal.get(1).book.contributors == (Contributor("Victor Serge"),)


def test_a_tag_taken_off_and_put_on_is_on(cli: Cli, journal: Journal) -> None:
    """In that order, so that a label can be spelled anew."""
    cli("edit", "1", "--untag", "russia", "--tag", "Russia")
    assert journal.get(1).book.tags == ("history", "Russia")


def test_headings_and_scissors_are_kept(edit: Edit, journal: Journal) -> None:
    """A line that begins with # is a heading; the instructions do not get into the review."""
    edit(
        "text = text[:text.index('---\\n', 4) + 4] + '\\n# One\\n\\n## Two\\n#three\\n' + text[text.index('<!-- ---'):]"
    )
    assert journal.get(1).review == "# One\n\n## Two\n#three"


def test_an_invalid_field_opens_the_editor_again(edit: Edit, journal: Journal, state: Path) -> None:
    """At the reader's own text, with the error on top."""
    ended = edit(
        "text = text.replace('rating: 5.0', 'rating: 9').replace('# A witness', '# My own words')",
        "assert text.startswith('<!-- readlog: rating: \"9\" is out of range'), text[:80]\nassert '# My own words' in text\ntext = text.replace('rating: 9', 'rating: 4')",
    )
    assert ended == ("", "", 0)
    assert journal.get(1).rating == 4
    assert (journal.get(1).review or "").startswith("# My own words")
    assert drafts(state) == []


def test_who_gives_up_finds_the_draft(edit: Edit, path: Path, state: Path) -> None:
    """Closed without a change for the second time: the text is where the line says."""
    before = path.read_bytes()
    ended = edit("text = text.replace('rating: 5.0', 'rating: 9')", "")
    (draft,) = drafts(state)
    assert ended.code == 2
    assert ended.stderr.startswith(f"readlog: your text is in {draft}\nreadlog: rating: ")
    assert ended.stderr.endswith(" Nothing was changed.\n")
    assert "rating: 9" in draft.read_text(encoding="utf-8")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("script", "line", "code"),
    [
        ("sys.exit(3)", "failed (3). Nothing was changed.", 2),
        ("os.kill(os.getpid(), 9)", "failed (-9). Nothing was changed.", 2),
        ("os.remove(path); sys.exit(0)", "The editor removed the draft", 5),
        ("open(path, 'wb').write(b'\\xff\\xfe'); sys.exit(0)", "is not UTF-8 (byte 1). Nothing was changed.", 5),
        ("text = 'all gone'", "between two lines of ---. Nothing was changed.", 2),
        (
            "text = text.replace('XYZ', '') + 'XYZ'",
            'below the scissors line is not kept: "XYZ". Write above it. Nothing was changed',
            2,
        ),
        ("text = text.replace('id: 1', 'id: 2')", "id: 2 cannot be changed; it was 1.", 2),
        ("text = '\\x00\\x1b' * 1000", "between two lines of ---", 2),
        ("text = text.replace('title: ', 'title: [')", "line 7: ", 2),
    ],
)
def test_whatever_the_editor_does_the_journal_is_whole(
    edit: Edit, path: Path, state: Path, script: str, line: str, code: int
) -> None:
    """It fails, is killed, saves garbage or nothing: one line, the right code, the text kept where there is one."""
    before = path.read_bytes()
    ended = edit(script)
    assert (ended.stdout, ended.code) == ("", code)
    assert line in ended.stderr
    assert "Traceback" not in ended.stderr
    assert path.read_bytes() == before
    if "removed" not in line:
        (draft,) = drafts(state)
        assert f"readlog: your text is in {draft}\n" in ended.stderr


def test_an_editor_that_is_not_there_is_named(program: Program, state: Path) -> None:
    """And so is one that nobody named, where there is none."""
    env = {"EDITOR": "no-such-editor -x", "XDG_STATE_HOME": str(state.parent)}
    assert 'The editor "no-such-editor" in EDITOR is not there.' in program("edit", "1", env=env).stderr
    ended = program("edit", "1", env={"PATH": "/nowhere", "XDG_STATE_HOME": str(state.parent)})
    assert (ended.code, "There is no editor. Name one, as in: export EDITOR=nano" in ended.stderr) == (2, True)


def test_visual_comes_before_editor(program: Program, state: Path) -> None:
    """As everywhere on such systems."""
    env = {"VISUAL": "true", "EDITOR": "false", "XDG_STATE_HOME": str(state.parent)}
    assert program("edit", "1", env=env).code == 0


def test_an_earlier_draft_is_mentioned(edit: Edit, state: Path) -> None:
    """So that what was written then is not forgotten; where nothing was written, there is nothing to mention."""
    edit("sys.exit(1)")
    assert edit("").stderr == "Nothing was changed.\n"
    assert drafts(state) == []
    edit("open(path, 'a', encoding='utf-8').write('my words'); sys.exit(1)")
    assert edit("").stderr == (
        "readlog: an earlier draft of this reading is waiting: readlog recover 1\nNothing was changed.\n"
    )
    assert len(drafts(state)) == 1


@(
    pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    if hasattr(os, "geteuid")
    else pytest.mark.skip("no users")
)
def test_a_journal_that_cannot_be_written_keeps_the_text(edit: Edit, path: Path, state: Path) -> None:
    """Read-only since the editor was opened: the text is in the draft."""
    ended = edit(f"os.chmod({str(path.parent)!r}, 0o500)\ntext = text.replace('# A witness', '# Mine')")
    path.parent.chmod(0o700)
    assert ended.code == 6
    assert len(drafts(state)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_kill_while_the_editor_is_open_leaves_the_draft(
    program: Program, state: Path, path: Path, tmp_path: Path, number: int
) -> None:
    """The text that was saved so far is on the disk, and the journal as it was."""
    before = path.read_bytes()
    editor = tmp_path / "editor"
    editor.write_text("printf 'my words' >> \"$1\"; echo SAVED; sleep 60")
    person = Terminal(program, "edit", "1", env={"EDITOR": f"sh {editor}", "XDG_STATE_HOME": str(state.parent)})
    person.wait_for("SAVED")
    assert program("edit", "1", env={"EDITOR": "true", "XDG_STATE_HOME": str(state.parent)}).stderr.startswith(
        "readlog: this reading is open in another terminal too\n"
    )
    os.kill(person.child.pid, number)
    person.child.close(force=True)
    (draft,) = drafts(state)
    assert draft.read_text(encoding="utf-8").endswith("my words")
    assert SCISSORS in draft.read_text(encoding="utf-8")
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_ctrl_c_in_the_editor_is_the_editors(program: Program, state: Path, tmp_path: Path) -> None:
    """An editor has its own meaning for it; readlog waits on."""
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import signal, sys, time\nsignal.signal(signal.SIGINT, lambda *_: (print('HEARD', flush=True), sys.exit(0)))\nprint('OPEN', flush=True)\ntime.sleep(30)\n"
    )
    person = Terminal(
        program, "edit", "1", env={"EDITOR": f"{sys.executable} {editor}", "XDG_STATE_HOME": str(state.parent)}
    )
    person.wait_for("OPEN")
    time.sleep(0.1)
    person.press("\x03")
    person.wait_for("HEARD")
    assert "Nothing was changed." in person.end()
    assert person.code == 0


def test_a_large_review_goes_through_the_editor(edit: Edit, journal: Journal) -> None:
    """A megabyte, and not a word less."""
    edit("text = text.replace('# A witness', 'Pétrograd ' * 100_000 + '\\n# A witness')")
    assert len((journal.get(1).review or "").encode()) > 1_000_000
