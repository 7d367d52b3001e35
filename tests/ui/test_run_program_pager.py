import os
import sys
from pathlib import Path

import pytest

from readlog.ui.run_program import show_in_pager

PAGE = "one\ntwo\n\x1b[1mthree\x1b[0m 雪\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these pagers are shell scripts")


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `less` before all others, which says how it was called and then what it was given."""
    script = tmp_path / "bin" / "less"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\necho "$0" "[$LESS]" "[$LESSCHARSET]" "$@"\ncat\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return script


@pytest.mark.parametrize(("height", "paged"), [(3, True), (4, False), (60, False)])
def test_a_page_that_fits_is_printed(
    pager: Path, capfd: pytest.CaptureFixture[str], height: int, *, paged: bool
) -> None:
    """With a line for the prompt below it; one that is longer goes through the pager."""
    show_in_pager(PAGE, height)
    called = f"{pager} [FRX] [utf-8] -R\n" if paged else ""
    assert capfd.readouterr().out == called + PAGE


@pytest.mark.parametrize(
    ("value", "options"),
    [("less", "-R"), ("less -S", "-S -R"), ("'{bin}/less' -x", "-x -R"), ("", "-R"), (" ", "-R")],
)
def test_less_gets_colours_however_it_is_named(
    pager: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, value: str, options: str
) -> None:
    """With the reader's own options before ours; an empty name is no name."""
    monkeypatch.setenv("PAGER", value.format(bin=pager.parent))
    show_in_pager(PAGE, 1)
    assert capfd.readouterr().out == f"{pager} [FRX] [utf-8] {options}\n{PAGE}"


def test_the_readers_own_settings_of_less_stay(
    pager: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in $LESS and $LESSCHARSET comes before what readlog would choose."""
    monkeypatch.setenv("LESS", "-i")
    monkeypatch.setenv("LESSCHARSET", "latin1")
    show_in_pager(PAGE, 1)
    assert capfd.readouterr().out.startswith(f"{pager} [-i] [latin1] -R\n")


def test_another_pager_gets_its_own_options_and_no_others(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no shell sees them."""
    monkeypatch.setenv("PAGER", f"{sys.executable} -c 'import sys; print(sys.argv[1:])' '$HOME;' '*'")
    show_in_pager(PAGE, 1)
    assert capfd.readouterr().out == "['$HOME;', '*']\n"


@pytest.mark.parametrize("value", ["no-such-pager", "false", "'unbalanced", "/", "sh -c 'kill -9 $$'"])
def test_no_page_is_lost_to_a_pager(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Where it is not there, fails or is killed, the page is printed."""
    monkeypatch.setenv("PAGER", value)
    show_in_pager(PAGE, 1)
    assert capfd.readouterr().out == PAGE


def test_a_pager_may_leave_before_the_end(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has read enough of a long page is not shown it again."""
    monkeypatch.setenv("PAGER", "head -n 1")
    show_in_pager("first\n" + "more\n" * 100_000, 1)
    assert capfd.readouterr().out == "first\n"


def test_what_cannot_be_encoded_is_a_question_mark(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the page is shown."""
    monkeypatch.setenv("PAGER", "cat")
    show_in_pager("a\udce9b\n", 1)
    assert capfd.readouterr().out == "a?b\n"
