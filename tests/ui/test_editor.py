import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from readlog.core.errors import BadInput, ReadlogError, UnreadableInput
from readlog.ui.editor import edit_until_valid, editor_command

posix = pytest.mark.skipif(sys.platform == "win32", reason="these editors are shell scripts")
Openings = Callable[[str], list[str]]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft, in a folder with blanks in its name."""
    path = tmp_path / "my drafts" / "new dune.md"
    path.parent.mkdir()
    path.write_text("0", encoding="utf-8")
    return path


@pytest.fixture
def editor(tmp_path: Path) -> Openings:
    """An editor, as a command: it logs what it found, and does what a line of Python says to `text` and `path`."""

    def command(line: str) -> list[str]:
        code = (
            f"import sys; path = sys.argv[-1]; text = open(path, encoding='utf-8').read()\n"
            f"open({str(tmp_path / 'log')!r}, 'a', encoding='utf-8').write(text + chr(10))\n"
            f"{line}\nopen(path, 'w', encoding='utf-8', newline='').write(text)"
        )
        return [sys.executable, "-c", code]

    return command


def opened(tmp_path: Path) -> list[str]:
    """What the editor found in the draft, at each of its openings."""
    return (tmp_path / "log").read_text(encoding="utf-8").split("\n")[:-1]


def number_above(least: int) -> Callable[[str], int]:
    """A reader of drafts that takes any number above `least`."""

    def read(text: str) -> int:
        number = int(text.rpartition("!")[2])
        if number <= least:
            raise BadInput(f"{number} is too small.")
        return number

    return read


def refused(draft: Path) -> Callable[[str, ReadlogError], str]:
    """Put the reason into the draft, as readlog does."""

    def refuse(text: str, reason: ReadlogError) -> str:
        said = f"{reason}!{text.rpartition('!')[2]}"
        draft.write_text(said, encoding="utf-8")
        return said

    return refuse


ONE_MORE = "head, _, number = text.rpartition('!'); text = f'{head}!{int(number) + 1}'"


def test_it_is_opened_again_until_it_can_be_understood(draft: Path, editor: Openings, tmp_path: Path) -> None:
    """At the reader's own text, with the reason in it; what `read` makes of it is the answer, and the draft stays."""
    assert edit_until_valid(draft, editor(ONE_MORE), number_above(2), refused(draft)) == 3
    assert opened(tmp_path) == ["0", "1 is too small.!1", "2 is too small.!2"]
    assert draft.read_text(encoding="utf-8") == "2 is too small.!3"


def test_leaving_it_as_it_was_is_giving_up(draft: Path, editor: Openings, tmp_path: Path) -> None:
    """Closed without a change, or with an earlier text that was refused; the reason is told."""
    with pytest.raises(BadInput, match=r"^0 is too small\. Nothing was changed\.$"):
        edit_until_valid(draft, editor(""), number_above(2), refused(draft))
    assert opened(tmp_path) == ["0", "0 is too small.!0"]
    assert draft.read_text(encoding="utf-8") == "0 is too small.!0"


def test_taking_it_back_is_giving_up_too(draft: Path, editor: Openings, tmp_path: Path) -> None:
    """A text that was refused once is refused for good: an editor may be a program that writes the same again."""
    with pytest.raises(BadInput, match=r"Nothing was changed\.$"):
        edit_until_valid(draft, editor("text = '1' if '!' in text else '0'"), number_above(2), refused(draft))
    assert len(opened(tmp_path)) == 3


def test_the_twentieth_opening_is_the_last(draft: Path, editor: Openings, tmp_path: Path) -> None:
    """A program that writes something else each time is not opened for ever."""
    with pytest.raises(BadInput, match=r"^20 is too small\. Nothing was changed\.$"):
        edit_until_valid(draft, editor(ONE_MORE), number_above(99), refused(draft))
    assert len(opened(tmp_path)) == 20


def test_a_mark_at_the_beginning_is_no_text(draft: Path, editor: Openings) -> None:
    """Some editors write one before UTF-8."""
    command = editor("text = '\\ufeff7'")
    assert edit_until_valid(draft, command, number_above(2), refused(draft)) == 7


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("sys.exit(3)", BadInput, r'^The editor ".*" failed \(3\)\. Nothing was changed\.$'),
        ("import os; os.remove(path); sys.exit(0)", UnreadableInput, "^The editor removed the draft"),
        ("open(path, 'wb').write(b'ab\\xe9'); sys.exit(0)", UnreadableInput, r"not UTF-8 \(byte 3\)"),
    ],
)
def test_an_editor_that_fails_is_named(
    draft: Path, editor: Openings, line: str, error: type[Exception], message: str
) -> None:
    """In one line, and nothing was changed."""
    with pytest.raises(error, match=message):
        edit_until_valid(draft, editor(line), number_above(2), refused(draft))


def test_an_editor_that_cannot_be_started_is_named(draft: Path, tmp_path: Path) -> None:
    """It was there a moment ago, or is no program."""
    with pytest.raises(BadInput, match="could not be started"):
        edit_until_valid(draft, [str(tmp_path)], number_above(2), refused(draft))


@posix
@pytest.mark.parametrize("name", ["my editor", "o'brien", 'a "b"', "$HOME;&*", "雪国"])
@pytest.mark.parametrize("quote", ["'", '"', "\\"])
def test_an_editor_may_stand_anywhere(draft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, quote: str) -> None:  # fmt: skip
    """With blanks and quotes in its path, and with options, written as a person would write it for a shell."""
    script = tmp_path / name
    script.write_text('#!/bin/sh\n[ "$1" = "-c" ] && [ "$2" = "set x" ] && printf 7 > "$3"\n')
    script.chmod(0o755)
    forms = {
        "'": "'" + str(script).replace("'", "'\\''") + "'",
        '"': '"' + str(script).replace('"', '\\"') + '"',
        "\\": "".join(character if character.isalnum() or character in "/-_." else f"\\{character}" for character in str(script)),
    }  # fmt: skip
    monkeypatch.setenv("EDITOR", f"{forms[quote]} -c 'set x'")
    command = editor_command()
    assert command == [str(script), "-c", "set x"]
    assert edit_until_valid(draft, command, number_above(2), refused(draft)) == 7


def test_visual_comes_before_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """And an empty one is none."""
    monkeypatch.setenv("EDITOR", f"{sys.executable} -e")
    assert editor_command() == [sys.executable, "-e"]
    monkeypatch.setenv("VISUAL", f"{sys.executable} -v")
    assert editor_command() == [sys.executable, "-v"]
    monkeypatch.setenv("VISUAL", " ")
    assert editor_command() == [sys.executable, "-e"]


def test_an_editor_that_is_not_there_is_no_reason_to_take_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who named one means it: the variable is named, and where none was named, how to name one."""
    monkeypatch.setenv("EDITOR", sys.executable)
    monkeypatch.setenv("VISUAL", "no-such-editor -x")
    with pytest.raises(BadInput, match=r'^The editor "no-such-editor" in VISUAL is not there\.'):
        editor_command()
    monkeypatch.delenv("VISUAL")
    monkeypatch.delenv("EDITOR")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadInput, match="export EDITOR=nano"):
        editor_command()


@posix
def test_without_a_name_the_simplest_editor_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those that are there: nano, then vim, then vi."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("vi", "vim", "nano"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert editor_command() == [name]
