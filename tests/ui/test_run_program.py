import os
import shlex
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.screen import Script

from readlog.ui.run_program import run_child, split_command

posix = pytest.mark.skipif(sys.platform == "win32", reason="the words of a command are other ones there")


@posix
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", []),
        ("  ", []),
        ("vim", ["vim"]),
        ("code --wait  -n", ["code", "--wait", "-n"]),
        ("'/my programs/vim' -c 'set tw=72'", ["/my programs/vim", "-c", "set tw=72"]),
        ('"/my programs/vim" -c "a \\"b\\""', ["/my programs/vim", "-c", 'a "b"']),
        ("/my\\ programs/vim", ["/my programs/vim"]),
        ("vim # -x; $HOME `id` && *", ["vim", "#", "-x;", "$HOME", "`id`", "&&", "*"]),
        ("/o'brien/vim -x", ["/o'brien/vim", "-x"]),
    ],
)
def test_a_command_is_words(command: str, words: list[str]) -> None:
    """As a shell would cut it, and nothing of it is expanded; a stray quote is a character."""
    assert split_command(command) == words


@posix
@given(st.lists(st.text(), min_size=1))
def test_any_words_can_be_quoted(words: list[str]) -> None:
    """Whatever the path of a program is, it can be written in $EDITOR."""
    assert split_command(shlex.join(words)) == words


def test_a_program_gets_its_words_its_text_and_its_environment(capfd: pytest.CaptureFixture[str]) -> None:
    """As they are, without a shell, and its exit code is the answer."""
    code = "import os, sys; print(sys.argv[1:], os.environ['MOOD'], sys.stdin.read()); sys.exit(3)"
    assert run_child([sys.executable, "-c", code, "$HOME", "a b", ";"], b"text", {**os.environ, "MOOD": "dark"}) == 3
    assert capfd.readouterr().out.strip() == "['$HOME', 'a b', ';'] dark text"


def test_what_cannot_be_started_has_no_exit_code(tmp_path: Path) -> None:
    """Not there, a folder, no program, a name that no file can have."""
    (tmp_path / "text").write_text("no program")
    for command in ("no-such-program", str(tmp_path), str(tmp_path / "text"), "a\0b"):
        assert run_child([command]) is None


@pytest.mark.parametrize("command", [[sys.executable, "-c", ""], ["no-such-program"]])
def test_afterwards_ctrl_c_is_what_it_was(command: list[str]) -> None:
    """Whether the program could be started or not."""
    before = signal.getsignal(signal.SIGINT)
    run_child(command)
    assert signal.getsignal(signal.SIGINT) is before


@posix
def test_a_program_that_was_killed_says_by_what() -> None:
    """With the number of the signal, negative."""
    assert run_child(["sh", "-c", "kill -9 $$"]) == -9


@posix
def test_ctrl_c_is_the_childs_alone(tmp_path: Path) -> None:
    """It ends the child, or not, as the child wants; readlog goes on, and then it is readlog's again."""
    child = tmp_path / "child.py"
    child.write_text(
        "import time\nprint('OPEN', flush=True)\n"
        "try:\n    time.sleep(30)\nexcept KeyboardInterrupt:\n    print('HEARD', flush=True)\n"
        "print('SAVED', flush=True)\nraise SystemExit(4)\n"
    )
    person = Script(
        """
        import sys, time
        from readlog.ui.run_program import run_child
        print("ENDED", run_child([sys.executable, sys.argv[1]]), flush=True)
        try:
            time.sleep(30)
        except KeyboardInterrupt:
            print("MINE", flush=True)
        """,
        str(child),
    )
    person.wait_for("OPEN")
    person.press("\x03")
    person.wait_for("HEARD")
    person.wait_for("SAVED")
    person.wait_for("ENDED 4")
    person.press("\x03")
    assert "MINE" in person.end()
    assert person.code == 0
